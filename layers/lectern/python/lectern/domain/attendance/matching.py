"""Who attended: Zoom's stays matched with the LMS's people, and added up over sessions.

An event can be run several times at Zoom (the host ends it and starts it again). Each run is an
instance, with a UUID of its own and a report of its own.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from enum import StrEnum

from lectern.domain.address import address_key
from lectern.domain.attendance.presence import Session, Sighting, Span, spans_of, united
from lectern.domain.enrollment import Enrollment
from lectern.domain.event import Event
from lectern.domain.meeting import Kind
from lectern.domain.model import DomainModel, Instant

_KEY_LENGTH = 24
_STRANGER = "STRANGER#"

Stays = Mapping[str, Collection[Sighting]]
"""What was told of each stay of one instance, by Zoom's id of the stay."""


class AttendanceState(StrEnum):
    """How sure the attendance is."""

    LIVE = "live"
    PROVISIONAL = "provisional"
    FINAL = "final"
    NONE = "none"


class AttendanceFault(StrEnum):
    """Why the attendance of an instance is not final."""

    SCOPE_MISSING = "zoom_scope_missing"
    CREDENTIALS_INVALID = "zoom_credentials_invalid"
    REJECTED = "zoom_rejected"
    RATE_LIMITED = "zoom_rate_limited"
    DAILY_LIMIT = "zoom_daily_limit"
    UNAVAILABLE = "zoom_unavailable"
    REPORT_MISSING = "report_missing"
    INTERNAL_ERROR = "internal_error"


class AttendanceProblem(DomainModel):
    """The reason why the attendance is not final, as the LMS sees it."""

    code: AttendanceFault
    message: str
    remedy: str


class Instance(DomainModel):
    """One run of an event's session at Zoom.

    Attributes:
        key: Names it within the event; made of the UUID.
        uuid: Zoom's UUID of the run.
        zoom_id: The meeting or webinar that was run, which the event may have replaced since.
        ended_at: ``None`` until Zoom said that it ended.
        told_at: When Lectern heard of the end. Waiting goes by it, since Zoom's clock may not be
            ours, and a delivery may be late.
        final_at: When the attendance became final; ``None`` before.
        round: Grows when the report is to be looked for; each is one execution.
        due_at: When the sweep looks whether someone is at work on it; ``None`` for never again.
        resume_at: Until when Zoom asked to wait.
        attempts: How many tries in a row ended with an outage or a limit a second.
        expires_at: When everything about it is forgotten.
        erased: Marks of people who were erased before it was final; Zoom still tells of them.
    """

    event_id: str
    key: str
    uuid: str
    connection: str
    kind: Kind
    zoom_id: str
    started_at: Instant | None = None
    ended_at: Instant | None = None
    told_at: Instant | None = None
    final_at: Instant | None = None
    round: int = 0
    due_at: Instant | None = None
    resume_at: Instant | None = None
    attempts: int = 0
    expires_at: Instant
    problem: AttendanceProblem | None = None
    erased: frozenset[str] = frozenset()

    @property
    def session(self) -> Session:
        """From when to when it ran."""
        return Session(started_at=self.started_at, ended_at=self.ended_at)

    @property
    def waits_since(self) -> Instant | None:
        """Since when its report is waited for; ``None`` while it runs."""
        return self.told_at or self.ended_at

    @property
    def is_final(self) -> bool:
        """Whether its attendance does not change any more."""
        return self.final_at is not None


class Attendee(DomainModel):
    """Someone who was there.

    Attributes:
        position: Where the person stands among the attendees; the same in every reading.
        user_id: The LMS's user; ``None`` for who could not be matched.
        email: The address that the LMS knows, or that Zoom told of who could not be matched.
        name: What Zoom told of who could not be matched; empty for the others.
        spans: When, united.
    """

    position: str
    user_id: str | None
    email: str
    name: str = ""
    spans: tuple[Span, ...]

    @property
    def was_there(self) -> bool:
        """Whether it is any time at all, though none of a minute's length."""
        return bool(self.spans)

    @property
    def joined_at(self) -> datetime:
        """When the person first came."""
        return self.spans[0].joined_at

    @property
    def left_at(self) -> datetime | None:
        """When the person last went; ``None`` for who is still there."""
        return self.spans[-1].left_at


