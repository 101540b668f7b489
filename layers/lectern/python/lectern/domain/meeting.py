"""The meeting or webinar at Zoom: what it should be like, and what is known of it (the ledger).

Both are made, changed and registered for in the same way, so most of Lectern says "meeting" for
either; where they differ, ``Kind`` says which it is.
"""

from __future__ import annotations

import secrets
import string
from enum import StrEnum

from lectern.domain.model import DomainModel, Instant, Text

APPROVAL_MANUAL = 1
"""Zoom's ``approval_type`` 1: nobody who finds the registration page is let in by it."""

PASSCODE_LENGTH = 10
_PASSCODE_ALPHABET = string.ascii_letters + string.digits


class Kind(StrEnum):
    """What Zoom runs for the event."""

    MEETING = "meeting"
    WEBINAR = "webinar"


class Gone(StrEnum):
    """What became of a meeting that is not there any more as it was made."""

    DELETED = "deleted"
    CONVERTED = "converted"


class MeetingSpec(DomainModel):
    """Everything about a meeting that Lectern decides, in comparable form.

    Two equal specs need no call at Zoom; the fields in which two specs differ are what a PATCH
    has to say. What webinars do not have stays at its default for them.
    """

    topic: str
    agenda: Text = ""
    starts_at: Instant
    duration_minutes: int
    timezone: str
    passcode: Text = ""
    waiting_room: bool = False
    join_before_host: bool = False
    auto_recording: str = "none"
    mute_upon_entry: bool = True
    require_sign_in: bool = False
    zoom_emails: bool = False
    approval_type: int = APPROVAL_MANUAL
    use_pmi: bool = False
    alternative_hosts: tuple[str, ...] = ()

    def differing_fields(self, other: MeetingSpec) -> frozenset[str]:
        """The names of the fields in which ``other`` is not as this spec wants it."""
        mine, theirs = dict(self), dict(other)
        return frozenset(name for name, value in mine.items() if theirs[name] != value)


class Meeting(DomainModel):
    """The ledger of an event's meeting: what is known to be at Zoom.

    Attributes:
        spec: What Zoom was last told, or was last read to be.
        gone: What somebody did to it in Zoom, if it is not there any more.
        webinar_capacity: How many people the host's webinars were last seen to hold.
        webinars_are_licensed: Whether the host was last seen to have webinars.
        read_back: Whether Zoom was seen to have registration on as it was told
            (Zoom: registration is off by default and is dropped silently for some hosts).
    """

    connection: str
    kind: Kind
    zoom_id: str
    uuid: str
    host_id: str
    host_email: str
    join_url: str
    spec: MeetingSpec
    read_back: bool = False
    gone: Gone | None = None
    webinar_capacity: int | None = None
    webinars_are_licensed: bool = True

    @property
    def name(self) -> str:
        """What tells the meeting from every other one, in whatever account."""
        return f"{self.connection}#{self.zoom_id}"

    @property
    def is_open(self) -> bool:
        """Whether it is known to take registrants, and to let in nobody else."""
        registers = self.spec.approval_type == APPROVAL_MANUAL and not self.spec.use_pmi
        return self.read_back and registers and self.gone is None

    @property
    def as_it_is_now(self) -> Meeting:
        """The same session as what it is at Zoom now, once somebody converted it there."""
        if self.gone is not Gone.CONVERTED:
            return self
        other = Kind.MEETING if self.kind is Kind.WEBINAR else Kind.WEBINAR
        return self.model_copy(update={"kind": other, "gone": None})


class MeetingIntent(DomainModel):
    """A creation that was begun: written before the call, so that a lost answer can be cleared up.

    Zoom has no idempotency key. Lectern's mark in the meeting is its passcode, random for each
    event unless the LMS chose one: a meeting of this host with this topic, start and passcode is
    the one that was meant.
    """

    connection: str
    kind: Kind
    host_id: str
    host_email: str
    spec: MeetingSpec


def new_passcode() -> str:
    """A random passcode (Zoom: up to 10 characters)."""
    return "".join(secrets.choice(_PASSCODE_ALPHABET) for _ in range(PASSCODE_LENGTH))
