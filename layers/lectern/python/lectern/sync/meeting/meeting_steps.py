"""Makes the event's meeting at Zoom what it should be: created once, updated in place, deleted."""

from __future__ import annotations

from dataclasses import dataclass

from lectern.domain.drift import REGISTRATION
from lectern.domain.errors import (
    LimitScope,
    ZoomDailyLimit,
    ZoomError,
    ZoomNotFound,
    ZoomRejected,
)
from lectern.domain.event import Planned
from lectern.domain.meeting import Meeting, MeetingSpec
from lectern.domain.model import DomainModel
from lectern.domain.planner import MeetingAction, MeetingPlan, plan_meeting
from lectern.domain.problems import EventProblem, event_problem
from lectern.domain.zoom_refusals import Meaning, reading_of
from lectern.sync.drift import leave, leave_with_holder
from lectern.sync.instructors.finding import (
    drop_alternative_hosts,
    settle_alternative_hosts,
    take_back_alternative_hosts,
)
from lectern.sync.meeting.creation import create_meeting, passcode_fault, take_another_zone
from lectern.sync.meeting.existence import confirm, note_if_missing, read_back, recover
from lectern.sync.meeting.host_licence import (
    look_at_webinars,
    note_webinars_refused,
    require_licence,
)
from lectern.sync.meeting.host_provisioning import provisioner_of
from lectern.sync.meeting.retirement import close_retired, delete_everything
from lectern.sync.people.access_check import is_to_be_asked
from lectern.sync.people.former_people import forget_former_people
from lectern.sync.reconciliation import EventFault, Reconciliation
from lectern.zoom.operations import MEETINGS
from lectern.zoom.payloads import named_fields

_MOST_STEPS = 12
"""Confirm, recover, read back, repair what came back twice, and the change of a title take nine."""

_WITH_ALTERNATIVE_HOSTS = frozenset({MEETINGS.create.name, MEETINGS.update.name})
"""What Zoom refuses whole for one alternative host in it, with no code of its own."""


class MeetingResult(DomainModel):
    """The result of a round's first step.

    Attributes:
        planned: What the round is planned from.
        ask_access: Whether the LMS is to be asked first who has access.
        verify: Whether the registrants are to be read from Zoom first.
        look_up: Whether there are people to look up singly, where not all are read.
    """

    planned: Planned
    ask_access: bool
    verify: bool
    look_up: bool


def ensure_meeting(work: Reconciliation) -> MeetingResult:
    """Brings the event's meeting to what is wanted, as far as Zoom lets it be.

    What only a person can put right is noted as the event's problem. Limits and outages of Zoom
    are raised, for the state machine to wait for.

    Raises:
        ZoomRateLimited: Back off and call again.
        ZoomDailyLimit: Wait and call again.
        ZoomUnavailable: Call again later; an unclear creation is cleared up by the next call.
        LeaseLost: Another execution is at work on the event.
    """
    planned, last = work.event.planned, work.event.sync.problem
    work.note_problem(None)
    work.note_wait(None)
    try:
        require_licence(work, last)
        _carry_out_with_alternative_hosts(work)
    except ZoomDailyLimit as limit:
        if limit.scope is not LimitScope.HOST:
            raise
        # It concerns the host's meetings only: the people of this one can be brought in line.
        work.note_problem(event_problem(EventProblem.DAILY_LIMIT))
        work.note_wait(limit.resume_at)
    except EventFault as fault:
        work.note_problem(fault.problem)
    except ZoomError as error:
        problem = work.note_refusal(error)
        if problem and problem.code is EventProblem.WEBINAR_NOT_LICENSED:
            note_webinars_refused(work)
    forget_former_people(work)
    if work.event.sync.verify and work.event.meeting and work.event.meeting.gone:
        # There is nobody to be read; that it is gone is what was asked for.
        _note_verified(work, planned)
    return MeetingResult(
        planned=planned,
        ask_access=is_to_be_asked(work.event, work.settings, work.now()),
        verify=_can_be_verified(work),
        look_up=work.event.sync.look_up,
    )


def _note_verified(work: Reconciliation, planned: Planned) -> None:
    work.lease.record_verified(planned.requested, work.now())


def _can_be_verified(work: Reconciliation) -> bool:
    event = work.event
    return event.sync.verify and event.meeting is not None and event.meeting.is_open


def _carry_out_with_alternative_hosts(work: Reconciliation) -> None:
    """Carries out what is missing; if Zoom refuses it, without new alternative hosts."""
    settle_alternative_hosts(work)
    try:
        _carry_out(work)
    except ZoomRejected as error:
        dropped = drop_alternative_hosts(work) if error.operation in _WITH_ALTERNATIVE_HOSTS else []
        if not dropped:
            raise
        try:
            _carry_out(work)
        except ZoomRejected:
            take_back_alternative_hosts(work, dropped)
            raise