class Identity(DomainModel):
    """All that Zoom told of who a stay is."""

    registrant_id: str
    zoom_user: str
    email: str
    name: str

    @classmethod
    def of(cls, sightings: Collection[Sighting]) -> Identity:
        """Merges the sightings of a person; of two that differ always the same one counts."""

        def told(name: str) -> str:
            return min(filter(None, (getattr(each, name) for each in sightings)), default="")

        return cls(**{name: told(name) for name in cls.model_fields})

    @property
    def marks(self) -> frozenset[str]:
        """Digests that recognise the person again, and tell nobody who it is."""
        return marks_of(registrants=[self.registrant_id], addresses=[self.email])


class LmsUser(DomainModel):
    """Someone whom the LMS knows."""

    user_id: str
    email: str


class Directory:
    """Whom the LMS knows by what Zoom tells: by registrant, by the host's Zoom user, by address.

    Never by name. Names are what people type, and two people can have the same.

    Args:
        event: The event; its host and its instructors need no enrollment.
        enrollments: Everyone who is or was enrolled in it.
        erased: Marks of people of whom nothing is kept, whom the LMS does not know any more.
    """

    def __init__(
        self, event: Event, enrollments: Iterable[Enrollment], erased: Iterable[str] = ()
    ) -> None:
        self._erased = frozenset(erased)
        self._registrants: dict[str, LmsUser | None] = {}
        self._addresses: dict[str, LmsUser | None] = {}
        details = event.details
        host = None
        if not details.host.is_erased:
            host = LmsUser(user_id=details.host.user_id, email=details.host.email)
        self._zoom_users = {event.meeting.host_id: host} if event.meeting else {}
        self._add_address(details.host.email, host)
        for person in details.instructors:
            self._add_address(person.email, LmsUser(user_id=person.user_id, email=person.email))
        for enrollment in sorted(enrollments, key=_first_to_last):
            self._add(enrollment)

    def _add(self, enrollment: Enrollment) -> None:
        registration, panelist = enrollment.registration, enrollment.panelist
        user = LmsUser(user_id=enrollment.user_id, email=enrollment.person.email)
        known = None if enrollment.erase else user
        if registration is not None:
            self._registrants.setdefault(registration.registrant_id, known)
            self._add_address(registration.person.email, known)
        if panelist is not None:
            self._registrants.setdefault(panelist.panelist_id, known)
            self._add_address(panelist.person.email, known)
        self._add_address(user.email, known)

    def _add_address(self, email: str, user: LmsUser | None) -> None:
        self._addresses.setdefault(address_key(email), user)

    def find(self, identity: Identity) -> tuple[LmsUser | None, bool]:
        """Who this is, and whether the person may be kept: not one who is, or is being, erased."""
        if self._erased and identity.marks & self._erased:
            return None, False
        for known, name in (
            (self._registrants, identity.registrant_id),
            (self._zoom_users, identity.zoom_user),
            (self._addresses, address_key(identity.email)),
        ):
            if name and name in known:
                user = known[name]
                return user, user is not None
        return None, True


def _first_to_last(enrollment: Enrollment) -> tuple[bool, bool, datetime, str]:
    """Of several with one address who is at Zoom comes first, then who is enrolled earliest."""
    is_not_at_zoom = enrollment.registration is None and enrollment.panelist is None
    return is_not_at_zoom, enrollment.removed, enrollment.enrolled_at, enrollment.user_id


