"""The explanation: can this person join now, and if not, why, since when, and who has to do what.

It is composed from what is stored, and starts from the very decision that the Join button shows, so
that the two can never say different things. Whoever can join has nothing in the way: what somebody
has to act on is a note to that person, and what passes by itself is nothing. Whoever cannot is told
first what the button says, and then whatever else is in the way.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from lectern.domain.enrollment import Enrollment
from lectern.domain.event import Event, Phase, SyncState
from lectern.domain.explained_times import when
from lectern.domain.findings import (
    Circumstance,
    Finding,
    Severity,
    Who,
    in_order,
    of_circumstance,
    of_event,
    of_event_code,
    of_person,
)
from lectern.domain.join.decision import REGISTERING, JoinDecision, JoinState, JoinStep, decide
from lectern.domain.meeting import Kind
from lectern.domain.model import DomainModel, Instant
from lectern.domain.notes import notes_of
from lectern.domain.people.instructors import Means, is_instructor, means_of, message_of
from lectern.domain.planner import standing_meeting
from lectern.domain.problems import EnrollmentProblem, EventProblem
from lectern.domain.settings import InstructorsAs, Settings

_SHOULD_BE_HEARD = timedelta(minutes=10)
"""How long after an event was brought to Zoom a report of its creation should have come."""

_SILENCE = timedelta(days=7)
"""How long nothing may be heard of an account that has events."""

_TOLD_OF_SCOPES = 3
"""Of how many missing scopes it is told what stops without them; all are named."""

_UNTOUCHED = frozenset(
    {
        Circumstance.CHANGES_PENDING,
        Circumstance.PEOPLE_NOT_REGISTERED,
        Circumstance.WEBHOOK_SECRET_MISSING,
        Circumstance.WEBHOOKS_NEVER_HEARD,
        Circumstance.WEBHOOKS_SILENT,
    }
)
"""What is so of an event, and makes no difference to any one person."""


class ScopeMissing(DomainModel):
    """A scope that the app is known to lack, and what does not work for want of it."""

    name: str
    without: str


class ConnectionKnown(DomainModel):
    """What is stored about the Zoom account of an event.

    Attributes:
        is_set: Whether its credentials were ever set.
        lost_since: Since when Zoom does not take them any more, if it does not.
        said: Why, in Zoom's words, where it said so.
        missing_scopes: The scopes that the app is known to lack and this event would use.
        has_webhook_secret: Whether deliveries of Zoom can be told from forged ones.
        heard_at: When Zoom last reported anything about sessions of the event's kind.
    """

    is_set: bool = True
    lost_since: Instant | None = None
    said: str = ""
    missing_scopes: tuple[ScopeMissing, ...] = ()
    has_webhook_secret: bool = True
    heard_at: Instant | None = None


class Known(DomainModel):
    """All that an explanation is composed from.

    Attributes:
        event: The event.
        settings: The platform's settings.
        connection: What is known of the event's Zoom account.
        closed_until: Until when Zoom takes no more calls of a kind that the event needs.
        person_closed_until: Until when Zoom takes no more registrations of the person.
        now: The present moment.
    """

    event: Event
    settings: Settings
    connection: ConnectionKnown = ConnectionKnown()
    closed_until: Instant | None = None
    person_closed_until: Instant | None = None
    now: Instant


class Explanation(DomainModel):
    """What stands in the way of an event, or of one person in it.

    Attributes:
        user_id: The person; ``None`` where it is about the event.
        can_join: Whether the person can join now; ``None`` where it is about the event.
    """

    event_id: str
    user_id: str | None = None
    can_join: bool | None = None
    summary: str
    findings: tuple[Finding, ...]


def explain_event(known: Known) -> Explanation:
    """What stands in the way of an event."""
    findings = in_order(None, _of_the_event(known))
    return Explanation(
        event_id=known.event.event_id, summary=_summary(known, findings), findings=findings
    )


def explain_person(known: Known, enrollment: Enrollment | None, user_id: str) -> Explanation:
    """What stands in the way of one person, who need not be enrolled.

    Args:
        known: What is stored.
        enrollment: The person's enrollment, possibly removed.
        user_id: The person.
    """
    decision = decide(known.event, enrollment, user_id, known.settings, known.now)
    can_join = decision.state is JoinState.JOIN
    others = [each for each in _of_the_event(known) if each.code not in _UNTOUCHED]
    if can_join:
        others = [each.as_note() for each in others if each.severity is not Severity.WAITS]
    leading = _of_the_decision(decision, known, enrollment)
    findings = in_order(leading, [*_of_the_person(known, enrollment, decision), *others])
    return Explanation(
        event_id=known.event.event_id,
        user_id=user_id,
        can_join=can_join,
        summary=_summary_of_person(known, findings, can_join=can_join),
        findings=findings,
    )


def _of_the_decision(
    decision: JoinDecision, known: Known, enrollment: Enrollment | None
) -> Finding | None:
    """What the Join button says, unless it says Join."""
    match decision.state:
        case JoinState.JOIN:
            return None
        case JoinState.CANCELLED:
            return of_circumstance(Circumstance.EVENT_CANCELLED, since=known.event.updated_at)
        case JoinState.NOT_ENROLLED:
            return _of_stranger(enrollment)
        case JoinState.SEE_REQUIREMENTS:
            return _of_requirements(decision, enrollment)
        case JoinState.PREPARING | JoinState.UNAVAILABLE:
            return _of_reason(decision, known, enrollment)


def _of_stranger(enrollment: Enrollment | None) -> Finding:
    if enrollment is not None and enrollment.enrolled and enrollment.removed:
        return of_circumstance(Circumstance.ENROLLMENT_REMOVED, since=enrollment.updated_at)
    return of_circumstance(Circumstance.NOT_ENROLLED)


def _of_requirements(decision: JoinDecision, enrollment: Enrollment | None) -> Finding:
    """What the learner has to meet; where nothing is listed as unmet, the LMS grants access."""
    finding = _of_state(decision, enrollment)
    if not decision.requirements:
        return finding.model_copy(update={"who": Who.LMS})
    titles = "; ".join(each.title for each in decision.requirements)
    return finding.model_copy(update={"message": f"{finding.message} Unmet: {titles}."})


def _of_reason(decision: JoinDecision, known: Known, enrollment: Enrollment | None) -> Finding:
    """What keeps back somebody whom the LMS wants in the event."""
    if decision.reason is None:
        return _of_its_way(decision, known)
    if isinstance(decision.reason, EventProblem):
        return _of_the_problem(known) or of_event_code(decision.reason)
    return _of_state(decision, enrollment)


def _of_state(decision: JoinDecision, enrollment: Enrollment | None) -> Finding:
    """What is noted of the person."""
    reason: Any = decision.reason
    is_noted = enrollment is not None and enrollment.reason == reason
    since = enrollment.stands_since or enrollment.updated_at if enrollment and is_noted else None
    return of_person(reason, decision.message, since=since)


def _of_its_way(decision: JoinDecision, known: Known) -> Finding:
    """What is under way for the person, and nobody has to do anything about."""
    if decision.message != REGISTERING:
        return of_circumstance(Circumstance.ROLE_PENDING)
    if decision.step is JoinStep.VERIFY:
        return of_circumstance(Circumstance.LINK_PENDING)
    until = _closed_for_person(known)
    return of_circumstance(Circumstance.REGISTRATION_PENDING, next_attempt_at=until)


def _closed_for_person(known: Known) -> datetime | None:
    """Until when Zoom does not register the person: by the person's own limit, and by others."""
    moments = (known.person_closed_until, known.closed_until)
    return max((each for each in moments if each), default=None)


