"""Timelines: what happened to each event, newest first, kept as long as the event.

An entry is named by its cause, so that what is seen again adds nothing, and what is alike is
counted in one item. The changes that it was counted from come in the order of the stream: the
number of the last one is kept, and only later ones count. What one change tells of one cause is one
item, of as many entries. A partition of its own keeps a burst of entries from slowing down the
readers of the event.

Whom a counted entry is about stands at the end of its place in the timeline's index, which is read
through for a person; any other entry about a person is in the index of users.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from pydantic_core import from_json, to_json

from lectern.domain.join.decision import JoinDecision
from lectern.domain.timeline import EntryKind, Fact, TimelineEntry, of_join
from lectern.store import keys
from lectern.store.items import stored
from lectern.store.page import Page
from lectern.store.table import Change, Expression, Item, Table, WriteConflict, key_of

_NEW = Expression("attribute_not_exists(#PK)")
_EXISTS = Expression("attribute_exists(#PK)")
_NOBODY: dict[str, None] = {"user_id": None, "GSI2PK": None, "GSI2SK": None}

_PART_OF = "+"
"""After the place of an item, before how many of its entries were shown."""

_MOST_OF_ONE = 100
"""More than so many facts are read off no change."""


_MOST_CHANGES = 10**40
"""DynamoDB: the numbers of a stream have up to 40 digits. Those of two streams say nothing of each
other, so the era goes before them."""


def place_of(number: int, rank: int, era: int = 0) -> int:
    """The place of a fact: by the change that it was read off, then by its rank among several."""
    return (era * _MOST_CHANGES + number) * _MOST_OF_ONE + rank


@dataclass(frozen=True)
class Happened:
    """Facts that belong to one entry, as a batch of changes has them.

    Attributes:
        identifier: The entry's.
        fact: The first of them.
        also: What else the same changes tell, each time.
        at: When that one happened.
        places: Their places in the stream, in order.
        user_ids: Whom they are about.
    """

    identifier: str
    fact: Fact
    at: datetime
    also: tuple[Fact, ...] = ()
    places: tuple[int, ...] = (0,)
    user_ids: frozenset[str | None] = frozenset()


class TimelineStore:
    """Entries by event, newest first."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def add(self, happened: Happened) -> None:
        """Adds an entry, or counts what is new to the one that is there."""
        user_id = next(iter(happened.user_ids)) if len(happened.user_ids) == 1 else None
        item = _item(happened, user_id)
        with suppress(WriteConflict):
            self._table.put(item, _NEW)
            return
        if happened.fact.cause:
            self._count(happened, user_id)

    def _count(self, happened: Happened, user_id: str | None) -> None:
        key = keys.timeline_entry(happened.fact.event_id, happened.identifier)
        while (item := self._table.get(key)) is not None:
            upto = int(item["upto"])
            new = [place for place in happened.places if place > upto]
            if not new:
                return
            is_same = user_id is not None and item.get("user_id") == user_id
            nobody = {} if is_same else _of_nobody(item)
            change = Change(set={"upto": keys.place(max(new)), **nobody}, add={"entries": len(new)})
            unchanged = Expression("#upto = :upto", {":upto": item["upto"]})
            with suppress(WriteConflict):
                self._table.update(key, change, unchanged)
                return

    def page(self, event_id: str, *, after: str | None, limit: int) -> Page[TimelineEntry]:
        """A page of an event's entries, newest first.

        Returns:
            The entries, and the position after which the next page begins, if there may be one.
        """
        position, _, shown = (after or keys.AFTER_ALL).partition(_PART_OF)
        upto = Expression(
            f"#GSI1PK = :timeline AND #GSI1SK {'<=' if shown else '<'} :position",
            {":timeline": keys.timeline(event_id), ":position": position},
        )
        page = self._table.query(upto, index=keys.GSI1, limit=limit, newest_first=True)
        found = {item["SK"]: item for item in self._table.get_many(map(key_of, page.items))}
        parts = [
            (entry, place)
            for each in page.items
            if each["SK"] in found
            for entry, place in _newest_first(found[each["SK"]], each["GSI1SK"])
        ]
        if shown:
            parts = [part for part in parts if not _is_shown(part[1], position, int(shown))]
        if len(parts) > limit:
            return Page([entry for entry, _ in parts[:limit]], parts[limit - 1][1])
        last = page.items[-1]["GSI1SK"] if page.next_key and page.items else None
        return Page([entry for entry, _ in parts], last)

    def clicked(self, event_id: str, user_id: str, decision: JoinDecision, now: datetime) -> None:
        """Records that a person asked to join, and what they were told."""
        fact = of_join(event_id, user_id, decision)
        identifier = fact.identifier(f"{user_id} {keys.stamp(now)}")
        self._table.write(
            {
                **keys.last_click(event_id, user_id),
                **keys.timeline_of_user(user_id, event_id, "CLICK"),
                "state": decision.state.value,
                "at": keys.stamp(now),
            }
        )
        self.add(Happened(identifier, fact, now, user_ids=frozenset({user_id})))

    def record(self, fact: Fact, now: datetime) -> None:
        """Records what no change of an event tells, such as what a person had done by hand."""
        identifier = fact.identifier(keys.stamp(now))
        self.add(Happened(identifier, fact, now, user_ids=frozenset({fact.user_id})))

    def of_user(self, user_id: str, event_id: str) -> list[TimelineEntry]:
        """What is recorded of a person in an event, in order."""
        wanted = [key for key in self._keys_of(user_id, event_id) if not _is_click(key)]
        entries = [each for item in self._table.get_many(wanted) for each in entries_of(item)]
        return sorted(entries, key=lambda entry: entry.at)

    def _keys_of(self, user_id: str, event_id: str | None) -> list[keys.Key]:
        own = keys.timeline_of_user(user_id, event_id, "")
        condition = Expression(
            "#GSI2PK = :user AND begins_with(#GSI2SK, :prefix)",
            {":user": own["GSI2PK"], ":prefix": own["GSI2SK"]},
        )
        found = list(map(key_of, self._table.query_all(condition, index=keys.GSI2)))
        if event_id is None:
            return found
        timeline = Expression("#GSI1PK = :timeline", {":timeline": keys.timeline(event_id)})
        counted = self._table.query_all(timeline, index=keys.GSI1)
        return found + [key_of(each) for each in counted if keys.user_of(each["GSI1SK"]) == user_id]

    def forget(self, user_id: str, event_id: str | None = None) -> None:
        """Takes a person from the entries of an event; what happened stays recorded.

        Without an event, from those that are in the index of users, of all events.
        """
        for key in self._keys_of(user_id, event_id):
            if _is_click(key):
                self._table.delete(key)
                continue
            item = self._table.get(key)
            if item is not None:
                with suppress(WriteConflict):
                    self._table.update(key, Change(set=_of_nobody(item)), _EXISTS)


