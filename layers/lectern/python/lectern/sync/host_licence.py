"""Whether the host of a meeting or webinar that exists still has the licences for it.

Licences are taken and moved by hand. Those of webinars are looked at again by each verification,
when more are to take part than the host's webinars were last seen to hold, and until a lost one is
back; that of a host once Zoom has refused something for want of it.
"""

from __future__ import annotations

from lectern.domain.meeting import Kind, Meeting
from lectern.domain.planner import standing_meeting
from lectern.domain.problems import EventProblem, Problem
from lectern.sync.hosting import desk_of
from lectern.sync.work import EventFault, Work


def require_licence(work: Work, last: Problem | None) -> None:
    """Stops what a host who was last seen without a licence cannot have, before Zoom refuses it.

    Args:
        work: The work on the event.
        last: What stood in the way until now.

    Raises:
        EventFault: The host still has none, and is given none.
    """
    meeting = None if work.event.is_cancelled else standing_meeting(work.event)
    if meeting is None:
        return
    if meeting.webinar_capacity == 0:
        _require_webinars(work)
    elif last and last.code is EventProblem.HOST_NOT_LICENSED:
        details = work.event.details
        people = work.event.participants.expected
        desk_of(work, meeting.connection).host(details.host.email, meeting.kind, people)


def _require_webinars(work: Work) -> None:
    look_at_webinars(work)
    problem, webinar = work.event.sync.problem, work.event.meeting
    if problem and webinar and webinar.webinar_capacity == 0:
        raise EventFault(problem)


def look_at_webinars(work: Work) -> None:
    """Notes how many people the host's webinars hold, and what a person should put right."""
    webinar = _webinar(work)
    if webinar is None:
        return
    people, known = work.event.participants.expected, webinar.webinar_capacity
    if known is not None and known >= max(people, 1) and not work.event.sync.verify:
        return
    host = desk_of(work, webinar.connection).webinar_host(webinar.host_id, people)
    if host.problem:
        work.note_problem(host.problem)
    if host.webinar_capacity != known:
        note_webinar_capacity(work, webinar, host.webinar_capacity or 0)


def note_webinar_capacity(work: Work, webinar: Meeting, capacity: int) -> None:
    """Notes how many people the webinar holds; who was left out of a smaller one is tried again."""
    noted = webinar.model_copy(update={"webinar_capacity": capacity})
    leases, owner = work.tools.leases, work.owner
    work.event = leases.record_meeting(work.event_id, owner, noted, work.event.retired)
    if capacity > (webinar.webinar_capacity or 0):
        work.event = leases.free_places(work.event_id, owner)


def _webinar(work: Work) -> Meeting | None:
    """The event's webinar, unless it is to go."""
    meeting = None if work.event.is_cancelled else standing_meeting(work.event)
    return meeting if meeting and meeting.kind is Kind.WEBINAR else None