def _of_the_person(
    known: Known, enrollment: Enrollment | None, decision: JoinDecision
) -> Iterator[Finding]:
    """What else concerns this one person."""
    if enrollment is None or decision.state in {JoinState.CANCELLED, JoinState.NOT_ENROLLED}:
        return
    event, settings = known.event, known.settings
    if decision.state is not JoinState.JOIN and known.person_closed_until:
        detail = "Zoom takes only a few registrations of the same person a day."
        until = _closed_for_person(known)
        yield of_event_code(EventProblem.DAILY_LIMIT, detail, next_attempt_at=until)
    if event.details.options.require_sign_in and means_of(enrollment, event, settings) in {
        Means.PARTICIPANT,
        Means.ASSISTANT,
    }:
        yield of_circumstance(Circumstance.SIGN_IN_REQUIRED)
    yield from _of_the_role(known, enrollment)


def _of_the_role(known: Known, enrollment: Enrollment) -> Iterator[Finding]:
    """That an instructor is not at Zoom what the settings want."""
    event, settings = known.event, known.settings
    is_less = means_of(enrollment, event, settings) is Means.PARTICIPANT
    wants_more = settings.hosts.instructors_as is not InstructorsAs.PARTICIPANTS
    if is_less and wants_more and is_instructor(enrollment, event):
        said = message_of(enrollment, event, settings) or ""
        finding = of_circumstance(Circumstance.JOINS_AS_PARTICIPANT)
        yield finding.model_copy(update={"message": said or finding.message})


