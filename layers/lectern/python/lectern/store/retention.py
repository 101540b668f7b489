"""Forgets events whole, with their people and all that is kept beside them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

from lectern.domain.event import Event
from lectern.domain.meeting import Meeting
from lectern.store import keys, timeline_keys
from lectern.store.table import Expression, Table, WriteConflict, in_partition, key_of


class RetentionStore:
    """What is kept of an event, wherever it is.

    Args:
        table: The table.
    """

    def __init__(self, table: Table) -> None:
        self._table = table

    def forget(self, event: Event) -> bool:
        """Deletes an event, itself last: who is stopped half way is found again by it.

        What the LMS was told of it ends by itself, sooner than any event is forgotten.

        Returns:
            Whether it is gone; it stays where the LMS changed it meanwhile.
        """
        self._table.delete_many(self._beside(event))
        same = Expression("#version = :version", {":version": event.version})
        with suppress(WriteConflict):
            self._table.delete(keys.event(event.event_id), same)
            return True
        return False

    def _beside(self, event: Event) -> Iterator[keys.Key]:
        """The keys of all that belongs to an event, but of the event."""
        itself = keys.event(event.event_id)
        partitions = (
            itself["PK"],
            timeline_keys.timeline(event.event_id),
            keys.attendance(event.event_id, "")["PK"],
        )
        for partition in partitions:
            for item in self._table.query_all(in_partition(partition), attributes=("PK", "SK")):
                if item["SK"] != itself["SK"] or partition != itself["PK"]:
                    yield key_of(item)
        for meeting in {(each.connection, each.zoom_id) for each in _meetings(event)}:
            yield keys.meeting(*meeting)


def _meetings(event: Event) -> list[Meeting]:
    return [each for each in (event.meeting, *event.retired) if each]
