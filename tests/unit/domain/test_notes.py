"""Notes of an event, and what its ledger keeps of people whom it names no more."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from lectern.domain.drift import DriftFound, edit_stayed
from lectern.domain.event import ReplacedZone, Staffing, Status
from lectern.domain.meeting import (
    MOST_CREATIONS,
    MOST_CREATIONS_ANYWHERE,
    Creation,
    MeetingIntent,
    may_create,
    with_creation,
)
from lectern.domain.notes import notes_of
from lectern.domain.people.former_people import without_former_people
from lectern_testing.builders import a_details, a_meeting, an_event

NOW = datetime(2026, 11, 30, 9, tzinfo=UTC)


def with_meeting(**ledger: Any) -> Any:
    details = a_details()
    return an_event(details=details, meeting=a_meeting(details, **ledger))


def test_an_event_without_a_meeting_has_no_notes() -> None:
    assert notes_of(an_event(zone=ReplacedZone(wanted="Asia/Manila", told="UTC"))) == ()


def test_a_locked_field_is_told_with_what_zoom_has() -> None:
    [note] = notes_of(with_meeting(locked={"waiting_room": "{}", "auto_recording": "{}"}))

    assert note.code == "setting_locked_in_zoom"
    assert 'There auto_recording is "none", waiting_room is false.' in note.message


@pytest.mark.parametrize("name", ["passcode", "alternative_hosts", "agenda"])
def test_what_is_private_or_long_is_named_alone(name: str) -> None:
    event = with_meeting(locked={name: "{}"})
    spec = event.meeting.spec.model_copy(update={"agenda": "long " * 20})

    [note] = notes_of(
        event.model_copy(update={"meeting": event.meeting.model_copy(update={"spec": spec})})
    )

    assert f"There {name} is another." in note.message


def test_of_a_cancelled_event_nothing_is_noted() -> None:
    event = with_meeting(locked={"waiting_room": "{}"})

    assert notes_of(event.model_copy(update={"status": Status.CANCELLED})) == ()


@pytest.mark.parametrize(("wanted", "is_noted"), [("Europe/Copenhagen", True), ("UTC", False)])
def test_a_zone_is_noted_as_long_as_it_is_the_event_s(wanted: str, *, is_noted: bool) -> None:
    zone = ReplacedZone(wanted=wanted, told="Etc/UTC")

    notes = notes_of(with_meeting().model_copy(update={"zone": zone}))

    assert [note.code for note in notes] == (["timezone_replaced"] if is_noted else [])


def test_whom_the_event_names_no_more_is_in_no_part_of_its_ledger() -> None:
    event = with_meeting()
    spec = event.meeting.spec.model_copy(
        update={"alternative_hosts": ("a@x.example", "b@x.example")}
    )
    meeting = event.meeting.model_copy(update={"spec": spec})
    intent = MeetingIntent(
        connection="default",
        kind=meeting.kind,
        host_id="h",
        host_email="h@x.example",
        spec=spec,
        begun_at=NOW,
    )
    ledger = {"meeting": meeting, "intent": intent, "retired": (meeting,)}
    staffing = Staffing(alternative_hosts=("b@x.example",))

    left = without_former_people(event.model_copy(update={**ledger, "staffing": staffing}))

    for made in (left.meeting, left.intent, *left.retired):
        assert made is not None
        assert made.spec.alternative_hosts == ("b@x.example",)
    assert left.meeting is not None
    assert left.meeting.host_email == meeting.host_email
    assert without_former_people(an_event()).meeting is None


def made(count: int, placement: str, at: datetime = NOW) -> tuple[Creation, ...]:
    return tuple(Creation(at=at, placement=placement) for _ in range(count))


def test_only_so_many_meetings_are_made_in_one_place_within_a_day() -> None:
    there = made(MOST_CREATIONS, "here")

    assert may_create(there[1:], "here", NOW)
    assert not may_create(there, "here", NOW)
    assert may_create(there, "elsewhere", NOW)
    assert may_create(there, "here", NOW + timedelta(days=1))


def test_only_so_many_are_made_wherever_it_is() -> None:
    everywhere = [Creation(at=NOW, placement=str(n)) for n in range(MOST_CREATIONS_ANYWHERE)]

    assert not may_create(everywhere, "another", NOW)
    assert may_create(everywhere[1:], "another", NOW)


def test_what_was_made_longer_ago_is_forgotten() -> None:
    kept = with_creation(made(2, "here", NOW - timedelta(days=1)), "here", NOW)

    assert kept == made(1, "here")


def test_an_edit_that_stayed_is_one_and_what_came_back_is_none() -> None:
    found = DriftFound(what=("topic", "waiting_room"), found_at=NOW, repaired=True, settled=False)

    partly = edit_stayed(found, frozenset({"waiting_room"}))

    assert partly is not None
    assert (partly.what, partly.settled) == (("topic",), True)
    assert edit_stayed(found, frozenset(found.what)) is None
    assert edit_stayed(partly, frozenset({"topic"})) is partly
