"""Timelines: what happened to each event, newest first, kept as long as the event.

An entry is named by its cause, so that what is seen again adds nothing, and what is alike is
counted in one item. The changes that it was counted from come in the order of the stream: the
number of the last one is kept, and only later ones count. What one change tells of one cause is one
item, of as many entries. What shares its cause with nothing is keyed by where it stands in order,
and needs no index for that. A partition of its own keeps a burst of entries from slowing down the
readers of the event.

What is recorded of a person in an event is found by reading through its timeline, where each entry
says whom it is about. The index of users has what may be of somebody whom no event names: what an
operator did, and the last click, which stands for those before it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from pydantic_core import from_json, to_json

from lectern.domain.join.decision import JoinDecision
from lectern.domain.timeline import EntryKind, Fact, TimelineEntry, of_join
from lectern.store import keys, timeline_keys
from lectern.store.items import stored
from lectern.store.page import Page
from lectern.store.table import Change, Expression, Item, Table, WriteConflict, begins, key_of

_NEW = Expression("attribute_not_exists(#PK)")
_NEW_OR_BEFORE = "attribute_not_exists(#PK) OR (attribute_not_exists(#user_id) AND #upto < :first)"
_COUNTED = {"PK", "SK", "upto", "entries"}
"""What of an entry is not written at the first time alone."""
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
        try:
            if happened.fact.cause and user_id is None:
                self._add_many(item, happened)
            else:
                self._table.put(item, _NEW)
        except WriteConflict as conflict:
            if happened.fact.cause:
                self._count(happened, user_id, conflict.item)

    def _add_many(self, item: Item, happened: Happened) -> None:
        """Adds what several people are counted in, or counts them to it, if none was before.

        Raises:
            WriteConflict: Some were counted before, or one person alone was, who is named.
        """
        kept = {
            name: value
            for name, value in item.items()
            if name not in _COUNTED and value is not None
        }
        change = Change(set={"upto": item["upto"]}, add={"entries": item["entries"]}, at_first=kept)
        first = {":first": keys.place(min(happened.places))}
        self._table.update(key_of(item), change, Expression(_NEW_OR_BEFORE, first))

    def _count(self, happened: Happened, user_id: str | None, item: Item | None) -> None:
        key = timeline_keys.timeline_entry(happened.fact.event_id, happened.identifier)
        while item is not None:
            upto = int(item["upto"])
            new = [place for place in happened.places if place > upto]
            if not new:
                return
            is_same = user_id is not None and item.get("user_id") == user_id
            nobody = {} if is_same else _of_nobody(item)
            change = Change(set={"upto": keys.place(max(new)), **nobody}, add={"entries": len(new)})
            unchanged = Expression("#upto = :upto", {":upto": item["upto"]})
            try:
                self._table.update(key, change, unchanged)
            except WriteConflict as conflict:
                item = conflict.item
            else:
                return

    def page(self, event_id: str, *, after: str | None, limit: int) -> Page[TimelineEntry]:
        """A page of an event's entries, newest first.

        Returns:
            The entries, and the position after which the next page begins, if there may be one.
        """
        position, _, shown = (after or timeline_keys.AFTER_ALL).partition(_PART_OF)
        items, last = self._newest(event_id, position, limit, is_included=bool(shown))
        counted = [key_of(each) for each in items if "GSI1SK" in each]
        whole = {item["SK"]: item for item in self._table.get_many(counted)}
        whole |= {each["SK"]: each for each in items if "GSI1SK" not in each}
        parts = [
            part
            for each in items
            if each["SK"] in whole
            for part in _newest_first(whole[each["SK"]], timeline_keys.position_of(each))
        ]
        if shown:
            parts = [part for part in parts if not _is_shown(part[1], position, int(shown))]
        if len(parts) > limit:
            return Page([entry for entry, _ in parts[:limit]], parts[limit - 1][1])
        return Page([entry for entry, _ in parts], last)

    def _newest(
        self, event_id: str, position: str, limit: int, *, is_included: bool
    ) -> tuple[list[Item], str | None]:
        """The newest items before a position, and that of the last of them if there may be more.

        What stands alone is in order itself; of what is counted the index has the keys.
        """
        sign = "<=" if is_included else "<"
        alone = timeline_keys.entry_alone(event_id, position)
        pages = [
            self._table.query(
                Expression(
                    f"#{index}PK = :timeline AND #{index}SK {sign} :position",
                    {":timeline": alone["PK"], ":position": before},
                ),
                index=index or None,
                limit=limit,
                newest_first=True,
            )
            for index, before in (("", alone["SK"]), (keys.GSI1, position))
        ]
        found = [item for page in pages for item in page.items]
        items = sorted(found, key=timeline_keys.position_of, reverse=True)[:limit]
        is_more = len(found) > limit or any(page.next_key for page in pages)
        return items, timeline_keys.position_of(items[-1]) if items and is_more else None

    def clicked(self, event_id: str, user_id: str, decision: JoinDecision, now: datetime) -> None:
        """Records that a person asked to join, and what they were told."""
        fact = of_join(event_id, user_id, decision)
        identifier = fact.identifier(f"{user_id} {keys.stamp(now)}")
        self._table.write(
            {
                **timeline_keys.last_click(event_id, user_id),
                **timeline_keys.timeline_of_user(user_id, event_id, "CLICK"),
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
        """What is recorded of a person, the last clicks at the end: they lead to others.

        Without an event, what the index of users has of any, and the events of clicks.
        """
        own = timeline_keys.timeline_of_user(user_id, event_id, "")
        condition = Expression(
            "#GSI2PK = :user AND begins_with(#GSI2SK, :prefix)",
            {":user": own["GSI2PK"], ":prefix": own["GSI2SK"]},
        )
        found = list(map(key_of, self._table.query_all(condition, index=keys.GSI2)))
        clicked = [timeline_keys.event_of_timeline(key["PK"]) for key in filter(_is_click, found)]
        for each in clicked if event_id is None else [event_id]:
            found.extend(self._keys_within(user_id, each))
        once = {(key["PK"], key["SK"]): key for key in found}
        return sorted(once.values(), key=_is_click)

    def _keys_within(self, user_id: str, event_id: str) -> Iterator[keys.Key]:
        """Where an event's own timeline names a person."""
        alone = begins(timeline_keys.entry_alone(event_id, ""))
        for item in self._table.query_all(alone, attributes=("PK", "SK", "user_id")):
            if item.get("user_id") == user_id:
                yield key_of(item)
        counted = Expression("#GSI1PK = :timeline", {":timeline": timeline_keys.timeline(event_id)})
        for item in self._table.query_all(counted, index=keys.GSI1):
            if timeline_keys.user_of(item["GSI1SK"]) == user_id:
                yield key_of(item)

    def forget(self, user_id: str, event_id: str | None = None) -> None:
        """Takes a person from the entries of an event; what happened stays recorded.

        Without an event, from what the index of users has of all events, and where they clicked.
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
    return {**_NOBODY, **({"GSI1SK": timeline_keys.without_user(place)} if place else {})}


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
    return timeline_keys.is_last_click(key["SK"])


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
    position = timeline_keys.position(happened.at, min(places), identifier)
    if fact.is_alone:
        place: Item = timeline_keys.entry_alone(event_id, position)
    else:
        place = {
            **timeline_keys.timeline_entry(event_id, identifier),
            **timeline_keys.timeline_position(event_id, position, user_id),
            "upto": keys.place(max(places)),
        }
    if user_id and fact.kind is EntryKind.OPERATOR:
        place |= timeline_keys.timeline_of_user(user_id, event_id, identifier)
    return {
        **place,
        "at": stored(happened.at),
        "kind": fact.kind.value,
        "code": fact.code,
        "message": fact.message,
        "user_id": user_id,
        "key": fact.key,
        "entries": len(places),
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
    """What is told together; what names an occurrence of its own is told apart."""
    told: dict[tuple[str, object], _Told] = {}
    for fact, change, at, place in facts:
        apart = place if fact.once and not fact.cause else None
        group = (change, (fact.event_id, fact.cause, fact.key, fact.user_id, apart))
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
