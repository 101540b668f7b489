"""Derives notifications from how an event, or an enrollment, changed: pure functions.

Nobody writes a notification. Whoever changes something stores the fact, and the rules here read
off the old and the new state what there is to tell, so that a change and its notification cannot
part. A rule yields nothing where nothing happened that it is about.

A notification never holds a link, an address or a name. User ids are the LMS's own.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Iterator
from enum import StrEnum
from typing import Any

from lectern.domain.drift import DriftFound, Drifts
from lectern.domain.enrollment import Enrollment, EnrollmentState
from lectern.domain.event import Event, Phase, SyncState
from lectern.domain.model import DomainModel
from lectern.domain.planner import standing_meeting
from lectern.domain.problems import (
    EnrollmentProblem,
    EventProblem,
    enrollment_message,
    enrollment_remedy,
)
from lectern.domain.zoom_words import impersonal

_LEFT_OUT = "…"
_ID_LENGTH = 26
_NAMES_IN_LMS = {"topic": "title", "agenda": "description"}
"""What the LMS calls fields of a meeting that Zoom calls otherwise."""


class NotificationType(StrEnum):
    """The subject of a notification."""

    EVENT_READY = "event.ready"
    EVENT_UPDATED = "event.updated"
    EVENT_FAILED = "event.failed"
    EVENT_CANCELLED = "event.cancelled"
    EVENT_DRIFTED = "event.drifted"
    EVENT_STARTED = "event.started"
    EVENT_ENDED = "event.ended"
    ENROLLMENT_REGISTERED = "enrollment.registered"
    ENROLLMENT_FAILED = "enrollment.failed"
    ATTENDANCE_READY = "attendance.ready"


class Notification(DomainModel):
    """Something that the LMS is told.

    Attributes:
        version: The version of the event that it is about.
        links_changed: Whether people have other links than before, since the meeting is another.
        once: Names the occurrence where the same one may show in several changes, such as a
            problem at each retry; the LMS is told once. Empty: each change is an occurrence.
        caused_in: The request to the API that it goes back to, for logs.
    """

    type: NotificationType
    event_id: str
    user_id: str | None = None
    version: int | None = None
    links_changed: bool | None = None
    code: EventProblem | EnrollmentProblem | None = None
    message: str | None = None
    remedy: str | None = None
    once: str = ""
    caused_in: str | None = None

    @property
    def data(self) -> dict[str, Any]:
        """The content that the LMS gets to read."""
        return self.model_dump(
            mode="json", exclude={"type", "once", "caused_in"}, exclude_none=True
        )

    def identifier(self, change: str) -> str:
        """The id by which a second telling of the same is recognised.

        Args:
            change: Names the change that it follows from; the same if the change is seen again.
        """
        parts = (self.type, self.event_id, self.user_id or "", self.once or f"={change}")
        digest = hashlib.sha256("\n".join(parts).encode()).digest()
        return "msg_" + base64.b32encode(digest).decode().lower()[:_ID_LENGTH]


def of_event(old: Event | None, new: Event) -> list[Notification]:
    """Lists the notifications that follow from a change of an event.

    Args:
        old: The event before; ``None`` for a new one.
        new: The event after it.
    """
    return [told for rule in _EVENT_RULES for told in rule(old, new)]


def of_enrollment(old: Enrollment | None, new: Enrollment) -> list[Notification]:
    """Lists the notifications that follow from a change of an enrollment.

    Args:
        old: The enrollment before; ``None`` for a new one.
        new: The enrollment after it.
    """
    if not new.enrolled:
        # The event lists the person as an instructor; the LMS knows of no enrollment.
        return []
    return [told for rule in _ENROLLMENT_RULES for told in rule(old, new)]


def _ready(old: Event | None, new: Event) -> Iterator[Notification]:
    """The meeting exists and takes people: the first one, and each that takes its place."""
    meeting = _joinable(new)
    if meeting is not None and meeting != (_joinable(old) if old else None):
        yield _of_event(NotificationType.EVENT_READY, new, once=meeting)


def _updated(old: Event | None, new: Event) -> Iterator[Notification]:
    """Zoom was brought to a later version, or to another meeting of the same version."""
    if old is None or old.sync.synced_version is None or new.is_cancelled:
        return
    before, after = old.sync, new.sync
    links_changed = before.synced_meeting not in {None, after.synced_meeting}
    if links_changed or before.synced_version != after.synced_version:
        once = f"{after.synced_version}#{after.synced_meeting}"
        yield _of_event(NotificationType.EVENT_UPDATED, new, once=once).model_copy(
            update={"links_changed": links_changed}
        )


def _cancelled(old: Event | None, new: Event) -> Iterator[Notification]:
    """Zoom has nothing of the cancelled event any more."""
    before = old.sync.synced_version if old else None
    if new.is_cancelled and new.sync.synced_version not in {None, before}:
        once = str(new.sync.synced_version)
        yield _of_event(NotificationType.EVENT_CANCELLED, new, once=once)


def _failed(old: Event | None, new: Event) -> Iterator[Notification]:
    """A person has to act; told once for each problem of a version, however often it is tried."""
    problem = new.sync.problem
    if new.sync.state is not SyncState.FAILED or problem is None:
        return
    if old and old.version == new.version and _failure(old) == _failure(new):
        return
    once = "#".join((str(new.version), problem.code, problem.message, str(new.sync.last_synced_at)))
    yield _of_event(NotificationType.EVENT_FAILED, new, once=once).model_copy(
        update={
            "code": problem.code,
            "message": impersonal(problem.message, _LEFT_OUT),
            "remedy": problem.remedy,
        }
    )


def _drifted(old: Event | None, new: Event) -> Iterator[Notification]:
    """Somebody changed in Zoom what Lectern made there; told once for each time that it is found.

    It says what was changed, and never what to.
    """
    was = old.drift if old else Drifts()
    for before, found in ((was.edited, new.drift.edited), (was.people, new.drift.people)):
        if found and found.settled and (before is None or _told(found) != _told(before)):
            yield _of_drift(new, _edit_message(found), f"{found.what}{found.found_at}")
    meeting, former = new.meeting, old.meeting if old else None
    if meeting and meeting.gone and (former is None or former.gone is not meeting.gone):
        message = f"The {meeting.kind} was {meeting.gone} in Zoom."
        yield _of_drift(new, message, f"{meeting.name}{meeting.gone}{new.sync.requested}")
    if meeting and meeting.held_by and (former is None or former.held_by != meeting.held_by):
        message = f"The {meeting.kind} was handed to another user in Zoom."
        yield _of_drift(new, message, f"{meeting.name}{meeting.held_by}")


def _started(old: Event | None, new: Event) -> Iterator[Notification]:
    """A session began; one that is run again begins again."""
    if new.phase is Phase.LIVE and (old is None or _run(old) != _run(new)):
        yield _of_event(NotificationType.EVENT_STARTED, new, once=new.instance or "live")


def _ended(old: Event | None, new: Event) -> Iterator[Notification]:
    """A session ended."""
    if new.phase is Phase.ENDED and (old is None or _run(old) != _run(new)):
        yield _of_event(NotificationType.EVENT_ENDED, new, once=new.instance or "ended")


def _attendance_ready(old: Event | None, new: Event) -> Iterator[Notification]:
    """The attendance is final: of the session, and once more of each time that it was run again."""
    if new.attended and (old is None or old.attended != new.attended):
        once = "#".join(sorted(new.attended))
        yield _of_event(NotificationType.ATTENDANCE_READY, new, once=once)


_EVENT_RULES: tuple[Callable[[Event | None, Event], Iterator[Notification]], ...] = (
    _ready,
    _updated,
    _cancelled,
    _failed,
    _drifted,
    _started,
    _ended,
    _attendance_ready,
)


def _registered(old: Enrollment | None, new: Enrollment) -> Iterator[Notification]:
    """The person has a way in: for the first time, or another one."""
    if new.state is not EnrollmentState.REGISTERED:
        return
    if old and old.state is new.state and _registrant(old) == _registrant(new):
        return
    yield _of_person(NotificationType.ENROLLMENT_REGISTERED, new)


def _refused(old: Enrollment | None, new: Enrollment) -> Iterator[Notification]:
    """The person cannot be registered; told once for each reason, not at each try."""
    if new.state is not EnrollmentState.FAILED or new.reason is None:
        return
    if old and (old.state, old.reason, old.version) == (new.state, new.reason, new.version):
        return
    message = new.message or enrollment_message(new.reason)
    yield _of_person(NotificationType.ENROLLMENT_FAILED, new).model_copy(
        update={
            "code": new.reason,
            "message": impersonal(message, _LEFT_OUT),
            "remedy": enrollment_remedy(new.reason),
        }
    )


_ENROLLMENT_RULES: tuple[Callable[[Enrollment | None, Enrollment], Iterator[Notification]], ...] = (
    _registered,
    _refused,
)


def _joinable(event: Event) -> str | None:
    """Names the meeting that takes people of the event now, if there is one."""
    meeting = None if event.is_cancelled else standing_meeting(event)
    return meeting.name if meeting and meeting.is_open else None


def _failure(event: Event) -> tuple[object, ...]:
    return event.sync.state, event.sync.problem


def _run(event: Event) -> tuple[object, ...]:
    return event.phase, event.instance


def _told(found: DriftFound) -> tuple[object, ...]:
    return found.settled, found.found_at, found.what


def _of_drift(event: Event, message: str, once: str) -> Notification:
    told = _of_event(NotificationType.EVENT_DRIFTED, event, once=once)
    return told.model_copy(update={"message": message})


def _edit_message(found: DriftFound) -> str:
    names = ", ".join(_NAMES_IN_LMS.get(name, name) for name in found.what)
    done = "Lectern puts it right." if found.repaired else "It is left as it is."
    return f"Somebody changed this in Zoom: {names}. {done}"


def _registrant(enrollment: Enrollment) -> tuple[str, str] | None:
    """The person's id at Zoom, as registrant or panelist."""
    if panelist := enrollment.panelist:
        return panelist.zoom_id, panelist.panelist_id
    registration = enrollment.registration
    return (registration.zoom_id, registration.registrant_id) if registration else None


def _of_event(kind: NotificationType, event: Event, *, once: str) -> Notification:
    return Notification(type=kind, event_id=event.event_id, version=event.version, once=once)


def _of_person(kind: NotificationType, person: Enrollment) -> Notification:
    return Notification(type=kind, event_id=person.event_id, user_id=person.user_id)
