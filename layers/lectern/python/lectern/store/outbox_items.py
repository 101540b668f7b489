"""Notifications as the items of the outbox hold them: alone, or those of several people together.

What is told of an event is an item of its own. What one batch of changes tells of people of one
event is a page: one item, one number for each of them, the key that of the first. So many people
are told of at the price of few writes.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any, NamedTuple

from lectern.domain.errors import POISONED
from lectern.domain.model import DomainModel, Instant
from lectern.domain.notifications import Notification
from lectern.store import outbox_keys
from lectern.store.items import stored
from lectern.store.table import Item

PAGE = 25
"""At most so many in one item: some three kilobytes."""


class Told(NamedTuple):
    """Something that is to be told.

    Attributes:
        identifier: By which the LMS recognises it when it comes again.
        notification: What.
        place: Where the change stands in the stream that it was read off, after ``place_of``.
        change: Names the change that it follows from, the same if that is seen again.
    """

    identifier: str
    notification: Notification
    place: int = 0
    change: str = ""


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


class OutboxPage(DomainModel):
    """What one item holds: a notification, or several of one event, in order.

    Attributes:
        position: Where the first of them is; the item's key.
        entries: What is still kept of them.
        taken_upto: The number up to which the LMS took them, where it did not take all at once.
        attempts: How many attempts there had been by then.
        change: Names the change that the first of them follows from, which has it delivered.
        queued: Whether it is known that its delivery was asked for.
    """

    position: Position
    entries: tuple[OutboxEntry, ...]
    taken_upto: int = 0
    attempts: int = 0
    change: str = ""
    queued: bool = False

    @property
    def left(self) -> tuple[OutboxEntry, ...]:
        """Those that the LMS has not taken."""
        return tuple(each for each in self.entries if each.position.number > self.taken_upto)


def items_of(told: Sequence[Told], day: str, first: int, now: datetime) -> Iterator[Item]:
    """The items of what is to be told, in the order of each event.

    Args:
        told: The notifications.
        day: The day that they are written on.
        first: The number of the first of them.
        now: The present moment.
    """
    by_event: dict[str, list[Told]] = {}
    for each in told:
        by_event.setdefault(each.notification.event_id, []).append(each)
    for of_event in by_event.values():
        for page in _pages(of_event):
            is_of_event = bool(page[0].notification.once)
            item = item_of(page[0], day, first, now) if is_of_event else None
            yield item or _together(page, day, first, now)
            first += len(page)


def _pages(told: Sequence[Told]) -> Iterator[list[Told]]:
    """Each notification of the event alone, and those of people between them together."""
    page: list[Told] = []
    for each in told:
        if each.notification.once or len(page) == PAGE:
            if page:
                yield page
            page = []
        if each.notification.once:
            yield [each]
        else:
            page.append(each)
    if page:
        yield page


def item_of(told: Told, day: str, number: int, now: datetime) -> Item:
    """The item of a notification that is written alone."""
    notification = told.notification
    user_id, event_id = notification.user_id, notification.event_id
    return {
        **outbox_keys.outbox_entry(day, number),
        **(outbox_keys.told_of_user(user_id, event_id, number) if user_id else {}),
        "identifier": told.identifier,
        "change": told.change or None,
        "written_at": stored(now),
        "event_id": event_id,
        "notification": notification.model_dump_json(exclude_none=True),
    }


def _together(told: Sequence[Told], day: str, number: int, now: datetime) -> Item:
    notifications = [each.notification for each in told]
    event_id = notifications[0].event_id
    causes = {each.caused_in for each in notifications}
    users = {each.user_id for each in notifications}
    only = users.pop() if len(users) == 1 else None
    left_out = {"event_id", "once", *(["caused_in"] if len(causes) == 1 else [])}
    return {
        **outbox_keys.outbox_entry(day, number),
        **(
            outbox_keys.told_of_user(only, event_id, number)
            if only
            else outbox_keys.told_of_people(event_id, number)
        ),
        "change": told[0].change or None,
        "written_at": stored(now),
        "event_id": event_id,
        "caused_in": causes.pop() if len(causes) == 1 else None,
        "together": _text(
            [
                {
                    "identifier": each.identifier,
                    **each.notification.model_dump(
                        mode="json", exclude=left_out, exclude_none=True
                    ),
                }
                for each in told
            ]
        ),
    }


def _text(together: Sequence[dict[str, Any] | None]) -> str:
    return json.dumps(together, ensure_ascii=False, separators=(",", ":"))


def without_user(together: str, user_id: str) -> tuple[str, bool] | None:
    """What is left of a page without what it tells of a user, and whether that is anything.

    Everybody else's number stays as it was; ``None`` where it tells nothing of the user.
    """
    each_of = json.loads(together)
    kept = [each if each and each.get("user_id") != user_id else None for each in each_of]
    return (_text(kept), any(kept)) if kept != each_of else None


def ends_a_day(item: Item) -> bool:
    """Whether an item only keeps others from going on with a day."""
    return "identifier" not in item and "together" not in item


def numbers_of(item: Item) -> range:
    """The numbers that an item takes.

    Raises:
        LookupError, TypeError, ValueError: It cannot be read.
    """
    first = int(item["SK"])
    count = len(json.loads(item["together"])) if "together" in item else 1
    return range(first, first + count)


def page_of(item: Item) -> OutboxPage:
    """What an item holds.

    Raises:
        LookupError, TypeError, ValueError: It cannot be read.
    """
    day, first = outbox_keys.day_of_entry(item["PK"]), int(item["SK"])
    held: list[dict[str, Any] | None]
    if "together" in item:
        shared = {"event_id": item["event_id"], "caused_in": item.get("caused_in")}
        held = [each and shared | each for each in json.loads(item["together"])]
    elif "notification" in item:
        held = [{**json.loads(item["notification"]), "identifier": item["identifier"]}]
    else:
        held = [None]
    entries = [
        OutboxEntry(
            position=Position(day=day, number=number),
            identifier=each["identifier"],
            written_at=item["written_at"],
            notification=Notification.model_validate(each),
        )
        for number, each in enumerate(held, start=first)
        if each
    ]
    return OutboxPage(
        position=Position(day=day, number=first),
        entries=tuple(entries),
        taken_upto=int(item.get("taken_upto", 0)),
        attempts=int(item.get("attempts", 0)),
        change=item.get("change", ""),
        queued=bool(item.get("queued")),
    )


def pages_of(items: Iterable[Item]) -> Iterator[OutboxPage]:
    """What items hold, of each once; one that cannot be read is left out."""
    for item in {(each["PK"], each["SK"]): each for each in items}.values():
        with suppress(*POISONED):
            yield page_of(item)
