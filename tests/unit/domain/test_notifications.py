"""What the LMS is told follows from how an event or an enrollment changed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from lectern.domain.drift import DriftFound, Drifts
from lectern.domain.enrollment import Enrollment, EnrollmentState, Panelist
from lectern.domain.event import Event, Host, Phase, Status, SyncRecord, SyncState
from lectern.domain.limits.delivery import GIVE_UP_AFTER, pause_before_retry
from lectern.domain.meeting import Gone
from lectern.domain.notifications import Notification, of_enrollment, of_event
from lectern.domain.problems import EnrollmentProblem, EventProblem, Problem, event_problem
from lectern_testing.builders import a_details, a_meeting, a_registration, an_enrollment, an_event

NOW = datetime(2026, 11, 30, 9, tzinfo=UTC)
DETAILS = a_details()
NEW_HOST = a_details(host=Host(user_id="u-2", email="bo@acme.example"))
MEETING = a_meeting(DETAILS)
OTHER = a_meeting(DETAILS, zoom_id="84000000000")
NO_HOST = event_problem(EventProblem.HOST_NOT_IN_ZOOM)


def event(version: int = 1, *, sync: dict[str, Any] | None = None, **changes: Any) -> Event:
    record = SyncRecord(requested=1, requested_at=NOW, **(sync or {}))
    return an_event(now=NOW, version=version, details=DETAILS, sync=record).model_copy(
        update=changes
    )


def synced(version: int, meeting: str = MEETING.name) -> dict[str, Any]:
    return {"synced_version": version, "synced_meeting": meeting, "last_synced_at": NOW}


def failed(problem: Problem, **sync: Any) -> dict[str, Any]:
    return {"state": SyncState.FAILED, "problem": problem, **sync}


READY = event(meeting=MEETING)


def attended(*runs: str) -> Event:
    """An event of which the attendance of these runs is final."""
    return event(meeting=MEETING, attended=frozenset(runs))


def drifted(*what: str, hours: int = 0, repaired: bool = True) -> Event:
    """An event in whose meeting somebody changed something."""
    at = NOW + timedelta(hours=hours)
    found = DriftFound(what=what, found_at=at, repaired=repaired)
    return event(meeting=MEETING, drift=Drifts(edited=found))


BOTH = Drifts(
    edited=drifted("topic").drift.edited,
    people=DriftFound(what=("registrants",), found_at=NOW, repaired=True),
)


def gone(how: Gone | None) -> Event:
    return event(meeting=MEETING.model_copy(update={"gone": how}))


def run(phase: Phase, instance: str) -> Event:
    return event(meeting=MEETING, phase=phase, phase_at=NOW, instance=instance)


TOLD_OF_EVENTS: dict[str, tuple[Event | None, Event, list[str]]] = {
    "stored": (None, event(), []),
    "created at Zoom, not read back": (
        event(),
        event(meeting=MEETING.model_copy(update={"read_back": False})),
        [],
    ),
    "takes people": (event(), READY, ["event.ready"]),
    "still takes people": (READY, event(meeting=MEETING, sync=synced(1)), []),
    "another meeting takes people": (READY, event(meeting=OTHER), ["event.ready"]),
    "is to have another host": (READY, event(2, meeting=MEETING, details=NEW_HOST), []),
    "is cancelled by the LMS": (READY, event(2, meeting=MEETING, status=Status.CANCELLED), []),
    "first brought to Zoom": (READY, event(meeting=MEETING, sync=synced(1)), []),
    "brought to the next version": (
        event(2, meeting=MEETING, sync=synced(1)),
        event(2, meeting=MEETING, sync=synced(2)),
        ["event.updated"],
    ),
    "brought to another meeting of the same version": (
        event(meeting=OTHER, sync=synced(1)),
        event(meeting=OTHER, sync=synced(1, OTHER.name)),
        ["event.updated"],
    ),
    "in sync again without a change": (
        event(meeting=MEETING, sync=synced(1)),
        event(meeting=MEETING, sync=synced(1) | {"last_synced_at": NOW + timedelta(days=1)}),
        [],
    ),
    "gone at Zoom": (
        event(2, status=Status.CANCELLED, sync=synced(1)),
        event(2, status=Status.CANCELLED, sync=synced(2)),
        ["event.cancelled"],
    ),
    "cancelled before it was ever at Zoom": (
        event(2, status=Status.CANCELLED),
        event(2, status=Status.CANCELLED, sync={"synced_version": 2}),
        ["event.cancelled"],
    ),
    "fails": (event(), event(sync=failed(NO_HOST)), ["event.failed"]),
    "has failed already": (
        event(sync=failed(NO_HOST)),
        event(sync=failed(NO_HOST, done=1)),
        [],
    ),
    "fails otherwise": (
        event(sync=failed(NO_HOST)),
        event(sync=failed(event_problem(EventProblem.HOST_NOT_LICENSED))),
        ["event.failed"],
    ),
    "waits for Zoom": (
        event(),
        event(
            sync={
                "state": SyncState.WAITING,
                "problem": event_problem(EventProblem.UNAVAILABLE),
            }
        ),
        [],
    ),
    "edited in Zoom": (READY, drifted("topic"), ["event.drifted"]),
    "the same edit seen again": (drifted("topic"), drifted("topic"), []),
    "edited once more": (drifted("topic"), drifted("topic", hours=1), ["event.drifted"]),
    "another field edited": (drifted("topic"), drifted("agenda"), ["event.drifted"]),
    "the edit is put right": (drifted("topic"), READY, []),
    "registrants changed in Zoom": (
        drifted("topic"),
        drifted("topic").model_copy(update={"drift": BOTH}),
        ["event.drifted"],
    ),
    "deleted in Zoom": (READY, gone(Gone.DELETED), ["event.drifted"]),
    "still deleted": (gone(Gone.DELETED), gone(Gone.DELETED), []),
    "recovered": (gone(Gone.DELETED), READY, ["event.ready"]),
    "a session began": (READY, run(Phase.LIVE, "A"), ["event.started"]),
    "it goes on": (run(Phase.LIVE, "A"), run(Phase.LIVE, "A"), []),
    "it ended": (run(Phase.LIVE, "A"), run(Phase.ENDED, "A"), ["event.ended"]),
    "it ended unseen": (READY, run(Phase.ENDED, "A"), ["event.ended"]),
    "another session began": (run(Phase.ENDED, "A"), run(Phase.LIVE, "B"), ["event.started"]),
    "its attendance is final": (READY, attended("first"), ["attendance.ready"]),
    "its attendance is still final": (attended("first"), attended("first"), []),
    "another run of it is final as well": (
        attended("first"),
        attended("first", "second"),
        ["attendance.ready"],
    ),
}


@pytest.mark.parametrize("case", TOLD_OF_EVENTS)
def test_an_event_tells_what_happened_to_it(case: str) -> None:
    old, new, told = TOLD_OF_EVENTS[case]
    assert [each.type for each in of_event(old, new)] == told


def update_to(after: dict[str, Any]) -> dict[str, Any]:
    """What is told where version 1 is at Zoom and version 2 is wanted."""
    (told,) = of_event(event(2, sync=synced(1)), event(2, sync=after))
    return told.data


def test_an_update_says_whether_people_have_other_links() -> None:
    said = {"event_id": "ev-1", "version": 2}
    assert update_to(synced(2)) == said | {"links_changed": False}
    assert update_to(synced(2, OTHER.name)) == said | {"links_changed": True}
    assert update_to(synced(1, OTHER.name)) == said | {"links_changed": True}


def identifiers(told: list[Notification], change: str) -> list[str]:
    return [each.identifier(change) for each in told]


def test_a_problem_is_told_once_however_often_it_is_met() -> None:
    trying = event(sync={"state": SyncState.SYNCING})
    once = of_event(trying, event(sync=failed(NO_HOST)))
    again = of_event(trying, event(sync=failed(NO_HOST)))
    assert identifiers(once, "change-1") == identifiers(again, "change-2")


@pytest.mark.parametrize(
    "later",
    [
        event(2, sync=failed(NO_HOST)),
        event(sync=failed(NO_HOST, **synced(1))),
        event(sync=failed(event_problem(EventProblem.HOST_NOT_LICENSED))),
    ],
    ids=["of another version", "after it had healed", "of another kind"],
)
def test_another_problem_is_told(later: Event) -> None:
    first = of_event(event(), event(sync=failed(NO_HOST)))
    assert identifiers(first, "change") != identifiers(of_event(event(), later), "change")


def test_a_failure_says_what_a_person_has_to_do() -> None:
    (told,) = of_event(event(), event(sync=failed(NO_HOST)))
    assert told.data == {"event_id": "ev-1", "version": 1, **NO_HOST.model_dump(mode="json")}


def test_what_zoom_says_is_told_without_addresses_and_links() -> None:
    said = 'Users in "acme.example" such as <anna@acme.example> are blocked: https://zoom.us/x?y=1'
    (told,) = of_event(
        event(), event(sync=failed(event_problem(EventProblem.REJECTED, f"Zoom said: {said}")))
    )
    assert told.message == (
        'Zoom refused the request. Zoom said: Users in "acme.example" such as <…> are blocked: …'
    )


KIM = an_enrollment("u-77", now=NOW)
IN = {"state": EnrollmentState.REGISTERED, "registration": a_registration(KIM.person)}
AGAIN = a_registration(KIM.person, registrant_id="other")
FULL = {"state": EnrollmentState.FAILED, "reason": EnrollmentProblem.CAPACITY_REACHED}


def kim(**changes: Any) -> Enrollment:
    return KIM.model_copy(update=changes)


PANELIST = Panelist(zoom_id="1", panelist_id="p", join_url=None, person=KIM.person)
TOLD_OF_PEOPLE: dict[str, tuple[Enrollment | None, Enrollment, list[str]]] = {
    "enrolled": (None, KIM, []),
    "registered": (KIM, kim(**IN), ["enrollment.registered"]),
    "on the panel in its place": (
        kim(**IN),
        kim(state=EnrollmentState.REGISTERED, panelist=PANELIST),
        ["enrollment.registered"],
    ),
    "registered, though only listed as an instructor": (None, kim(enrolled=False, **IN), []),
    "enrolled and registered at once": (None, kim(**IN), ["enrollment.registered"]),
    "still registered": (kim(**IN), kim(**IN, verified_by="run"), []),
    "registered anew": (
        kim(**IN),
        kim(**IN | {"registration": AGAIN}),
        ["enrollment.registered"],
    ),
    "comes in as host": (
        KIM,
        kim(state=EnrollmentState.REGISTERED),
        ["enrollment.registered"],
    ),
    "blocked": (KIM, kim(state=EnrollmentState.BLOCKED), []),
    "failed": (KIM, kim(**FULL), ["enrollment.failed"]),
    "failed again": (kim(**FULL), kim(**FULL, failed_for="m#2"), []),
    "failed after a change": (
        kim(**FULL),
        kim(**FULL, version=2),
        ["enrollment.failed"],
    ),
    "failed otherwise": (
        kim(**FULL),
        kim(**FULL | {"reason": EnrollmentProblem.INVALID_EMAIL}),
        ["enrollment.failed"],
    ),
    "removed": (kim(**IN), kim(state=EnrollmentState.REMOVED, removed=True), []),
}


@pytest.mark.parametrize("case", TOLD_OF_PEOPLE)
def test_an_enrollment_tells_what_happened_to_it(case: str) -> None:
    old, new, told = TOLD_OF_PEOPLE[case]
    assert [each.type for each in of_enrollment(old, new)] == told


def test_a_person_who_cannot_be_registered_is_explained() -> None:
    (told,) = of_enrollment(KIM, kim(**FULL, message="The event is full: kim@acme.example."))
    assert told.data == {
        "event_id": "ev-1",
        "user_id": "u-77",
        "code": "capacity_reached",
        "message": "The event is full: …",
        "remedy": "Remove people, or give the host a larger Zoom licence and synchronise the event "
        "again.",
    }


def test_every_change_of_a_person_is_told_and_the_same_change_once() -> None:
    told = of_enrollment(KIM, kim(**IN))
    assert identifiers(told, "change-1") == identifiers(told, "change-1")
    assert identifiers(told, "change-1") != identifiers(told, "change-2")


def test_a_delivery_is_tried_with_growing_pauses_for_a_day_and_no_longer() -> None:
    now = NOW
    pauses: list[timedelta] = []
    while pause := pause_before_retry(len(pauses) + 1, NOW, now):
        pauses.append(pause)
        now += pause
    assert pauses[0] + pauses[1] <= timedelta(minutes=5)
    assert pauses[:-1] == sorted(pauses[:-1])
    assert now - NOW == GIVE_UP_AFTER
    assert max(pauses) < timedelta(hours=12), "SQS hides a message for no longer"
    assert len(pauses) < 15


def test_a_delivery_that_waited_behind_others_is_tried_for_the_same_day() -> None:
    assert pause_before_retry(1, NOW, NOW + timedelta(hours=23, minutes=59, seconds=59.5)) == (
        timedelta(seconds=1)
    )
    assert pause_before_retry(1, NOW, NOW + GIVE_UP_AFTER) is None


def test_drift_is_told_in_the_words_of_the_lms_and_without_what_somebody_wrote() -> None:
    [told] = of_event(READY, drifted("agenda", "topic", repaired=False))

    assert told.data["message"] == (
        "Somebody changed this in Zoom: description, title. It is left as it is."
    )
    [gone_told] = of_event(READY, gone(Gone.CONVERTED))
    assert gone_told.data["message"] == "The meeting was converted in Zoom."
