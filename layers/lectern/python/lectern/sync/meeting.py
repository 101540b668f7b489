"""Makes the event's meeting at Zoom what it should be: created once, updated in place, deleted."""

from __future__ import annotations

from lectern.domain.classification import is_of_other_kind
from lectern.domain.errors import (
    LimitScope,
    ZoomDailyLimit,
    ZoomError,
    ZoomNotFound,
    ZoomRejected,
    ZoomUnavailable,
)
from lectern.domain.event import Planned, SyncState
from lectern.domain.meeting import Gone, Kind, Meeting, MeetingIntent, MeetingSpec, new_passcode
from lectern.domain.model import DomainModel
from lectern.domain.planner import (
    MeetingAction,
    plan_meeting,
    uses_zoom_emails,
)
from lectern.domain.problems import EventProblem, event_problem
from lectern.store.table import WriteConflict
from lectern.sync.access_check import is_to_be_asked
from lectern.sync.drift import leave, recover, spec_for_ledger
from lectern.sync.host_licence import look_at_webinars, note_webinars_refused, require_licence
from lectern.sync.hosting import AbleHost, desk_of
from lectern.sync.instructors import (
    drop_alternative_hosts,
    settle_alternative_hosts,
    take_back_alternative_hosts,
)
from lectern.sync.lookups import are_there
from lectern.sync.work import EventFault, Work
from lectern.zoom.operations import MEETINGS
from lectern.zoom.payloads import MeetingAnswer

_MOST_STEPS = 6
"""Create, read back, repair, read back, and the change of a title take five."""

_REGISTRATION = frozenset({"approval_type", "use_pmi"})
"""What decides who gets in: repaired once, and if Zoom still will not, a person has to."""

_WITH_ALTERNATIVE_HOSTS = frozenset({MEETINGS.create.name, MEETINGS.update.name})
"""What Zoom refuses whole for one alternative host in it, with no code of its own."""


class MeetingResult(DomainModel):
    """What came of a round's first step.

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


def ensure_meeting(work: Work) -> MeetingResult:
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
    work.show(SyncState.SYNCING)
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
        if work.note_refusal(error).code is EventProblem.WEBINAR_NOT_LICENSED:
            note_webinars_refused(work)
    if work.event.sync.verify and work.event.meeting and work.event.meeting.gone:
        # There is nobody to be read; that it is gone is what was asked for.
        _note_verified(work, planned)
    return MeetingResult(
        planned=planned,
        ask_access=is_to_be_asked(work.event, work.settings, work.now()),
        verify=_can_be_verified(work),
        look_up=are_there(work),
    )


def _note_verified(work: Work, planned: Planned) -> None:
    work.event = work.tools.leases.record_verified(
        work.event_id, work.owner, planned.requested, work.now()
    )


def _can_be_verified(work: Work) -> bool:
    event = work.event
    return event.sync.verify and event.meeting is not None and event.meeting.is_open


def _carry_out_with_alternative_hosts(work: Work) -> None:
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


def _carry_out(work: Work) -> None:
    if work.event.sync.verify and work.event.meeting and not work.event.is_cancelled:
        _read_once(work, work.event.meeting)
    repaired = recovered = False
    for _ in range(_MOST_STEPS):
        event = work.event
        plan = plan_meeting(event, work.settings, work.now())
        if plan.action is MeetingAction.DELETE:
            _delete_everything(work)
        elif plan.action is MeetingAction.CREATE and plan.spec:
            _create(work, plan.spec)
        elif plan.action is MeetingAction.READ_BACK and event.meeting:
            _read_back(work, event.meeting)
        elif plan.action is MeetingAction.LEAVE and event.meeting:
            leave(event.meeting)
        elif plan.action is MeetingAction.RECOVER and event.meeting:
            recover(work, event.meeting, again=recovered)
            recovered = True
        elif plan.action is MeetingAction.UPDATE and event.meeting and plan.spec:
            opens = bool(plan.fields & _REGISTRATION)
            if opens and repaired:
                raise EventFault(
                    event_problem(
                        EventProblem.HOST_NOT_LICENSED,
                        "Zoom does not switch registration on for the meeting.",
                    )
                )
            repaired = repaired or opens
            _update(work, event.meeting, plan.spec, plan.fields, read_again=opens)
        else:
            break
    _delete_retired(work)
    look_at_webinars(work)


def _create(work: Work, spec: MeetingSpec) -> None:
    """Creates the meeting, or adopts the one that an unclear earlier attempt made."""
    details = work.event.details
    host = _able_host(work)
    meeting = _adopt_or_clear_up(work, host.user_id)
    if meeting is None:
        spec = spec.model_copy(update={"passcode": spec.passcode or new_passcode()})
        intent = MeetingIntent(
            connection=details.connection,
            kind=details.kind,
            host_id=host.user_id,
            host_email=details.host.email,
            spec=spec,
        )
        work.event = work.tools.leases.record_intent(work.event_id, work.owner, intent)
        meeting = _ledger_of(intent, _created(work, intent))
    _record_new(work, meeting.model_copy(update={"webinar_capacity": host.webinar_capacity}))


def _able_host(work: Work) -> AbleHost:
    """The event's host at Zoom, looked up once, however often the creation has to wait."""
    event = work.event
    looked_up = f"host of version {event.version}"
    if looked_up in work.turns.known:
        return AbleHost.model_validate_json(work.turns.known[looked_up])
    details, people = event.details, event.participants.expected
    host = desk_of(work, details.connection).host(details.host.email, details.kind, people)
    work.turns.known[looked_up] = host.model_dump_json()
    return host


