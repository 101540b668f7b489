"""Whether the host of a meeting or webinar that exists still has the licences for it.

Licences are taken and moved by hand. Those of webinars are looked at again by each verification,
when more are to take part than the host's webinars were last seen to hold, and until a lost one is
back; that of a host once Zoom has refused something for want of it.
"""

from __future__ import annotations

from dataclasses import replace

from lectern.domain.meeting import Kind, Meeting
from lectern.domain.planner import standing_meeting
from lectern.domain.problems import EventProblem, Problem
from lectern.sync.meeting.host_provisioning import provisioner_of
from lectern.sync.reconciliation import EventFault, Reconciliation


def require_licence(work: Reconciliation, last: Problem | None) -> None:
    """Stops what a host who was last seen without a licence cannot have, before Zoom refuses it.

    Args:
        work: The work on the event.
        last: What stood in the way until now.

    Raises:
        EventFault: The host still has none, and is given none.
    """
    meeting = None if work.event.is_cancelled else standing_meeting(work.event)
    if meeting is None or work.event.details.host.is_erased:
        return
    if not meeting.webinars_are_licensed:
        _require_webinars(work)
    elif last and last.code is EventProblem.HOST_NOT_LICENSED:
        details = work.event.details
        people = work.event.participants.expected
        provisioner_of(work, meeting.connection).host(details.host.email, meeting.kind, people)


def _require_webinars(work: Reconciliation) -> None:
    look_at_webinars(work)
    problem, webinar = work.event.sync.problem, work.event.meeting
    if problem and webinar and not webinar.webinars_are_licensed:
        raise EventFault(problem)


def look_at_webinars(work: Reconciliation) -> None:
    """Notes how many people the host's webinars hold, and what a person should put right."""
    webinar = _webinar(work)
    if webinar is None:
        return
    people, known = work.event.participants.expected, webinar.webinar_capacity
    holds_everyone = known is not None and known >= people and webinar.webinars_are_licensed
    if holds_everyone and not work.event.sync.verify:
        return
    desk = provisioner_of(work, webinar.connection)
    if not webinar.webinars_are_licensed:
        desk = replace(desk, fresh=True)
    host = desk.webinar_host(webinar.host_id, people)
    if host.problem:
        work.note_problem(host.problem)
    _note(work, webinar, capacity=host.webinar_capacity or None)


def note_webinars_refused(work: Reconciliation) -> None:
    """Notes that Zoom refused a webinar's host, so that the licence is looked at first from now."""
    webinar = _webinar(work)
    if webinar:
        _note(work, webinar, capacity=None)


def _note(work: Reconciliation, webinar: Meeting, *, capacity: int | None) -> None:
    """Notes how many people the webinar holds; who was left out of a smaller one is tried again.

    Args:
        work: The work on the event.
        webinar: The webinar as it is known.
        capacity: How many it holds; ``None`` for a host without webinars, which leaves it open who
            will have a place once the licence is back.
    """
    known = webinar.webinar_capacity
    seen = {"webinar_capacity": capacity or known, "webinars_are_licensed": capacity is not None}
    noted = webinar.model_copy(update=seen)
    if noted != webinar:
        work.lease.record_meeting(noted)
    if capacity and known and capacity > known:
        work.lease.free_places()


def _webinar(work: Reconciliation) -> Meeting | None:
    """The event's webinar, unless it is to go."""
    meeting = None if work.event.is_cancelled else standing_meeting(work.event)
    return meeting if meeting and meeting.kind is Kind.WEBINAR else None
