"""Who is to be looked up at Zoom, each by themselves: beside the event that they are in."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from lectern.store import keys
from lectern.store.table import Expression, Table

_PAGE = 100
_KEEP = timedelta(days=1)
"""Whoever was not looked up by then has been met by a sweep."""


class LookupStore:
    """People to look up, by event; asked for twice, a person is looked up once."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def ask(self, event_id: str, user_id: str, now: datetime) -> None:
        """Asks that a person is looked up by the event's next synchronisation."""
        until = int((now + _KEEP).timestamp())
        self._table.write({**keys.lookup(event_id, user_id), "user_id": user_id, "ttl": until})

    def page(self, event_id: str, limit: int) -> list[str]:
        """Some of the users who are to be looked up."""
        condition = Expression(
            "#PK = :event AND begins_with(#SK, :prefix)",
            {":event": keys.event(event_id)["PK"], ":prefix": keys.LOOKUP_PREFIX},
        )
        page = self._table.query(condition, limit=limit)
        return [item["user_id"] for item in page.items]

    def forget(self, event_id: str) -> None:
        """Notes that everybody was looked up who was to be."""
        while users := self.page(event_id, limit=_PAGE):
            self.done(event_id, users)

    def done(self, event_id: str, user_ids: Iterable[str]) -> None:
        """Notes that people were looked up."""
        for user_id in user_ids:
            self._table.delete(keys.lookup(event_id, user_id))