def _created(work: Work, intent: MeetingIntent) -> MeetingAnswer:
    try:
        return work.sessions(intent).create(intent.host_id, intent.spec)
    except ZoomUnavailable as error:
        if not error.unclear:
            _forget_intent(work)
        raise
    except ZoomError:
        # Zoom said no, so there is nothing to look for the next time.
        _forget_intent(work)
        raise


def _adopt_or_clear_up(work: Work, host_id: str) -> Meeting | None:
    """What became of a creation whose answer was lost.

    Returns:
        The meeting that it made, if it is of the host that is wanted now. One of another host is
        retired.
    """
    intent = work.event.intent
    if intent is None:
        return None
    found = [_ledger_of(intent, answer) for answer in _found(work, intent)]
    wanted = (work.event.details.connection, work.event.details.kind, host_id)
    if found and (intent.connection, intent.kind, intent.host_id) == wanted:
        _retire(work, found[1:])
        return found[0]
    _retire(work, found)
    return None


def _found(work: Work, intent: MeetingIntent) -> list[MeetingAnswer]:
    """The meetings that the intent made, less those that are another event's."""
    return [
        answer
        for answer in work.sessions(intent).find(intent)
        if _is_ours(work, intent.connection, answer.id)
    ]


def _is_ours(work: Work, connection: str, zoom_id: str) -> bool:
    try:
        work.tools.events.claim_meeting(connection, zoom_id, work.event_id)
    except WriteConflict:
        return False
    return True


def _record_new(work: Work, meeting: Meeting) -> None:
    event, tools = work.event, work.tools
    retired = (*event.retired, event.meeting) if event.meeting else event.retired
    tools.events.claim_meeting(meeting.connection, meeting.zoom_id, work.event_id)
    work.event = tools.leases.record_meeting(work.event_id, work.owner, meeting, retired)


def _retire(work: Work, meetings: list[Meeting]) -> None:
    if meetings:
        retired = (*work.event.retired, *meetings)
        work.event = work.tools.leases.record_retired(work.event_id, work.owner, retired)


def _forget_intent(work: Work) -> None:
    work.event = work.tools.leases.record_intent(work.event_id, work.owner, None)


