"""The outbox: every notification in one sequence, without late arrivals, for thirty days.

Whoever reads the sequence and remembers a place must never miss what comes before it later on. So
a notification gets its number in the transaction that writes it, with the counter in it: a number
exists only if all smaller ones do, but for the leap with which an era of the table begins: a reader
who remembers a place of the former table finds what the restored one tells. The sequence is kept by
days, so that its beginning can be found without a search; the day never goes back, whatever the
clocks of the writers say.

A day is several partitions, among which numbers go round, so that each takes a part of the writes.
A transaction's items become visible one by one, and the partitions are read one after the other. A
reader therefore stops at a missing number whose successors are young, and takes it for erased
otherwise.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from heapq import merge

from lectern.domain.errors import POISONED
from lectern.domain.model import DomainModel, Instant
from lectern.domain.notifications import Notification
from lectern.store import keys
from lectern.store.eras import last_before
from lectern.store.items import stored
from lectern.store.shards import SHARDS, shards_of
from lectern.store.table import Expression, Item, PutsConflict, Table

KEPT_FOR = timedelta(days=30)

_AT_ONCE = 49
"""DynamoDB: at most 100 items in a transaction; each notification takes two, the counter one."""
_ATTEMPTS = 10
_PAUSE_SECONDS = 0.05
_SETTLED = timedelta(seconds=10)
"""How long a transaction may take to become visible, and then some."""
_NEW = Expression("attribute_not_exists(#PK)")


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
        self._sleep = sleep

    def append(self, told: Sequence[tuple[str, Notification]], now: datetime, era: int = 0) -> None:
        """Writes notifications at the end of the sequence; those that it has are left out.

        Args:
            told: Notifications, each with its id.
            now: The present moment.
            era: The table's, which numbers begin with.

        Raises:
            PutsConflict: Others wrote all the time; the same call can be made again.
        """
        entries = list(dict(told).items())
        for first in range(0, len(entries), _AT_ONCE):
            self._append_together(entries[first : first + _AT_ONCE], now, era)

    def _append_together(
        self, told: list[tuple[str, Notification]], now: datetime, era: int
    ) -> None:
        for attempt in range(_ATTEMPTS):
            if not told:
                return
            try:
                self._table.put_together(self._puts(told, now, era))
            except PutsConflict as conflict:
                # The counter comes first; after it, a place that was refused was told before.
                known = {place - 1 for place in conflict.refused if 0 < place <= len(told)}
                told = [each for n, each in enumerate(told) if n not in known]
                if attempt == _ATTEMPTS - 1 and told:
                    raise
                if not known:
                    self._sleep(random.uniform(0, _PAUSE_SECONDS * (attempt + 1)))  # noqa: S311
            else:
                return

    def _puts(
        self, told: Sequence[tuple[str, Notification]], now: datetime, era: int
    ) -> list[tuple[Item, Expression]]:
        was = self._counter()
        counted, day = _counted(was)
        day = max(day, _day(now))
        until = int((now + KEPT_FOR).timestamp())
        last = max(counted, last_before(era))
        leap = {"leapt_to": last + 1} if last > counted else {}
        began = {} if was else {"began": day}
        counter = {
            **was,
            **keys.outbox_counter(),
            "last": last + len(told),
            "day": day,
            **leap,
            **began,
        }
        marks = [
            ({**keys.told(identifier), "ttl": until}, _NEW) for identifier, _notification in told
        ]
        entries = [
            ({**_item(Position(day=day, number=number), each, now), "ttl": until}, _NEW)
            for number, each in enumerate(told, start=last + 1)
        ]
        unchanged = Expression("#last = :last", {":last": counted}) if counted else _NEW
        return [(counter, unchanged), *marks, *entries]

    def _counter(self) -> Item:
        return self._table.get(keys.outbox_counter()) or {}

    def get(self, position: Position) -> OutboxEntry | None:
        """A notification; ``None`` where it has expired, or its person was erased."""
        key = keys.outbox_entry(position.day, position.number)
        undivided = {**key, "PK": keys.outbox_day(position.day)}
        item = self._table.get(key) or (self._table.get(undivided) if key != undivided else None)
        return entry_of(item) if item else None

    def page(self, after: Position | None, limit: int, now: datetime) -> list[OutboxEntry]:
        """Up to ``limit`` notifications after a place; the oldest that are kept, without one.

        One that cannot be read is no end of the list: it is passed as one that was erased is.
        """
        page: list[OutboxEntry] = []
        counter = self._counter()
        expected = after.number + 1 if after else 1
        first_of_era = int(counter.get("leapt_to", 0))
        days = counter.get("began", ""), _counted(counter)[1]
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
        entries = map(entry_of, self._table.get_many(self._keys_of_user(user_id, event_id)))
        return sorted(entries, key=lambda entry: entry.position.number)

    def forget(self, user_id: str, event_id: str) -> None:
        """Deletes what the LMS was told of a person in an event."""
        for key in self._keys_of_user(user_id, event_id):
            self._table.delete(key)

    def forget_user(self, user_id: str) -> None:
        """Deletes what the LMS was told of a person in any event."""
        for key in self._keys_of_user(user_id):
            self._table.delete(key)

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


def _item(position: Position, told: tuple[str, Notification], now: datetime) -> Item:
    identifier, notification = told
    user_id, event_id = notification.user_id, notification.event_id
    return {
        **keys.outbox_entry(position.day, position.number),
        **(keys.told_of_user(user_id, event_id, position.number) if user_id else {}),
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


def _counted(counter: Item) -> tuple[int, str]:
    """How many notifications were written, and on which day the last one was."""
    return int(counter.get("last", 0)), counter.get("day", "")


def _day(moment: datetime) -> str:
    return moment.astimezone(UTC).date().isoformat()
