"""Brings the registrants of an event's meeting to what is wanted, a page and a batch at a time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

from lectern.domain.enrollment import Enrollment, EnrollmentState
from lectern.domain.errors import LimitScope, ZoomDailyLimit, ZoomError
from lectern.domain.event import Participants
from lectern.domain.model import DomainModel
from lectern.domain.overrun import overrun
from lectern.domain.planner import (
    BATCH_SIZE,
    PersonAction,
    PersonPlan,
    current_registration,
    plan_person,
)
from lectern.domain.zoom_refusals import Meaning, reading_of
from lectern.sync.instructors.staff import is_to_be_known
from lectern.sync.people.approval import approve_again
from lectern.sync.reconciliation import Reconciliation
from lectern.sync.registration.register import register

PAGE_SIZE = 20 * BATCH_SIZE
"""How many enrollments are planned at once; bounds the memory of a task and the size of a state."""


_Planned = tuple[Enrollment, PersonPlan]
"""A person with what they need."""


class UserRange(DomainModel):
    """The users between two, both included: how a batch is named without naming its people.

    Attributes:
        planned: For how many of them something was planned. If it is for fewer by the time of the
            work, a run of it was killed after it had done something.
    """

    first: str
    last: str
    planned: int


class PagePlan(DomainModel):
    """The plan for a page of an event's people.

    Attributes:
        removals: Ranges whose registrants have to go, to be done first.
        registrations: Ranges with up to 30 people to register each.
        after: The user after whom the next page begins; ``None`` at the end.
        counted: Where the people stand who were counted so far, this page included.
        instructors: How many instructors there were so far, this page included.
    """

    removals: tuple[UserRange, ...]
    registrations: tuple[UserRange, ...]
    after: str | None
    counted: Participants
    instructors: int


class RangeResult(DomainModel):
    """Whether anything changed for the people of a range."""

    changed: bool


def plan_page(
    work: Reconciliation, after: str | None, counted: Participants, instructors: int
) -> PagePlan:
    """Plans a page of the event's people, and notes where those stand who need nothing at Zoom.

    Args:
        work: The work on the event.
        after: The user after whom the page begins.
        counted: Where the people of the pages before stand.
        instructors: How many instructors were among those.
    """
    page, next_after = work.dependencies.enrollments.page(
        work.event_id, after=after, limit=PAGE_SIZE
    )
    plans = [(enrollment, _plan(work, enrollment)) for enrollment in page]
    if next_after is not None:
        plans = _up_to_the_last_whole_batch(plans)
        next_after = plans[-1][0].user_id
    for enrollment, plan in plans:
        if plan.action is PersonAction.NOTE:
            work.registrar.note(enrollment, plan, current_registration(enrollment, work.event))
    return PagePlan(
        removals=_ranges([enrollment for enrollment, plan in plans if plan.removes]),
        registrations=_ranges([enrollment for enrollment, plan in plans if plan.registers]),
        after=next_after,
        counted=_with_page(counted, plans),
        instructors=instructors + sum(is_to_be_known(enrollment) for enrollment, _ in plans),
    )


def _up_to_the_last_whole_batch(plans: list[_Planned]) -> list[_Planned]:
    """The page without those who would be less than a batch, and begin the next page instead.

    Otherwise each page would end with a batch that is not full. A page with less than a batch stays
    as it is, so that it comes to an end.
    """
    registering = [n for n, (_, plan) in enumerate(plans) if plan.registers]
    left_over = len(registering) % BATCH_SIZE
    if not left_over or len(registering) < BATCH_SIZE:
        return plans
    return plans[: registering[-left_over]]


def _with_page(counted: Participants, plans: Sequence[_Planned]) -> Participants:
    """The counts with a page's people; right once a round finds nothing left to do at Zoom."""
    states = Counter(
        plan.state.value if plan.action is PersonAction.NOTE else enrollment.state.value
        for enrollment, plan in plans
        if enrollment.enrolled
    )
    return Participants(**{name: count + states[name] for name, count in counted})


