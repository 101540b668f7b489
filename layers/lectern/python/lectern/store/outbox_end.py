"""The end of the outbox, where notifications get their numbers: each one once, and none left out.

A number is taken by the write of its item, under the condition that nobody took it before. Whoever
writes has seen the one before it, so that a number exists only if all smaller ones do. Items are
never deleted before they expire, so that no number is taken twice.

What is told alone is marked first, with the place where it is to stand, and is only ever written to
the place that its mark names; the mark moves on where somebody else was first there. So whoever
comes after a crash, or works on the same at the same time, finds it, or writes it to the very
place. Several are written together, in a transaction with their marks.

The counter follows: it says where the end was a moment ago, and on which day. Only where the day
goes on, or an era of the table begins, do counter and sequence change together: an item without a
notification takes the next number of the old place, so that whoever is late finds that taken.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from lectern.store import keys, outbox_keys
from lectern.store.eras import last_before
from lectern.store.outbox_items import Told, ends_a_day, item_of, items_of, numbers_of
from lectern.store.outbox_marks import Marks, MarkStore
from lectern.store.shards import shards_of
from lectern.store.table import Change, Expression, Item, PutsConflict, Table, WriteConflict

KEPT_FOR = timedelta(days=30)

_AT_ONCE = 50
"""DynamoDB: at most 100 items in a transaction; each notification takes two."""
_ATTEMPTS = 10
_PAUSE_SECONDS = 0.05
_NEW = Expression("attribute_not_exists(#PK)")


@dataclass(frozen=True)
class Place:
    """A place in the sequence: a day, and a number."""

    day: str
    number: int

    @property
    def key(self) -> keys.Key:
        """The key of the item that stands there."""
        return outbox_keys.outbox_entry(self.day, self.number)

    def after(self, steps: int = 1) -> Place:
        """The place so many further on."""
        return Place(self.day, self.number + steps)


class OutboxEnd:
    """Where notifications are written.

    Args:
        table: The table.
        sleep: Waits for seconds, where two writers meet.
        marks: What was told of people.
    """

    def __init__(self, table: Table, sleep: Callable[[float], None], marks: MarkStore) -> None:
        self._table = table
        self._sleep = sleep
        self._marks = marks

    def counter(self) -> Item:
        """Where the end was a moment ago; nothing before the first notification."""
        return self._table.get(outbox_keys.outbox_counter()) or {}

    def append(self, told: Sequence[Told], now: datetime, era: int) -> list[Item]:
        """Writes what is told at the end of the sequence, without what it has.

        A single one is written in two steps, which cost half of a transaction; several are one.

        Returns:
            The items that tell it: as they were written now, or as they are since before.

        Raises:
            PutsConflict: Others wrote all the time; the same call can be made again.
        """
        written: list[Item] = []
        for first in range(0, len(told), _AT_ONCE):
            some = list(told[first : first + _AT_ONCE])
            items = self._several(some, now, era) if len(some) > 1 else self._one(some[0], now, era)
            if items:
                self._count(max(numbers_of(item)[-1] for item in items))
            written += items
        return written

    def _count(self, last: int) -> None:
        behind = Expression("#last < :reached", {":reached": last})
        with suppress(WriteConflict):
            self._table.update(outbox_keys.outbox_counter(), Change(set={"last": last}), behind)

    def _several(self, told: Sequence[Told], now: datetime, era: int) -> list[Item]:
        """Writes several in one transaction; before them one by one what was begun already."""
        items: list[Item] = []
        for attempt in range(_ATTEMPTS):
            # What is told between the two takes the number that is tried for.
            end = self._end(now, era, looks=attempt > 0)
            marks = self._marks.read(told)
            begun = [each for each in told if each.identifier in marks.alone]
            left = [each for each in told if each.identifier not in marks.alone]
            known = self._marks.standing(left, marks)
            left = [each for each in left if each.identifier not in known]
            written: list[Item] = []
            if left and not begun:
                begun, written = self._together(left, marks, end, now)
            items += [*known.values(), *written]
            for each in begun:
                items += self._one(each, now, era)
            told = [each for each in left if not written and each not in begun]
            if not told:
                return items
            if not begun:
                self._pause(attempt)
        raise PutsConflict(())

    def _together(
        self, told: Sequence[Told], marks: Marks, end: Place, now: datetime
    ) -> tuple[list[Told], list[Item]]:
        """Writes what nobody wrote before; those that somebody began, and what was written."""
        items = _items_of(told, end, now)
        try:
            self._table.put_together(_writes(told, marks, items, now))
        except PutsConflict as conflict:
            # Marks of what is told of events come first.
            of_events = [each for each in told if each.notification.once]
            return [each for n, each in enumerate(of_events) if n in conflict.refused], []
        return [], items

    def _one(self, told: Told, now: datetime, era: int) -> list[Item]:
        """The item that tells it now; none where a former version told it."""
        identifier = told.identifier
        for attempt in range(_ATTEMPTS):
            place = self._end(now, era, looks=attempt > 0).after()
            if known := self._marks.standing([told], self._marks.read([told])):
                return [known[identifier]]
            marked = self._marked(identifier, place, now)
            if marked is None:
                return []
            if marked != place:
                if standing := self._standing(marked, identifier):
                    return [standing]
                if not self._marked_anew(identifier, marked, place):
                    continue
            item = {**item_of(told, place.day, place.number, now), "ttl": _until(now)}
            try:
                self._table.put(item, _NEW)
            except WriteConflict:
                if standing := self._standing(place, identifier):
                    return [standing]
                self._pause(attempt)
            else:
                return [item]
        raise PutsConflict(())

    def _marked(self, identifier: str, place: Place, now: datetime) -> Place | None:
        """The place that the mark names, which is this one if there was none before."""
        try:
            self._table.put(_mark(identifier, place, now), _NEW)
        except WriteConflict as conflict:
            mark = conflict.item or {}
            return Place(mark["day"], int(mark["number"])) if "number" in mark else None
        return place

    def _marked_anew(self, identifier: str, was: Place, place: Place) -> bool:
        """Has a mark name another place, unless somebody else just did."""
        moved = Change(set={"day": place.day, "number": place.number})
        as_read = Expression(
            "#day = :was_day AND #number = :was_number",
            {":was_day": was.day, ":was_number": was.number},
        )
        try:
            self._table.update(outbox_keys.told(identifier), moved, as_read)
        except WriteConflict:
            return False
        return True

    def _standing(self, place: Place, identifier: str) -> Item | None:
        """The item that stands there, if it tells just that."""
        found = self._table.get(place.key)
        return found if found and found.get("identifier") == identifier else None

    def _end(self, now: datetime, era: int, *, looks: bool) -> Place:
        """The last place that is taken, on the day, and in the era, that it is.

        Args:
            now: The present moment.
            era: The table's.
            looks: Whether to look beyond what the counter says, as others were first.

        Raises:
            PutsConflict: Others moved it all the time.
        """
        for attempt in range(_ATTEMPTS):
            counter = self.counter()
            if not counter:
                self._begin(now, era)
                continue
            counted = Place(counter["day"], int(counter["last"]))
            end = self._seen_end(counted) if looks else counted
            if end is None:
                continue
            present = Place(max(end.day, _day(now)), max(end.number, last_before(era)))
            if present == end or self._moved(counter, end, present, now):
                return present
            looks = True
            self._pause(attempt)
        raise PutsConflict(())

    def _begin(self, now: datetime, era: int) -> None:
        day, last = _day(now), last_before(era)
        leap = {"leapt_to": last + 1} if last else {}
        counter = {**outbox_keys.outbox_counter(), "last": last, "day": day, "began": day, **leap}
        with suppress(WriteConflict):
            self._table.put(counter, _NEW)

    def _seen_end(self, counted: Place) -> Place | None:
        """The last place of a day that is taken; nothing where the sequence goes on elsewhere."""
        newest: list[Item] = []
        for shard in shards_of(outbox_keys.outbox_day(counted.day)):
            of_shard = Expression("#PK = :shard", {":shard": shard})
            newest += self._table.query(of_shard, limit=1, newest_first=True).items
        last = max(newest, key=lambda item: str(item["SK"]), default=None)
        if last is None or int(last["SK"]) <= counted.number:
            return counted
        return None if ends_a_day(last) else Place(counted.day, numbers_of(last)[-1])

    def _moved(self, counter: Item, end: Place, present: Place, now: datetime) -> bool:
        """Has the sequence go on elsewhere, once for all; whether that came about."""
        leap = {"leapt_to": present.number + 1} if present.number > end.number else {}
        moved = {**counter, "day": present.day, "last": present.number, **leap}
        as_read = Expression(
            "#last = :last AND #day = :day", {":last": counter["last"], ":day": counter["day"]}
        )
        closed = {**end.after().key, "ttl": _until(now)}
        try:
            self._table.put_together([(moved, as_read), (closed, _NEW)])
        except PutsConflict:
            return False
        return True

    def _pause(self, attempt: int) -> None:
        self._sleep(random.uniform(0, _PAUSE_SECONDS * (attempt + 1)))  # noqa: S311


def _items_of(told: Sequence[Told], end: Place, now: datetime) -> list[Item]:
    """The items of what is told next."""
    items = items_of(told, end.day, end.number + 1, now)
    return [{**item, "ttl": _until(now)} for item in items]


def _writes(
    told: Sequence[Told], marks: Marks, items: Sequence[Item], now: datetime
) -> list[tuple[Item, Expression]]:
    """What is written of several at once, each with its condition."""
    alone = {item["identifier"]: _place_of(item) for item in items if "identifier" in item}
    of_events = [each.identifier for each in told if each.notification.once]
    of_people = marks.with_pages(told, items)
    return [
        *((_mark(each, alone[each], now), _NEW) for each in of_events),
        *(({**mark, "ttl": _until(now)}, as_read) for mark, as_read in of_people),
        *((item, _NEW) for item in items),
    ]


def _place_of(item: Item) -> Place:
    return Place(outbox_keys.day_of_entry(item["PK"]), int(item["SK"]))


def _mark(identifier: str, place: Place, now: datetime) -> Item:
    named = {"day": place.day, "number": place.number}
    return {**outbox_keys.told(identifier), **named, "ttl": _until(now)}


def _until(now: datetime) -> int:
    return int((now + KEPT_FOR).timestamp())


def _day(moment: datetime) -> str:
    return moment.astimezone(UTC).date().isoformat()