def _carry_out(work: Reconciliation) -> None:
    meeting = work.event.meeting
    if work.event.sync.verify and meeting and not work.event.is_cancelled:
        _read_once(work, meeting)
    steps = _Steps(work)
    for _ in range(_MOST_STEPS):
        plan = plan_meeting(work.event, work.settings, work.now())
        if plan.action is MeetingAction.NOTHING:
            break
        steps.take(plan)
    close_retired(work)
    look_at_webinars(work)
    leave_with_holder(work)


@dataclass
class _Steps:
    """The steps of a round on the event's meeting.

    Attributes:
        work: The work on the event.
        repaired: Whether Zoom was told to switch registration on.
        recovered: Whether the meeting was taken out of Zoom's bin.
    """

    work: Reconciliation
    repaired: bool = False
    recovered: bool = False

    def take(self, plan: MeetingPlan) -> None:
        """Takes the step that is planned."""
        meeting = self.work.event.meeting
        if plan.action is MeetingAction.DELETE:
            delete_everything(self.work)
        elif plan.action is MeetingAction.CREATE and plan.spec:
            create_meeting(self.work, plan.spec)
        elif meeting is not None:
            self._take_with(meeting, plan)

    def _take_with(self, meeting: Meeting, plan: MeetingPlan) -> None:
        match plan.action:
            case MeetingAction.READ_BACK:
                read_back(self.work, meeting)
            case MeetingAction.CONFIRM:
                confirm(self.work, meeting)
            case MeetingAction.LEAVE:
                leave(meeting)
            case MeetingAction.RECOVER:
                recover(self.work, meeting, again=self.recovered)
                self.recovered = True
            case MeetingAction.UPDATE if plan.spec:
                self._update(meeting, plan.spec, plan.fields)

    def _update(self, meeting: Meeting, spec: MeetingSpec, fields: frozenset[str]) -> None:
        opens = bool(fields & REGISTRATION)
        if opens and self.repaired:
            _require_registration(self.work)
        self.repaired = self.repaired or opens
        _update(self.work, meeting, spec, fields)


def _require_registration(work: Reconciliation) -> None:
    """Says why registration stays off although Zoom was told: no licence, or a locked setting.

    Raises:
        EventFault: A person has to put it right.
    """
    details, people = work.event.details, work.event.participants.expected
    provisioner_of(work, details.connection).host(details.host.email, details.kind, people)
    raise EventFault(event_problem(EventProblem.REGISTRATION_OFF))


def _read_once(work: Reconciliation, meeting: Meeting) -> None:
    """Refreshes the ledger from Zoom, unless that was done before a wait of this round."""
    was_read = f"{meeting.zoom_id} was read"
    if was_read not in work.reservations.known:
        read_back(work, meeting)
        work.reservations.known[was_read] = ""


def _update(
    work: Reconciliation, meeting: Meeting, spec: MeetingSpec, fields: frozenset[str]
) -> None:
    """Tells Zoom fields of the meeting; what it refuses of them holds up none of the others."""
    refusal = _refusal_of(work, meeting, spec, fields)
    if refusal is None:
        return
    if isinstance(refusal, ZoomRejected) and take_another_zone(work, refusal):
        return
    if note_if_missing(work, meeting, refusal):
        return
    others = fields - named_fields(meeting.kind, refusal.faults)
    if others and others != fields:
        _update(work, meeting, spec, others)
    if reading_of(refusal).meaning is Meaning.PASSCODE:
        raise passcode_fault(work, meeting.host_id, refusal)
    raise refusal


def _refusal_of(
    work: Reconciliation, meeting: Meeting, spec: MeetingSpec, fields: frozenset[str]
) -> ZoomNotFound | ZoomRejected | None:
    """Tells Zoom fields of the meeting, and notes it; what Zoom has against it, if anything.

    What decides who gets in, and what came back before, is read again afterwards.
    """
    try:
        work.sessions(meeting).update(meeting.zoom_id, meeting.host_id, spec, fields)
    except (ZoomNotFound, ZoomRejected) as error:
        return error
    told = meeting.spec.model_copy(update={name: getattr(spec, name) for name in fields})
    read_again = fields & (REGISTRATION | meeting.came_back | meeting.locked.keys())
    seen = {"spec": told, "read_back": meeting.read_back and not read_again}
    work.lease.record_meeting(meeting.model_copy(update=seen))
    return None
