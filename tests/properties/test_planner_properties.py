"""Carrying a plan out and planning again gives the empty plan, whatever Zoom and the ledger say.

Zoom is a dictionary here, and an effect is a changed value: nothing but the planner is at work.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lectern.domain.enrollment import Enrollment, EnrollmentState, Person, Registration
from lectern.domain.event import Event, Status
from lectern.domain.meeting import Meeting, MeetingSpec
from lectern.domain.people.given_up import attempt_key
from lectern.domain.people.instructors import Means, current_panelist, is_wanted, means_of
from lectern.domain.planner import (
    MeetingAction,
    PersonAction,
    PersonPlan,
    current_registration,
    event_spec,
    is_in_place,
    plan_meeting,
    plan_person,
    standing_meeting,
    takes_panelist,
    validates_access,
)
from lectern.domain.problems import EnrollmentProblem, enrollment_message
from lectern.domain.settings import Settings
from lectern_testing import strategies as some
from lectern_testing.strategies import NOW

MOST_STEPS = 6
REGISTRATION = {"approval_type", "use_pmi"}


@dataclass
class Zoom:
    """What Zoom has, which the ledger need not know.

    Attributes:
        specs: How each meeting really is.
        ignores_registration: Whether a new meeting comes without registration.
    """

    specs: dict[str, MeetingSpec] = field(default_factory=dict)
    ignores_registration: bool = False

    def create(self, event: Event, spec: MeetingSpec) -> Meeting:
        zoom_id = f"new-{len(self.specs)}"
        made = {"approval_type": 2} if self.ignores_registration else {}
        self.specs[zoom_id] = spec.model_copy(update=made)
        details = event.details
        return Meeting(
            connection=details.connection,
            kind=details.kind,
            zoom_id=zoom_id,
            uuid="",
            host_id="h",
            host_email=details.host.email,
            join_url="",
            spec=spec,
        )

    def read(self, meeting: Meeting) -> Meeting:
        spec = self.specs.setdefault(meeting.zoom_id, meeting.spec)
        seen = {"spec": spec, "read_back": True, "missing_since": None, "held_by": None}
        return meeting.model_copy(update=seen)

    def update(self, meeting: Meeting, spec: MeetingSpec, fields: frozenset[str]) -> Meeting:
        change = {name: getattr(spec, name) for name in fields}
        # Zoom ignores a start in the past without a word.
        ignored = {"starts_at", "timezone"} if spec.starts_at <= NOW else set()
        heeded = {name: value for name, value in change.items() if name not in ignored}
        self.specs[meeting.zoom_id] = self.specs[meeting.zoom_id].model_copy(update=heeded)
        told = meeting.spec.model_copy(update=change)
        read_back = meeting.read_back and not fields & REGISTRATION
        return meeting.model_copy(update={"spec": told, "read_back": read_back})


def carried_out(event: Event, settings: Settings, zoom: Zoom) -> Event:
    """The event after one step of what its meeting needs."""
    plan = plan_meeting(event, settings, NOW)
    meeting, retired = event.meeting, event.retired
    match plan.action:
        case MeetingAction.DELETE:
            meeting, retired = None, ()
        case MeetingAction.CREATE:
            assert plan.spec
            assert plan.retire == (meeting is not None)
            retired = (*retired, meeting) if meeting else retired
            passcode = plan.spec.passcode or "random"
            meeting = zoom.create(event, plan.spec.model_copy(update={"passcode": passcode}))
        case MeetingAction.READ_BACK | MeetingAction.CONFIRM:
            assert meeting
            meeting = zoom.read(meeting)
        case MeetingAction.UPDATE:
            assert meeting
            assert plan.spec
            assert plan.fields
            meeting = zoom.update(meeting, plan.spec, plan.fields)
    return event.model_copy(update={"meeting": meeting, "retired": retired, "intent": None})


@st.composite
def events_with_meetings(draw: st.DrawFn, *, opens: bool = False) -> Event:
    """An event with a meeting of its own host, kind and account."""
    event, meeting = draw(some.events), draw(some.meetings)
    own: dict[str, object] = {
        "host_email": event.details.host.email,
        "kind": event.details.kind.value,
        "connection": event.details.connection,
    }
    status = event.status
    if opens:
        status = Status.SCHEDULED
        own |= {"read_back": True}
        own |= {"spec": meeting.spec.model_copy(update={"approval_type": 1, "use_pmi": False})}
    return event.model_copy(update={"meeting": meeting.model_copy(update=own), "status": status})


@given(
    event=some.events | events_with_meetings() | events_with_meetings(opens=True),
    settings=some.settings,
    at_zoom=some.specs,
    verified=st.booleans(),
    ignores=st.booleans(),
)
def test_a_meeting_comes_to_what_is_wanted_and_then_needs_nothing(
    *, event: Event, settings: Settings, at_zoom: MeetingSpec, verified: bool, ignores: bool
) -> None:
    zoom = Zoom(ignores_registration=ignores)
    if event.meeting:
        zoom.specs[event.meeting.zoom_id] = at_zoom if verified else event.meeting.spec
        meeting = zoom.read(event.meeting) if verified else event.meeting
        event = event.model_copy(update={"meeting": meeting})

    for _ in range(MOST_STEPS):
        if plan_meeting(event, settings, NOW).action is MeetingAction.NOTHING:
            break
        event = carried_out(event, settings, zoom)

    plan = plan_meeting(event, settings, NOW)
    assert plan.action is MeetingAction.NOTHING
    assert (event.meeting is None) == event.is_cancelled
    if event.meeting and not event.meeting.missing_since:  # else it is over, and Zoom forgets it
        wanted = event_spec(event, settings, event.meeting.spec.passcode)
        left = wanted.differing_fields(zoom.specs[event.meeting.zoom_id])
        assert left <= ({"starts_at", "timezone"} if wanted.starts_at <= NOW else set())
        assert event.meeting.is_open
        looked_at_again = event.model_copy(update={"meeting": zoom.read(event.meeting)})
        assert plan_meeting(looked_at_again, settings, NOW).action is MeetingAction.NOTHING


def noted(
    enrollment: Enrollment, plan: PersonPlan, registration: Registration | None
) -> Enrollment:
    """The enrollment after a note of what came of the person."""
    return enrollment.model_copy(
        update={
            "state": plan.state,
            "reason": plan.reason,
            "message": plan.message or (enrollment_message(plan.reason) if plan.reason else None),
            "registration": registration,
            "failed_for": None,
        }
    )


def after(plan: PersonPlan, enrollment: Enrollment, event: Event, outcome: str) -> Enrollment:
    """The enrollment after what the person needs was done, with what came of it at Zoom."""
    known = current_registration(enrollment, event)
    match plan.action:
        case PersonAction.NOTHING:
            return enrollment
        case PersonAction.NOTE:
            return noted(enrollment, plan, known)
        case PersonAction.REMOVE:
            return noted(enrollment, plan, None)
        case PersonAction.REPLACE:
            pending = PersonPlan(action=PersonAction.NOTE, state=EnrollmentState.PENDING)
            return noted(enrollment, pending, None)
    assert event.meeting
    if outcome == "refused":
        return enrollment.model_copy(
            update={
                "state": EnrollmentState.FAILED,
                "reason": EnrollmentProblem.REJECTED,
                "failed_for": attempt_key(event),
            }
        )
    registration = Registration(
        zoom_id=event.meeting.zoom_id,
        registrant_id="r",
        join_url="link" if outcome == "link" else None,
        person=enrollment.person,
        registered_at=NOW,
    )
    has_link = PersonPlan(action=PersonAction.NOTE, state=EnrollmentState.REGISTERED)
    no_link = PersonPlan(action=PersonAction.NOTE, state=EnrollmentState.PENDING)
    return noted(enrollment, has_link if outcome == "link" else no_link, registration)


@st.composite
def people_in_events(draw: st.DrawFn) -> tuple[Enrollment, Event]:
    """Someone in an event, most often one that takes registrants."""
    opened = events_with_meetings(opens=True)
    event = draw(st.sampled_from([opened, opened, opened, some.events]).flatmap(lambda each: each))
    return draw(some.enrollments_in(event)), event


@st.composite
def registered_people(draw: st.DrawFn) -> tuple[Enrollment, Registration, Event]:
    """Someone with a registrant in the event's meeting, who may be wanted otherwise by now."""
    event = draw(events_with_meetings() | events_with_meetings(opens=True))
    enrollment, registration = draw(some.enrollments_in(event)), draw(some.registrations)
    assert event.meeting
    known = registration.model_copy(update={"zoom_id": event.meeting.zoom_id})
    return enrollment.model_copy(update={"registration": known}), known, event