def _of_the_event(known: Known) -> Iterator[Finding]:
    """All that is found of an event."""
    event = known.event
    if event.is_cancelled:
        yield of_circumstance(Circumstance.EVENT_CANCELLED, since=event.updated_at)
    problem = _of_the_problem(known)
    if problem is not None:
        yield problem
    yield from _of_the_connection(known)
    if event.is_cancelled:
        return
    yield from _of_the_meeting(known, is_explained=problem is not None)
    yield from _of_limits(known)
    yield from _of_the_session(known)
    yield from map(of_event, notes_of(event))
    yield from _of_drift(event)
    if event.participants.failed:
        detail = f"There are {event.participants.failed} of them."
        yield of_circumstance(Circumstance.PEOPLE_NOT_REGISTERED, detail)


def _of_the_problem(known: Known) -> Finding | None:
    """What the last synchronisation ended with, and whether it is being tried again."""
    sync = known.event.sync
    problem, lasting = sync.problem, sync.lasting
    if problem is None and lasting is not None and sync.state is not SyncState.IN_SYNC:
        # A new try begins with a clean slate; until it has ended, nothing is better than it was.
        return of_event_code(lasting.code).passing().model_copy(update={"since": lasting.since})
    if problem is None or sync.state is SyncState.IN_SYNC:
        return None
    is_same = lasting is not None and lasting.code is problem.code
    since = lasting.since if lasting and is_same else None
    finding = of_event(problem, since=since, next_attempt_at=sync.next_attempt_at)
    at_rest = sync.state in {SyncState.FAILED, SyncState.WAITING}
    return finding if at_rest else finding.passing()


def _of_the_connection(known: Known) -> Iterator[Finding]:
    """Whether Zoom can be reached in the event's account, and reports what happens there."""
    connection, event = known.connection, known.event
    if not connection.is_set or connection.lost_since:
        said = f"Zoom says: {connection.said}" if connection.said else ""
        lost = of_event_code(EventProblem.CREDENTIALS_INVALID, said)
        yield lost.model_copy(update={"since": connection.lost_since})
    if connection.missing_scopes:
        named = ", ".join(each.name for each in connection.missing_scopes)
        without = " ".join(each.without for each in connection.missing_scopes[:_TOLD_OF_SCOPES])
        missing = of_event_code(EventProblem.SCOPE_MISSING, f"It lacks {named}. {without}")
        # What needs the scope stops the event itself, and is its problem then.
        yield missing.as_note()
    if event.is_cancelled or not connection.is_set:
        return
    brought_at = event.sync.last_synced_at
    if not connection.has_webhook_secret:
        yield of_circumstance(Circumstance.WEBHOOK_SECRET_MISSING)
    elif brought_at is None or event.meeting is None or brought_at + _SHOULD_BE_HEARD > known.now:
        return
    elif connection.heard_at is None:
        yield of_circumstance(Circumstance.WEBHOOKS_NEVER_HEARD, since=brought_at)
    elif connection.heard_at + _SILENCE <= known.now:
        yield of_circumstance(Circumstance.WEBHOOKS_SILENT, since=connection.heard_at)


