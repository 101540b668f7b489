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
from lectern.domain.sweeps import QUIET
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
_SYNC = "sync_"
"""The fields of the synchronisation record are attributes of their own, so that the API, the
dispatcher and the workflow change theirs without touching the others'."""


def stored(value: object) -> Any:  # noqa: ANN401 - what an attribute can hold
    """A field of a domain model as an attribute.

    Moments are fixed-width text, and what has parts is one JSON text: no condition looks into it,
    and DynamoDB's typed maps cost several times as much to write and to read.
    """
    match value:
        case datetime():
            return keys.stamp(value)
        case DomainModel():
            return value.model_dump_json()
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
    parts = {"sync", "participants"}
    fields = {name: stored(value) for name, value in event if name not in parts}
    return {
        **keys.event(event.event_id),
        **event_indexes(event),
        **fields,
        **sync_attributes(dict(event.sync)),
        **count_attributes(dict(event.participants)),
    }


def event_indexes(event: Event) -> keys.Key:
    """The index attributes of an event that was just changed and asked to be synchronised."""
    indexes = keys.event_indexes(event.event_id, event.details, event.sync.state)
    indexes |= keys.look(event.event_id, event.sync.requested_at + QUIET)
    if not event.is_cancelled:
        indexes |= keys.changed(event.event_id, event.details.starts_at)
    return indexes


def event_of(item: Item) -> Event:
    """The event that an item holds."""
    fields = restored(item)
    fields["sync"] = _taken(fields, _SYNC)
    fields["participants"] = _taken(fields, _COUNT)
    return Event.model_validate(fields)


def _taken(fields: dict[str, Any], prefix: str) -> dict[str, Any]:
    """Takes the fields with a prefix out, under their names without it."""
    names = [name for name in fields if name.startswith(prefix)]
    return {name.removeprefix(prefix): fields.pop(name) for name in names}


def enrollment_item(enrollment: Enrollment) -> Item:
    """The enrollment as an item with its keys and index attributes."""
    indexes = keys.enrollment_indexes(enrollment.event_id, enrollment.user_id, enrollment.state)
    if enrollment.role is Role.INSTRUCTOR:
        indexes |= keys.instructor_of_event(enrollment.user_id)
    fields = {name: stored(value) for name, value in enrollment}
    return {**keys.enrollment(enrollment.event_id, enrollment.user_id), **indexes, **fields}


def enrollment_of(item: Item) -> Enrollment:
    """The enrollment that an item holds."""
    return Enrollment.model_validate(restored(item))
