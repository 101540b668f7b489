"""The join decision: what the Join button shows to one person, from what is stored.

A decision is never more than what is known: it carries a link only where the person's own one is in
the ledger of the meeting that the event has now. Where something could be done about it on the
spot, ``step`` says what; whoever asks decides whether to.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from lectern.domain.enrollment import Enrollment, EnrollmentState, Requirement, Role
from lectern.domain.event import Event, Phase, SyncState
from lectern.domain.model import DomainModel
from lectern.domain.overrun import SESSION_OVER, overrun
from lectern.domain.people.instructors import Means, current_panelist, is_wanted, means_of
from lectern.domain.people.moderation import KEPT_OUT, is_kept_out
from lectern.domain.planner import (
    APART,
    PersonAction,
    PersonPlan,
    current_registration,
    is_blocked,
    is_in_place,
    plan_person,
    standing_meeting,
)
from lectern.domain.problems import EnrollmentProblem, EventProblem, enrollment_message
from lectern.domain.settings import Settings

RETRY_SECONDS = 5
"""When to ask again while something is under way: what a registration takes, and then some."""


class JoinState(StrEnum):
    """The state of the button."""

    JOIN = "join"
    SEE_REQUIREMENTS = "see_requirements"
    PREPARING = "preparing"
    NOT_ENROLLED = "not_enrolled"
    CANCELLED = "cancelled"
    UNAVAILABLE = "unavailable"


LABELS = {
    JoinState.JOIN: "Join",
    JoinState.SEE_REQUIREMENTS: "See requirements",
    JoinState.PREPARING: "Preparing…",
    JoinState.NOT_ENROLLED: "Not enrolled",
    JoinState.CANCELLED: "Cancelled",
    JoinState.UNAVAILABLE: "Unavailable",
}


class JoinRole(StrEnum):
    """The role that the person comes in with."""

    PARTICIPANT = "participant"
    INSTRUCTOR = "instructor"
    HOST = "host"


class JoinStep(StrEnum):
    """A step at Zoom that would bring the person further."""

    FETCH_START_LINK = "fetch_start_link"
    FETCH_INVITE_LINK = "fetch_invite_link"
    REGISTER = "register"
    SYNCHRONISE = "synchronise"
    VERIFY = "verify"


class JoinDecision(DomainModel):
    """The answer to one person who wants to join.

    Attributes:
        phase: The event's; ``None`` where there is no such event.
        url: The person's own link; only in state ``join``, and for host and alternative hosts only
            once fetched.
        requirements: What is unmet.
        retry_after_seconds: While ``preparing``: when to ask again.
        step: What would bring the person further, if anything would.
    """

    state: JoinState
    role: JoinRole | None = None
    phase: Phase | None = None
    url: str | None = None
    requirements: tuple[Requirement, ...] = ()
    retry_after_seconds: int | None = None
    reason: EventProblem | EnrollmentProblem | None = None
    message: str | None = None
    step: JoinStep | None = None

    @property
    def label(self) -> str:
        """The text on the button."""
        return LABELS[self.state]


_NOT_ENROLLED = "This person is not enrolled in the event."
_CANCELLED = "The event was cancelled."
REGISTERING = "The registration at Zoom is under way."
_SEATING = "Zoom is being told of this instructor."


def decide(
    event: Event | None,
    enrollment: Enrollment | None,
    user_id: str,
    settings: Settings,
    now: datetime,
) -> JoinDecision:
    """Decides what the Join button shows to a user of an event.

    Args:
        event: The event; ``None`` where there is none.
        enrollment: The user's enrollment in it, possibly removed.
        user_id: The user.
        settings: The platform's settings.
        now: The present moment.
    """
    if event is None:
        return JoinDecision(state=JoinState.NOT_ENROLLED, message=_NOT_ENROLLED)
    person = enrollment if enrollment and is_wanted(enrollment, event) else None
    role = _role(event, person, user_id)
    if event.is_cancelled:
        decision = JoinDecision(state=JoinState.CANCELLED, message=_CANCELLED)
    elif role is None:
        decision = JoinDecision(state=JoinState.NOT_ENROLLED, message=_NOT_ENROLLED)
    elif role is JoinRole.HOST:
        decision = _of_host(event, now)
    elif person is None:
        # Listed a moment ago, and not taken up yet.
        decision = _seating(event, now)
    else:
        decision = _of_person(event, person, settings, now)
    return decision.model_copy(update={"role": role, "phase": event.phase})


def preparing(
    reason: EventProblem | EnrollmentProblem | None,
    message: str,
    *,
    step: JoinStep | None = None,
    seconds: int = RETRY_SECONDS,
) -> JoinDecision:
    """The decision that something is on its way."""
    return JoinDecision(
        state=JoinState.PREPARING,
        retry_after_seconds=seconds,
        reason=reason,
        message=message,
        step=step,
    )


def seconds_until(moment: datetime, now: datetime) -> int:
    """When to ask again for something that is to be there at a moment; a second at least."""
    return max(1, -int((now - moment).total_seconds() // 1))


def _role(event: Event, person: Enrollment | None, user_id: str) -> JoinRole | None:
    """The user's role in the event; ``None`` for a stranger."""
    if event.details.is_hosted_by(user_id, person.person.email if person else ""):
        return JoinRole.HOST
    if event.details.instructor(user_id):
        return JoinRole.INSTRUCTOR
    if person is None:
        return None
    return JoinRole.INSTRUCTOR if person.role is Role.INSTRUCTOR else JoinRole.PARTICIPANT


def _of_host(event: Event, now: datetime) -> JoinDecision:
    meeting = standing_meeting(event)
    if meeting is None or meeting.gone or meeting.held_by:
        return _not_ready(event, now)
    return JoinDecision(state=JoinState.JOIN, step=JoinStep.FETCH_START_LINK)