def _of_the_meeting(known: Known, *, is_explained: bool) -> Iterator[Finding]:
    """Whether the meeting at Zoom is there, and as the LMS wants it."""
    event = known.event
    meeting, features = event.meeting, known.settings.features
    is_on = features.webinars if event.details.kind is Kind.WEBINAR else features.meetings
    if not is_on:
        yield of_circumstance(Circumstance.KIND_SWITCHED_OFF)
    if meeting is None:
        if not is_explained and not event.is_over(known.now):
            yield of_person(EnrollmentProblem.EVENT_NOT_READY, since=event.sync.requested_at)
        return
    if standing_meeting(event) is None:
        yield of_circumstance(Circumstance.MEETING_REPLACED, since=event.updated_at)
    elif meeting.gone and not is_explained and not event.is_over(known.now):
        yield of_event_code(EventProblem.DELETED_IN_ZOOM).passing()
    elif meeting.held_by and not is_explained and not event.is_over(known.now):
        yield of_event_code(EventProblem.HOST_TRANSFERRED).passing()
    elif meeting.missing_since:
        yield of_circumstance(Circumstance.MEETING_IN_DOUBT, since=meeting.missing_since)
    elif not is_explained and _has_changes_to_come(event):
        yield of_circumstance(Circumstance.CHANGES_PENDING, since=event.sync.requested_at)


def _has_changes_to_come(event: Event) -> bool:
    """Whether something of the event or its people is still to be brought to Zoom."""
    is_changed = event.sync.synced_version != event.version or event.participants.pending > 0
    return is_changed and event.sync.is_due


def _of_limits(known: Known) -> Iterator[Finding]:
    """Whether Zoom takes no more of what the event needs; at rest, only a change would need it."""
    sync = known.event.sync
    if known.closed_until is None or known.event.is_over(known.now):
        return
    closed = of_event_code(EventProblem.DAILY_LIMIT, next_attempt_at=known.closed_until)
    yield closed.as_note() if sync.state is SyncState.IN_SYNC else closed


def _of_the_session(known: Known) -> Iterator[Finding]:
    """Where the session is, once it should have begun."""
    event, now = known.event, known.now
    if event.phase is Phase.UPCOMING and event.details.starts_at <= now < event.details.ends_at:
        yield of_circumstance(Circumstance.SESSION_NOT_STARTED, since=event.details.starts_at)
    elif event.has_ended:
        yield of_circumstance(Circumstance.SESSION_ENDED, since=event.phase_at)
    elif event.is_over(now):
        detail = "That is by plan: Zoom has not reported that it ended."
        yield of_circumstance(Circumstance.SESSION_ENDED, detail, since=event.details.ends_at)


def _of_drift(event: Event) -> Iterator[Finding]:
    """What somebody was found to have changed in Zoom by hand."""
    for found in (event.drift.edited, event.drift.people):
        if found is not None and found.settled:
            names = ", ".join(found.what)
            done = "Lectern has put it right." if found.repaired else "It is left as it is."
            detail = f"Changed were: {names}. {done}"
            yield of_circumstance(Circumstance.CHANGED_IN_ZOOM, detail, since=found.found_at)


def _summary(known: Known, findings: tuple[Finding, ...]) -> str:
    """The explanation of an event in one or two sentences."""
    event, first = known.event, _first_in_the_way(findings)
    begins = f"The {event.details.kind} {when(event, known.now)}"
    if first is None:
        people = event.participants
        return f"{begins}; {people.registered} of {people.expected} people are registered at Zoom."
    if event.is_cancelled:
        return f"{begins}."
    if first.severity is Severity.BLOCKS:
        return f"{begins}. Somebody has to act: {first.message}"
    return f"{begins}. It is being prepared: {first.message}"


def _summary_of_person(known: Known, findings: tuple[Finding, ...], *, can_join: bool) -> str:
    """The explanation to one person in one or two sentences."""
    begins = f"The {known.event.details.kind} {when(known.event, known.now)}"
    first = _first_in_the_way(findings)
    if can_join or first is None:
        return f"{begins}; the link is ready."
    if known.event.is_cancelled:
        return f"{begins}."
    if first.severity is Severity.BLOCKS:
        return f"{begins}. This person cannot join: {first.message}"
    return f"{begins}. This person cannot join yet: {first.message}"


def _first_in_the_way(findings: tuple[Finding, ...]) -> Finding | None:
    return next((each for each in findings if each.is_in_the_way), None)
