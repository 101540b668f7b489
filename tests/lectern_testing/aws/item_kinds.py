"""Every kind of item that the table has: how one is written, and what is read of it."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from lectern.domain.attendance.matching import Attendee
from lectern.domain.attendance.presence import Sighting, Source, Span
from lectern.domain.console.link import ConsoleLink
from lectern.domain.console.session import OperatorRole
from lectern.domain.enrollment import Assistance
from lectern.domain.join.decision import preparing
from lectern.domain.limits.attempts import DailyAttempts
from lectern.domain.limits.budget import Plan
from lectern.domain.meeting import Kind
from lectern.domain.notifications import Notification, NotificationType
from lectern.domain.setting_changes import Author, settings_changed
from lectern.domain.settings import Connection, Features, Settings
from lectern.domain.timeline import OperatorAct, of_operator, of_report
from lectern.domain.validation import Validation
from lectern.store import account_keys, console_keys, keys, outbox_keys, timeline_keys
from lectern.store.assistants import AssistantStore
from lectern.store.attempts import AttemptStore
from lectern.store.attendance import AttendanceStore
from lectern.store.budget import BudgetStore
from lectern.store.clicks import MOST_FOR_AN_EVENT, ClickStore
from lectern.store.console import ConsoleStore, LinkUsed
from lectern.store.delivery_turn import DeliveryTurn
from lectern.store.enrollments import EnrollmentStore
from lectern.store.events import EventStore
from lectern.store.instances import InstanceStore
from lectern.store.lookups import LookupStore
from lectern.store.outbox import OutboxStore
from lectern.store.outbox_items import Told
from lectern.store.passcode_key import PasscodeKeyStore
from lectern.store.scopes import ScopeStore
from lectern.store.settings import SettingsStore
from lectern.store.staff import StaffStore
from lectern.store.sweeps import Rollout, SweepProgress, SweepStore
from lectern.store.table import Table
from lectern.store.timeline import TimelineStore
from lectern.store.tokens import StoredToken, TokenStore
from lectern.store.validations import ValidationStore
from lectern.store.webhooks import WebhookStore
from lectern.store.zoom_cache import ZoomCache
from lectern.zoom.plan_limits import PlanSaid
from lectern_testing.builders import a_details, a_meeting, an_enrollment, an_event, an_instance

NOW = datetime(2030, 3, 17, 9, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
HELP = Assistance(connection="default", host_id="zoom-host", user_id="zoom-bo")
EVENT = an_event(now=NOW, meeting=a_meeting(a_details()))
KIM = an_enrollment("kim", now=NOW)
RUN = an_instance()
ATTENDEE = Attendee(
    position="PERSON#kim",
    user_id="kim",
    email="k@x.example",
    spans=(Span(joined_at=NOW, left_at=LATER),),
)
NOTIFICATION = Notification(type=NotificationType.EVENT_READY, event_id="ev-1", once="84")
OF_KIM, OF_SAM = (
    Notification(type=NotificationType.ENROLLMENT_REGISTERED, event_id="ev-1", user_id=user_id)
    for user_id in ("kim", "sam")
)
TOKEN = StoredToken(value="t", expires_at=LATER, credentials_version=1, serial=1)
CONNECTION = Connection(account_id="a", client_id="c", client_secret_changed_at=NOW)
SETTINGS = Settings(features=Features(webinars=True))
ROLLOUT = Rollout(cause="s", after="a")
REPORT = of_report(EVENT, "registration_denied")
ACT = of_operator("ev-1", OperatorAct.END_SESSION, key="key-1", user_id="anna")
LINK = ConsoleLink(
    link_id="l-1",
    user_id="op-1",
    role=OperatorRole.SUPPORT,
    path="/console",
    issued_at=NOW,
    expires_at=LATER,
)
VALIDATION = Validation(validation_id="val-1", connection="default", started_at=NOW)
OTHER_VALIDATION = Validation(validation_id="val-2", connection="default", started_at=NOW)
ATTEMPTS = DailyAttempts(zoom_id="1", day=date(2030, 3, 17), count=2)


@dataclass(frozen=True)
class ItemKind:
    """A kind of item.

    Attributes:
        write: Writes one, in the place of what there was where the kind allows that.
        read: What is made of it.
    """

    write: Callable[[Table], object]
    read: Callable[[Table], object]


def _outbox(table: Table) -> OutboxStore:
    return OutboxStore(table, lambda _seconds: None)


def _tell(table: Table) -> None:
    told = [Told("n-1", NOTIFICATION), Told("n-2", NOTIFICATION)]
    of_people = [Told("n-3", OF_KIM, 1), Told("n-4", OF_SAM, 2)]
    _outbox(table).append([*told, *of_people], NOW)


def _told(table: Table) -> object:
    return _outbox(table).page(None, 10, LATER)


def _save_token(table: Table) -> None:
    tokens = TokenStore(table)
    assert tokens.lock("default", "me", after=9, now=LATER, until=LATER)
    tokens.save("default", "me", TOKEN)


def _put_settings(table: Table) -> None:
    store = SettingsStore(table)
    settings, revision = store.get()
    record = settings_changed(settings, SETTINGS, Author(user_id="anna"), NOW)
    store.put(SETTINGS, was_revision=revision, record=record)


def _put_connection(table: Table) -> None:
    store = SettingsStore(table)
    store.put_connection(CONNECTION, was_version=1 if store.connection("default") else 0)


def _change_event(table: Table) -> None:
    store = EventStore(table)
    stored = store.get("ev-1")
    if stored is None:
        store.create(EVENT)
    else:
        store.replace_desired(
            stored.model_copy(update={"version": stored.version + 1}), was_version=stored.version
        )


def _change_enrollment(table: Table) -> None:
    store = EnrollmentStore(table)
    stored = store.get("ev-1", "kim")
    changed = KIM if stored is None else stored.model_copy(update={"version": stored.version + 1})
    store.replace_desired(stored, changed)


def _attempt(table: Table) -> None:
    EnrollmentStore(table).claim_address("ev-1", "kim@people.example", "kim")
    AttemptStore(table).put("ev-1", "kim@people.example", ATTEMPTS)


def _run(table: Table) -> None:
    InstanceStore(table).create(RUN)
    InstanceStore(table).start(RUN, NOW)


def _click(table: Table) -> datetime | None:
    """Counts the last click that is free, so that the next one has to wait."""
    for _ in range(MOST_FOR_AN_EVENT):
        waits = ClickStore(table).take("ev-1", "kim", NOW)
    return waits


def _is_seen(table: Table) -> None:
    AttendanceStore(table).see(RUN, "c-1", Sighting(joined_at=NOW, email="k@x.example"))


def _budget(table: Table) -> None:
    store = BudgetStore(table)
    store.take_second("default", NOW, "heavy", 10)
    store.take_day("default", NOW, "heavy", 10)
    store.take_host("default", NOW, "zoom-host", 10, "83012345678")
    store.close_day("default", NOW, "medium", LATER)
    store.close_host("default", NOW, "zoom-host", LATER)


def _scopes(table: Table) -> None:
    ScopeStore(table).granted("default", ["meeting:read:meeting:admin"], NOW)
    ScopeStore(table).refused("default", "user:read:user:admin", LATER)


def _known_scopes(table: Table) -> object:
    return ScopeStore(table).knowledge("default")


def _open(table: Table) -> bool:
    """Opens the link, which begins a session once; whether it had begun one."""
    try:
        ConsoleStore(table).begin(LINK, NOW)
    except LinkUsed:
        return True
    return False


def _validation(table: Table) -> None:
    store = ValidationStore(table)
    store.start(VALIDATION, NOW)
    running = store.get("val-1")
    assert running is not None
    store.save(running)


ITEM_KINDS: dict[str, ItemKind] = {
    "event": ItemKind(_change_event, lambda table: EventStore(table).get("ev-1")),
    "enrollment": ItemKind(
        _change_enrollment, lambda table: EnrollmentStore(table).get("ev-1", "kim")
    ),
    "staff": ItemKind(
        lambda table: StaffStore(table).note("ev-1", ["kim"], 1),
        lambda table: StaffStore(table).page_of_user("kim", limit=5),
    ),
    "address_claim": ItemKind(
        _attempt,
        lambda table: (
            EnrollmentStore(table).holders_of_addresses("ev-1", ["kim@people.example"]),
            AttemptStore(table).get_many("ev-1", ["kim@people.example"]),
        ),
    ),
    "lookup": ItemKind(
        lambda table: LookupStore(table).ask("ev-1", "kim", NOW),
        lambda table: LookupStore(table).page("ev-1", 5),
    ),
    "meeting": ItemKind(
        lambda table: EventStore(table).claim_meeting("default", "1", "ev-1"),
        lambda table: EventStore(table).owner_of_meeting("default", "1"),
    ),
    "webhook": ItemKind(
        lambda table: WebhookStore(table).mark_done("digest", NOW),
        lambda table: WebhookStore(table).is_done("digest"),
    ),
    "delivery_turn": ItemKind(
        lambda table: DeliveryTurn(table).take("me", NOW, LATER),
        lambda table: DeliveryTurn(table).keep("me", LATER),
    ),
    "budget_of_second": ItemKind(
        _budget, lambda table: BudgetStore(table).taken_of("default", [NOW], "heavy")
    ),
    "learned_budget": ItemKind(
        lambda table: BudgetStore(table).slow_down("default", "heavy", 3, LATER),
        lambda table: BudgetStore(table).observed_rate("default", "heavy", NOW),
    ),
    "budget_of_day": ItemKind(_budget, lambda table: BudgetStore(table).used_on("default", NOW)),
    "budget_of_host": ItemKind(
        _budget, lambda table: BudgetStore(table).used_today("default", NOW, "zoom-host")
    ),
    "clicks": ItemKind(_click, lambda table: ClickStore(table).take("ev-1", "kim", NOW)),
    "settings": ItemKind(_put_settings, lambda table: SettingsStore(table).get()[0]),
    "passcode_key": ItemKind(
        lambda table: PasscodeKeyStore(table).key(), lambda table: PasscodeKeyStore(table).key()
    ),
    "connection": ItemKind(
        _put_connection, lambda table: SettingsStore(table).connection("default")
    ),
    "change_of_settings": ItemKind(
        _put_settings, lambda table: SettingsStore(table).history.page(after=None, limit=5)
    ),
    "token": ItemKind(_save_token, lambda table: TokenStore(table).get("default")),
    "cached": ItemKind(
        lambda table: ZoomCache(table).keep(
            "default", "LIMITS", PlanSaid(plan=Plan.PRO, ask_again_at=LATER), LATER
        ),
        lambda table: ZoomCache(table).recent("default", "LIMITS", PlanSaid, NOW),
    ),
    "wish_for_assistant": ItemKind(
        lambda table: AssistantStore(table).want(HELP, "ev-1"),
        lambda table: AssistantStore(table).is_wanted(HELP),
    ),
    "added_assistant": ItemKind(
        lambda table: AssistantStore(table).note_added(HELP),
        lambda table: AssistantStore(table).is_added(HELP),
    ),
    "outbox_counter": ItemKind(_tell, _told),
    "outbox_entry": ItemKind(_tell, _told),
    "told": ItemKind(_tell, _told),
    "told_upto": ItemKind(_tell, _told),
    "attendance": ItemKind(
        lambda table: AttendanceStore(table).add(RUN, ATTENDEE),
        lambda table: AttendanceStore(table).everyone("ev-1"),
    ),
    "instance": ItemKind(_run, lambda table: InstanceStore(table).of_event("ev-1")),
    "seen": ItemKind(_is_seen, lambda table: AttendanceStore(table).stays(RUN, Source.LIVE)),
    "pre_event_sweep": ItemKind(
        lambda table: SweepStore(table).note(SweepProgress(until=NOW, lead_minutes=(60,))),
        lambda table: SweepStore(table).progress(),
    ),
    "rollout_of_settings": ItemKind(
        lambda table: SweepStore(table).note_rollout(keys.rollout_of_settings(), ROLLOUT),
        lambda table: SweepStore(table).rollout(keys.rollout_of_settings()),
    ),
    "rollout_of_era": ItemKind(
        lambda table: SweepStore(table).note_rollout(keys.rollout_of_era(), ROLLOUT),
        lambda table: SweepStore(table).rollout(keys.rollout_of_era()),
    ),
    "rollout_of_loss": ItemKind(
        lambda table: SweepStore(table).note_rollout(keys.rollout_of_loss("default"), ROLLOUT),
        lambda table: SweepStore(table).rollout(keys.rollout_of_loss("default")),
    ),
    "scopes": ItemKind(_scopes, _known_scopes),
    "scope": ItemKind(_scopes, _known_scopes),
    "timeline_entry": ItemKind(
        lambda table: TimelineStore(table).record(REPORT, NOW),
        lambda table: TimelineStore(table).page("ev-1", after=None, limit=5),
    ),
    "entry_alone": ItemKind(
        lambda table: TimelineStore(table).record(ACT, NOW),
        lambda table: TimelineStore(table).page("ev-1", after=None, limit=5),
    ),
    "last_click": ItemKind(
        lambda table: TimelineStore(table).clicked("ev-1", "kim", preparing(None, "Soon."), NOW),
        lambda table: TimelineStore(table).of_user("kim", "ev-1"),
    ),
    "console_link": ItemKind(_open, _open),
    "console_session": ItemKind(
        _open, lambda table: ConsoleStore(table)._sessions(console_keys.operator("op-1"))
    ),
    "revocation": ItemKind(
        lambda table: ConsoleStore(table).revoke("op-1", NOW),
        lambda table: ConsoleStore(table)._is_revoked(console_keys.operator("op-1"), NOW),
    ),
    "validation": ItemKind(_validation, lambda table: ValidationStore(table).get("val-1")),
    "running_validation": ItemKind(
        _validation, lambda table: ValidationStore(table).start(OTHER_VALIDATION, NOW)
    ),
    "validation_calls": ItemKind(
        lambda table: ValidationStore(table).take_call("val-1", 9, NOW),
        lambda table: ValidationStore(table).calls("val-1"),
    ),
    "validation_deliveries": ItemKind(
        lambda table: ValidationStore(table).note_delivery("val-1", Kind.MEETING, "default", NOW),
        lambda table: ValidationStore(table).deliveries("val-1"),
    ),
}
"""By the functions of ``keys`` that key them."""

INDEX_KEYS = {
    *("look", "event_indexes", "changed", "enrollment_of_user"),
    *(
        "staff_of_user",
        "instructor_of_event",
        "told_of_user",
        "told_of_people",
        "due_instance",
        "attended_by",
    ),
    *("timeline_position", "timeline_of_user", "due_validation", "change_by_user"),
    *("changes_of_settings", "enrollment_of_address"),
}
"""The functions of ``keys`` that make no key of an item, but place one in an index."""


def keyed() -> set[str]:
    """The functions of ``keys`` that make keys of items."""
    functions = [
        each
        for module in (keys, account_keys, console_keys, outbox_keys, timeline_keys)
        for each in inspect.getmembers(module, inspect.isfunction)
    ]
    made = {name for name, each in functions if each.__annotations__.get("return") == "Key"}
    return {name for name in made if not name.startswith("_")} - INDEX_KEYS
