"""Zoom's lately given answers about an account or its users, so that each is asked once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TypeVar

from lectern.domain.model import DomainModel
from lectern.store import account_keys, keys
from lectern.store.table import Item, Table

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
        return _counting(item, model, now) if item else None

    def recent_of_each(
        self, wanted: Iterable[tuple[str, str]], model: type[Answer], now: datetime
    ) -> dict[tuple[str, str], Answer]:
        """The answers that were kept of several, by connection and by what they are about.

        Args:
            wanted: Connections, each with what the answer is about.
            model: What they are read as.
            now: The present moment.
        """
        by_key = {tuple(account_keys.cached(*each).values()): each for each in wanted}
        items = self._table.get_many(account_keys.cached(*each) for each in by_key.values())
        answers = {by_key[item["PK"], item["SK"]]: _counting(item, model, now) for item in items}
        return {each: answer for each, answer in answers.items() if answer}

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


def _counting(item: Item, model: type[Answer], now: datetime) -> Answer | None:
    """The answer that an item holds, if it still counts."""
    return model.model_validate_json(item["answer"]) if item["until"] > keys.stamp(now) else None