def supplemented(stays: Stays, seen: Stays) -> Stays:
    """What a report tells of stays, with what was seen of those that it tells half of."""
    return {
        name: told if all(each.is_whole for each in told) else {*told, *seen.get(name, ())}
        for name, told in stays.items()
    }


def attendees_of(instance: Instance, stays: Stays, directory: Directory) -> list[Attendee]:
    """Who attended an instance, one for each person, in order of position."""
    return merged(_attendees(instance, stays, directory))


def _attendees(instance: Instance, stays: Stays, directory: Directory) -> Iterator[Attendee]:
    for stay, sightings in stays.items():
        identity = Identity.of(sightings)
        user, kept = directory.find(identity)
        spans = united(spans_of(sightings, instance.session))
        if not spans or not kept:
            continue
        if user is not None:
            yield Attendee(
                position=position_of_user(user.user_id),
                user_id=user.user_id,
                email=user.email,
                spans=spans,
            )
        else:
            yield Attendee(
                position=_position_of_stranger(identity, instance.key, stay),
                user_id=None,
                email=identity.email,
                name=identity.name,
                spans=spans,
            )


def merged(attendees: Iterable[Attendee]) -> list[Attendee]:
    """One attendee for each person, in order of position, with all of the person's time."""
    people: dict[str, list[Attendee]] = {}
    for attendee in attendees:
        people.setdefault(attendee.position, []).append(attendee)
    return [_one(people[position]) for position in sorted(people)]


def _one(same: list[Attendee]) -> Attendee:
    if len(same) == 1:
        return same[0]
    told = {"email": max(each.email for each in same), "name": max(each.name for each in same)}
    spans = united(span for each in same for span in each.spans)
    return same[0].model_copy(update={"spans": spans, **told})


def state_of(instances: Collection[Instance]) -> AttendanceState:
    """How sure the attendance of an event is that was run like this."""
    if not instances:
        return AttendanceState.NONE
    if any(instance.ended_at is None for instance in instances):
        return AttendanceState.LIVE
    if all(instance.is_final for instance in instances):
        return AttendanceState.FINAL
    return AttendanceState.PROVISIONAL


def whole_session(instances: Collection[Instance]) -> Session:
    """From the first start to the last end; it has no end while an instance runs."""
    starts = [each.started_at for each in instances if each.started_at is not None]
    ends = [each.ended_at for each in instances if each.ended_at is not None]
    over = len(ends) == len(instances)
    return Session(
        started_at=min(starts, default=None), ended_at=max(ends, default=None) if over else None
    )


def marks_of(*, registrants: Iterable[str], addresses: Iterable[str]) -> frozenset[str]:
    """Digests that recognise an erased person when Zoom tells of them later."""
    told = [f"registrant {registrant}" for registrant in registrants if registrant]
    told += [f"address {address_key(address)}" for address in addresses if address]
    return frozenset(map(_digest, told))


def instance_key(uuid: str) -> str:
    """Names an instance within its event, in letters and digits; UUIDs have slashes."""
    return _digest(uuid)


def position_of_user(user_id: str) -> str:
    """Where a user stands among the attendees: before everyone who could not be matched."""
    return f"PERSON#{user_id}"


def position_of_stranger(email: str) -> str:
    """Where someone with an address stands who could not be matched; the same in every event."""
    return f"{_STRANGER}{_digest(f'email {address_key(email)}')}"


def is_stranger(position: str) -> bool:
    """Whether somebody at a position could not be matched; no user's id is such a text."""
    return position.startswith(_STRANGER)


def _position_of_stranger(identity: Identity, instance: str, stay: str) -> str:
    """Where someone stands who could not be matched; the same in each instance where Zoom knows."""
    if identity.email:
        return position_of_stranger(identity.email)
    if identity.registrant_id or identity.zoom_user:
        known = f"zoom {identity.registrant_id or identity.zoom_user}"
    else:
        known = f"stay {instance} {stay}"
    return f"{_STRANGER}{_digest(known)}"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:_KEY_LENGTH]
