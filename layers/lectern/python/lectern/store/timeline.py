"""Timelines: what happened to each event, newest first, kept as long as the event.

An entry is named by its cause, so that what is seen again adds nothing, and what is alike is
counted in one item. The changes that it was counted from come in the order of the stream: the
number of the last one is kept, and only later ones count. A partition of its own keeps a burst of
entries from slowing down the readers of the event.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from lectern.domain.join.decision import JoinDecision
from lectern.domain.timeline import EntryKind, Fact, TimelineEntry, of_join
from lectern.store import keys
from lectern.store.items import stored
from lectern.store.page import Page
from lectern.store.table import Change, Expression, Item, Table, WriteConflict

_NEW = Expression("attribute_not_exists(#PK)")
_EXISTS = Expression("attribute_exists(#PK)")
_NOBODY = ("user_id", "GSI2PK", "GSI2SK")

ASKS_AGAIN = timedelta(minutes=10)
"""Within it, a person who asks to join and is told the same is not recorded again."""


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
        at: When that one happened.
        places: Their places in the stream, in order.
        user_ids: Whom they are about.
    """

    identifier: str
    fact: Fact
    at: datetime
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
            change = Change(
                set={"upto": keys.place(max(new))},
                remove=() if is_same else _NOBODY,
                add={"entries": len(new)},
            )
            unchanged = Expression("#upto = :upto", {":upto": item["upto"]})
            with suppress(WriteConflict):
                self._table.update(key, change, unchanged)
                return

    def page(self, event_id: str, *, after: str | None, limit: int) -> Page[TimelineEntry]:
        """A page of an event's entries, newest first.

        Returns:
            The entries, and the position after which the next page begins, if there may be one.
        """
        partition = keys.timeline(event_id)
        start = None
        if after is not None:
            entry = keys.timeline_entry(event_id, keys.entry_at(after))
            start = {**entry, "GSI1PK": partition, "GSI1SK": after}
        condition = Expression("#GSI1PK = :timeline", {":timeline": partition})
        page = self._table.query(
            condition, index=keys.GSI1, start=start, limit=limit, newest_first=True
        )
        wanted = [{"PK": item["PK"], "SK": item["SK"]} for item in page.items]
        found = {item["SK"]: item for item in self._table.get_many(wanted)}
        entries = [entry_of(found[key["SK"]]) for key in wanted if key["SK"] in found]
        return Page(entries, page.items[-1]["GSI1SK"] if page.next_key and page.items else None)

    def clicked(
        self, event_id: str, user_id: str, decision: JoinDecision, last: Item | None, now: datetime
    ) -> None:
        """Records that a person asked to join, unless the same was recorded a moment ago.

        Args:
            event_id: The event.
            user_id: The person.
            decision: What the person was told.
            last: What was recorded of the person last, as it was read with the decision.
            now: The present moment.
        """
        if last and last["state"] == decision.state and last["at"] > keys.stamp(now - ASKS_AGAIN):
            return
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
        entries = map(entry_of, self._table.get_many(wanted))
        return sorted(entries, key=lambda entry: entry.at)

    def _keys_of(self, user_id: str, event_id: str | None) -> list[keys.Key]:
        own = keys.timeline_of_user(user_id, event_id, "")
        condition = Expression(
            "#GSI2PK = :user AND begins_with(#GSI2SK, :prefix)",
            {":user": own["GSI2PK"], ":prefix": own["GSI2SK"]},
        )
        items = self._table.query_all(condition, index=keys.GSI2)
        return [{"PK": item["PK"], "SK": item["SK"]} for item in items]

    def forget(self, user_id: str, event_id: str | None = None) -> None:
        """Takes a person from the entries of an event, or of all; what happened stays recorded."""
        for key in self._keys_of(user_id, event_id):
            if _is_click(key):
                self._table.delete(key)
                continue
            with suppress(WriteConflict):
                self._table.update(key, Change(remove=_NOBODY), _EXISTS)


def _is_click(key: keys.Key) -> bool:
    return keys.is_last_click(key["SK"])


def entry_of(item: Item) -> TimelineEntry:
    """The entry that an item holds."""
    return TimelineEntry(
        at=item["at"],
        kind=EntryKind(item["kind"]),
        code=item["code"],
        message=item["message"],
        user_id=item.get("user_id"),
        key=item.get("key"),
        count=int(item["entries"]),
    )


def _item(happened: Happened, user_id: str | None) -> Item:
    fact, places = happened.fact, happened.places
    event_id, identifier = fact.event_id, happened.identifier
    return {
        **keys.timeline_entry(event_id, identifier),
        **keys.timeline_position(event_id, happened.at, min(places), identifier),
        **(keys.timeline_of_user(user_id, event_id, identifier) if user_id else {}),
        "at": stored(happened.at),
        "kind": fact.kind.value,
        "code": fact.code,
        "message": fact.message,
        "user_id": user_id,
        "key": fact.key,
        "entries": len(places),
        "upto": keys.place(max(places)),
    }


def together(facts: Sequence[tuple[Fact, str, datetime, int]]) -> list[Happened]:
    """The facts of a batch of changes by the entries that they belong to, in order.

    Args:
        facts: Each fact with the change that it was read off: its name, time and place.
    """
    entries: dict[str, list[tuple[Fact, datetime, int]]] = {}
    for fact, change, at, place in facts:
        entries.setdefault(fact.identifier(change), []).append((fact, at, place))
    return [_happened(identifier, alike) for identifier, alike in entries.items()]


def _happened(identifier: str, alike: Sequence[tuple[Fact, datetime, int]]) -> Happened:
    """One entry; what has no cause that others share is one thing, however often it shows."""
    (fact, at, _), counted = alike[0], alike if alike[0][0].cause else alike[:1]
    return Happened(
        identifier=identifier,
        fact=fact,
        at=at,
        places=tuple(place for _, _, place in counted),
        user_ids=frozenset(each.user_id for each, _, _ in alike),
    )