def may_be_registered(enrollment: Enrollment, event: Event, settings: Settings) -> bool:
    """Whether the rules let the person be a registrant of the event's meeting."""
    return (
        (enrollment.access.granted or not validates_access(event.details, settings))
        and means_of(enrollment, event, settings) in {Means.PARTICIPANT, Means.ASSISTANT}
        and is_wanted(enrollment, event)
        and not event.is_cancelled
        and event.meeting is not None
    )


def waits_for_others(enrollment: Enrollment, event: Event, settings: Settings) -> bool:
    """Whether it is for the step before to make the person a panelist or the like, or none."""
    means = means_of(enrollment, event, settings)
    if current_panelist(enrollment, event) and not takes_panelist(enrollment, event, settings):
        return True
    apart = {Means.PANELIST, Means.ALTERNATIVE_HOST, Means.UNDECIDED}
    return means in apart and not is_in_place(enrollment, event, means)


@pytest.mark.parametrize("outcome", ["link", "no link", "refused"])
@given(people_in_events(), some.settings)
def test_a_person_comes_to_what_is_wanted_and_then_needs_nothing(
    outcome: str, person: tuple[Enrollment, Event], settings: Settings
) -> None:
    enrollment, event = person
    had_failed = enrollment.failed_for == attempt_key(event)
    actions = []
    for _ in range(4):
        plan = plan_person(enrollment, event, settings)
        actions.append(plan.action)
        enrollment = after(plan, enrollment, event, outcome)

    assert plan_person(enrollment, event, settings).action is PersonAction.NOTHING
    known, meeting = enrollment.registration, event.meeting
    waits = waits_for_others(enrollment, event, settings)
    calls = [action for action in actions if action not in {"nothing", "note"}]
    # One that another is to take the place of gets nobody more.
    standing = standing_meeting(event)
    takes_people = standing is not None and standing.is_open
    replaced = ["replace", "register"] if takes_people else ["replace"]
    assert calls in ([], ["remove"], ["register"], replaced)
    is_registered = known and meeting and known.zoom_id == meeting.zoom_id
    if waits:
        assert "register" not in calls
    elif not may_be_registered(enrollment, event, settings):
        assert not is_registered
    elif takes_people and outcome != "refused" and not had_failed:
        assert is_registered
    assert not is_registered or waits or (known and known.person == enrollment.person)


