"""Whoever is neither pending nor has failed stands as before while the basis is the same."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from lectern.domain.enrollment import Enrollment, EnrollmentState, Withdrawn
from lectern.domain.event import Event, Host, Instructor, Phase, Status
from lectern.domain.meeting import APPROVAL_MANUAL, Kind, Meeting
from lectern.domain.planner import plan_person
from lectern.domain.roster import roster_basis
from lectern.domain.settings import Drift, InstructorsAs, Settings
from lectern.store import keys
from lectern_testing import strategies as some
from lectern_testing.strategies import NOW

AT_REST = (EnrollmentState.REGISTERED, EnrollmentState.BLOCKED, EnrollmentState.REMOVED)

World = tuple[Event, Settings]
Change = Callable[[World, Enrollment], World]


def details(**changes: object) -> Change:
    return lambda world, _: (_with_details(world[0], **changes), world[1])


def _with_details(event: Event, **changes: object) -> Event:
    return event.model_copy(update={"details": event.details.model_copy(update=changes)})


def event(**changes: object) -> Change:
    return lambda world, _: (world[0].model_copy(update=changes), world[1])


def meeting(**changes: object) -> Change:
    def change(world: World, _: Enrollment) -> World:
        before, settings = world
        if before.meeting is None:
            return world
        changed = before.meeting.model_copy(update=changes)
        return before.model_copy(update={"meeting": changed}), settings

    return change


def alternative_host(world: World, person: Enrollment) -> World:
    before, settings = world
    if before.meeting is None:
        return world
    spec = before.meeting.spec.model_copy(
        update={"alternative_hosts": (person.person.address, "zoe@acme.example")}
    )
    return meeting(spec=spec)((before, settings), person)


def host(world: World, person: Enrollment) -> World:
    return details(host=Host(user_id=person.user_id, email=world[0].details.host.email))(
        world, person
    )


def instructor(world: World, person: Enrollment) -> World:
    listed = Instructor(user_id=person.user_id, email=person.person.email, name="Ivy")
    return details(instructors=(listed,))(world, person)


def other_hosts(world: World, _: Enrollment) -> World:
    before, settings = world
    hosts = settings.hosts.model_copy(update={"instructors_as": InstructorsAs.ASSISTANTS})
    return before, settings.model_copy(update={"hosts": hosts})


def drift(world: World, _: Enrollment) -> World:
    before, settings = world
    other = Drift.REPORT if settings.drift is Drift.REPAIR else Drift.REPAIR
    return before, settings.model_copy(update={"drift": other})


CHANGES: dict[str, Change] = {
    "cancelled": event(status=Status.CANCELLED),
    "live": event(phase=Phase.LIVE, phase_at=NOW),
    "ended": event(phase=Phase.ENDED, phase_at=NOW),
    "another kind": details(kind=Kind.WEBINAR),
    "access counts": details(access_validation=True),
    "access does not count": details(access_validation=False),
    "another title": details(title="Another"),
    "another connection": details(connection="other"),
    "no meeting": event(meeting=None),
    "another meeting": meeting(zoom_id="424242"),
    "not read yet": meeting(read_back=False),
    "in doubt": meeting(missing_since=NOW),
    "an alternative host": alternative_host,
    "host": host,
    "an instructor": instructor,
    "nobody else teaches": details(instructors=()),
    "instructors are something else": other_hosts,
    "drift": drift,
}


@st.composite
def people_at_rest(draw: st.DrawFn, before: Event, at_zoom: Meeting) -> Enrollment:
    """Somebody who is at rest, most often with a registrant or a panelist in the meeting."""
    person = draw(some.enrollments_in(before))
    found: dict[str, object] = {"state": draw(st.sampled_from(AT_REST)), "failed_for": None}
    if person.registration:
        withdrawn = draw(st.sampled_from([None, None, Withdrawn.DENIED]))
        there = {"zoom_id": at_zoom.zoom_id, "withdrawn": withdrawn, "person": person.person}
        found["registration"] = person.registration.model_copy(update=there)
    if person.panelist:
        found["panelist"] = person.panelist.model_copy(update={"zoom_id": at_zoom.zoom_id})
    if person.zoom_user:
        seen = {"address": person.person.address}
        found["zoom_user"] = person.zoom_user.model_copy(update=seen)
    found["taken_back"] = draw(st.sampled_from([None, NOW + timedelta(minutes=1)]))
    return person.model_copy(update=found)


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
@given(st.data())
@hypothesis_settings(max_examples=40)
def test_one_basis_plans_the_same_for_whoever_is_at_rest(
    change: Change, data: st.DataObject
) -> None:
    made: Meeting = data.draw(some.meetings)
    spec = {"approval_type": APPROVAL_MANUAL, "use_pmi": False, "alternative_hosts": ()}
    at_zoom = made.model_copy(
        update={
            "read_back": True,
            "missing_since": None,
            "gone": None,
            "spec": made.spec.model_copy(update=spec),
        }
    )
    before = data.draw(some.events).model_copy(
        update={"meeting": at_zoom, "status": Status.SCHEDULED, "phase": Phase.UPCOMING}
    )
    stands = {
        "kind": at_zoom.kind,
        "connection": at_zoom.connection,
        "host": Host(user_id="u-host", email=at_zoom.host_email),
    }
    before = _with_details(before, **stands)
    settings = data.draw(some.settings)
    person = data.draw(people_at_rest(before, at_zoom))

    after, settings_after = change((before, settings), person)

    if roster_basis(before, settings) == roster_basis(after, settings_after):
        planned = plan_person(person, before, settings)
        assert planned == plan_person(person, after, settings_after)


@given(st.sampled_from(EnrollmentState), some.identifiers)
def test_pending_and_failed_people_are_one_range_of_the_index(
    state: EnrollmentState, user_id: str
) -> None:
    position = keys.enrollment_in_state(state, user_id)

    is_within = keys.FIRST_DUE <= position <= keys.LAST_DUE
    assert is_within == (state in {EnrollmentState.PENDING, EnrollmentState.FAILED})
    assert keys.user_at(position) == user_id
