"""When someone was there: what Zoom told of a stay, as intervals within the session.

A stay is one device from coming to going; who reconnects has a new one. What Zoom tells of a
stay is a set of sightings, and everything here is a function of sets: neither the order in
which they came nor how often can matter.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Self

from lectern.domain.model import DomainModel, Instant

_A_MINUTE = timedelta(minutes=1)
_LONGEST_TEXT = 256
"""Zoom's own texts are shorter; what is kept of one person is small whatever is told."""
_LONGEST_NAME = 64
"""Stays with longer names are named by a digest; Zoom's are some 10 to 40 characters."""


class Source(StrEnum):
    """Where Zoom tells of stays.

    Attributes:
        LIVE: Webhooks, while the session runs.
        REPORT: The report, some time after the end.
        PAST: The list of a past webinar's participants, for where there is no report.
    """

    LIVE = "live"
    REPORT = "report"
    PAST = "past"


class Session(DomainModel):
    """From when to when Zoom ran a session, as far as it is known.

    Attributes:
        ended_at: ``None`` while it runs.
    """

    started_at: Instant | None = None
    ended_at: Instant | None = None


class Span(DomainModel):
    """An interval in which someone was there; ``left_at`` is ``None`` for who still is."""

    joined_at: Instant
    left_at: Instant | None


class Sighting(DomainModel):
    """What Zoom told once of a stay: that it came, that it went, or both.

    Attributes:
        registrant_id: Zoom's id of the registrant whose link was used; empty where unsaid.
        zoom_user: Zoom's id of the user who was signed in; empty where unsaid.
    """

    joined_at: Instant | None = None
    left_at: Instant | None = None
    registrant_id: str = ""
    zoom_user: str = ""
    email: str = ""
    name: str = ""

    def of(self, **who: str | None) -> Self:
        """The same of someone, of whom Zoom told texts of any length, or none."""
        told = {name: (text or "")[:_LONGEST_TEXT] for name, text in who.items()}
        return self.model_copy(update=told)

    @property
    def is_whole(self) -> bool:
        """Whether it says both when the stay came and when it went."""
        return self.joined_at is not None and self.left_at is not None


def stay_name(told: str) -> str:
    """What a stay is called here, whatever it is called at Zoom."""
    if len(told) <= _LONGEST_NAME:
        return told
    return hashlib.sha256(told.encode(errors="replace")).hexdigest()


def spans_of(sightings: Iterable[Sighting], session: Session) -> list[Span]:
    """When a stay was there, within the session.

    Who was seen going and not coming was there from the start; who was seen coming and not going
    was there until the end, or still is.
    """
    seen = set(sightings)
    spans = [*_told_whole(seen), *_told_in_halves(seen, session)]
    return [clipped for span in spans if (clipped := _clip(span, session)) is not None]


def _told_whole(sightings: Iterable[Sighting]) -> Iterator[Span]:
    for each in sightings:
        if each.joined_at is not None and each.left_at is not None:
            yield Span(joined_at=each.joined_at, left_at=max(each.joined_at, each.left_at))


def _told_in_halves(sightings: Iterable[Sighting], session: Session) -> Iterator[Span]:
    came_since: datetime | None = None
    for moment, went in _changes(sightings, session):
        if not went:
            came_since = came_since or moment
        elif came_since is not None:
            yield Span(joined_at=came_since, left_at=moment)
            came_since = None
    if came_since is not None:
        yield Span(joined_at=came_since, left_at=session.ended_at)


def _changes(sightings: Iterable[Sighting], session: Session) -> list[tuple[datetime, bool]]:
    """Comings and goings in order of time, beginning with a coming."""
    came = {(each.joined_at, False) for each in sightings if each.joined_at and not each.left_at}
    went = {(each.left_at, True) for each in sightings if each.left_at and not each.joined_at}
    changes = sorted(came | went)
    if changes and changes[0][1]:
        first, _ = changes[0]
        start = min(first, session.started_at) if session.started_at else first
        changes.insert(0, (start, False))
    return changes


def _clip(span: Span, session: Session) -> Span | None:
    """The part of a span that lies within the session; ``None`` where there is none."""
    joined_at, left_at = span.joined_at, span.left_at
    if session.started_at is not None:
        joined_at = max(joined_at, session.started_at)
    if session.ended_at is not None:
        left_at = min(left_at or session.ended_at, session.ended_at)
    if left_at is not None and left_at < joined_at:
        return None
    if (joined_at, left_at) == (span.joined_at, span.left_at):
        return span
    return Span(joined_at=joined_at, left_at=left_at)


def united(spans: Iterable[Span]) -> tuple[Span, ...]:
    """The same time, with every moment of it counted once, in order."""
    result: list[Span] = []
    for span in sorted(spans, key=lambda each: each.joined_at):
        last = result[-1] if result else None
        if last is None or (last.left_at is not None and last.left_at < span.joined_at):
            result.append(span)
        elif last.left_at is not None:
            left_at = None if span.left_at is None else max(last.left_at, span.left_at)
            result[-1] = Span(joined_at=last.joined_at, left_at=left_at)
    return tuple(result)


def minutes_in(spans: Iterable[Span], now: datetime) -> int:
    """How many minutes united spans are together, to the nearest; half a minute counts as one.

    Args:
        spans: United spans.
        now: Until when who is still there has been there.
    """
    total = sum(
        (max(span.left_at or now, span.joined_at) - span.joined_at for span in spans), timedelta()
    )
    return (total + _A_MINUTE / 2) // _A_MINUTE
