"""A page of a list, and where the next one begins."""

from __future__ import annotations

from typing import Generic, NamedTuple, TypeVar

EntryT = TypeVar("EntryT")


class Page(NamedTuple, Generic[EntryT]):
    """A page of a list.

    Attributes:
        items: The entries, in order.
        next_after: What to ask for the next page after; ``None`` at the end.
    """

    items: list[EntryT]
    next_after: str | None
