"""What becomes of the fields that a session is scheduled or changed with, and what is refused."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from zoom_simulator.account.kinds import RULES
from zoom_simulator.account.model import (
    RECURRING_TYPES,
    TYPES_WITH_START,
    Approval,
    Session,
    SessionType,
    User,
    UserType,
)
from zoom_simulator.account.policy import Policy
from zoom_simulator.account.users import alternative_hosts_in, require_alternative_hosts
from zoom_simulator.bodies.fields import utc_time
from zoom_simulator.bodies.sessions import SessionFields
from zoom_simulator.errors import (
    FieldError,
    bad_request,
    domains_blocked,
    invalid_field,
    validation_failed,
)
from zoom_simulator.operations import Kind
from zoom_simulator.world import World


def require_fields(world: World, host: User, body: SessionFields) -> None:
    """Check what a session is to be like.

    Raises:
        ZoomError: for what no session of this host can have.
    """
    if refused := list(_refused_by_policy(world.policy_of(host), body)):
        raise validation_failed(refused)
    if body.schedule_for is not None:
        _check_schedule_for(world, host, body, body.schedule_for)
    require_alternative_hosts(world, body.settings.alternative_hosts)
    if blocked := world.blocked_domains_of(body.invited(), host):
        raise domains_blocked(blocked)


def require_recurrence(kind: Kind, session_type: int, recurrence: object) -> None:
    """Check that what recurs has a rule.

    Raises:
        ZoomError: 400/300, if it has none.
    """
    if session_type in RECURRING_TYPES and recurrence is None:
        raise invalid_field("recurrence", f"A recurring {kind.value} needs a recurrence.")


def kept_text(policy: Policy, text: str) -> str:
    """A title or an agenda as Zoom keeps it."""
    if policy.texts == "as_sent":
        return text
    lines = re.sub(r"\r\n?", "\n", text)
    tidy = re.sub(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", "", lines).strip()
    return re.sub(r"[ \t]+", " ", tidy) if policy.texts == "squeezed" else tidy


def kept_timezone(policy: Policy, name: str) -> str:
    """A time zone by the name that Zoom has for it."""
    return policy.timezone_aliases.get(name, name)


def first_start(
    policy: Policy, body: SessionFields, timezone: str, now: datetime
) -> datetime | None:
    """When a session begins that is scheduled; ``None`` where the type has no fixed time."""
    if body.type not in TYPES_WITH_START:
        return None
    soonest = now.replace(microsecond=0)
    start = utc_time(body.start_time, timezone) if body.start_time else soonest
    return max(start, soonest) if policy.past_start_is_now else start


def first_settings(kind: Kind, host: User, body: SessionFields) -> dict[str, Any]:
    """The settings of a session that is scheduled."""
    settings = body.settings.model_dump()
    if kind is Kind.MEETING and "use_pmi" not in body.settings.model_fields_set:
        settings["use_pmi"] = host.use_pmi_by_default
    return settings


def change_settings(settings: dict[str, Any], given: dict[str, Any]) -> None:
    """Change the settings that are given."""
    for name, value in given.items():
        settings[name] = settings[name] | value if isinstance(value, dict) else value


def change_plan(session: Session, body: SessionFields, now: datetime) -> None:
    """Change type, rule and start as far as they are given; a start in the past is passed over."""
    if "type" in body.model_fields_set:
        session.type = SessionType(body.type)
    if body.recurrence:
        session.recurrence = body.recurrence.model_dump(exclude_none=True)
    if session.type not in RECURRING_TYPES:
        session.recurrence = None
    if session.type not in TYPES_WITH_START:
        session.start_time = None
        return
    start = utc_time(body.start_time, session.timezone) if body.start_time else None
    if start is not None and start > now:
        session.start_time = start
    session.start_time = session.start_time or now.replace(microsecond=0)


def settle(
    world: World, session: Session, host: User, *, registration_ignored: bool = False
) -> None:
    """Bring settings into the state that Zoom would leave them in, silently."""
    settings = session.settings
    stand_ins = alternative_hosts_in(world, settings["alternative_hosts"])
    separator = RULES[session.kind].host_separator
    settings["alternative_hosts"] = separator.join(user.email for user in stand_ins)
    session.lock(world.policy_of(host).locked)
    can_register = host.type is UserType.LICENSED and session.type in TYPES_WITH_START
    if registration_ignored or not can_register:
        settings["approval_type"] = int(Approval.NO_REGISTRATION)


def _refused_by_policy(policy: Policy, body: SessionFields) -> Iterator[FieldError]:
    """The fields that the policy does not allow; no passcode is none to complain of."""
    complaints = policy.passcode.complaints(body.password) if body.password else []
    if complaints:
        yield FieldError("password", f"The passcode must {', '.join(complaints)}.")
    if body.timezone in policy.refused_timezones:
        yield FieldError("timezone", "The timezone is invalid.")


def _check_schedule_for(world: World, host: User, body: SessionFields, reference: str) -> None:
    if body.type == SessionType.INSTANT:
        raise bad_request(
            3000,
            "Instant meetings do not support the `schedule_for` parameter, "
            "and you can't schedule an instant meeting for another user.",
        )
    other = world.find_user(reference)
    if other is None:
        raise bad_request(
            300,
            "The value that you entered in the `schedule_for` field is invalid. "
            "Enter a valid value and try again.",
        )
    if other is not host:
        raise bad_request(3000, f"You cannot schedule a meeting for {reference}")
