"""Whether the host of a webinar that exists still has webinars, and whether they hold everyone.

Licences are taken and moved by hand, so they are looked at again by each verification, when more
are to take part than the host's webinars were last seen to hold, and until a lost one is back.
"""

from __future__ import annotations

from lectern.domain.meeting import Kind, Meeting
from lectern.domain.planner import standing_meeting
from lectern.sync.hosting import desk_of
from lectern.sync.work import EventFault, Work


def require_webinars(work: Work) -> None:
    """Stops what a host who was last seen without webinars cannot have, before Zoom refuses it.

    Raises:
        EventFault: The host still has none.
    """
    webinar = _webinar(work)
    if webinar is None or webinar.webinar_capacity != 0:
        return
    look_at_webinars(work)
    problem = work.event.sync.problem
    if problem and work.event.meeting and work.event.meeting.webinar_capacity == 0:
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
