"""How the items of the outbox are keyed, and the marks of what was told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lectern.store.keys import Key
from lectern.store.shards import SHARDS, in_shard

_OUTBOX_PREFIX = "OUTBOX#"
_TOLD_PREFIX = "TOLD#"
_UPTO = "UPTO"


def outbox_counter() -> Key:
    """How many notifications were written, and on which day the last one was."""
    return {"PK": "OUTBOX", "SK": "COUNTER"}


def delivery_turn() -> Key:
    """Whose turn it is to deliver."""
    return {"PK": "OUTBOX", "SK": "TURN"}


def outbox_entry(day: str, number: int) -> Key:
    """A notification, among each so many of its day.

    Example:
        >>> outbox_entry("2030-12-01", 6)
        {'PK': 'OUTBOX#2030-12-01#2', 'SK': '0000000000000006'}
    """
    return {"PK": in_shard(outbox_day(day), number % SHARDS), "SK": _wide(number)}


def outbox_day(day: str) -> str:
    """The partition of a day's notifications; in shards."""
    return f"{_OUTBOX_PREFIX}{day}"


def day_of_entry(partition: str) -> str:
    """The day that the partition of a notification belongs to."""
    return partition.removeprefix(_OUTBOX_PREFIX).partition("#")[0]


def told(identifier: str) -> Key:
    """That a notification was written, by its id."""
    return {"PK": f"{_TOLD_PREFIX}{identifier}", "SK": "TOLD"}


def told_upto(event_id: str) -> Key:
    """Up to which change people of an event were told of together."""
    return {"PK": f"{_TOLD_PREFIX}{event_id}", "SK": _UPTO}


def is_of_event(mark: Mapping[str, Any]) -> bool:
    """Whether a mark is that of an event's people, and not of one notification."""
    return bool(mark["SK"] == _UPTO)


def told_of(mark: Mapping[str, Any]) -> str:
    """The event, or the notification, that a mark is of."""
    return str(mark["PK"]).removeprefix(_TOLD_PREFIX)


def told_of_people(event_id: str, number: int | None = None) -> Key:
    """Where GSI2 has notifications about several people of an event; without a number, all."""
    place = "" if number is None else _wide(number)
    return {"GSI2PK": f"{_TOLD_PREFIX}{event_id}", "GSI2SK": f"PEOPLE#{place}"}


def told_of_user(user_id: str, event_id: str | None, number: int | None = None) -> Key:
    """Where GSI2 has a notification about a user.

    Without a number, the prefix of those of an event; without an event, that of all.
    """
    place = "" if number is None else _wide(number)
    of_event = "" if event_id is None else f"{event_id}#{place}"
    return {"GSI2PK": f"USER#{user_id}", "GSI2SK": f"TOLD#{of_event}"}


def _wide(number: int) -> str:
    """A number as a text that compares as the number does."""
    return f"{number:016d}"
