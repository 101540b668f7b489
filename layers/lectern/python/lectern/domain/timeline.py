"""What happened to an event: a pure function of how the event, or an enrollment, changed.

Nobody writes most entries of a timeline. As with notifications, whoever changes something stores
the fact, and the rules here read off the old and the new state what there is to record, so that a
change and its entry cannot part. Like things of one cause (a request of the LMS, a synchronisation)
are one entry with a count.

An entry never holds a link, an address or a name. User ids are the LMS's own.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from enum import StrEnum
from typing import NamedTuple

from lectern.domain.enrollment import Enrollment, EnrollmentState
from lectern.domain.event import Event, Phase
from lectern.domain.join.decision import LABELS, JoinDecision, JoinState
from lectern.domain.meeting import Meeting, MeetingSpec
from lectern.domain.model import DomainModel, Instant
from lectern.domain.notifications import Notification, NotificationType
from lectern.domain.problems import enrollment_message, event_problem
from lectern.domain.zoom_words import impersonal

_LEFT_OUT = "…"
_ID_LENGTH = 32


class EntryKind(StrEnum):
    """What an entry is about."""

    CHANGE = "change"
    ZOOM = "zoom"
    WEBHOOK = "webhook"
    NOTIFICATION = "notification"
    PROBLEM = "problem"
    JOIN = "join"
    OPERATOR = "operator"


class Fact(DomainModel):
    """Something that happened.

    Attributes:
        user_id: Whom it is about, where that is one person.
        key: The id of the API key with which it was wanted; never the key.
        cause: What like facts are counted by; empty where each is an entry of its own.
        once: Names the occurrence where the same one may show in several changes.
    """

    event_id: str
    kind: EntryKind
    code: str
    message: str
    user_id: str | None = None
    key: str | None = None
    cause: str = ""
    once: str = ""

    @property
    def is_alone(self) -> bool:
        """Whether the change that it is read off says all of it: no other one tells the same."""
        return not (self.cause or self.once)

    def identifier(self, change: str) -> str:
        """Names the entry that the fact belongs to.

        Args:
            change: Names the change that it was read off; the same if the change is seen again.
        """
        occurrence = self.cause or self.once or f"={change}"
        parts = (self.event_id, self.kind, self.code, self.key or "", self.message, occurrence)
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:_ID_LENGTH]


class TimelineEntry(DomainModel):
    """An entry of a timeline.

    Attributes:
        count: How many like things it stands for.
    """

    at: Instant
    kind: EntryKind
    code: str
    message: str
    user_id: str | None = None
    key: str | None = None
    count: int = 1


def of_event(old: Event | None, new: Event) -> list[Fact]:
    """What a change of an event records; ``old`` is ``None`` for a new one."""
    return [fact for rule in _EVENT_RULES for fact in rule(old, new)]


def of_enrollment(old: Enrollment | None, new: Enrollment) -> list[Fact]:
    """What a change of an enrollment records; ``old`` is ``None`` for a new one."""
    return [fact for rule in _ENROLLMENT_RULES for fact in rule(old, new)]


def of_notifications(told: Iterable[Notification], new: Event | Enrollment) -> list[Fact]:
    """What the LMS is told of a change; that of people is counted by the synchronisation."""
    cause = _cause(new) if isinstance(new, Enrollment) else ""
    return [
        Fact(
            event_id=each.event_id,
            kind=EntryKind.NOTIFICATION,
            code=each.type,
            message=each.message or _TOLD[each.type],
            user_id=each.user_id,
            cause=cause,
            once=each.once,
        )
        for each in told
    ]


def of_join(event_id: str, user_id: str, decision: JoinDecision) -> Fact:
    """That a person asked to join, and what the button said."""
    label, reason = LABELS[decision.state], decision.reason
    because = f"Asked to join, and was told: {label} ({reason})."
    return Fact(
        event_id=event_id,
        kind=EntryKind.JOIN,
        code=decision.state,
        message=because if reason else f"Asked to join, and was told: {label}.",
        user_id=user_id,
    )


def is_recorded(decision: JoinDecision) -> bool:
    """Whether a click is recorded: not of somebody of whom nothing is stored, nor is to be."""
    return decision.state is not JoinState.NOT_ENROLLED


class OperatorAct(StrEnum):
    """What a person had done by hand."""

    SYNCHRONISE = "synchronise"
    END_SESSION = "end_session"
    OWN_JOIN_LINK = "own_join_link"


_ACTS = {
    OperatorAct.SYNCHRONISE: "A synchronisation was asked for by hand.",
    OperatorAct.END_SESSION: "The session was ended by hand.",
    OperatorAct.OWN_JOIN_LINK: "An operator had their own join link shown.",
}


def of_operator(
    event_id: str, act: OperatorAct, *, key: str | None = None, user_id: str | None = None
) -> Fact:
    """That a person had something done by hand.

    Args:
        event_id: The event.
        act: What.
        key: The id of the API key with which it was asked for.
        user_id: The operator, where it was one of the console.
    """
    return Fact(
        event_id=event_id,
        kind=EntryKind.OPERATOR,
        code=act,
        message=_ACTS[act],
        key=key,
        user_id=user_id,
    )


def of_report(event: Event, what: str) -> Fact:
    """That Zoom reported a change that is none of Lectern's, once for each look that follows.

    Args:
        event: The event as it was read.
        what: What Zoom says happened, such as ``registration_denied``.
    """
    told = what.replace("_", " ")
    message = f"Zoom reported a change that Lectern did not make ({told}): it is looked at."
    return _fact(event, EntryKind.WEBHOOK, what, message, once=f"before {event.sync.requested}")


def _wanted(old: Event | None, new: Event) -> Iterator[Fact]:
    """The LMS saved the event, cancelled it, or scheduled it again."""
    if old is not None and old.version == new.version:
        return
    if old is None:
        code, message = "event_created", "The event was scheduled."
    elif new.is_cancelled:
        code, message = "event_cancelled", "The event was cancelled."
    elif old.is_cancelled:
        code, message = "event_rescheduled", "The event was scheduled again."
    else:
        names = sorted(name for name, value in new.details if value != getattr(old.details, name))
        code, message = "event_changed", f"The event was changed: {', '.join(names)}."
    yield _fact(
        new, EntryKind.CHANGE, code, message, once=f"version {new.version}", key=new.changed_by
    )


def _made(old: Event | None, new: Event) -> Iterator[Fact]:
    """A meeting was made at Zoom, changed there, or deleted."""
    before, after = old.meeting if old else None, new.meeting
    if after is not None and (before is None or before.name != after.name):
        message = f"The {after.kind} was made at Zoom."
        yield _fact(new, EntryKind.ZOOM, "meeting_created", message, once=after.name)
    elif after is not None and before is not None and before.spec != after.spec:
        yield _of_spec(new, before.spec, after)
    for meeting in _left(old, new):
        message = f"A {meeting.kind} was deleted at Zoom."
        yield _fact(new, EntryKind.ZOOM, "meeting_deleted", message, once=meeting.name)


def _of_spec(new: Event, before: MeetingSpec, after: Meeting) -> Fact:
    names = sorted(before.differing_fields(after.spec))
    message = f"At Zoom the {after.kind} has others of these now: {', '.join(names)}."
    return _fact(new, EntryKind.ZOOM, "meeting_updated", message)


def _left(old: Event | None, new: Event) -> Iterator[Meeting]:
    """The meetings that Zoom has no more: former ones, and that of a cancelled event."""
    had = [*old.retired, *([old.meeting] if old.meeting else [])] if old else []
    has = {each.name for each in (*new.retired, *([new.meeting] if new.meeting else []))}
    yield from (each for each in had if each.name not in has)


def _synchronised(old: Event | None, new: Event) -> Iterator[Fact]:
    """Zoom was brought to another version."""
    version = new.sync.synced_version
    if old is not None and version is not None and version != old.sync.synced_version:
        message = f"Zoom has what the LMS wants, in version {version}."
        yield _fact(new, EntryKind.ZOOM, "in_sync", message, once=f"version {version}")


def _run(old: Event | None, new: Event) -> Iterator[Fact]:
    """Zoom reported that a session began or ended."""
    is_news = old is not None and (old.phase, old.instance) != (new.phase, new.instance)
    if not is_news or new.phase is Phase.UPCOMING:
        return
    is_live = new.phase is Phase.LIVE
    code = "session_started" if is_live else "session_ended"
    message = f"Zoom reported that the session {'began' if is_live else 'ended'}."
    yield _fact(new, EntryKind.WEBHOOK, code, message, once=f"{new.instance}{new.phase_at}")


def _troubled(old: Event | None, new: Event) -> Iterator[Fact]:
    """A problem came, or was solved; one that lasts is recorded once."""
    before, after = old.sync.lasting if old else None, new.sync.lasting
    if before == after:
        return
    if after is not None:
        problem = event_problem(after.code)
        yield _fact(new, EntryKind.PROBLEM, after.code, problem.message, once=str(after.since))
    elif before is not None:
        message = f"This problem is solved: {event_problem(before.code).message}"
        yield _fact(new, EntryKind.PROBLEM, "problem_solved", message, once=str(before.since))


_EVENT_RULES: tuple[Callable[[Event | None, Event], Iterator[Fact]], ...] = (
    _wanted,
    _made,
    _run,
    _troubled,
    _synchronised,
)


def _fact(
    event: Event,
    kind: EntryKind,
    code: str,
    message: str,
    *,
    once: str = "",
    key: str | None = None,
) -> Fact:
    return Fact(event_id=event.event_id, kind=kind, code=code, message=message, once=once, key=key)


class _Wish(NamedTuple):
    code: str
    message: str


_ENROLLED = _Wish("enrolled", "Enrolled.")
_CHANGED = _Wish("enrollment_changed", "Enrollment changed.")
_REMOVED = _Wish("removed", "Removed from the event.")
_ERASED = _Wish("erased", "Removed from the event and erased.")
_GRANTED = _Wish("access_granted", "Access granted.")
_TAKEN = _Wish("access_withdrawn", "Access withdrawn.")


def _person_wanted(old: Enrollment | None, new: Enrollment) -> Iterator[Fact]:
    """The LMS enrolled, changed or removed a person, or decided on the access anew."""
    if not new.enrolled or (old is not None and old.version == new.version):
        return
    wish = _wish(old if old and old.is_enrolled else None, new)
    yield Fact(
        event_id=new.event_id,
        kind=EntryKind.CHANGE,
        code=wish.code,
        message=wish.message,
        user_id=None if new.erase else new.user_id,
        key=new.changed_by,
        cause="" if new.changed_alone else new.changed_in or "",
    )


def _wish(old: Enrollment | None, new: Enrollment) -> _Wish:
    if new.removed:
        return _ERASED if new.erase else _REMOVED
    if old is None:
        return _ENROLLED
    if old.access.granted != new.access.granted:
        return _GRANTED if new.access.granted else _TAKEN
    return _CHANGED


def _person_at_zoom(old: Enrollment | None, new: Enrollment) -> Iterator[Fact]:
    """A person was registered at Zoom, as whatever, or taken from there."""
    before, after = _place(old) if old else None, _place(new)
    if after is not None and before != after:
        yield _of_person(new, EntryKind.ZOOM, "registered", "Registered at Zoom.")
    elif before is not None and after is None:
        yield _of_person(new, EntryKind.ZOOM, "unregistered", "Registration at Zoom ended.")


def _person_refused(old: Enrollment | None, new: Enrollment) -> Iterator[Fact]:
    """A person could not be registered; recorded once for each reason of a version."""
    if new.state is not EnrollmentState.FAILED or new.reason is None:
        return
    if old and (old.state, old.reason, old.version) == (new.state, new.reason, new.version):
        return
    message = impersonal(new.message or enrollment_message(new.reason), _LEFT_OUT)
    yield _of_person(new, EntryKind.PROBLEM, new.reason, message)


_ENROLLMENT_RULES: tuple[Callable[[Enrollment | None, Enrollment], Iterator[Fact]], ...] = (
    _person_wanted,
    _person_at_zoom,
    _person_refused,
)


def _place(enrollment: Enrollment) -> tuple[str, str] | None:
    """What the person is at Zoom, registrant or panelist."""
    if panelist := enrollment.panelist:
        return panelist.zoom_id, panelist.panelist_id
    registration = enrollment.registration
    return (registration.zoom_id, registration.registrant_id) if registration else None


def _of_person(new: Enrollment, kind: EntryKind, code: str, message: str) -> Fact:
    return Fact(
        event_id=new.event_id,
        kind=kind,
        code=code,
        message=message,
        user_id=None if new.erase else new.user_id,
        cause=_cause(new),
    )


def _cause(new: Enrollment) -> str:
    """The synchronisation that found out where the person stands, and others with them."""
    return new.settled_in or ""


_TOLD = {
    NotificationType.EVENT_READY: "The LMS is told that the event can be joined.",
    NotificationType.EVENT_UPDATED: "The LMS is told that the event is up to date at Zoom.",
    NotificationType.EVENT_FAILED: "The LMS is told that somebody has to act.",
    NotificationType.EVENT_CANCELLED: "The LMS is told that Zoom has nothing of the event left.",
    NotificationType.EVENT_DRIFTED: "The LMS is told that somebody changed something in Zoom.",
    NotificationType.EVENT_STARTED: "The LMS is told that the session began.",
    NotificationType.EVENT_ENDED: "The LMS is told that the session ended.",
    NotificationType.ENROLLMENT_REGISTERED: "The LMS is told that the person is registered.",
    NotificationType.ENROLLMENT_FAILED: "The LMS is told that the person cannot be registered.",
    NotificationType.ATTENDANCE_READY: "The LMS is told that the attendance is final.",
}
