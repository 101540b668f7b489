"""Domain models as items of the table, and back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pydantic import SerializeAsAny, TypeAdapter
from pydantic_core import from_json

from lectern.domain.enrollment import Enrollment, Role
from lectern.domain.event import Event, Participants
from lectern.domain.model import DomainModel
from lectern.store import keys
from lectern.store.table import Item

_INDEX_ATTRIBUTES = {
    "PK",
    "SK",
    "ttl",
    *(f"GSI{n}{part}" for n in range(1, 7) for part in ("PK", "SK")),
    *(f"LSI{n}SK" for n in (1, 2)),
}
_COUNT = "count_"
_DOCUMENT_FIELDS = {
    *(
        "details",
        "meeting",
        "intent",
        "retired",
        "creations",
        "zone",
        "overrun",
        "staffing",
        "drift",
    ),
    *("sync_problem", "sync_swept", "sync_access_asked", "sync_lasting"),
    *("person", "access", "registration", "panelist", "zoom_user", "assists"),
    "problem",
}
_DOCUMENTS = TypeAdapter(tuple[SerializeAsAny[DomainModel], ...])
_LOOK = "look_at"
"""The field of the synchronisation record that is kept in the index alone."""
_SYNC = "sync_"
"""The fields of the synchronisation record are attributes of their own, so that the API, the
dispatcher and the workflow change theirs without touching the others'."""


def stored(value: object) -> Any:  # noqa: ANN401 - what an attribute can hold
    """A field of a domain model as an attribute.

    Moments are fixed-width text, and what has parts is one JSON text: no condition looks into it,
    and DynamoDB's typed maps cost several times as much to write and to read. What stands at its
    default in it is left out, which is a third of an event: a default is a default for good.
    """
    match value:
        case datetime():
            return keys.stamp(value)
        case DomainModel():
            return value.model_dump_json(exclude_defaults=True)
        case tuple():
            return _DOCUMENTS.dump_json(value).decode()
        case frozenset():
            return set(value) or None
        case str():
            return str(value)
        case _:
            return value


def restored(item: Item) -> dict[str, Any]:
    """The fields of a domain model that an item holds, without keys and index attributes."""
    return {
        name: from_json(value) if name in _DOCUMENT_FIELDS and value is not None else value
        for name, value in item.items()
        if name not in _INDEX_ATTRIBUTES
    }


def sync_attributes(changes: Mapping[str, object]) -> dict[str, Any]:
    """Fields of a synchronisation record under the names of their attributes."""
    return {f"{_SYNC}{name}": stored(value) for name, value in changes.items()}


def count_attributes(counts: Mapping[Any, int]) -> dict[str, int]:
    """Counts by state under the names of their attributes; removed people are not counted."""
    counted = {str(state): count for state, count in counts.items()}
    return {
        f"{_COUNT}{name}": counted[name] for name in Participants.model_fields if name in counted
    }


def event_item(event: Event) -> Item:
    """The event as an item with its keys and index attributes."""
    parts, look_at = {"sync", "participants"}, event.sync.look_at
    fields = {name: stored(value) for name, value in event if name not in parts}
    return {
        **keys.event(event.event_id),
        **event_indexes(event),
        **(keys.look(event.event_id, look_at) if look_at else {}),
        **fields,
        **sync_attributes({name: each for name, each in event.sync if name != _LOOK}),
        **count_attributes(dict(event.participants)),
    }


def event_indexes(event: Event) -> dict[str, str | None]:
    """The index attributes of an event that was just changed."""
    changed = keys.changed(event.event_id)
    return {
        **keys.event_indexes(event.event_id, event.details),
        "GSI2PK": keys.shard_in_state(event.event_id, event.sync.state),
        **({} if event.is_cancelled else changed),
    }


def event_of(item: Item) -> Event:
    """The event that an item holds."""
    fields = restored(item)
    look = item.get("GSI5SK")
    fields["sync"] = _taken(fields, _SYNC) | {_LOOK: keys.look_at(look) if look else None}
    fields["participants"] = _taken(fields, _COUNT)
    return Event.model_validate(fields)


def _taken(fields: dict[str, Any], prefix: str) -> dict[str, Any]:
    """Takes the fields with a prefix out, under their names without it."""
    names = [name for name in fields if name.startswith(prefix)]
    return {name.removeprefix(prefix): fields.pop(name) for name in names}


def enrollment_item(enrollment: Enrollment) -> Item:
    """The enrollment as an item with its keys and index attributes."""
    event_id, user_id = enrollment.event_id, enrollment.user_id
    indexes: Item = {
        **keys.enrollment_of_user(user_id, event_id),
        **keys.enrollment_of_address(enrollment.person.email, user_id, event_id),
        **keys.due_indexes(enrollment.state, user_id),
    }
    if enrollment.role is Role.INSTRUCTOR:
        indexes |= keys.instructor_of_event(user_id)
    fields = {name: stored(value) for name, value in enrollment}
    return {**keys.enrollment(event_id, user_id), **indexes, **fields}


def enrollment_of(item: Item) -> Enrollment:
    """The enrollment that an item holds."""
    return Enrollment.model_validate(restored(item))
