"""Creates an event's meeting at Zoom: once, under the event's host, and as the account allows it.

The intent is written before the call. What became of a creation whose answer was lost is looked up
before another one is made, once more after a while, since Zoom's lists lag behind. However Zoom's
answers are misread, only so many meetings are made for an event within a day.
"""

from __future__ import annotations

from lectern.domain.errors import (
    ZoomError,
    ZoomNotFound,
    ZoomRejected,
    ZoomScopeMissing,
    ZoomUnavailable,
)
from lectern.domain.event import ReplacedZone
from lectern.domain.meeting import (
    Meeting,
    MeetingIntent,
    MeetingSpec,
    may_create,
    with_creation,
)
from lectern.domain.passcode import new_passcode
from lectern.domain.problems import EventProblem, event_problem
from lectern.domain.zones import in_place_of
from lectern.domain.zoom_refusals import Meaning, reading_of, zoom_said
from lectern.sync.meeting.host_provisioning import AbleHost, provisioner_of
from lectern.sync.meeting.lost import lost_meetings, mark_of
from lectern.sync.reconciliation import LAG, EventFault, Reconciliation
from lectern.zoom.payloads import MeetingResponse
from lectern.zoom.sessions import Found

_MOST_TRIES = 4
"""Another zone takes two, another passcode one; each counts among the host's changes of the day."""


def create_meeting(work: Reconciliation, spec: MeetingSpec) -> None:
    """Creates the meeting, or adopts the one that an unclear earlier attempt made.

    One of the same Zoom user is kept: the host has another address, and nothing else changed.

    Raises:
        EventFault: A person has to put something right, or enough meetings were made today.
        ZoomSlotReserved: Zoom is looked at again after a pause.
    """
    host = _able_host(work)
    standing = _of_same_host(work, host)
    if standing is not None:
        work.lease.record_meeting(standing)
        return
    meeting = _adopted(work, host) or _found_again(work, host, spec) or _made(work, host, spec)
    _record_new(work, meeting.model_copy(update={"webinar_capacity": host.webinar_capacity}))


def take_another_zone(work: Reconciliation, error: ZoomRejected) -> bool:
    """Notes the zone to tell Zoom after it refused one; ``False`` if it refused none."""
    if reading_of(error).meaning is not Meaning.TIMEZONE:
        return False
    wanted = work.event.details.timezone
    name = in_place_of(wanted, work.event.timezone_at_zoom)
    if name is None:
        return False
    zone = ReplacedZone(wanted=wanted, told=name)
    work.lease.record_zone(zone)
    return True


def passcode_fault(work: Reconciliation, host_id: str, error: ZoomError) -> EventFault:
    """Words the fault of a passcode that Zoom does not take: by the account's rule, if known."""
    passcode = work.event.details.options.passcode or ""
    rule = provisioner_of(work, work.event.details.connection).passcode_rule(host_id)
    faults = rule.faults(passcode) if rule else []
    needs = f"It needs {', '.join(faults)}." if faults else zoom_said(error)
    return EventFault(event_problem(EventProblem.PASSCODE_REFUSED, needs))


def retire(work: Reconciliation, meetings: list[Meeting]) -> None:
    """Notes that meetings are to be closed, once everyone is in the one that took their place."""
    if meetings:
        retired = (*work.event.retired, *meetings)
        work.lease.record_retired(retired)


def found_meetings(work: Reconciliation, intent: MeetingIntent) -> list[Meeting]:
    """The meetings that the intent made, less those that are another event's."""
    return _ours(work, intent, _found(work, intent))


def _able_host(work: Reconciliation) -> AbleHost:
    """The event's host at Zoom, looked up once, however often the creation has to wait."""
    event = work.event
    looked_up = f"host of version {event.version}"
    if looked_up in work.reservations.known:
        return AbleHost.model_validate_json(work.reservations.known[looked_up])
    details, people = event.details, event.participants.expected
    host = provisioner_of(work, details.connection).host(details.host.email, details.kind, people)
    work.reservations.known[looked_up] = host.model_dump_json()
    return host


def _of_same_host(work: Reconciliation, host: AbleHost) -> Meeting | None:
    """The meeting that the event has, if it is the host's who is wanted, or was handed to them."""
    meeting, details = work.event.meeting, work.event.details
    if meeting is None or meeting.is_in_doubt:
        return None
    if (meeting.connection, meeting.kind) != (details.connection, details.kind):
        return None
    if host.user_id != _holder(work, meeting, host.user_id):
        return None
    now_of = {"host_id": host.user_id, "host_email": details.host.email, "held_by": None}
    return meeting.model_copy(update=now_of)


def _holder(work: Reconciliation, meeting: Meeting, wanted: str) -> str:
    """The user whose meeting it is; before it is replaced for another's sake, Zoom is asked."""
    known = meeting.held_by or meeting.host_id
    if known == wanted:
        return known
    try:
        return work.sessions(meeting).read(meeting.zoom_id).host_id or known
    except (ZoomNotFound, ZoomRejected):
        return known