def _of_person(event: Event, person: Enrollment, settings: Settings, now: datetime) -> JoinDecision:
    plan = plan_person(person, event, settings)
    if is_blocked(person, event, settings):
        return JoinDecision(
            state=JoinState.SEE_REQUIREMENTS,
            requirements=tuple(each for each in person.access.requirements if not each.met),
            reason=EnrollmentProblem.REQUIREMENTS_NOT_MET,
            message=enrollment_message(EnrollmentProblem.REQUIREMENTS_NOT_MET),
        )
    if is_kept_out(person, event):
        return _unavailable(EnrollmentProblem.DENIED_IN_ZOOM, KEPT_OUT)
    meeting = standing_meeting(event)
    if meeting is None or meeting.gone:
        return _not_ready(event, now)
    way_in = _of_instructor(event, person, settings, now)
    if way_in is not None:
        return way_in
    registration = current_registration(person, event)
    if registration is not None and registration.withdrawn:
        return _of_withdrawn(plan)
    if registration is not None:
        if registration.person.address != person.person.address:
            return preparing(None, REGISTERING, step=JoinStep.SYNCHRONISE)
        if registration.join_url is None:
            return preparing(None, REGISTERING, step=JoinStep.VERIFY)
        return JoinDecision(state=JoinState.JOIN, url=registration.join_url)
    if not meeting.is_open:
        return _not_ready(event, now)
    return _of_unregistered(event, person, plan, now)


def _is_of_everybody(event: Event, person: Enrollment) -> bool:
    """Whether the person is kept out by what the sweeps see to, since it keeps everybody out."""
    problem = event.sync.problem
    is_known = problem is not None and problem.code.value == person.reason
    return is_known and person.state is EnrollmentState.FAILED


def _of_instructor(
    event: Event, person: Enrollment, settings: Settings, now: datetime
) -> JoinDecision | None:
    """An instructor who is at Zoom what the means say; ``None`` for all whom Zoom registers.

    Whoever is to be more than a registrant and still is one keeps that link until then. An invite
    link lets in whoever has it, so it need not wait for Zoom to know of the alternative host.
    """
    means = means_of(person, event, settings)
    if means not in APART or person.state is EnrollmentState.FAILED:
        return None
    is_placed = is_in_place(person, event, means)
    if not is_placed and current_registration(person, event):
        return None
    takes_people = event.meeting is not None and event.meeting.is_open
    if means is Means.ALTERNATIVE_HOST and (is_placed or takes_people):
        return JoinDecision(state=JoinState.JOIN, step=JoinStep.FETCH_INVITE_LINK)
    if not is_placed:
        return _seating(event, now)
    panelist = current_panelist(person, event)
    if panelist is None or panelist.join_url is None:
        return preparing(None, _SEATING, step=JoinStep.VERIFY)
    return JoinDecision(state=JoinState.JOIN, url=panelist.join_url)


def _seating(event: Event, now: datetime) -> JoinDecision:
    """Zoom has not been told of the instructor yet, for want of a meeting or of time."""
    meeting, sync = standing_meeting(event), event.sync
    if meeting and meeting.is_open and sync.state not in {SyncState.FAILED, SyncState.WAITING}:
        return preparing(None, _SEATING, step=JoinStep.SYNCHRONISE)
    return _not_ready(event, now)


def _of_withdrawn(plan: PersonPlan) -> JoinDecision:
    """Someone whose registration was taken away in Zoom: given back, or left so."""
    if plan.state is EnrollmentState.FAILED and plan.reason:
        return _unavailable(plan.reason, plan.message)
    return preparing(None, REGISTERING, step=JoinStep.SYNCHRONISE)


def _of_unregistered(
    event: Event, person: Enrollment, plan: PersonPlan, now: datetime
) -> JoinDecision:
    """Someone who should be registered in a meeting that takes registrants, and is not.

    An attempt that failed for good is not made again, nor one that Zoom would refuse by the hour.
    """
    if event.has_ended:
        reason = EnrollmentProblem.REGISTRATION_CLOSED
        return _unavailable(reason, enrollment_message(reason, SESSION_OVER))
    tries = plan.action is PersonAction.REGISTER and not _is_of_everybody(event, person)
    if tries and overrun(event, now):
        return preparing(None, REGISTERING, step=JoinStep.SYNCHRONISE)
    step = JoinStep.REGISTER if tries else None
    if person.state is EnrollmentState.FAILED and person.reason:
        return _unavailable(person.reason, person.message, step=step)
    return preparing(None, REGISTERING, step=step or JoinStep.SYNCHRONISE)


def _unavailable(
    reason: EnrollmentProblem, message: str | None = None, *, step: JoinStep | None = None
) -> JoinDecision:
    return JoinDecision(
        state=JoinState.UNAVAILABLE,
        reason=reason,
        message=message or enrollment_message(reason),
        step=step,
    )


def _not_ready(event: Event, now: datetime) -> JoinDecision:
    """The meeting is not there yet, or will not come before a person has acted."""
    sync = event.sync
    if sync.state is SyncState.FAILED and sync.problem:
        return JoinDecision(
            state=JoinState.UNAVAILABLE, reason=sync.problem.code, message=sync.problem.message
        )
    if sync.state is SyncState.WAITING and sync.problem and sync.next_attempt_at:
        seconds = seconds_until(sync.next_attempt_at, now)
        return preparing(sync.problem.code, sync.problem.message, seconds=seconds)
    reason = EnrollmentProblem.EVENT_NOT_READY
    return preparing(reason, enrollment_message(reason), step=JoinStep.SYNCHRONISE)
