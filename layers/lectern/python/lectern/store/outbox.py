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

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from functools import partial
from heapq import merge

from lectern.domain.errors import POISONED
from lectern.domain.model import DomainModel, Instant
from lectern.domain.notifications import Notification
from lectern.store import keys
from lectern.store.items import stored
from lectern.store.outbox_end import KEPT_FOR, OutboxEnd, is_entry
from lectern.store.shards import SHARDS, shards_of
from lectern.store.table import Change, Expression, Item, Table, WriteConflict

_SETTLED = timedelta(seconds=10)
"""How long a write may take to become visible, and then some."""
_TOLD = ("event_id", "notification", "GSI2PK", "GSI2SK")
"""What of an item goes with an erased person."""


class Position(DomainModel):
    """A place in the sequence: a day, and the number of a notification."""

    day: str
    number: int


class OutboxEntry(DomainModel):
    """A notification as it was written.

    Attributes:
        identifier: By which the LMS recognises it when it comes again.
    """

    position: Position
    identifier: str
    written_at: Instant
    notification: Notification


class OutboxStore:
    """Notifications in order.

    Args:
        table: The table.
        sleep: Waits for seconds, where two writers meet.
    """

    def __init__(self, table: Table, sleep: Callable[[float], None]) -> None:
        self._table = table
        self._end = OutboxEnd(table, sleep)

    def append(self, told: Sequence[tuple[str, Notification]], now: datetime, era: int = 0) -> None:
        """Writes notifications at the end of the sequence; those that it has are left out.

        Args:
            told: Notifications, each with its id.
            now: The present moment.
            era: The table's, which numbers begin with.

        Raises:
            PutsConflict: Others wrote all the time; the same call can be made again.
        """
        entries = [(each[0], partial(_item, each, now)) for each in dict(told).items()]
        self._end.append(entries, now, era)

    def get(self, position: Position) -> OutboxEntry | None:
        """A notification; ``None`` where it has expired, or its person was erased."""
        key = keys.outbox_entry(position.day, position.number)
        undivided = {**key, "PK": keys.outbox_day(position.day)}
        item = self._table.get(key) or (self._table.get(undivided) if key != undivided else None)
        return entry_of(item) if item and is_entry(item) else None

    def page(self, after: Position | None, limit: int, now: datetime) -> list[OutboxEntry]:
        """Up to ``limit`` notifications after a place; the oldest that are kept, without one.

        One that cannot be read is no end of the list: it is passed as one that was erased is.
        """
        page: list[OutboxEntry] = []
        counter = self._end.counter()
        expected = after.number + 1 if after else 1
        first_of_era = int(counter.get("leapt_to", 0))
        days = counter.get("began", ""), counter.get("day", "")
        for entry in self._from(after, limit, now, days):
            follows = entry.position.number in {expected, first_of_era}
            if not follows and entry.written_at + _SETTLED > now:
                break
            page.append(entry)
            expected = entry.position.number + 1
            if len(page) == limit:
                break
        return page

    def _from(
        self, after: Position | None, limit: int, now: datetime, days: tuple[str, str]
    ) -> Iterator[OutboxEntry]:
        first_day, last_day = days
        oldest = max(_day(now - KEPT_FOR), first_day)
        day = max(after.day, oldest) if after else oldest
        while day <= last_day:
            shards = (
                self._of_shard(shard, after.number if after else 0, limit)
                for shard in shards_of(keys.outbox_day(day))
            )
            yield from merge(*shards, key=lambda entry: entry.position.number)
            day = (date.fromisoformat(day) + timedelta(days=1)).isoformat()

    def _of_shard(self, shard: str, number: int, limit: int) -> Iterator[OutboxEntry]:
        after = keys.outbox_entry("", number)["SK"]
        condition = Expression(
            "#PK = :shard AND #SK > :number", {":shard": shard, ":number": after}
        )
        start: Item | None = None
        while True:
            page = self._table.query(condition, start=start, limit=limit // SHARDS + 1)
            yield from _readable(page.items)
            start = page.next_key
            if start is None:
                return

    def of_user(self, user_id: str, event_id: str) -> list[OutboxEntry]:
        """The notifications about a person in an event, in order."""
        items = self._table.get_many(self._keys_of_user(user_id, event_id))
        entries = map(entry_of, filter(is_entry, items))
        return sorted(entries, key=lambda entry: entry.position.number)

    def forget(self, user_id: str, event_id: str) -> None:
        """Erases what the LMS was told of a person in an event; its numbers stay taken."""
        self._erase(self._keys_of_user(user_id, event_id))

    def forget_user(self, user_id: str) -> None:
        """Erases what the LMS was told of a person in any event."""
        self._erase(self._keys_of_user(user_id))

    def _erase(self, keys_of_entries: Iterable[keys.Key]) -> None:
        for key in keys_of_entries:
            with suppress(WriteConflict):
                self._table.update(key, Change(remove=_TOLD), Expression("attribute_exists(#PK)"))

    def _keys_of_user(self, user_id: str, event_id: str | None = None) -> Iterator[keys.Key]:
        own = keys.told_of_user(user_id, event_id)
        condition = Expression(
            "#GSI2PK = :user AND begins_with(#GSI2SK, :prefix)",
            {":user": own["GSI2PK"], ":prefix": own["GSI2SK"]},
        )
        start: Item | None = None
        while True:
            page = self._table.query(condition, index=keys.GSI2, start=start)
            yield from ({"PK": item["PK"], "SK": item["SK"]} for item in page.items)
            start = page.next_key
            if start is None:
                return


def _readable(items: Iterable[Item]) -> Iterator[OutboxEntry]:
    for item in items:
        try:
            entry = entry_of(item)
        except POISONED:
            continue
        yield entry


def _item(told: tuple[str, Notification], now: datetime, day: str, number: int) -> Item:
    identifier, notification = told
    user_id, event_id = notification.user_id, notification.event_id
    return {
        **keys.outbox_entry(day, number),
        **(keys.told_of_user(user_id, event_id, number) if user_id else {}),
        "identifier": identifier,
        "written_at": stored(now),
        "event_id": event_id,
        "notification": notification.model_dump_json(exclude_none=True),
    }


def entry_of(item: Item) -> OutboxEntry:
    """The notification that an item holds."""
    return OutboxEntry(
        position=Position(day=keys.day_of_entry(item["PK"]), number=int(item["SK"])),
        identifier=item["identifier"],
        written_at=item["written_at"],
        notification=Notification.model_validate_json(item["notification"]),
    )


def _day(moment: datetime) -> str:
    return moment.astimezone(UTC).date().isoformat()
