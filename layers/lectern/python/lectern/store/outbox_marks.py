"""What was told of people already, so that a change that comes again tells nothing.

What is told alone has a mark of its own. What is told of several people together follows from one
change each, and the changes of one event come in order: one mark for each event has the place in
the stream up to which people were told of so, and where that was written. A change beyond it is
new. One before it comes again, or was put aside and is given back: what was written says which.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import suppress
from dataclasses import dataclass

from lectern.domain.errors import POISONED
from lectern.store import keys, outbox_keys
from lectern.store.outbox_items import Told, page_of
from lectern.store.table import Expression, Item, Table

_REMEMBERED = 8
"""So many items that were written last are known by key: more than a batch of the stream fills.
The index, which has the others, may be a moment behind."""
_NEW = Expression("attribute_not_exists(#PK)")

Placed = Callable[[keys.Key], Iterator[keys.Key]]
"""Gives the keys of the items that stand at a place of GSI2."""


@dataclass(frozen=True)
class Marks:
    """Marks as they were read.

    Attributes:
        items: Those of events, by event.
        alone: Whose notification has a mark of its own: told alone, or about to be.
    """

    items: Mapping[str, Item]
    alone: AbstractSet[str] = frozenset()

    def with_pages(
        self, told: Sequence[Told], pages: Sequence[Item]
    ) -> Iterator[tuple[Item, Expression]]:
        """The marks as they are once people are told of, each with its condition."""
        for event_id in dict.fromkeys(each.notification.event_id for each in _of_people(told)):
            was = self.items.get(event_id, {})
            places = (
                keys.place(each.place)
                for each in _of_people(told)
                if each.notification.event_id == event_id
            )
            written = [
                f"{page['PK']} {page['SK']}"
                for page in pages
                if page["event_id"] == event_id and "together" in page
            ]
            mark = {
                **was,
                **outbox_keys.told_upto(event_id),
                "upto": max(was.get("upto", ""), *places),
                "last": " | ".join([*_last(was), *written][-_REMEMBERED:]),
            }
            as_read = Expression("#last = :last", {":last": was["last"]}) if was else _NEW
            yield mark, as_read


class MarkStore:
    """The marks of events.

    Args:
        table: The table.
        placed: Finds what was written of somebody.
    """

    def __init__(self, table: Table, placed: Placed) -> None:
        self._table = table
        self._placed = placed

    def read(self, told: Sequence[Told]) -> Marks:
        """The marks of people who are to be told of, and of their events."""
        people = list(_of_people(told))
        events = dict.fromkeys(each.notification.event_id for each in people)
        wanted = list(map(outbox_keys.told_upto, events))
        # Whoever is alone is written by the mark of their own, which says it then.
        wanted += [outbox_keys.told(each.identifier) for each in people] if len(told) > 1 else []
        found = self._table.get_many(wanted) if wanted else []
        return Marks(
            {outbox_keys.told_of(item): item for item in found if outbox_keys.is_of_event(item)},
            {outbox_keys.told_of(item) for item in found if not outbox_keys.is_of_event(item)},
        )

    def standing(self, told: Sequence[Told], marks: Marks) -> dict[str, Item]:
        """Those that were told already, as far as marks of events say so.

        Returns:
            The items that tell them, by the id of what is told.
        """
        found: dict[str, Item] = {}
        for each in _of_people(told):
            mark = marks.items.get(each.notification.event_id)
            if mark is None or keys.place(each.place) > mark["upto"]:
                continue
            written = self._written(each, mark)
            while each.identifier not in found and (one := next(written, None)):
                found |= one
        return {
            each.identifier: found[each.identifier] for each in told if each.identifier in found
        }

    def _written(self, told: Told, mark: Item) -> Iterator[dict[str, Item]]:
        """The items about the person, or about several people of the event, by what they tell."""
        user_id, event_id = told.notification.user_id or "", told.notification.event_id
        last = [dict(zip(("PK", "SK"), each.split(" "), strict=True)) for each in _last(mark)]
        yield from self._read(last)
        yield from self._read(self._placed(outbox_keys.told_of_user(user_id, event_id)))
        yield from self._read(self._placed(outbox_keys.told_of_people(event_id)))

    def _read(self, wanted: Iterable[keys.Key]) -> Iterator[dict[str, Item]]:
        for item in self._table.get_many(wanted):
            with suppress(*POISONED):
                yield {entry.identifier: item for entry in page_of(item).entries}


def _last(mark: Item) -> list[str]:
    """Where people of the event were told of last."""
    last: str = mark.get("last", "")
    return last.split(" | ") if last else []


def _of_people(told: Iterable[Told]) -> Iterator[Told]:
    return (each for each in told if not each.notification.once)
