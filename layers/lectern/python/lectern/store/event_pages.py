"""Lists of events, each read from an index, a page at a time."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

from lectern.domain.event import SyncState
from lectern.store import keys
from lectern.store.page import Page
from lectern.store.shards import SHARDS, merged, shards_of, share_of
from lectern.store.table import Expression, Table

_READERS = 8
"""A client of boto3's keeps ten connections."""


class EventPages:
    """Ids of events, in the order of an index.

    Each page knows whether anything comes after it; it may be shorter than asked for, and go on.

    Args:
        table: The table.
    """

    def __init__(self, table: Table) -> None:
        self._table = table

    def page_by_start(self, *, first: str, last: str, after: str | None, limit: int) -> Page[str]:
        """Ids of the events whose start lies between two texts of time, in order of start.

        Returns:
            The ids, and the position after which the next page begins, if there may be one.
        """
        return self._page_of_all(
            keys.GSI1, keys.ALL_EVENTS, first=first, last=last, after=after, limit=limit
        )

    def page_by_state(
        self, state: SyncState, *, first: str, last: str, after: str | None, limit: int
    ) -> Page[str]:
        """Ids of the events that may be in a state of synchronisation, in order of start.

        What is pending and what is syncing are found together. Those in sync are most, and stand in
        no index for it: among all, the caller finds them.
        """
        if state is SyncState.IN_SYNC:
            return self.page_by_start(first=first, last=last, after=after, limit=limit)
        return self._page_of_all(
            keys.GSI2, keys.events_in_state(state), first=first, last=last, after=after, limit=limit
        )

    def first_pages(
        self, states: Sequence[SyncState], *, first: str, last: str, limit: int
    ) -> tuple[Page[str], dict[SyncState, Page[str]]]:
        """The first page by start, and that of each of some states: all are read at once."""
        lists = [(keys.GSI1, keys.ALL_EVENTS)]
        lists += [(keys.GSI2, keys.events_in_state(state)) for state in states]
        shards = [(index, shard) for index, whole in lists for shard in shards_of(whole)]
        share = share_of(limit)

        def read(shard: tuple[str, str]) -> Page[str]:
            return self._positions(*shard, first=first, last=last, after=None, limit=share)

        with ThreadPoolExecutor(_READERS) as readers:
            pages = list(readers.map(read, shards))
        by_start, *by_state = [
            _ids(merged(pages[at : at + SHARDS], limit)) for at in range(0, len(pages), SHARDS)
        ]
        return by_start, dict(zip(states, by_state, strict=True))

    def page_to_look_at(self, now: datetime, *, after: str | None, limit: int) -> Page[str]:
        """Ids of the events for which the background sweep has something to do by now."""
        last = f"{keys.stamp(now)}~"
        return self._page_of_all(
            keys.GSI5, keys.TO_LOOK_AT, first="0", last=last, after=after, limit=limit
        )

    def page_of_changed(self, *, first: str, last: str, after: str | None, limit: int) -> Page[str]:
        """Ids of the events, by start, that were changed since they were last swept before it."""
        return self._page_of_all(
            keys.GSI6, keys.CHANGED, first=first, last=last, after=after, limit=limit
        )

    def page_by_context(
        self, context_id: str, *, first: str, last: str, after: str | None, limit: int
    ) -> Page[str]:
        """Ids of a course's events, in order of start."""
        return self._page(
            keys.GSI3,
            keys.events_of_context(context_id),
            first=first,
            last=last,
            after=after,
            limit=limit,
        )

    def page_by_host(
        self,
        connection: str,
        email: str,
        *,
        first: str,
        last: str,
        after: str | None,
        limit: int,
    ) -> Page[str]:
        """Ids of the events that a host has in a Zoom account, in order of start."""
        return self._page(
            keys.GSI4,
            keys.events_of_host(connection, email),
            first=first,
            last=last,
            after=after,
            limit=limit,
        )

    def _page_of_all(
        self,
        index: str,
        partition: str,
        *,
        first: str,
        last: str,
        after: str | None,
        limit: int,
    ) -> Page[str]:
        """A page of a partition that is spread over several, in the order of all."""
        share = share_of(limit)

        def read(shard: str) -> Page[str]:
            return self._positions(index, shard, first=first, last=last, after=after, limit=share)

        with ThreadPoolExecutor(SHARDS) as readers:
            return _ids(merged(list(readers.map(read, shards_of(partition))), limit))

    def _page(
        self,
        index: str,
        partition: str,
        *,
        first: str,
        last: str,
        after: str | None,
        limit: int,
    ) -> Page[str]:
        read = self._positions(
            index, partition, first=first, last=last, after=after, limit=limit + 1
        )
        return _ids(merged([read], limit))

    def _positions(
        self,
        index: str,
        partition: str,
        *,
        first: str,
        last: str,
        after: str | None,
        limit: int,
    ) -> Page[str]:
        sort = keys.SORTED_BY.get(index, f"{index}SK")
        condition = Expression(
            f"#{index}PK = :partition AND #{sort} BETWEEN :first AND :last",
            {":partition": partition, ":first": first, ":last": last},
        )
        start = None
        if after is not None:
            event_id = keys.event_at(after)
            start = dict(keys.event(event_id)) | {f"{index}PK": partition, sort: after}
        page = self._table.query(condition, index=index, start=start, limit=limit)
        positions = [item[sort] for item in page.items]
        return Page(positions, page.next_key[sort] if page.next_key else None)


def _ids(positions: Page[str]) -> Page[str]:
    return Page([keys.event_at(each) for each in positions.items], positions.next_after)
