"""The table goes back to an earlier moment: Zoom and the LMS notice as little as can be."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from lectern.domain.event import Status
from lectern.domain.settings import Notifications, Settings, UnknownRegistrants
from lectern.store.outbox import OutboxStore
from lectern.store.outbox_items import OutboxEntry, Position
from lectern.store.sweeps import SweepStore
from lectern.sync.meeting.lost import LOOKED_FOR
from lectern.sync.triggers.era_sweep import EraSweep
from lectern_testing.builders import a_details, an_enrollment, an_event
from lectern_testing.on_stage.dispatcher import Dispatcher
from lectern_testing.stage import Stage

Items = list[dict[str, Any]]


class Reader:
    """An LMS that reads `GET /v1/changes` and remembers where it was."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self.place: Position | None = None
        self.read: list[OutboxEntry] = []

    def catch_up(self) -> list[OutboxEntry]:
        """What came since the last time."""
        self._stage.wait(60)
        outbox = OutboxStore(self._stage.table, lambda _seconds: None)
        new: list[OutboxEntry] = []
        while page := outbox.page(self.place, 50, self._stage.clock.now()):
            new += page
            self.place = page[-1].position
        self.read += new
        return new


class Drill:
    """A stack at work, and what is known outside of it.

    Attributes:
        then: The table as it was when it was remembered.
    """

    def __init__(self, stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
        self.stage = stage
        told = Notifications(url="https://lms.example/hooks")
        stage.settings.put(Settings(notifications=told), was_revision=0)
        self.dispatcher = Dispatcher(stage, monkeypatch)
        self.lms = Reader(stage)
        self.then: Items = []

    def put(self, event_id: str, *users: str) -> None:
        """What the LMS puts: the event if it is new, and its people."""
        stage, now = self.stage, self.stage.clock.now()
        if stage.events.get(event_id) is None:
            details = a_details(starts_at=now + timedelta(days=5), title=f"Course {event_id}")
            stage.events.create(an_event(event_id, now=now, details=details))
        known = {each.user_id for each in stage.enrollments.page(event_id, limit=1000)[0]}
        new = [name for name in users if name not in known]
        stage.enrol(*(an_enrollment(name, event_id=event_id, now=now) for name in new))

    def work(self) -> None:
        """Has everything done that was asked for."""
        self.dispatcher.work()

    def remember(self) -> None:
        """The moment that the table will be restored to."""
        self.then = self.dispatcher.items()

    def restore(self) -> None:
        """What the runbook says: another table, and the sweeps do their work."""
        self.stage.wait(1800)
        self.dispatcher.restored(self.then)
        self.sweep()

    def sweep(self) -> int:
        """The background sweep's share in it."""
        stage = self.stage
        sweep = EraSweep(
            stage.events, SweepStore(stage.table), self.dispatcher.era, stage.clock.now
        )
        asked = sweep.run()
        stage.wait(600)
        stage.sweep()
        self.work()
        return asked

    def links(self, event_id: str = "ev-1") -> dict[str, str | None]:
        """The personal links that people were given, by user."""
        people, _ = self.stage.enrollments.page(event_id, limit=1000)
        return {each.user_id: each.registration.join_url for each in people if each.registration}

    def registrants(self, event_id: str = "ev-1") -> dict[str, str]:
        return self.stage.registrants(event_id)


@pytest.fixture
def drill(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> Drill:
    return Drill(stage, monkeypatch)


def people_come_and_go(drill: Drill) -> None:
    drill.put("ev-1", *(f"late-{n}" for n in range(5)))
    drill.stage.change_enrollment("u-3", removed=True)
    drill.work()
    drill.put("ev-1", "last")
    drill.stage.change_details("ev-1", title="Another title")
    drill.work()


def told_again(drill: Drill) -> None:
    """What the LMS says once more, as the runbook asks it to: it is the source of truth."""
    drill.put("ev-1", *(f"u-{n}" for n in range(8)), *(f"late-{n}" for n in range(5)), "last")
    drill.stage.change_enrollment("u-3", removed=True)
    drill.stage.change_details("ev-1", title="Another title")
    drill.work()


def all_is_as_it_was(drill: Drill, links: dict[str, str | None], meetings: set[str]) -> None:
    assert set(drill.stage.open_meetings()) == meetings, "one meeting for each event"
    assert drill.links() == links, "no link changed that need not"
    assert drill.stage.event().sync.state == "in_sync"
    people, _ = drill.stage.enrollments.page("ev-1", limit=1000)
    wanted = [each.user_id for each in people if each.enrolled and not each.removed]
    assert len(drill.registrants()) == len(wanted), "everyone registered once"
    assert drill.dispatcher.refused == [], "no name of an execution was had before"


def the_feed_has_no_hole(drill: Drill, before: list[OutboxEntry]) -> None:
    """The reader goes on after the last place of the lost table, and gets all of the new one."""
    after = [each for each in drill.lms.catch_up() if each not in before]
    outbox = OutboxStore(drill.stage.table, lambda _seconds: None)
    stored = outbox.page(None, 1000, drill.stage.clock.now())
    began = drill.dispatcher.era * 1_000_000
    told_since = [each for each in stored if each.position.number > began]
    assert after == told_since
    numbers = [each.position.number for each in told_since]
    assert numbers == list(range(began + 1, began + 1 + len(numbers)))
    assert began > max(each.position.number for each in before)


def test_the_table_is_lost_and_restored_as_late_as_can_be(drill: Drill) -> None:
    drill.put("ev-1", *(f"u-{n}" for n in range(8)))
    drill.put("ev-2", "u-1")
    drill.work()
    drill.lms.catch_up()
    drill.remember()
    links, meetings = drill.links(), set(drill.stage.open_meetings())
    assert (len(links), len(meetings)) == (8, 2)
    drill.stage.forget_calls()

    drill.restore()

    all_is_as_it_was(drill, links, meetings)
    made = {"create_meeting", "batch_meeting_registrants", "add_meeting_registrant"}
    assert not made & set(drill.stage.calls()), "nothing is made anew"
    drill.put("ev-1", "new")
    drill.work()
    all_is_as_it_was(drill, links | {"new": drill.links()["new"]}, meetings)
    the_feed_has_no_hole(drill, list(drill.lms.read))


def test_the_table_goes_back_to_an_earlier_moment(drill: Drill) -> None:
    drill.put("ev-1", *(f"u-{n}" for n in range(8)))
    drill.work()
    drill.remember()
    people_come_and_go(drill)
    before = drill.lms.catch_up()
    links, meetings = drill.links(), set(drill.stage.open_meetings())
    registered = drill.registrants()
    started = len(drill.dispatcher.started)

    drill.restore()
    told_again(drill)
    drill.sweep()

    assert len(drill.dispatcher.started) > started
    assert set(drill.registrants()) == set(registered)
    all_is_as_it_was(drill, drill.links(), meetings)
    kept = {user: link for user, link in drill.links().items() if user.startswith("u-")}
    assert kept == {user: link for user, link in links.items() if user.startswith("u-")}
    assert drill.stage.zoom_meeting()["topic"] == "Another title"
    the_feed_has_no_hole(drill, before)


@pytest.mark.parametrize("unknown", UnknownRegistrants)
def test_registrants_of_a_lost_ledger_are_adopted_and_not_registered_again(
    drill: Drill, unknown: UnknownRegistrants
) -> None:
    """Also where registrants whom the LMS does not know are removed."""
    settings, revision = drill.stage.settings.get()
    changed = settings.model_copy(update={"unknown_registrants": unknown})
    drill.stage.settings.put(changed, was_revision=revision)
    drill.put("ev-1", *(f"u-{n}" for n in range(8)))
    drill.work()
    drill.put("ev-1", *(f"late-{n}" for n in range(5)))
    drill.remember()
    drill.work()
    links, meetings = drill.links(), set(drill.stage.open_meetings())
    assert len(links) == 13
    drill.stage.forget_calls()

    drill.restore()

    all_is_as_it_was(drill, links, meetings)
    changing = {"batch_meeting_registrants", "add_meeting_registrant", "delete_meeting_registrant"}
    assert not changing & set(drill.stage.calls())


def put_since(drill: Drill, *users: str) -> None:
    """The table is remembered, and then the LMS puts an event that it will not know."""
    drill.put("ev-0", "u-1")
    drill.work()
    drill.remember()
    drill.put("ev-1", *users)
    drill.work()


def test_an_event_that_was_first_put_since_gets_its_meeting_back_with_everyone_in_it(
    drill: Drill,
) -> None:
    put_since(drill, "u-1", "u-2")
    links, meetings = drill.links(), set(drill.stage.open_meetings())
    assert (len(links), len(meetings)) == (2, 2)

    drill.restore()
    assert drill.stage.events.get("ev-1") is None
    drill.stage.forget_calls()
    drill.put("ev-1", "u-1", "u-2")
    drill.work()

    all_is_as_it_was(drill, links, meetings)
    changing = {"create_meeting", "batch_meeting_registrants", "add_meeting_registrant"}
    assert not changing & set(drill.stage.calls())


def test_what_was_changed_meanwhile_is_brought_to_the_meeting_that_was_found(
    drill: Drill,
) -> None:
    put_since(drill, "u-1")
    links, meetings = drill.links(), set(drill.stage.open_meetings())
    drill.restore()
    stage, now = drill.stage, drill.stage.clock.now()
    details = a_details(starts_at=now + timedelta(days=9), title="Course ev-1")
    stage.events.create(an_event("ev-1", now=now, details=details))
    drill.put("ev-1", "u-1")
    drill.work()

    all_is_as_it_was(drill, links, meetings)
    assert drill.stage.event().meeting is not None
    assert stage.zoom_meeting()["start_time"] == f"{details.starts_at:%Y-%m-%dT%H:%M:%SZ}"


def test_what_was_changed_since_and_nobody_says_again_is_as_the_table_has_it(
    drill: Drill,
) -> None:
    drill.put("ev-1", "u-1")
    drill.work()
    drill.remember()
    drill.stage.change_details("ev-1", title="Another title")
    drill.work()
    assert drill.stage.zoom_meeting()["topic"] == "Another title"

    drill.restore()

    assert drill.stage.zoom_meeting()["topic"] == "Course ev-1"


def test_a_meeting_that_is_not_the_event_s_is_left_alone_however_alike_it_is(
    drill: Drill,
) -> None:
    """Another event's, put after the same moment, with the same host, title and start."""
    put_since(drill, "u-1")
    found = drill.stage.event()
    (other,) = set(drill.stage.open_meetings()) - set(meetings_of(drill, "ev-0"))

    drill.restore()
    stage, now = drill.stage, drill.stage.clock.now()
    stage.events.create(an_event("ev-9", now=now, details=found.details))
    drill.work()

    (mine,) = meetings_of(drill, "ev-9")
    assert mine != other
    assert other in drill.stage.open_meetings()


def test_where_zoom_does_not_show_the_list_a_meeting_is_made_all_the_same(drill: Drill) -> None:
    put_since(drill, "u-1")
    drill.restore()
    drill.stage.fault(operation="list_meetings", kind="missing_scope", times=None)
    drill.put("ev-1", "u-1")
    drill.work()
    assert drill.stage.event().sync.state == "in_sync"
    assert len(drill.stage.open_meetings()) == 3


def test_an_outage_meanwhile_makes_no_second_meeting(drill: Drill) -> None:
    put_since(drill, "u-1")
    links, meetings = drill.links(), set(drill.stage.open_meetings())
    drill.restore()
    drill.stage.fault(operation="list_meetings", kind="status", status=500, times=6)
    drill.put("ev-1", "u-1")
    drill.work()
    all_is_as_it_was(drill, links, meetings)


def test_after_two_weeks_nobody_looks_for_what_was_lost(drill: Drill) -> None:
    put_since(drill)
    drill.restore()
    drill.stage.wait(LOOKED_FOR.total_seconds())
    drill.stage.forget_calls()
    drill.put("ev-7")
    drill.work()
    assert drill.stage.calls()["create_meeting"] == 1
    assert "list_meetings" not in drill.stage.calls()


def test_where_nothing_was_restored_no_creation_costs_a_look(drill: Drill) -> None:
    drill.put("ev-1")
    drill.work()
    assert drill.stage.calls()["create_meeting"] == 1
    assert "list_meetings" not in drill.stage.calls()


def meetings_of(drill: Drill, event_id: str) -> list[str]:
    """The meeting that an event has, as Zoom calls it."""
    meeting = drill.stage.event(event_id).meeting
    return [meeting.zoom_id] if meeting else []


def test_a_meeting_that_was_made_since_is_found_by_its_intent(drill: Drill) -> None:
    drill.put("ev-1", "u-1")
    remember_at_creation(drill)
    drill.work()
    links, meetings = drill.links(), set(drill.stage.open_meetings())

    drill.restore()

    all_is_as_it_was(drill, links, meetings)


def remember_at_creation(drill: Drill) -> None:
    """The moment between the note of what is to be made, and the note of what was."""
    stage = drill.stage
    made: list[Callable[[], None]] = [drill.remember]

    def after(effect: str) -> None:
        if effect == "POST at Zoom" and made and stage.events.get("ev-1") is not None:
            event = stage.event()
            if event.intent is not None and event.meeting is None:
                made.pop()()

    stage.after_effect = after


def test_an_event_that_was_cancelled_since_is_closed_once_it_is_again(drill: Drill) -> None:
    drill.put("ev-1", "u-1")
    drill.work()
    drill.remember()
    drill.stage.change_event("ev-1", status=Status.CANCELLED)
    drill.work()
    assert drill.stage.open_meetings() == {}

    drill.restore()
    drill.stage.change_event("ev-1", status=Status.CANCELLED)
    drill.work()

    assert drill.stage.open_meetings() == {}
    assert drill.dispatcher.refused == []


def test_a_sweep_in_the_same_era_asks_for_nothing_again(drill: Drill) -> None:
    drill.put("ev-1", "u-1")
    drill.work()
    drill.remember()
    drill.restore()
    assert drill.sweep() == 0


def test_of_a_stream_that_says_no_moment_nothing_is_asked(drill: Drill) -> None:
    drill.put("ev-1", "u-1")
    sweep = EraSweep(drill.stage.events, SweepStore(drill.stage.table), 0, drill.stage.clock.now)
    assert sweep.run() == 0