def _made(work: Reconciliation, host: AbleHost, spec: MeetingSpec) -> Meeting:
    """A new meeting, in another zone or with another passcode where Zoom does not take the first.

    Raises:
        EventFault: Enough meetings were made today, or the passcode of the LMS is not taken.
    """
    details = work.event.details
    if not may_create(work.event.creations, _placement(work, host), work.now()):
        raise EventFault(event_problem(EventProblem.TOO_MANY_MEETINGS))
    rule = provisioner_of(work, details.connection).known_passcode_rule(host.user_id)
    spec = spec.model_copy(update={"passcode": spec.passcode or new_passcode(rule, mark_of(work))})
    for _ in range(_MOST_TRIES):
        intent = MeetingIntent(
            connection=details.connection,
            kind=details.kind,
            host_id=host.user_id,
            host_email=details.host.email,
            spec=spec,
            begun_at=work.now(),
        )
        work.lease.record_intent(intent)
        try:
            return _ledger_of(intent, _created(work, intent))
        except ZoomRejected as error:
            spec = _allowed(work, host, spec, error)
            last = error
    raise last


def _allowed(
    work: Reconciliation, host: AbleHost, spec: MeetingSpec, error: ZoomRejected
) -> MeetingSpec:
    """The spec as the account may take it after it refused one for its zone or passcode.

    Raises:
        ZoomRejected: Zoom refused something else.
        EventFault: The LMS chose the passcode.
    """
    if take_another_zone(work, error):
        return spec.model_copy(update={"timezone": work.event.timezone_at_zoom})
    if reading_of(error).meaning is not Meaning.PASSCODE:
        raise error
    if work.event.details.options.passcode:
        raise passcode_fault(work, host.user_id, error)
    rule = provisioner_of(work, work.event.details.connection).rule_to_try(host.user_id)
    return spec.model_copy(update={"passcode": new_passcode(rule, mark_of(work))})


def _created(work: Reconciliation, intent: MeetingIntent) -> MeetingResponse:
    try:
        return work.sessions(intent).create(intent.host_id, intent.spec)
    except (ZoomNotFound, ZoomRejected):
        # One answer is no proof: what it says was not made is looked for before another is.
        refused = intent.model_copy(update={"refused": True})
        work.lease.record_intent(refused)
        raise
    except ZoomError as error:
        # Tokens, scopes and limits are looked at before anything is made.
        if not (isinstance(error, ZoomUnavailable) and error.unclear):
            _forget_intent(work)
        raise


def _adopted(work: Reconciliation, host: AbleHost) -> Meeting | None:
    """The meeting that an earlier creation made all the same, if it is where it is wanted now.

    Its answer was lost, or said no. One of another host is retired.

    Raises:
        ZoomSlotReserved: None is there, and it may be listed a little later.
    """
    intent = work.event.intent
    if intent is None:
        return None
    found = _found(work, intent)
    ours = _ours(work, intent, found)
    if not ours and not intent.refused and intent.begun_at + LAG > work.now():
        work.come_back(intent.begun_at + LAG)
    details = work.event.details
    wanted = (details.connection, details.kind, host.user_id)
    if ours and (intent.connection, intent.kind, intent.host_id) == wanted:
        retire(work, ours[1:])
        return ours[0]
    retire(work, ours)
    if found.alike and not ours:
        _count(work, _placement(work, host))
    return None


def _found_again(work: Reconciliation, host: AbleHost, spec: MeetingSpec) -> Meeting | None:
    """The meeting that a restored table lost; the people in it are read before anything else."""
    found = lost_meetings(work, host, spec)
    if not found:
        return None
    retire(work, found[1:])
    asked = work.dependencies.events.request_sync(work.event_id, work.now(), verify=True)
    work.event = asked or work.event
    return found[0]


def _found(work: Reconciliation, intent: MeetingIntent) -> Found:
    """The sessions that the intent may have made, as far as Zoom shows them.

    What was refused may be for a host whom Zoom tells nothing of: then nothing was made.
    """
    try:
        return work.sessions(intent).find(intent)
    except (ZoomNotFound, ZoomRejected, ZoomScopeMissing):
        if not intent.refused:
            raise
        return Found([], 0)


def _ours(work: Reconciliation, intent: MeetingIntent, found: Found) -> list[Meeting]:
    return [
        _ledger_of(intent, answer)
        for answer in found.ours
        if work.claims(intent.connection, answer.id)
    ]


def _record_new(work: Reconciliation, meeting: Meeting) -> None:
    """Notes a new meeting, which the former one is retired for."""
    event, dependencies = work.event, work.dependencies
    former = event.meeting
    retired = (*event.retired, former) if former else event.retired
    dependencies.events.claim_meeting(meeting.connection, meeting.zoom_id, work.event_id)
    _count(work, f"{meeting.connection}#{meeting.kind}#{meeting.host_id}")
    work.lease.record_meeting(meeting, retired)


def _count(work: Reconciliation, placement: str) -> None:
    made = with_creation(work.event.creations, placement, work.now())
    work.lease.record_creations(made)


def _placement(work: Reconciliation, host: AbleHost) -> str:
    details = work.event.details
    return f"{details.connection}#{details.kind}#{host.user_id}"


def _forget_intent(work: Reconciliation) -> None:
    work.lease.record_intent(None)


def _ledger_of(intent: MeetingIntent, answer: MeetingResponse) -> Meeting:
    return Meeting(
        connection=intent.connection,
        kind=intent.kind,
        zoom_id=answer.id,
        uuid=answer.uuid,
        host_id=intent.host_id,
        host_email=intent.host_email,
        join_url=answer.join_url,
        spec=intent.spec,
    )
