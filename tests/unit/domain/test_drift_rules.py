"""What counts as an edit by hand, and how long the same one is put right."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lectern.domain.drift import MOST_REPAIRS, DriftFound, edit_found, edited_fields
from lectern.domain.enrollment import EnrollmentState, Withdrawn
from lectern.domain.meeting import Gone, Kind, MeetingSpec
from lectern.domain.people.given_up import attempt_key
from lectern.domain.planner import (
    MeetingAction,
    PersonAction,
    plan_meeting,
    plan_person,
)
from lectern.domain.problems import EnrollmentProblem, enrollment_message
from lectern.domain.settings import Drift, Settings
from lectern_testing.builders import a_details, a_meeting, a_registration, an_enrollment, an_event

NOW = datetime(2030, 5, 1, 10, tzinfo=UTC)
SPEC = MeetingSpec(
    topic="Algebra", starts_at=NOW + timedelta(days=1), duration_minutes=60, timezone="UTC"
)
REPORT = Settings(drift=Drift.REPORT)


def but(**changes: Any) -> MeetingSpec:
    return SPEC.model_copy(update=changes)


@pytest.mark.parametrize(
    ("told", "seen", "wanted", "edited"),
    [
        (SPEC, SPEC, SPEC, set()),
        (SPEC, but(topic="Hacked"), SPEC, {"topic"}),
        # A change of the LMS that is still to be written is no edit.
        (SPEC, SPEC, but(topic="New"), set()),
        # One whose answer was lost is there already.
        (SPEC, but(topic="New"), but(topic="New"), set()),
        # An edit while the LMS wants something else.
        (SPEC, but(topic="Hacked"), but(topic="New"), {"topic"}),
        (SPEC, but(topic="Hacked", use_pmi=True), but(agenda="New"), {"topic", "use_pmi"}),
    ],
)
def test_an_edit_is_neither_what_zoom_was_told_nor_what_should_be(
    told: MeetingSpec, seen: MeetingSpec, wanted: MeetingSpec, edited: set[str]
) -> None:
    assert edited_fields(told, seen, wanted, NOW) == edited


def test_the_start_of_a_session_that_has_begun_is_not_looked_at() -> None:
    moved = but(starts_at=NOW + timedelta(days=2), topic="Hacked")

    assert edited_fields(SPEC, moved, SPEC, NOW) == {"topic", "starts_at"}
    assert edited_fields(SPEC, moved, SPEC, NOW + timedelta(days=1)) == {"topic"}


def found_again(times: int, seen: MeetingSpec, fields: set[str], **options: bool) -> DriftFound:
    known: DriftFound | None = None
    for hour in range(times):
        at = NOW + timedelta(hours=hour)
        known = edit_found(known, frozenset(fields), seen, at, **{"repairs": True} | options)
    assert known is not None
    return known


@given(times=st.integers(min_value=1, max_value=20))
def test_the_same_edit_is_put_right_a_few_times_and_then_left(times: int) -> None:
    found = found_again(times, but(waiting_room=True), {"waiting_room"})

    assert found.repaired is (times <= MOST_REPAIRS)
    assert found.times <= MOST_REPAIRS + 1


@given(times=st.integers(min_value=1, max_value=20))
def test_who_is_let_in_is_put_right_every_time(times: int) -> None:
    assert found_again(times, but(approval_type=0), {"approval_type"}).repaired


def test_what_is_left_is_remembered_as_found_first_so_that_it_is_told_once() -> None:
    assert found_again(5, but(topic="Hacked"), {"topic"}, repairs=False).found_at == NOW


def test_another_value_of_the_same_field_is_another_edit() -> None:
    known = found_again(MOST_REPAIRS + 1, but(topic="Hacked"), {"topic"})

    again = edit_found(known, frozenset({"topic"}), but(topic="Other"), NOW, repairs=True)

    assert (again.times, again.repaired) == (1, True)


def test_an_edit_is_not_kept_in_its_words() -> None:
    found = found_again(1, but(topic="Kim is ill"), {"topic"})

    assert "Kim" not in found.model_dump_json()


@pytest.mark.parametrize("how", list(Gone))
def test_a_meeting_that_is_gone_is_seen_to_or_left_as_the_setting_says(how: Gone) -> None:
    details = a_details()
    event = an_event(details=details, meeting=a_meeting(details, gone=how))
    now = details.starts_at - timedelta(days=1)

    assert plan_meeting(event, Settings(), now).action is MeetingAction.RECOVER
    assert plan_meeting(event, REPORT, now).action is MeetingAction.LEAVE
    over = details.ends_at + timedelta(days=30)
    assert plan_meeting(event, Settings(), over).action is MeetingAction.NOTHING
    assert event.meeting is not None
    assert not event.meeting.is_open


def test_a_converted_meeting_is_deleted_as_what_it_became() -> None:
    meeting = a_meeting(a_details(), gone=Gone.CONVERTED)

    assert meeting.as_it_is_now.kind is Kind.WEBINAR
    assert meeting.as_it_is_now.as_it_is_now.kind is Kind.WEBINAR


@pytest.mark.parametrize(
    ("withdrawn", "settings", "action", "state"),
    [
        (Withdrawn.DENIED, Settings(), PersonAction.APPROVE, EnrollmentState.REGISTERED),
        (Withdrawn.DELETED, Settings(), PersonAction.REGISTER, EnrollmentState.REGISTERED),
        (Withdrawn.DENIED, REPORT, PersonAction.NOTE, EnrollmentState.FAILED),
        (Withdrawn.DELETED, REPORT, PersonAction.NOTE, EnrollmentState.FAILED),
    ],
)
def test_a_registration_that_was_taken_away_is_given_back_or_left(
    withdrawn: Withdrawn, settings: Settings, action: PersonAction, state: EnrollmentState
) -> None:
    details = a_details()
    event = an_event(details=details, meeting=a_meeting(details))
    person = an_enrollment("kim").person
    registration = a_registration(person, withdrawn=withdrawn)
    enrollment = an_enrollment("kim", registration=registration)

    plan = plan_person(enrollment, event, settings)
    assert (plan.action, plan.state) == (action, state)
    reason = EnrollmentProblem.DENIED_IN_ZOOM
    stand = {
        "state": EnrollmentState.FAILED,
        "reason": reason,
        "message": enrollment_message(reason),
    }
    left = enrollment.model_copy(update=stand)
    assert plan_person(left, event, REPORT).action is PersonAction.NOTHING
    refused = enrollment.model_copy(update={"failed_for": attempt_key(event)})
    assert plan_person(refused, event, Settings()).action is PersonAction.NOTHING
    removed = enrollment.model_copy(update={"removed": True})
    assert plan_person(removed, event, settings).action is PersonAction.REMOVE
