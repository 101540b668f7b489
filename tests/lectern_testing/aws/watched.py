"""A table whose writes something else gets between."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lectern.store.table import Item, Table


class Stopped(BaseException):
    """The Lambda was killed: nobody catches that."""


class Watched(Table):
    """A table that has something happen before each write, counted from 1."""

    before: Callable[[int], None] = staticmethod(lambda _: None)
    writes = 0

    def _next(self) -> None:
        self.writes += 1
        self.before(self.writes)

    def put(self, *args: Any, **named: Any) -> None:
        self._next()
        super().put(*args, **named)

    def update(self, *args: Any, **named: Any) -> Item:
        self._next()
        return super().update(*args, **named)

    def put_together(self, *args: Any, **named: Any) -> None:
        self._next()
        super().put_together(*args, **named)
