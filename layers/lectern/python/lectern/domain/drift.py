"""Edits by hand in Zoom: how one is told from other changes, and how long it is remembered.

It is put right or left as it is, by the setting ``drift``; either way the LMS is told once.
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from lectern.domain.meeting import MeetingSpec
from lectern.domain.model import DomainModel, Instant

MOST_REPAIRS = 3
"""How often the same edit is put right: what comes back again and again is no edit, but a setting
that the Zoom account holds fast, or a host who insists."""

REGISTRATION = frozenset({"approval_type", "use_pmi"})
"""What decides who gets in, and is therefore never given up."""

LOCK_COUNTS = timedelta(days=7)
"""For how long a setting that the account holds fast is not asked for again; each try counts among
the host's changes of the day."""

UNCHANGEABLE_ONCE_STARTED = frozenset({"starts_at", "timezone"})
"""Zoom ignores a start in the past silently, so asking for it would never come to an end."""


class DriftFound(DomainModel):
    """Something that was found to be changed in Zoom by hand.

    Attributes:
        what: The fields of the meeting's spec, or ``registrants``.
        seen: A digest of what Zoom had, by which the same is known again.
        found_at: When it was found first.
        repaired: Whether it was put right, rather than left as it is.
        times: How often the same was found in a row.
        settled: Whether it is known what it is. An edit is not before it was put right and stayed
            so: what comes back at once is a setting that the account holds fast.
    """

    what: tuple[str, ...]
    seen: str = ""
    found_at: Instant
    repaired: bool
    times: int = 1
    settled: bool = True

    def is_like(self, other: DriftFound | None) -> bool:
        """Whether it is the same that was found before."""
        return other is not None and (self.what, self.seen) == (other.what, other.seen)


class Drifts(DomainModel):
    """The remembered drift of an event; what is found no more is forgotten.

    Attributes:
        edited: Of the meeting's fields.
        people: Of the registrants.
    """

    edited: DriftFound | None = None
    people: DriftFound | None = None


def edited_fields(
    told: MeetingSpec, seen: MeetingSpec, wanted: MeetingSpec, now: datetime
) -> frozenset[str]:
    """The fields that somebody edited: neither as Zoom was told, nor as they should be.

    A field that is as it should be although Zoom was not told so is what a lost answer leaves.
    """
    edited = told.differing_fields(seen) & wanted.differing_fields(seen)
    return edited - UNCHANGEABLE_ONCE_STARTED if wanted.starts_at <= now else edited


def edit_found(
    known: DriftFound | None,
    fields: frozenset[str],
    seen: MeetingSpec,
    now: datetime,
    *,
    repairs: bool,
) -> DriftFound:
    """Remembers edited fields.

    Args:
        known: What was found the last time, if anything was.
        fields: The fields that somebody edited.
        seen: What Zoom has.
        now: The present moment.
        repairs: Whether edits are put right.
    """
    content = seen.model_dump_json(include=set(fields))
    found = DriftFound(
        what=tuple(sorted(fields)),
        seen=hashlib.sha256(content.encode()).hexdigest()[:16],
        found_at=now,
        repaired=repairs,
        settled=not repairs,
    )
    if known is None or not found.is_like(known):
        return found
    if not repairs:
        return known.model_copy(update={"repaired": False})
    gives_up = known.times >= MOST_REPAIRS and not fields & REGISTRATION
    if gives_up and not known.repaired:
        return known
    again = {"times": known.times + 1, "repaired": not gives_up, "settled": gives_up}
    return found.model_copy(update=again)


def edit_stayed(found: DriftFound, locked: frozenset[str]) -> DriftFound | None:
    """The edit that was put right and stayed so; ``None`` if it was none.

    Args:
        found: The edit.
        locked: The fields that came back, as the account holds them fast.
    """
    if found.settled:
        return found
    left = tuple(name for name in found.what if name not in locked)
    return found.model_copy(update={"what": left, "settled": True}) if left else None
