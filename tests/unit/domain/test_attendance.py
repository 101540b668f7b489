"""Who attended: matching by registrant, host's user and address, never by name."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from lectern.domain.attendance.matching import (
    Attendee,
    Directory,
    Instance,
    attendees_of,
    instance_key,
    merged,
    state_of,
    whole_session,
)
from lectern.domain.attendance.presence import Sighting
from lectern.domain.event import Host, Instructor
from lectern_testing.builders import (
    a_details,
    a_meeting,
    a_registration,
    an_enrollment,
    an_event,
    an_instance,
)

TEN = datetime(2026, 12, 1, 10, tzinfo=UTC)
EVENT = an_event(
    details=a_details(
        host=Host(user_id="u-host", email="Anna@acme.example"),
        instructors=(Instructor(user_id="u-bo", email="bo@acme.example", name="Bo"),),
    )
)


def at(minutes: float) -> datetime:
    return TEN + timedelta(minutes=minutes)


def over(**changes: Any) -> Instance:
    return an_instance(started_at=at(0), ended_at=at(60), **changes)


def stay(first: float, last: float, **who: str) -> set[Sighting]:
    return {Sighting(joined_at=at(first), left_at=at(last), **who)}


def attended(*stays: set[Sighting], instance: Instance | None = None, **known: Any) -> list[Any]:
    """Users, or names of strangers, with their spans in minutes after ten."""
    directory = Directory(known.get("event", EVENT), known.get("enrollments", []))
    connections = {str(number): each for number, each in enumerate(stays)}
    return [shown(each) for each in attendees_of(instance or over(), connections, directory)]


def shown(attendee: Attendee) -> tuple[str, list[tuple[float, float]]]:
    spans = [
        ((each.joined_at - TEN).total_seconds() / 60, (each.left_at - TEN).total_seconds() / 60)
        for each in attendee.spans
        if each.left_at is not None
    ]
    return attendee.user_id or f"{attendee.name}?", spans


def registered(user_id: str, **changes: Any) -> Any:
    enrollment = an_enrollment(user_id, **changes)
    return enrollment.model_copy(update={"registration": a_registration(enrollment.person)})


KIM, SAM = registered("kim"), registered("sam")
REGISTRANT_OF_KIM = "registrant-of-kim@people.example"


def test_the_registrant_decides_before_the_address() -> None:
    seen = stay(0, 30, registrant_id=REGISTRANT_OF_KIM, email="sam@people.example")
    assert attended(seen, enrollments=[KIM, SAM]) == [("kim", [(0, 30)])]


def test_an_unknown_registrant_is_looked_for_by_address() -> None:
    seen = stay(0, 30, registrant_id="of-another-meeting", email="SAM@people.example")
    assert attended(seen, enrollments=[KIM, SAM]) == [("sam", [(0, 30)])]


def test_nobody_is_matched_by_name() -> None:
    seen = stay(0, 30, name="Kim")
    assert attended(seen, enrollments=[KIM]) == [("Kim?", [(0, 30)])]


def test_the_host_is_known_by_address_in_any_case_or_by_zooms_user() -> None:
    by_address = stay(0, 30, email="anna@ACME.example")
    by_user = stay(40, 50, zoom_user="zoom-host")
    event = EVENT.model_copy(update={"meeting": a_meeting(EVENT.details)})
    assert attended(by_address, by_user, event=event) == [("u-host", [(0, 30), (40, 50)])]


def test_instructors_need_no_enrollment() -> None:
    assert attended(stay(0, 30, email="bo@acme.example")) == [("u-bo", [(0, 30)])]


def test_several_devices_and_reconnects_count_once() -> None:
    laptop = stay(0, 30, registrant_id=REGISTRANT_OF_KIM)
    phone = stay(20, 40, email="kim@people.example")
    again = stay(50, 55, registrant_id=REGISTRANT_OF_KIM)
    assert attended(laptop, phone, again, enrollments=[KIM]) == [("kim", [(0, 40), (50, 55)])]


def test_a_former_address_that_was_registered_is_known_as_well() -> None:
    moved = KIM.model_copy(update={"person": an_enrollment("new").person})
    assert attended(stay(0, 5, email="kim@people.example"), enrollments=[moved]) == [
        ("kim", [(0, 5)])
    ]


def test_who_was_removed_later_attended_all_the_same() -> None:
    gone = KIM.model_copy(update={"removed": True})
    assert attended(stay(0, 5, email="kim@people.example"), enrollments=[gone])[0][0] == "kim"


def test_of_two_with_one_address_the_registered_one_attended() -> None:
    twin = an_enrollment("a-twin", person=KIM.person)
    seen = stay(0, 5, email="kim@people.example")
    assert attended(seen, enrollments=[twin, KIM]) == [("kim", [(0, 5)])]


def test_nothing_is_kept_of_who_is_being_erased() -> None:
    erased = KIM.model_copy(update={"erase": True, "removed": True})
    assert attended(stay(0, 5, registrant_id=REGISTRANT_OF_KIM), enrollments=[erased]) == []


def test_strangers_with_one_address_are_one_and_nameless_ones_are_several() -> None:
    people = attended(
        stay(0, 10, email="who@else.example", name="Who"),
        stay(20, 30, email="WHO@else.example", name="Who"),
        stay(0, 10, name="Guest"),
        stay(0, 10, name="Guest"),
    )
    assert sorted(people) == [
        ("Guest?", [(0, 10)]),
        ("Guest?", [(0, 10)]),
        ("Who?", [(0, 10), (20, 30)]),
    ]


def test_users_come_before_strangers() -> None:
    people = attended(stay(0, 1, name="Aa"), stay(0, 1, email="bo@acme.example"))
    assert [name for name, _ in people] == ["u-bo", "Aa?"]


def test_who_was_not_there_during_the_session_is_not_listed() -> None:
    assert attended(stay(70, 80, email="bo@acme.example")) == []


def test_what_coming_and_going_tell_of_a_person_is_put_together() -> None:
    halves = {
        Sighting(joined_at=at(1), registrant_id=REGISTRANT_OF_KIM),
        Sighting(left_at=at(9), name="Kim"),
    }
    assert attended(halves, enrollments=[KIM]) == [("kim", [(1, 9)])]


def test_several_runs_add_up() -> None:
    directory = Directory(EVENT, [KIM])
    again = an_instance(uuid="second", started_at=at(120), ended_at=at(180))
    seen = {"1": stay(0, 500, registrant_id=REGISTRANT_OF_KIM)}
    both = merged([*attendees_of(over(), seen, directory), *attendees_of(again, seen, directory)])
    assert [shown(each) for each in both] == [("kim", [(0, 60), (120, 180)])]


FINAL = over(final_at=at(90))
LIVE = an_instance(uuid="live", started_at=at(100))


@pytest.mark.parametrize(
    ("instances", "state"),
    [
        ([], "none"),
        ([LIVE], "live"),
        ([over()], "provisional"),
        ([FINAL], "final"),
        ([FINAL, LIVE], "live"),
        ([FINAL, over(uuid="second")], "provisional"),
        ([over(), LIVE], "live"),
    ],
)
def test_how_sure_it_is(instances: list[Instance], state: str) -> None:
    assert state_of(instances) == state


def test_the_whole_session_ends_with_its_last_run() -> None:
    whole = whole_session([FINAL, over(uuid="second").model_copy(update={"ended_at": at(300)})])
    assert (whole.started_at, whole.ended_at) == (at(0), at(300))
    assert whole_session([FINAL, LIVE]).ended_at is None
    assert whole_session([]).started_at is None


def test_keys_of_runs_are_fit_for_names_of_attributes() -> None:
    assert instance_key("/a//b==").isalnum()
    assert instance_key("a") != instance_key("A")


@pytest.mark.parametrize(
    "email", ["\u017fam@people.example", "sam@people\u3002example", "\ufb06@people.example"]
)
def test_an_address_that_only_looks_alike_is_a_stranger(email: str) -> None:
    seen = stay(0, 30, email=email, name="Sam")
    assert attended(seen, enrollments=[SAM, registered("st")]) == [("Sam?", [(0, 30)])]
