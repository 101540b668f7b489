"""The meeting or webinar at Zoom: what it should be like, and what is known of it (the ledger).

Both are made, changed and registered for in the same way, so most of Lectern says "meeting" for
either; where they differ, ``Kind`` says which it is.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum

from pydantic import Field

from lectern.domain.model import DomainModel, Instant, Text

APPROVAL_MANUAL = 1
"""Zoom's ``approval_type`` 1: nobody who finds the registration page is let in by it."""


class Kind(StrEnum):
    """The kind of session at Zoom."""

    MEETING = "meeting"
    WEBINAR = "webinar"

    @property
    def other(self) -> Kind:
        """The kind that a session of this one can be converted to in Zoom."""
        return Kind.MEETING if self is Kind.WEBINAR else Kind.WEBINAR


class Gone(StrEnum):
    """The fate of a meeting that is not there any more as it was made."""

    DELETED = "deleted"
    CONVERTED = "converted"


class MeetingSpec(DomainModel):
    """Everything about a meeting that Lectern decides, in comparable form.

    Two equal specs need no call at Zoom; the fields in which two specs differ are what a PATCH
    has to say. What webinars do not have stays at its default for them.

    Attributes:
        is_scheduled: Whether it is held once, at a fixed time. Zoom: no other type takes batches of
            registrants, and one without a fixed time drops registration silently.
    """

    topic: str
    agenda: Text = ""
    starts_at: Instant
    duration_minutes: int
    timezone: str
    is_scheduled: bool = True
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

    def said(self, name: str) -> str:
        """The value of a field as a text to keep and to compare."""
        return self.model_dump_json(include={name})


class Meeting(DomainModel):
    """The ledger of an event's meeting: what is known to be at Zoom.

    Attributes:
        spec: What Zoom was last told, or was last read to be.
        gone: What somebody did to it in Zoom, if it is not there any more.
        webinar_capacity: How many people the host's webinars were last seen to hold.
        webinars_are_licensed: Whether the host was last seen to have webinars.
        read_back: Whether Zoom was seen to have registration on as it was told
            (Zoom: registration is off by default and is dropped silently for some hosts).
        missing_since: When Zoom first said that it is not there, which no read has refuted since.
        held_by: The Zoom user whom it was handed to, if it is not the host's any more.
        came_back: The fields that were not as Zoom was told when it was last read.
        locked: The fields that came back twice, each with the value that Zoom does not take: the
            account holds them fast.
        locked_at: When that was last seen.
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
    missing_since: Instant | None = None
    held_by: str | None = None
    came_back: frozenset[str] = frozenset()
    locked: dict[str, str] = Field(default_factory=dict)
    locked_at: Instant | None = None

    @property
    def name(self) -> str:
        """A text that tells the meeting from every other one, in whatever account."""
        return f"{self.connection}#{self.zoom_id}"

    @property
    def is_open(self) -> bool:
        """Whether it is known to take registrants, and to let in nobody else."""
        registers = self.spec.approval_type == APPROVAL_MANUAL and not self.spec.use_pmi
        return self.read_back and registers and not self.is_in_doubt

    @property
    def is_in_doubt(self) -> bool:
        """Whether it is gone, or Zoom says so and it is not confirmed yet."""
        return self.gone is not None or self.missing_since is not None

    def missing(self, spec: MeetingSpec) -> frozenset[str]:
        """The fields in which Zoom has not what is wanted, less those that it holds fast."""
        wanted = spec.differing_fields(self.spec)
        return frozenset(name for name in wanted if self.locked.get(name) != spec.said(name))

    @property
    def as_it_is_now(self) -> Meeting:
        """The same session as what it is at Zoom now, once somebody converted it there."""
        if self.gone is not Gone.CONVERTED:
            return self
        return self.model_copy(update={"kind": self.kind.other, "gone": None})


class MeetingIntent(DomainModel):
    """A creation that was begun: written before the call, so that a lost answer can be cleared up.

    Zoom has no idempotency key. Lectern's mark in the meeting is its passcode, random for each
    event unless the LMS chose one: a meeting of this host that was made since and has this passcode
    is the one that was meant.

    Attributes:
        begun_at: When it was begun.
        refused: Whether Zoom said no to it, which is no proof that nothing was made.
    """

    connection: str
    kind: Kind
    host_id: str
    host_email: str
    spec: MeetingSpec
    begun_at: Instant
    refused: bool = False


class Creation(DomainModel):
    """A meeting that was made for an event, or may have been.

    Attributes:
        at: When.
        placement: Where it belongs: connection, kind and host.
    """

    at: Instant
    placement: str


MOST_CREATIONS = 3
"""Of an event within a day in one place: more of them make nothing better."""

MOST_CREATIONS_ANYWHERE = 10
"""Of an event within a day, however often the LMS changes its host or kind."""

A_DAY = timedelta(days=1)


def may_create(made: Iterable[Creation], placement: str, now: datetime) -> bool:
    """Whether one more meeting may be made: the brake that no misread answer gets past.

    Args:
        made: What was made for the event.
        placement: Where the next one would belong.
        now: The present moment.
    """
    lately = [each for each in made if each.at + A_DAY > now]
    there = [each for each in lately if each.placement == placement]
    return len(there) < MOST_CREATIONS and len(lately) < MOST_CREATIONS_ANYWHERE


def with_creation(made: Iterable[Creation], placement: str, now: datetime) -> tuple[Creation, ...]:
    """Adds a creation to those made lately."""
    lately = [each for each in made if each.at + A_DAY > now]
    return (*lately, Creation(at=now, placement=placement))
