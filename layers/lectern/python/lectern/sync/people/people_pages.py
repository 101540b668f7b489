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
from lectern.store import keys
from lectern.sync.people.approval import approve_again
from lectern.sync.reconciliation import Reconciliation
from lectern.sync.registration.register import register

PAGE_SIZE = 20 * BATCH_SIZE
"""How many enrollments are planned at once; bounds the memory of a task and the size of a state."""


_Planned = tuple[Enrollment, PersonPlan]
"""A person with what they need."""


class UserRange(DomainModel):
    """The people between two, both included: how a batch is named without naming its people.

    Attributes:
        everyone: Whether it is a range of the whole roster, from user to user; else of those who
            have failed or are pending, from position to position among them.
        planned: For how many of them something was planned. If it is for fewer by the time of the
            work, a run of it was killed after it had done something.
    """

    everyone: bool
    first: str
    last: str
    planned: int


class RangeResult(DomainModel):
    """Whether anything changed for the people of a range."""

    changed: bool


class PeoplePass(DomainModel):
    """A pass over an event's people, and how far it is.

    Attributes:
        everyone: Whether it is over the whole roster, and not only over those who have failed or
            are pending.
        basis: Names what the roster is planned from; see ``domain.roster``.
        after: The user, or position, after which the next page begins.
        next: Whether there is a next page.
        counted: Where the people of the pages so far stand.
        left: How many had something to be done at Zoom whom another pass over everyone alone is
            sure to find again: those who are neither pending nor have failed, and those of a pass
            over everyone, who may be pending among many.
        changed: Whether anything changed for them.
    """

    everyone: bool = False
    basis: str | None = None
    after: str | None = None
    next: bool = False
    counted: Participants = Participants()
    left: int = 0
    changed: bool = False

    def after_range(self, result: RangeResult) -> PeoplePass:
        """The pass once a range of its people was worked off."""
        return self.model_copy(update={"changed": self.changed or result.changed})


class PagePlan(DomainModel):
    """The plan for a page of an event's people.

    Attributes:
        people: The pass, with this page.
        removals: Ranges whose registrants have to go, to be done first.
        registrations: Ranges with up to 30 people to register each.
    """

    people: PeoplePass
    removals: tuple[UserRange, ...]
    registrations: tuple[UserRange, ...]


def plan_page(work: Reconciliation, people: PeoplePass) -> PagePlan:
    """Plans a page of the event's people, and notes where those stand who need nothing at Zoom.

    Args:
        work: The work on the event.
        people: The pass over them.
    """
    enrollments = work.dependencies.enrollments
    page_of = enrollments.page if people.everyone else enrollments.page_of_due
    page, after = page_of(work.event_id, after=people.after, limit=PAGE_SIZE)
    plans = [(enrollment, _plan(work, enrollment)) for enrollment in page]
    if after is not None:
        whole = _up_to_the_last_whole_batch(plans)
        if len(whole) < len(plans):
            plans, after = whole, _place(whole[-1][0], everyone=people.everyone)
    noting = [each for each in plans if each[1].action is PersonAction.NOTE]
    moving = [enrollment for enrollment, plan in plans if plan.removes or plan.registers]
    is_whole = people.after is None and after is None
    work.is_for_one = is_whole and len(noting) + len(moving) == 1
    for enrollment, plan in noting:
        work.registrar.note(enrollment, plan, current_registration(enrollment, work.event))
    with_page = {
        "after": after,
        "next": after is not None,
        "counted": _with_page(people.counted, plans),
        "left": people.left
        + sum(people.everyone or each.state not in _FOUND_AGAIN for each in moving),
    }
    removing = [enrollment for enrollment, plan in plans if plan.removes]
    registering = [enrollment for enrollment, plan in plans if plan.registers]
    removals = _ranges(removing, everyone=people.everyone)
    registrations = _ranges(registering, everyone=people.everyone)
    work.just_read = removals | registrations
    return PagePlan(
        people=people.model_copy(update=with_page),
        removals=tuple(removals),
        registrations=tuple(registrations),
    )


_FOUND_AGAIN = {EnrollmentState.PENDING, EnrollmentState.FAILED}
"""Where those stand whom every pass looks at, unless they are pending among many."""


def _place(enrollment: Enrollment, *, everyone: bool) -> str:
    """Where a person stands in a pass."""
    if everyone:
        return enrollment.user_id
    return keys.enrollment_in_state(enrollment.state, enrollment.user_id)


def _people_in(work: Reconciliation, users: UserRange) -> list[Enrollment]:
    """Those of a range for whom something is planned, and others; read anew by another task."""
    known = work.just_read.pop(users, None)
    if known is not None:
        return known
    enrollments = work.dependencies.enrollments
    range_of = enrollments.range if users.everyone else enrollments.range_of_due
    return range_of(work.event_id, users.first, users.last)


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
    for enrollment in _people_in(work, users):
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
        work.just_read.clear()
    if removed and work.dependencies.enrollments.anyone_failed(work.event_id):
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
    before = Counter(work.shifts)
    planned = [
        (enrollment, _plan(work, enrollment).action) for enrollment in _people_in(work, users)
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
    ran_over = bool((denied or wanted) and overrun(work.event, work.now()))
    return RangeResult(changed=fewer or ran_over or work.shifts != before)


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


def _ranges(
    enrollments: Sequence[Enrollment], *, everyone: bool
) -> dict[UserRange, list[Enrollment]]:
    batches = [enrollments[n : n + BATCH_SIZE] for n in range(0, len(enrollments), BATCH_SIZE)]
    return {
        UserRange(
            everyone=everyone,
            first=_place(batch[0], everyone=everyone),
            last=_place(batch[-1], everyone=everyone),
            planned=len(batch),
        ): list(batch)
        for batch in batches
    }