def _ledger_of(intent: MeetingIntent, answer: MeetingAnswer) -> Meeting:
    return Meeting(
        connection=intent.connection,
        kind=intent.kind,
        zoom_id=answer.id,
        uuid=answer.uuid,
        host_id=answer.host_id or intent.host_id,
        host_email=intent.host_email,
        join_url=answer.join_url,
        spec=intent.spec,
    )


def _is_noted_as_gone(work: Work, meeting: Meeting, error: ZoomError) -> bool:
    """Whether Zoom says that the meeting is not what it was any more, which is then noted.

    A host can delete a meeting in Zoom's portal, or convert it to a webinar with the same id.
    """
    if isinstance(error, ZoomRejected) and is_of_other_kind(error):
        gone = Gone.CONVERTED
    elif isinstance(error, ZoomNotFound):
        gone = Gone.DELETED
    else:
        return False
    if meeting.gone is not gone:
        _record(work, meeting.model_copy(update={"gone": gone}))
    return True


def _read_once(work: Work, meeting: Meeting) -> None:
    """Refreshes the ledger from Zoom, unless that was done before a wait of this round."""
    was_read = f"{meeting.zoom_id} was read"
    if was_read not in work.turns.known:
        _read_back(work, meeting)
        work.turns.known[was_read] = ""


def _read_back(work: Work, meeting: Meeting) -> None:
    """Refreshes the ledger from Zoom, with a note of what somebody changed there."""
    try:
        answer = work.sessions(meeting).read(meeting.zoom_id)
    except (ZoomNotFound, ZoomRejected) as error:
        if not _is_noted_as_gone(work, meeting, error):
            raise
        return
    spec = answer.spec(meeting.kind, meeting.spec)
    seen = {
        "spec": spec_for_ledger(work, meeting, spec) if meeting.read_back else spec,
        "read_back": True,
        "gone": None,
        "uuid": answer.uuid or meeting.uuid,
    }
    _record(work, meeting.model_copy(update=seen))


def _update(
    work: Work, meeting: Meeting, spec: MeetingSpec, fields: frozenset[str], *, read_again: bool
) -> None:
    try:
        work.sessions(meeting).update(meeting.zoom_id, meeting.host_id, spec, fields)
    except (ZoomNotFound, ZoomRejected) as error:
        if not _is_noted_as_gone(work, meeting, error):
            raise
        return
    told = meeting.spec.model_copy(update={name: getattr(spec, name) for name in fields})
    _record(
        work,
        meeting.model_copy(
            update={"spec": told, "read_back": meeting.read_back and not read_again}
        ),
    )


def _record(work: Work, meeting: Meeting | None) -> None:
    work.event = work.tools.leases.record_meeting(
        work.event_id, work.owner, meeting, work.event.retired
    )


def _delete_everything(work: Work) -> None:
    """Deletes the meeting of a cancelled event, and whatever an unclear creation made."""
    intent = work.event.intent
    if intent:
        _retire(work, [_ledger_of(intent, answer) for answer in _found(work, intent)])
    meeting = work.event.meeting
    if meeting:
        _delete(work, meeting)
    _record(work, None)
    _delete_retired(work)


def _delete_retired(work: Work) -> None:
    while work.event.retired:
        first, *others = work.event.retired
        _delete(work, first)
        work.event = work.tools.leases.record_retired(work.event_id, work.owner, tuple(others))


def _delete(work: Work, meeting: Meeting) -> None:
    """Deletes a meeting as what it is at Zoom, which it may have become unnoticed."""
    meeting = meeting.as_it_is_now
    tell = uses_zoom_emails(work.event.details, work.settings)
    try:
        work.sessions(meeting).delete(meeting.zoom_id, tell_people=tell)
    except ZoomRejected as error:
        if not is_of_other_kind(error):
            raise
        webinar = meeting.model_copy(update={"kind": Kind.WEBINAR})
        work.sessions(webinar).delete(webinar.zoom_id, tell_people=tell)
