"""The outbox: every notification in one sequence, without late arrivals, for thirty days.

Whoever reads the sequence and remembers a place must never miss what comes before it later on. So
a number exists only if all smaller ones do (see ``store.outbox_end``), but for the leap with which
an era of the table begins: a reader who remembers a place of the former table finds what the
restored one tells. The sequence is kept by days, so that its beginning can be found without a
search; the day never goes back, whatever the clocks of the writers say.

A day is several partitions, among which numbers go round, so that each takes a part of the writes.
A transaction's items become visible one by one, and the partitions are read one after the other. A
reader therefore stops at a missing number whose successors are young, and takes it for erased
otherwise.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from heapq import merge
from typing import NamedTuple

from lectern.domain.errors import POISONED
from lectern.store import keys, outbox_keys
from lectern.store.outbox_end import KEPT_FOR, OutboxEnd
from lectern.store.outbox_items import (
    PAGE,
    OutboxEntry,
    OutboxPage,
    Position,
    Told,
    ends_a_day,
    numbers_of,
    page_of,
    pages_of,
    without_user,
)
from lectern.store.outbox_marks import MarkStore
from lectern.store.shards import SHARDS, shards_of
from lectern.store.table import Change, Expression, Item, Table, WriteConflict, key_of

_EXISTS = Expression("attribute_exists(#PK)")
_SETTLED = timedelta(seconds=10)
"""How long a write may take to become visible, and then some."""
_FOUND_BY = ("GSI2PK", "GSI2SK")
_TOLD = ("event_id", "notification", "change", *_FOUND_BY)
"""What of an item goes with an erased person."""


class OutboxStore:
    """Notifications in order.

    Args:
        table: The table.
        sleep: Waits for seconds, where two writers meet.
    """

    def __init__(self, table: Table, sleep: Callable[[float], None]) -> None:
        self._table = table
        self._end = OutboxEnd(table, sleep, MarkStore(table, self._placed))

    def append(self, told: Sequence[Told], now: datetime, era: int = 0) -> list[OutboxPage]:
        """Writes notifications at the end of the sequence; those that it has are left out.

        What several changes tell is told by the first of them.

        Args:
            told: What is to be told, in the order of the stream.
            now: The present moment.
            era: The table's, which numbers begin with.

        Returns:
            What they stand in: written now, or since before.

        Raises:
            PutsConflict: Others wrote all the time; the same call can be made again.
        """
        first: dict[str, Told] = {}
        for each in told:
            first.setdefault(each.identifier, each)
        return list(pages_of(self._end.append(list(first.values()), now, era)))

    def read(self, position: Position) -> OutboxPage | None:
        """What was written together, by the place of the first of it.

        Returns:
            What is kept of it; ``None`` where it has expired.

        Raises:
            LookupError, TypeError, ValueError: It cannot be read.
        """
        key = outbox_keys.outbox_entry(position.day, position.number)
        undivided = {**key, "PK": outbox_keys.outbox_day(position.day)}
        item = self._table.get(key) or (self._table.get(undivided) if key != undivided else None)
        return page_of(item) if item else None

    def note_queued(self, page: OutboxPage) -> None:
        """Notes that a delivery was asked for, where what it follows from may come again late."""
        key = outbox_keys.outbox_entry(page.position.day, page.position.number)
        with suppress(WriteConflict):
            self._table.update(key, Change(set={"queued": True}), _EXISTS)

    def note_taken(self, page: OutboxPage, upto: OutboxEntry, attempts: int) -> None:
        """Notes how far the LMS took what was written together, where it did not take all of it.

        Args:
            page: What was written together.
            upto: The last that was taken.
            attempts: How many attempts there were before the next one.
        """
        key = outbox_keys.outbox_entry(page.position.day, page.position.number)
        change = Change(set={"taken_upto": upto.position.number, "attempts": attempts})
        with suppress(WriteConflict):
            self._table.update(key, change, _EXISTS)

    def page(self, after: Position | None, limit: int, now: datetime) -> list[OutboxEntry]:
        """Up to ``limit`` notifications after a place; the oldest that are kept, without one.

        One that cannot be read is no end of the list: it is passed as one that was erased is.
        """
        page: list[OutboxEntry] = []
        counter = self._end.counter()
        expected = after.number + 1 if after else 1
        first_of_era = int(counter.get("leapt_to", 0))
        days = counter.get("began", ""), counter.get("day", "")
        for number, written_at, entry in self._from(after, limit, now, days):
            follows = number in {expected, first_of_era}
            if not follows and written_at + _SETTLED > now:
                break
            expected = number + 1
            page += [entry] if entry else []
            if len(page) == limit:
                break
        return page

    def _from(
        self, after: Position | None, limit: int, now: datetime, days: tuple[str, str]
    ) -> Iterator[_Line]:
        first_day, last_day = days
        oldest = max(_day(now - KEPT_FOR), first_day)
        day = max(after.day, oldest) if after else oldest
        while day <= last_day:
            shards = (
                self._of_shard(shard, after.number if after else 0, limit)
                for shard in shards_of(outbox_keys.outbox_day(day))
            )
            yield from merge(*shards, key=lambda line: line.number)
            day = (date.fromisoformat(day) + timedelta(days=1)).isoformat()

    def _of_shard(self, shard: str, number: int, limit: int) -> Iterator[_Line]:
        # What was written together is at the place of the first of it.
        after = outbox_keys.outbox_entry("", max(0, number - PAGE))["SK"]
        condition = Expression(
            "#PK = :shard AND #SK > :number", {":shard": shard, ":number": after}
        )
        start: Item | None = None
        while True:
            page = self._table.query(condition, start=start, limit=limit // SHARDS + 1)
            for item in page.items:
                yield from (line for line in _lines(item) if line.number > number)
            start = page.next_key
            if start is None:
                return

    def of_user(self, user_id: str, event_id: str) -> list[OutboxEntry]:
        """The notifications about a person in an event, in order."""
        wanted = [*self._of_user(user_id, event_id), *self._of_people(event_id)]
        entries = [
            entry
            for item in self._table.get_many(wanted)
            for entry in page_of(item).entries
            if entry.notification.user_id == user_id
        ]
        return sorted(entries, key=lambda entry: entry.position.number)

    def forget(self, user_id: str, event_id: str) -> None:
        """Erases what the LMS was told of a person in an event; its numbers stay taken."""
        for key in (*self._of_user(user_id, event_id), *self._of_people(event_id)):
            self._erase(user_id, key)

    def forget_user(self, user_id: str) -> None:
        """Erases what the LMS was told of a person alone, in any event."""
        for key in self._of_user(user_id):
            self._erase(user_id, key)

    def _erase(self, user_id: str, key: keys.Key) -> None:
        while (item := self._table.get(key)) is not None:
            if "together" not in item:
                with suppress(WriteConflict):
                    self._table.update(key, Change(remove=_TOLD), _EXISTS)
                return
            left = without_user(item["together"], user_id)
            if left is None:
                return
            together, is_anything = left
            change = Change(set={"together": together}, remove=() if is_anything else _FOUND_BY)
            unchanged = Expression("#together = :was", {":was": item["together"]})
            with suppress(WriteConflict):
                self._table.update(key, change, unchanged)
                return

    def _of_user(self, user_id: str, event_id: str | None = None) -> Iterator[keys.Key]:
        """What tells of a user alone."""
        return self._placed(outbox_keys.told_of_user(user_id, event_id))

    def _of_people(self, event_id: str) -> Iterator[keys.Key]:
        """What tells of several people of an event."""
        return self._placed(outbox_keys.told_of_people(event_id))

    def _placed(self, place: keys.Key) -> Iterator[keys.Key]:
        condition = Expression(
            "#GSI2PK = :whose AND begins_with(#GSI2SK, :prefix)",
            {":whose": place["GSI2PK"], ":prefix": place["GSI2SK"]},
        )
        return map(key_of, self._table.query_all(condition, index=keys.GSI2))


class _Line(NamedTuple):
    """A number of the sequence; without an entry where that was erased."""

    number: int
    written_at: datetime
    entry: OutboxEntry | None


def _lines(item: Item) -> Iterator[_Line]:
    """The numbers of an item, but for one that cannot be read, or only ends a day."""
    if ends_a_day(item):
        return
    try:
        entries = {each.position.number: each for each in page_of(item).entries}
        numbers, written_at = numbers_of(item), datetime.fromisoformat(item["written_at"])
    except POISONED:
        return
    yield from (_Line(number, written_at, entries.get(number)) for number in numbers)


def _day(moment: datetime) -> str:
    return moment.astimezone(UTC).date().isoformat()
