"""Which events name a user as host or instructor, or once did.

Such an entry is written before the event that names the user, and taken away only where the user is
erased: whoever reads it looks into the event. So no event is missed, whatever crashes, and what the
ledger still knows of a former instructor is found as well.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress

from lectern.store import keys
from lectern.store.page import Page
from lectern.store.table import Change, Expression, Table, WriteConflict
from lectern.store.user_index import page_of_events


class StaffStore:
    """Events by the users whom they name as host or instructor."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def note(self, event_id: str, user_ids: Iterable[str], version: int) -> None:
        """Notes whom a version of an event will name."""
        newer = Expression(
            "attribute_not_exists(#PK) OR #version < :version", {":version": version}
        )
        for user_id in user_ids:
            entry = {"version": version, **keys.staff_of_user(user_id, event_id)}
            with suppress(WriteConflict):
                self._table.update(keys.staff(event_id, user_id), Change(set=entry), newer)

    def forget(self, event_id: str, user_id: str, version: int) -> None:
        """Forgets a user whom a version of an event does not name, unless a later one may."""
        key = keys.staff(event_id, user_id)
        not_since = Expression("#version <= :version", {":version": version})
        with suppress(WriteConflict):
            if self._table.get(key) is not None:
                self._table.delete(key, not_since)

    def page_of_user(self, user_id: str, *, after: str | None = None, limit: int) -> Page[str]:
        """A page of the events that name a user, or once did, by event.

        Returns:
            The events' ids, and the event after which the next page begins.
        """
        return page_of_events(
            self._table, keys.staff, keys.staff_of_user, user_id, after=after, limit=limit
        )