def remove_range(work: Reconciliation, users: UserRange) -> RangeResult:
    """Deletes the registrants in a range who should not be there, at Zoom and in the ledger.

    Raises:
        ZoomError: Limits and outages, for the state machine to wait for.
    """
    removed = refused = False
    meeting = work.event.meeting
    for enrollment in work.dependencies.enrollments.range(work.event_id, users.first, users.last):
        plan = _plan(work, enrollment)
        registration = current_registration(enrollment, work.event)
        if not plan.removes or registration is None or meeting is None:
            continue
        try:
            work.sessions(meeting).remove(registration.zoom_id, registration.registrant_id)
        except ZoomError as error:
            refused = work.note_refusal(error) is not None
            break
        if plan.action is PersonAction.REPLACE:
            plan = PersonPlan(action=PersonAction.NOTE, state=EnrollmentState.PENDING)
        work.registrar.note(enrollment, plan, registration=None)
        work.registrar.forgets(registration)
        removed = True
    if removed:
        # Their places and addresses are free: who had failed for want of one may come in now.
        work.lease.free_places()
    # Who is not there any more was removed by a run of this that was killed, or stays after all.
    return RangeResult(changed=not refused or removed)


def register_range(work: Reconciliation, users: UserRange) -> RangeResult:
    """Registers up to 30 people of a range who are wanted and not registered yet.

    A person whom Zoom refuses is noted as failed, with the reason, and holds up nobody else.

    Raises:
        ZoomError: What concerns more than single people.
    """
    planned = [
        (enrollment, _plan(work, enrollment).action)
        for enrollment in work.dependencies.enrollments.range(
            work.event_id, users.first, users.last
        )
    ]
    denied = [enrollment for enrollment, action in planned if action is PersonAction.APPROVE]
    wanted = [enrollment for enrollment, action in planned if action is PersonAction.REGISTER]
    wanted.sort(key=lambda enrollment: (enrollment.enrolled_at, enrollment.user_id))
    longer = overrun(work.event, work.now()) if denied or wanted else None
    if longer:
        # Zoom would refuse everybody: it is told first that the session lasts longer.
        work.note_overrun(longer)
        return RangeResult(changed=True)
    _carry_out(work, lambda: approve_again(work, denied[:BATCH_SIZE]))
    _carry_out(work, lambda: register(work.registrar, wanted[:BATCH_SIZE]))
    fewer = len(denied) + len(wanted) != users.planned
    return RangeResult(changed=fewer or any(work.shifts.values()))


def _carry_out(work: Reconciliation, step: Callable[[], None]) -> None:
    """Does a step for several people; what concerns one of them or a person's limit is noted.

    Raises:
        ZoomError: What concerns more than single people.
    """
    try:
        step()
    except ZoomDailyLimit as limit:
        if limit.scope is not LimitScope.REGISTRANT:
            raise
        # It concerns single people: everybody else goes on, and the event waits for them.
        work.note_wait(limit.resume_at)
    except ZoomError as error:
        is_doubtful = reading_of(error).meaning in _NOT_AS_KNOWN
        if not (is_doubtful and work.doubts()):
            work.note_refusal(error)


_NOT_AS_KNOWN = frozenset({Meaning.NO_REGISTRATION, Meaning.OF_OTHER_KIND})
"""What Zoom says of a meeting that takes registrants, as far as the ledger knows."""


def _plan(work: Reconciliation, enrollment: Enrollment) -> PersonPlan:
    return plan_person(enrollment, work.event, work.settings)


def _ranges(enrollments: Sequence[Enrollment]) -> tuple[UserRange, ...]:
    batches = [enrollments[n : n + BATCH_SIZE] for n in range(0, len(enrollments), BATCH_SIZE)]
    return tuple(
        UserRange(first=batch[0].user_id, last=batch[-1].user_id, planned=len(batch))
        for batch in batches
    )
