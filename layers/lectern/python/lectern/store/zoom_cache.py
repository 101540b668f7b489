"""Zoom's lately given answers about an account or its users, so that each is asked once."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TypeVar

from lectern.domain.model import DomainModel
from lectern.store import account_keys, keys
from lectern.store.table import Table

Answer = TypeVar("Answer", bound=DomainModel)


def user_with(address: str) -> str:
    """Names the answer that tells which user has an address."""
    return f"USER#{address}"


class ZoomCache:
    """Answers by connection and by what they are about; an old one is as good as none."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def recent(
        self, connection: str, about: str, model: type[Answer], now: datetime
    ) -> Answer | None:
        """The answer that was kept, if it still counts.

        Args:
            connection: The Zoom account.
            about: What it is about.
            model: What it is read as.
            now: The present moment.
        """
        item = self._table.get(account_keys.cached(connection, about))
        if item is None or item["until"] <= keys.stamp(now):
            return None
        return model.model_validate_json(item["answer"])

    def forget(self, connection: str, about: str) -> None:
        """Deletes an answer, where there is one."""
        key = account_keys.cached(connection, about)
        if self._table.get(key) is not None:
            self._table.delete(key)

    def keep(self, connection: str, about: str, answer: DomainModel, until: datetime) -> None:
        """Keeps an answer until a moment; it deletes itself a while after."""
        self._table.put(
            {
                **account_keys.cached(connection, about),
                "answer": answer.model_dump_json(),
                "until": keys.stamp(until),
                "ttl": int((until + timedelta(hours=1)).timestamp()),
            }
        )