def _of_nobody(item: Item) -> Item:
    """What makes an entry one of nobody; a change of settings stands in no timeline."""
    place = item.get("GSI1SK")
    return {**_NOBODY, **({"GSI1SK": keys.without_user(place)} if place else {})}


def _newest_first(item: Item, position: str) -> list[tuple[TimelineEntry, str]]:
    """The entries of an item, each with the position after it."""
    entries = entries_of(item)[::-1]
    within = [f"{position}{_PART_OF}{n}" for n in range(1, len(entries))]
    return list(zip(entries, [*within, position], strict=True))


def _is_shown(place: str, position: str, shown: int) -> bool:
    """Whether the entry before a place is among so many that were shown of an item."""
    of_item, _, number = place.partition(_PART_OF)
    return of_item == position and bool(number) and int(number) <= shown


def _is_click(key: keys.Key) -> bool:
    return keys.is_last_click(key["SK"])


def entries_of(item: Item) -> list[TimelineEntry]:
    """The entries that an item holds, in order."""
    told = [item, *from_json(item.get("also", "[]"))]
    return [
        TimelineEntry(
            at=item["at"],
            kind=EntryKind(each["kind"]),
            code=each["code"],
            message=each["message"],
            user_id=item.get("user_id"),
            key=item.get("key"),
            count=int(item["entries"]),
        )
        for each in told
    ]


def _item(happened: Happened, user_id: str | None) -> Item:
    fact, places = happened.fact, happened.places
    event_id, identifier = fact.event_id, happened.identifier
    return {
        **keys.timeline_entry(event_id, identifier),
        **keys.timeline_position(
            event_id, happened.at, min(places), identifier, user_id if fact.cause else None
        ),
        **(
            keys.timeline_of_user(user_id, event_id, identifier)
            if user_id and not fact.cause
            else {}
        ),
        "at": stored(happened.at),
        "kind": fact.kind.value,
        "code": fact.code,
        "message": fact.message,
        "user_id": user_id,
        "key": fact.key,
        "entries": len(places),
        "upto": keys.place(max(places)),
        **(
            {"also": to_json([_told(each) for each in happened.also]).decode()}
            if happened.also
            else {}
        ),
    }


def _told(fact: Fact) -> dict[str, str]:
    return {"kind": fact.kind.value, "code": fact.code, "message": fact.message}


def together(facts: Sequence[tuple[Fact, str, datetime, int]]) -> list[Happened]:
    """The facts of a batch of changes by the entries that they belong to, in order.

    Args:
        facts: Each fact with the change that it was read off: its name, time and place.
    """
    entries: dict[str, list[_Told]] = {}
    for (change, _), told in _by_change(facts).items():
        identifiers = [fact.identifier(change) for fact in told.facts]
        entries.setdefault(_identifier(identifiers), []).append(told)
    return [_happened(identifier, alike) for identifier, alike in entries.items()]


class _Told(NamedTuple):
    """What one change tells of one cause, at the place of the first fact."""

    facts: tuple[Fact, ...]
    at: datetime
    place: int


def _by_change(
    facts: Sequence[tuple[Fact, str, datetime, int]],
) -> dict[tuple[str, object], _Told]:
    """What is told together; what has no cause that others share is told alone."""
    told: dict[tuple[str, object], _Told] = {}
    for fact, change, at, place in facts:
        alone = None if fact.cause else place
        group = (change, (fact.event_id, fact.cause, fact.key, fact.user_id, alone))
        before = told.get(group)
        told[group] = (
            _Told((*before.facts, fact), *before[1:]) if before else _Told((fact,), at, place)
        )
    return told


def _identifier(identifiers: Sequence[str]) -> str:
    """The name of what is told together, by those of its parts."""
    if len(identifiers) == 1:
        return identifiers[0]
    return hashlib.sha256("\n".join(identifiers).encode()).hexdigest()[: len(identifiers[0])]


def _happened(identifier: str, alike: Sequence[_Told]) -> Happened:
    """One entry; what has no cause that others share is one thing, however often it shows."""
    first, *also = alike[0].facts
    counted = alike if first.cause else alike[:1]
    return Happened(
        identifier=identifier,
        fact=first,
        at=alike[0].at,
        also=tuple(also),
        places=tuple(each.place for each in counted),
        user_ids=frozenset(each.facts[0].user_id for each in alike),
    )
