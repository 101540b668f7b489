"""Brings the registrants of an event's meeting to what is wanted, a page and a batch at a time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from lectern.domain.classification import (
    concerns_the_meeting,
    problem_of_event,
    reason_of_person,
)
from lectern.domain.enrolment import Enrolment, EnrolmentState, Registration
from lectern.domain.errors import (
    LimitScope,
    ZoomDailyLimit,
    ZoomError,
    ZoomNotFound,
    ZoomRejected,
)
from lectern.domain.event import Participants
from lectern.domain.model import DomainModel
from lectern.domain.planner import (
    BATCH_SIZE,
    PersonAction,
    PersonPlan,
    attempt_key,
    current_registration,
    plan_person,
    stand_of_registered,
    uses_zoom_emails,
)
from lectern.domain.problems import EnrolmentProblem, enrolment_message
from lectern.sync.addresses import settle_addresses
from lectern.sync.work import Work
from lectern.zoom.payloads import RegistrantAnswer

PAGE_SIZE = 20 * BATCH_SIZE
"""How many enrolments are planned at once; bounds the memory of a task and the size of a state."""


class UserRange(DomainModel):
    """The users between two, both included: how a batch is named without naming its people."""

    first: str
    last: str


class PagePlan(DomainModel):
    """What a page of an event's people needs at Zoom.

    Attributes:
        removals: Ranges whose registrants have to go, to be done first.
        registrations: Ranges with up to 30 people to register each.
        after: The user after whom the next page begins; ``None`` at the end.
        counted: Where the people stand who were counted so far, this page included.
    """

    removals: tuple[UserRange, ...]
    registrations: tuple[UserRange, ...]
    after: str | None
    counted: Participants


class RangeResult(DomainModel):
    """Whether anything changed for the people of a range."""

    changed: bool


def plan_page(work: Work, after: str | None, counted: Participants) -> PagePlan:
    """Plans a page of the event's people, and notes where those stand who need nothing at Zoom.

    Args:
        work: The work on the event.
        after: The user after whom the page begins.
        counted: Where the people of the pages before stand.
    """
    page, next_after = work.tools.enrolments.page(work.event_id, after=after, limit=PAGE_SIZE)
    plans = [(enrolment, _plan(work, enrolment)) for enrolment in page]
    for enrolment, plan in plans:
        if plan.action is PersonAction.NOTE:
            _note(work, enrolment, plan, current_registration(enrolment, work.event))
    return PagePlan(
        removals=_ranges([enrolment for enrolment, plan in plans if plan.removes]),
        registrations=_ranges([enrolment for enrolment, plan in plans if plan.registers]),
        after=next_after,
        counted=_with_page(counted, plans),
    )


def _with_page(
    counted: Participants, plans: Sequence[tuple[Enrolment, PersonPlan]]
) -> Participants:
    """The counts with a page's people; right once a round finds nothing left to do at Zoom."""
    states = Counter(
        plan.state.value if plan.action is PersonAction.NOTE else enrolment.state.value
        for enrolment, plan in plans
    )
    return Participants(**{name: count + states[name] for name, count in counted})


def remove_range(work: Work, users: UserRange) -> RangeResult:
    """Deletes the registrants in a range who should not be there, at Zoom and in the ledger."""
    removed = False
    for enrolment in work.tools.enrolments.range(work.event_id, users.first, users.last):
        plan = _plan(work, enrolment)
        registration = current_registration(enrolment, work.event)
        if not plan.removes or registration is None:
            continue
        work.zoom().remove(registration.zoom_id, registration.registrant_id)
        if plan.action is PersonAction.REPLACE:
            plan = PersonPlan(action=PersonAction.NOTE, state=EnrolmentState.PENDING)
        _note(work, enrolment, plan, registration=None)
        removed = True
    if removed:
        # Their places and addresses are free: who had failed for want of one may come in now.
        work.event = work.tools.leases.free_places(work.event_id, work.owner)
    return RangeResult(changed=removed)


def register_range(work: Work, users: UserRange) -> RangeResult:
    """Registers up to 30 people of a range who are wanted and not registered yet.

    A person whom Zoom refuses is noted as failed, with the reason, and holds up nobody else.

    Raises:
        ZoomError: What concerns more than single people.
    """
    wanted = [
        enrolment
        for enrolment in work.tools.enrolments.range(work.event_id, users.first, users.last)
        if _plan(work, enrolment).action is PersonAction.REGISTER
    ]
    wanted.sort(key=lambda enrolment: (enrolment.enrolled_at, enrolment.user_id))
    mine, others = settle_addresses(work, wanted[:BATCH_SIZE])
    for enrolment in others:
        _note_failed(work, enrolment, EnrolmentProblem.DUPLICATE_EMAIL, final=False)
    try:
        _register(work, mine)
    except ZoomNotFound:
        # The meeting is gone at Zoom: the next round makes it anew.
        work.event = work.tools.leases.forget_meeting(work.event_id, work.owner)
    except ZoomError as error:
        problem = problem_of_event(error)
        if problem is None:
            raise
        work.note_problem(problem)
    return RangeResult(changed=any(work.shifts.values()))


