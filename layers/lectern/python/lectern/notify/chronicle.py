"""What a batch of the table's changes adds to the timelines of events."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from lectern.domain.notifications import Notification
from lectern.domain.timeline import Fact, of_enrollment, of_event, of_notifications
from lectern.store.items import enrollment_of, event_of
from lectern.store.keys import ENROLLMENT_PREFIX
from lectern.store.table import Item
from lectern.store.timeline import TimelineStore, place_of, together


@dataclass(frozen=True)
class RecordedChange:
    """A change of one item, as the table's stream tells it.

    Attributes:
        name: Names the change, the same if it comes again.
        at: When it was made.
        number: Its place in the stream.
        old: The item before; ``None`` for a new one.
        new: The item as it is now.
    """

    name: str
    at: datetime
    number: int
    old: Item | None
    new: Item


class Chronicle:
    """A batch of changes.

    Args:
        timeline: Where entries are written.
        era: The era of the table that changed.
    """

    def __init__(self, timeline: TimelineStore, era: int = 0) -> None:
        self._timeline = timeline
        self._era = era
        self._facts: list[tuple[Fact, str, datetime, int]] = []

    def changed(self, change: RecordedChange, told: Sequence[Notification]) -> None:
        """Gathers what a change of one item records.

        Args:
            change: The change.
            told: What the LMS is told of it.
        """
        facts = _facts(change.old, change.new, told)
        self._facts += [
            (each, change.name, change.at, place_of(change.number, rank, self._era))
            for rank, each in enumerate(facts)
        ]

    def removed(self, old: Item) -> None:
        """Takes a person who was erased from what is recorded."""
        if not old["SK"].startswith(ENROLLMENT_PREFIX):
            return
        user_id, event_id = old["user_id"], old["event_id"]
        self._facts = [
            (_without(fact, user_id, event_id), change, at, number)
            for fact, change, at, number in self._facts
        ]
        self._timeline.forget(user_id, event_id)

    def write(self) -> None:
        """Writes what was gathered; what was so before is left out.

        Raises:
            Exception: Something could not be written; the batch has to come again.
        """
        for happened in together(self._facts):
            self._timeline.add(happened)


_RECORDED = {
    *("version", "state", "reason", "registration", "panelist"),
    *("meeting", "retired", "phase", "instance", "sync_synced_version", "sync_lasting"),
}
"""What of an item tells anything; most writes of a reconciliation change nothing of it."""


def _facts(old: Item | None, new: Item, told: Sequence[Notification]) -> list[Fact]:
    if old and not told and all(old.get(name) == new.get(name) for name in _RECORDED):
        return []
    if new["SK"] == "EVENT":
        event = event_of(new)
        own = of_event(event_of(old) if old else None, event)
        return own + of_notifications(told, event)
    if new["SK"].startswith(ENROLLMENT_PREFIX):
        person = enrollment_of(new)
        own = of_enrollment(enrollment_of(old) if old else None, person)
        return own + of_notifications(told, person)
    return []


def _without(fact: Fact, user_id: str, event_id: str) -> Fact:
    is_theirs = (fact.user_id, fact.event_id) == (user_id, event_id)
    return fact.model_copy(update={"user_id": None}) if is_theirs else fact
