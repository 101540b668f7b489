"""Lists in pages: reads on until a page is full, but never without a bound."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from lectern.store.page import Page

Entry = TypeVar("Entry")
Position = str

READS = 20
"""Reads for one page; what a filter leaves out costs as much as what it lets through."""

Read = Callable[[Position | None, int], Page[Entry]]
"""Reads up to so many entries after a position; gives them and where to read on, if at all."""


def full_page(
    read: Read[Entry], after: Position | None, limit: int, wanted: Callable[[Entry], bool]
) -> Page[Entry]:
    """Reads the next page of the entries that are wanted.

    Returns:
        The entries, and the position after which the next page begins, if there is one. Where the
        filter leaves nearly everything out, a page can be short and yet not be the last.
    """
    page: list[Entry] = []
    for _ in range(READS):
        entries, after = read(after, limit - len(page))
        page += filter(wanted, entries)
        if after is None or len(page) == limit:
            break
    # DynamoDB names a next key even where nothing comes after it.
    if after is not None and len(page) == limit and not read(after, 1).items:
        after = None
    return Page(page, after)
