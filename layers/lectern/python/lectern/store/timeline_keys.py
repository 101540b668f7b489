"""How the items of timelines are keyed, and what the indexes have of them.

What is counted is found by its cause, and stands in order in GSI1. What happened alone, of which
nothing more is to come, stands in order itself and in no index.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from lectern.store.keys import Key, place, stamp

_MOMENT_PREFIX = "AT#"
"""Sorts before what else a timeline has, so that its partition begins with what is in order."""
_CLICK_PREFIX = "CLICK#"
_NO_EVENT = "#settings"
"""No event has such an id."""

AFTER_ALL = "~"
"""What no position in a timeline comes after."""


def timeline(event_id: str) -> str:
    """The partition of an event's timeline, in the table and in GSI1.

    Not that of the event itself, which a burst would slow down.
    """
    return f"TIMELINE#{event_id}"


def event_of_timeline(partition: str) -> str:
    """The event that the partition of a timeline belongs to."""
    return partition.partition("#")[2]


def position(at: datetime, number: int, identifier: str) -> str:
    """Where an entry stands in order: by its time, then by its place in the stream."""
    return f"{stamp(at)}#{place(number)}#{identifier}"


def entry_alone(event_id: str, position: str) -> Key:
    """What happened alone, where it stands in order; without a position, what all begin with."""
    return {"PK": timeline(event_id), "SK": f"{_MOMENT_PREFIX}{position}"}


def timeline_entry(event_id: str, identifier: str) -> Key:
    """What happened, by its cause, by which whoever sees more of the same finds it."""
    return {"PK": timeline(event_id), "SK": f"ENTRY#{identifier}"}


def timeline_position(event_id: str, position: str, user_id: str | None) -> Key:
    """Where GSI1 has what is found by its cause: in order, with its user."""
    of_user = f"#{user_id}" if user_id else ""
    return {"GSI1PK": timeline(event_id), "GSI1SK": f"{position}{of_user}"}


def position_of(item: Mapping[str, str]) -> str:
    """Where an item of a timeline stands in order, by itself or in GSI1."""
    in_index = item.get("GSI1SK")
    return item["SK"].removeprefix(_MOMENT_PREFIX) if in_index is None else in_index


def user_of(position: str) -> str | None:
    """The user who is named at a position of that index."""
    _, _, _, *user = position.split("#", 3)
    return user[0] if user else None


def without_user(position: str) -> str:
    """The position without the user who is named there."""
    return "#".join(position.split("#", 3)[:3])


def last_click(event_id: str, user_id: str) -> Key:
    """What a person who asked to join was told last."""
    return {"PK": timeline(event_id), "SK": f"{_CLICK_PREFIX}{user_id}"}


def is_last_click(sort_key: str) -> bool:
    """Whether an item of a timeline is no entry, but tells what a person was told last."""
    return sort_key.startswith(_CLICK_PREFIX)


def timeline_of_user(user_id: str, event_id: str | None, identifier: str) -> Key:
    """Where GSI2 has clicks of a user and what they did as an operator, in whatever event.

    Former versions had other entries there too. Without an event, the prefix of those of all.
    """
    of_event = "" if event_id is None else f"{event_id}#{identifier}"
    return {"GSI2PK": f"USER#{user_id}", "GSI2SK": f"TIMELINE#{of_event}"}


def change_by_user(user_id: str, name: str) -> Key:
    """Where GSI2 has a change of the settings that a user made: beside what timelines have."""
    return timeline_of_user(user_id, _NO_EVENT, name)
