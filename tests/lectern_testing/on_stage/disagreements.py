"""Whether Zoom has an event as the LMS wants it: found from what is stored, and what is there."""

from __future__ import annotations

from collections.abc import Iterator

from lectern.domain.enrollment import Enrollment, EnrollmentState, Role
from lectern.domain.event import Event
from lectern.domain.meeting import Kind
from lectern.domain.problems import EnrollmentProblem, EventProblem, enrollment_remedy
from lectern_testing.stage import Stage
from zoom_simulator.account.model import Session

_OF_ZOOM_S_OWN = {EventProblem.REJECTED, EnrollmentProblem.REJECTED}
"""Problems that say nothing without Zoom's own code and words."""


def sessions_of(stage: Stage, event: Event) -> list[Session]:
    """Whatever was ever made for an event's host at Zoom."""
    host = stage.world.find_user(event.details.host.email)
    return [each for each in stage.world.sessions.values() if host and each.host_id == host.id]


def meetings_amiss(stage: Stage, zoom_id: str | None, event_id: str = "ev-1") -> Iterator[str]:
    """What is wrong with how many meetings an event has, and which.

    Args:
        stage: Where all events have hosts of their own.
        zoom_id: The meeting that it had before, if it had one.
        event_id: The event.
    """
    event = stage.event(event_id)
    made = sessions_of(stage, event)
    there = [each for each in made if each.deleted_at is None]
    if len(made) > 1:
        yield f"{len(made)} meetings were made, {len(there)} are there"
    if zoom_id and zoom_id not in {str(each.id) for each in made}:
        yield f"meeting {zoom_id} was never there"
    if zoom_id and not there and not event.is_cancelled:
        yield "the meeting was deleted"
    if event.meeting and str(event.meeting.zoom_id) not in {str(each.id) for each in made}:
        yield "the event has a meeting that is not there"
    if zoom_id and event.meeting is None and not event.is_cancelled:
        yield "the meeting was forgotten"


def not_as_wanted(stage: Stage, event_id: str = "ev-1") -> Iterator[str]:
    """What is not as the LMS wants it."""
    event = stage.event(event_id)
    sync = event.sync
    if sync.state != "in_sync" or sync.problem:
        yield f"{sync.state}, {sync.problem.code if sync.problem else 'no problem'}"
    there = [each for each in sessions_of(stage, event) if each.deleted_at is None]
    if event.is_cancelled:
        yield from (f"{each.kind} is still there" for each in there)
        return
    if event.meeting is None or [str(each.id) for each in there] != [event.meeting.zoom_id]:
        yield f"{len(there)} meetings, the event has {'one' if event.meeting else 'none'}"
        return
    (session,) = there
    details = event.details
    wanted = (details.kind, details.title, details.starts_at, details.duration_minutes)
    if (Kind(session.kind), session.topic, session.start_time, session.duration) != wanted:
        yield "the meeting is not as wanted"
    yield from _people_amiss(stage, event, session)


def _people_amiss(stage: Stage, event: Event, session: Session) -> Iterator[str]:
    people, _ = stage.enrollments.page(event.event_id, limit=1000)
    wanted = {each.person.address: each for each in people if not each.removed}
    listed = {each.email.casefold() for each in event.details.instructors}
    staff = {
        address
        for address, each in wanted.items()
        if (each.role is Role.INSTRUCTOR or address in listed) and not _is_told_to_take_part(each)
    }
    pupils = {address: each for address, each in wanted.items() if address not in staff}
    seated = (
        session.panelists.keys()
        if Kind(session.kind) is Kind.WEBINAR
        else session.alternative_hosts
    )
    if {each.casefold() for each in seated} != staff:
        yield f"instructors at Zoom are {sorted(seated)}"
    approved = {
        each.email.casefold(): each
        for each in session.registrants.values()
        if each.status == "approved"
    }
    if approved.keys() != pupils.keys():
        yield f"registered at Zoom are {sorted(approved)}"
    for address in approved.keys() & pupils.keys():
        registration = pupils[address].registration
        if registration is None or registration.registrant_id != approved[address].id:
            yield f"{address} has not the registration that is at Zoom"
        elif pupils[address].state is not EnrollmentState.REGISTERED or not registration.join_url:
            yield f"{address} is {pupils[address].state}"


def _is_told_to_take_part(instructor: Enrollment) -> bool:
    """Whether an instructor has a participant's link, and is told why."""
    return instructor.registration is not None and bool(instructor.message)


def is_told(stage: Stage, message: str, code: int, event_id: str = "ev-1") -> bool:
    """Whether the event or one of its people carries a problem that says what Zoom said.

    Args:
        stage: The stage.
        message: What Zoom said.
        code: Zoom's code of it.
        event_id: The event.
    """
    event = stage.event(event_id)
    told: list[tuple[EventProblem | EnrollmentProblem, str, str]] = [
        (each.reason, each.message or "", enrollment_remedy(each.reason))
        for each in _people(stage, event)
        if each.reason and each.state is EnrollmentState.FAILED
    ]
    if event.sync.problem:
        problem = event.sync.problem
        told.append((problem.code, problem.message, problem.remedy))
    return any(
        text
        and remedy
        and reason is not EventProblem.INTERNAL_ERROR
        and (reason not in _OF_ZOOM_S_OWN or (message[:40] in text and str(code) in text))
        for reason, text, remedy in told
    )


def _people(stage: Stage, event: Event) -> list[Enrollment]:
    """Who is to be in the event."""
    people, _ = stage.enrollments.page(event.event_id, limit=1000)
    return [each for each in people if each.is_enrolled and each.access.granted]