@given(people_in_events(), some.settings)
def test_nobody_is_registered_who_may_not_be(
    person: tuple[Enrollment, Event], settings: Settings
) -> None:
    plan = plan_person(*person, settings)

    assert not plan.registers or may_be_registered(*person, settings)


@given(registered_people(), some.settings)
def test_nobody_is_registered_twice(
    person: tuple[Enrollment, Registration, Event], settings: Settings
) -> None:
    enrollment, known, event = person

    plan = plan_person(enrollment, event, settings)

    assert plan.action is not PersonAction.REGISTER
    assert plan.action is not PersonAction.REPLACE or known.person != enrollment.person


@given(registered_people(), some.settings)
def test_whoever_is_not_wanted_is_removed(
    person: tuple[Enrollment, Registration, Event], settings: Settings
) -> None:
    enrollment, _, event = person
    host = Person(email=event.details.host.email, first_name="Host")
    gone = (
        (enrollment.model_copy(update={"removed": True}), event),
        (enrollment.model_copy(update={"person": host}), event),
        (enrollment, event.model_copy(update={"status": Status.CANCELLED})),
    )

    for unwanted, of_event in gone:
        if current_panelist(unwanted, of_event):
            continue
        assert plan_person(unwanted, of_event, settings).action is PersonAction.REMOVE
