"""What holds of all that the LMS is told."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from lectern.domain.enrollment import Enrollment, EnrollmentState
from lectern.domain.event import Event, SyncState
from lectern.domain.notifications import Notification, of_enrollment, of_event
from lectern.domain.problems import EnrollmentProblem, EventProblem, event_problem
from lectern_testing import strategies as some

PRIVATE = re.compile(r"\S+@\S+|://")
said_by_zoom = st.lists(
    st.sampled_from(["no", "<anna@acme.example>", "https://zoom.us/w/1?tk=x", "(bo@x.example)"]),
    max_size=6,
).map(" ".join)


def texts(told: list[Notification]) -> str:
    return " ".join(filter(None, (part for each in told for part in (each.message, each.remedy))))


@given(some.events)
def test_where_nothing_changed_of_an_event_nothing_is_told(event: Event) -> None:
    assert of_event(event, event) == []


@given(some.enrollments)
def test_where_nothing_changed_of_a_person_nothing_is_told(enrollment: Enrollment) -> None:
    assert of_enrollment(enrollment, enrollment) == []


@given(some.events, some.events, said_by_zoom)
def test_no_address_and_no_link_is_told_of_an_event(old: Event, new: Event, said: str) -> None:
    problem = event_problem(EventProblem.REJECTED, f"Zoom said: {said}")
    sync = new.sync.model_copy(update={"state": SyncState.FAILED, "problem": problem})
    told = of_event(old, new.model_copy(update={"sync": sync}))
    assert not PRIVATE.search(texts(told))


@given(some.enrollments, said_by_zoom)
def test_no_address_and_no_link_is_told_of_a_person(enrollment: Enrollment, said: str) -> None:
    failed = {
        "state": EnrollmentState.FAILED,
        "reason": EnrollmentProblem.REJECTED,
        "message": f"Zoom said: {said}",
    }
    told = of_enrollment(None, enrollment.model_copy(update=failed))
    assert not PRIVATE.search(texts(told))
    assert {each.user_id for each in told} <= {enrollment.user_id}


@given(some.events, some.events, st.text(max_size=8))
def test_a_change_that_is_seen_twice_is_told_by_the_same_ids(
    old: Event, new: Event, change: str
) -> None:
    first, again = of_event(old, new), of_event(old, new)
    identifiers = [each.identifier(change) for each in first]
    assert identifiers == [each.identifier(change) for each in again]
    assert len(set(identifiers)) == len(identifiers)
