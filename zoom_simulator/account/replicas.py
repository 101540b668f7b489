"""Replicas that lag behind: for some seconds, reads show what was before a change."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

from zoom_simulator.account.model import Session, User

Table: TypeAlias = dict[Any, Any]


@dataclass(frozen=True)
class _Former:
    """How a row of a table was until a change.

    Attributes:
        row: ``None`` if it was not there.
        until: From when on everybody sees the row as it is.
        for_all: Whether changes of a row that was not there are refused as well.
    """

    table: Table
    key: int | str
    row: Session | User | None
    until: datetime
    for_all: bool


class Replicas:
    """What reads still show, although it has changed.

    Args:
        sessions: The sessions as they are, by id.
        users: The users as they are, by id.
    """

    def __init__(self, sessions: dict[int, Session], users: dict[str, User]) -> None:
        self._tables: tuple[Table, ...] = (sessions, users)
        self._former: list[_Former] = []

    @contextmanager
    def behind(self, until: datetime | None, *, for_all: bool) -> Iterator[None]:
        """Whatever changes meanwhile is seen until a moment as it was; ``None`` is at once.

        Args:
            until: The moment.
            for_all: Changes of what is new find nothing either, not only reads.
        """
        if until is None:
            yield
            return
        before = [{key: _copy(row) for key, row in table.items()} for table in self._tables]
        yield
        for table, rows in zip(self._tables, before, strict=True):
            for key in table.keys() | rows.keys():
                if table.get(key) != rows.get(key):
                    self._former.append(_Former(table, key, rows.get(key), until, for_all))

    @contextmanager
    def consulted(self, now: datetime, *, changes: bool) -> Iterator[None]:
        """The tables are meanwhile as a call sees them.

        Args:
            now: The time.
            changes: Whether the call is to change something: it sees all as it is, but for what it
                may not see yet.
        """
        self._former = [former for former in self._former if former.until > now]
        hidden: list[tuple[Table, int | str, Any]] = []
        # The oldest state is what a replica shows that has not heard of any later one.
        for former in reversed(self._former):
            if changes and not (former.for_all and former.row is None):
                continue
            hidden.append((former.table, former.key, former.table.pop(former.key, None)))
            if former.row is not None:
                former.table[former.key] = former.row
        try:
            yield
        finally:
            for table, key, row in reversed(hidden):
                table.pop(key, None)
                if row is not None:
                    table[key] = row


def _copy(row: Session | User) -> Session | User:
    """A row as it is now; the start links that Zoom gives out work whoever shows them."""
    kept = [row.start_keys] if isinstance(row, Session) else []
    return deepcopy(row, {id(each): each for each in kept})