def _plan(work: Work, enrolment: Enrolment) -> PersonPlan:
    return plan_person(enrolment, work.event, work.settings)


def _ranges(enrolments: Sequence[Enrolment]) -> tuple[UserRange, ...]:
    batches = [enrolments[n : n + BATCH_SIZE] for n in range(0, len(enrolments), BATCH_SIZE)]
    return tuple(UserRange(first=batch[0].user_id, last=batch[-1].user_id) for batch in batches)


def _register(work: Work, enrolments: Sequence[Enrolment]) -> None:
    left = list(enrolments)
    if len(left) > 1:
        left = _register_batch(work, left)
    _register_singly(work, left)


def _register_batch(work: Work, enrolments: list[Enrolment]) -> list[Enrolment]:
    """Registers people in one call.

    Returns:
        Those who are to be tried one by one: all of a batch that Zoom refused for somebody in it,
        and whoever is missing in Zoom's answer.
    """
    meeting = work.event.meeting
    if meeting is None:
        return []
    tell = uses_zoom_emails(work.event.details, work.settings)
    people = [enrolment.person for enrolment in enrolments]
    try:
        answers = work.zoom().register_batch(meeting.zoom_id, people, tell_people=tell)
    except ZoomRejected as error:
        if concerns_the_meeting(error):
            raise
        return enrolments
    except ZoomDailyLimit as error:
        if error.scope is not LimitScope.REGISTRANT:
            raise
        return enrolments
    # Zoom does not say in what order it answers, nor whether it leaves somebody out.
    by_address = {answer.email.strip().casefold(): answer for answer in answers}
    missing = []
    for enrolment in enrolments:
        answer = by_address.get(enrolment.person.address)
        if answer is None:
            missing.append(enrolment)
        else:
            _note_registered(work, enrolment, answer)
    return missing


def _register_singly(work: Work, enrolments: Sequence[Enrolment]) -> None:
    """Registers people one by one; a full meeting or a person's daily limit stops nobody else."""
    meeting = work.event.meeting
    if meeting is None:
        return
    limit: ZoomDailyLimit | None = None
    full = False
    for enrolment in enrolments:
        if full:
            _note_failed(work, enrolment, EnrolmentProblem.CAPACITY_REACHED)
            continue
        try:
            answer = work.zoom().register(meeting.zoom_id, enrolment.person)
        except ZoomRejected as error:
            if concerns_the_meeting(error):
                raise
            reason = reason_of_person(error)
            full = reason is EnrolmentProblem.CAPACITY_REACHED
            _note_failed(work, enrolment, reason)
        except ZoomDailyLimit as error:
            if error.scope is not LimitScope.REGISTRANT:
                raise
            limit = error
        else:
            _note_registered(work, enrolment, answer)
    if limit:
        raise limit


def _note_registered(work: Work, enrolment: Enrolment, answer: RegistrantAnswer) -> None:
    meeting = work.event.meeting
    if meeting is None:
        return
    registration = Registration(
        zoom_id=meeting.zoom_id,
        registrant_id=answer.registrant_id,
        join_url=answer.join_url or None,
        person=enrolment.person,
        registered_at=work.now(),
    )
    _note(work, enrolment, stand_of_registered(registration), registration=registration)


def _note_failed(
    work: Work, enrolment: Enrolment, reason: EnrolmentProblem, *, final: bool = True
) -> None:
    """Notes a failure; a final one is not tried again before something changes."""
    work.noted(
        work.tools.enrolments.record(
            enrolment,
            state=EnrolmentState.FAILED,
            reason=reason,
            message=enrolment_message(reason),
            failed_for=attempt_key(work.event) if final else None,
        )
    )


def _note(
    work: Work, enrolment: Enrolment, plan: PersonPlan, registration: Registration | None
) -> None:
    message = plan.message or (enrolment_message(plan.reason) if plan.reason else None)
    work.noted(
        work.tools.enrolments.record(
            enrolment,
            state=plan.state,
            reason=plan.reason,
            message=message,
            registration=registration,
        )
    )
