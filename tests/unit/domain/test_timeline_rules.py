"""What is recorded of an event and its people: read off the old and the new state."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from lectern.domain.enrollment import Access, Enrollment, EnrollmentState, Registration
from lectern.domain.event import Event, LastingProblem, Phase, Status
from lectern.domain.join.decision import JoinState, preparing
from lectern.domain.notifications import Notification, NotificationType
from lectern.domain.problems import EnrollmentProblem, EventProblem
from lectern.domain.timeline import (
    EntryKind,
    Fact,
    OperatorAct,
    is_recorded,
    of_enrollment,
    of_event,
    of_join,
    of_notifications,
    of_operator,
    of_report,
)
from lectern_testing.builders import a_details, a_meeting, an_enrollment, an_event

NOW = datetime(2030, 3, 17, 9, tzinfo=UTC)
EVENT = an_event(now=NOW).model_copy(update={"changed_by": "key-1"})
MEETING = a_meeting(a_details())
WITH_MEETING = EVENT.model_copy(update={"meeting": MEETING})
KIM = an_enrollment("kim", now=NOW)
LASTING = LastingProblem(code=EventProblem.HOST_NOT_LICENSED, since=NOW)


def event(of: Event = EVENT, **changes: Any) -> Event:
    return of.model_copy(update=changes)


def synced(of: Event, **changes: Any) -> Event:
    return event(of, sync=of.sync.model_copy(update=changes))


def kim(**changes: Any) -> Enrollment:
    return KIM.model_copy(update=changes)


def codes(facts: list[Fact]) -> list[str]:
    return [str(fact.code) for fact in facts]


RENAMED = a_details(title="Another")
OTHER_MEETING = MEETING.model_copy(update={"zoom_id": "99999999999"})
OTHER_SPEC = MEETING.model_copy(
    update={"spec": MEETING.spec.model_copy(update={"topic": "Another"})}
)
CANCELLED = event(status=Status.CANCELLED, version=2)


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        (None, EVENT, ["event_created"]),
        (EVENT, EVENT, []),
        (EVENT, event(version=2, details=RENAMED), ["event_changed"]),
        (EVENT, CANCELLED, ["event_cancelled"]),
        (CANCELLED, event(version=3), ["event_rescheduled"]),
        (EVENT, WITH_MEETING, ["meeting_created"]),
        (WITH_MEETING, event(meeting=OTHER_SPEC), ["meeting_updated"]),
        (
            WITH_MEETING,
            event(meeting=OTHER_MEETING, retired=(MEETING,)),
            ["meeting_created"],
        ),
        (event(retired=(MEETING,)), EVENT, ["meeting_deleted"]),
        (WITH_MEETING, EVENT, ["meeting_deleted"]),
        (EVENT, synced(EVENT, synced_version=1), ["in_sync"]),
        (EVENT, event(phase=Phase.LIVE, instance="i", phase_at=NOW), ["session_started"]),
        (
            event(phase=Phase.LIVE, instance="i", phase_at=NOW),
            event(phase=Phase.ENDED, instance="i", phase_at=NOW),
            ["session_ended"],
        ),
        (EVENT, synced(EVENT, lasting=LASTING), ["host_not_licensed"]),
        (synced(EVENT, lasting=LASTING), synced(EVENT, lasting=LASTING), []),
        (synced(EVENT, lasting=LASTING), EVENT, ["problem_solved"]),
    ],
)
def test_changes_of_an_event(old: Event | None, new: Event, found: list[str]) -> None:
    facts = of_event(old, new)

    assert codes(facts) == found
    assert {fact.event_id for fact in facts} <= {EVENT.event_id}


def test_a_change_says_what_was_changed_and_by_which_key() -> None:
    [fact] = of_event(EVENT, event(version=2, details=RENAMED))

    assert fact.message == "The event was changed: title."
    assert fact.key == "key-1"


REGISTERED = Registration(
    zoom_id="1",
    registrant_id="r-1",
    join_url="https://zoom.example/j/1?tk=1",
    person=KIM.person,
    registered_at=NOW,
)


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        (None, KIM, ["enrolled"]),
        (KIM, KIM, []),
        (KIM, kim(version=2, removed=True), ["removed"]),
        (KIM, kim(version=2, removed=True, erase=True), ["erased"]),
        (KIM, kim(version=2), ["enrollment_changed"]),
        (KIM, kim(version=2, access=Access(granted=False)), ["access_withdrawn"]),
        (kim(access=Access(granted=False)), kim(version=2), ["access_granted"]),
        (KIM, kim(registration=REGISTERED), ["registered"]),
        (kim(registration=REGISTERED), KIM, ["unregistered"]),
        (
            KIM,
            kim(state=EnrollmentState.FAILED, reason=EnrollmentProblem.INVALID_EMAIL),
            ["invalid_email"],
        ),
        (
            kim(state=EnrollmentState.FAILED, reason=EnrollmentProblem.INVALID_EMAIL),
            kim(state=EnrollmentState.FAILED, reason=EnrollmentProblem.INVALID_EMAIL),
            [],
        ),
    ],
)
def test_changes_of_a_person(old: Enrollment | None, new: Enrollment, found: list[str]) -> None:
    assert codes(of_enrollment(old, new)) == found


def test_who_is_erased_is_named_nowhere() -> None:
    facts = of_enrollment(
        kim(registration=REGISTERED), kim(version=2, removed=True, erase=True, registration=None)
    )

    assert codes(facts) == ["erased", "unregistered"]
    assert {fact.user_id for fact in facts} == {None}


def test_like_things_of_one_synchronisation_are_one_entry_and_others_are_not() -> None:
    first, other = (
        of_enrollment(KIM, kim(registration=REGISTERED, settled_in=name))[0].identifier("change")
        for name in ("sync-1", "sync-2")
    )
    again = of_enrollment(KIM, kim(registration=REGISTERED, settled_in="sync-1"))[0]

    assert again.identifier("another change") == first != other


def test_what_concerns_one_person_alone_shares_its_cause_with_nothing() -> None:
    [among_others] = of_enrollment(None, kim(changed_in="request-1"))
    [alone] = of_enrollment(None, kim(changed_in="request-1", changed_alone=True))
    [registered] = of_enrollment(KIM, kim(registration=REGISTERED, settled_in=None))

    assert (among_others.cause, among_others.is_alone) == ("request-1", False)
    assert (alone.cause, alone.is_alone, registered.is_alone) == ("", True, True)
    assert alone.identifier("change-1") != alone.identifier("change-2")


def test_what_names_its_occurrence_may_show_in_several_changes() -> None:
    [report] = [of_report(EVENT, "registration_denied")]
    assert not report.is_alone
    assert of_operator("ev-1", OperatorAct.SYNCHRONISE).is_alone


def test_what_the_lms_is_told_is_recorded() -> None:
    told = [
        Notification(type=NotificationType.EVENT_READY, event_id="ev-1", once="1"),
        Notification(type=NotificationType.EVENT_FAILED, event_id="ev-1", message="Why."),
    ]

    ready, failed = of_notifications(told, EVENT)

    assert (ready.kind, ready.code) == (EntryKind.NOTIFICATION, "event.ready")
    assert ready.message
    assert failed.message == "Why."
    [of_kim] = of_notifications(
        [Notification(type=NotificationType.ENROLLMENT_REGISTERED, event_id="ev-1", user_id="kim")],
        kim(settled_in="sync-1"),
    )
    assert (of_kim.cause, of_kim.user_id) == ("sync-1", "kim")


def test_clicks_acts_and_reports() -> None:
    waits = preparing(EnrollmentProblem.EVENT_NOT_READY, "Soon.")
    click = of_join("ev-1", "kim", waits)
    act = of_operator("ev-1", OperatorAct.SYNCHRONISE, key="key-1")
    report = of_report(EVENT, "registration_denied")

    assert "event_not_ready" in click.message
    assert (act.kind, act.key) == (EntryKind.OPERATOR, "key-1")
    assert "registration denied" in report.message
    assert is_recorded(waits)
    assert not is_recorded(waits.model_copy(update={"state": JoinState.NOT_ENROLLED}))
