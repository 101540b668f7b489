"""The dispatcher's half that records over a stage's table: it writes the timelines."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from lectern.notify.address_known import AddressKnown
from lectern.notify.chronicle import Chronicle, RecordedChange
from lectern.notify.outbox_writer import OutboxWriter
from lectern.store.outbox import OutboxStore
from lectern.store.timeline import TimelineStore
from lectern_testing.aws.stream import Changed, Stream
from lectern_testing.stage import Stage


class NoQueue:
    """Nobody is told: these tests read what is recorded."""

    def put(self, _entries: object) -> None:
        raise AssertionError


class Chronicler:
    """Reads the table's stream, and writes what it tells.

    Attributes:
        timeline: What is recorded.
        batch: How many changes are worked off together.
        seen: The changes so far.
    """

    def __init__(self, stage: Stage, *, batch: int = 100) -> None:
        self.timeline = TimelineStore(stage.table)
        self.batch = batch
        self.seen: list[Changed] = []
        self._stage = stage
        self._stream = Stream()

    def catch_up(self) -> None:
        """Records what changed since the last call."""
        changes = list(self._stream.changes())
        self.seen += changes
        for first in range(0, len(changes), self.batch):
            self.work_off(changes[first : first + self.batch])

    def work_off(self, changes: Iterable[Changed]) -> None:
        """Works off a batch of changes, as the dispatcher does."""
        now = self._stage.clock.now()
        outbox = OutboxStore(self._stage.table, lambda _seconds: None)
        known = AddressKnown(self._stage.settings, lambda: now)
        news = OutboxWriter(outbox, NoQueue(), known, lambda: now)  # type: ignore[arg-type]
        chronicle = Chronicle(self.timeline)
        for each in changes:
            if each.new:
                told = news.changed(each.name, each.number, each.old, each.new)
                change = RecordedChange(each.name, now, each.number, each.old, each.new)
                chronicle.changed(change, told)
            elif each.old:
                news.removed(each.old)
                chronicle.removed(each.old)
        news.write()
        chronicle.write()

    def told(self, event_id: str = "ev-1") -> list[tuple[str, str, int]]:
        """Kind, code and count of what is recorded by now, oldest first."""
        self.catch_up()
        entries, _ = self.timeline.page(event_id, after=None, limit=200)
        return [(each.kind.value, each.code, each.count) for each in reversed(entries)]

    def of_user(self, user_id: str, event_id: str = "ev-1") -> list[Any]:
        """What is recorded of a person, oldest first."""
        self.catch_up()
        entries, _ = self.timeline.page(event_id, after=None, limit=200)
        return [each.code for each in reversed(entries) if each.user_id == user_id]
