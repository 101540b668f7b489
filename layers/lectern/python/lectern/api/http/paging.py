"""Lists in pages: reads on until a page is full, but never without a bound."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from lectern.store.page import Page

Entry = TypeVar("Entry")
Position = str

LOOKED_AT = 20
"""How many entries are read for one of a page; what a filter leaves out costs as much as what it
lets through."""
MOST_AT_ONCE = 200

Read = Callable[[Position | None, int], Page[Entry]]
"""Reads up to so many entries after a position; gives them and where to read on, if at all."""


def full_page(
    read: Read[Entry],
    after: Position | None,
    limit: int,
    wanted: Callable[[Entry], bool],
    *,
    looked_at: int = LOOKED_AT,
    at_once: int = MOST_AT_ONCE,
    knows_its_end: bool = False,
) -> Page[Entry]:
    """Reads the next page of the entries that are wanted.

    Where none is found, many are read at once: a search that finds nothing takes few reads.

    Args:
        read: Reads entries.
        after: The position after which the page begins.
        limit: How many entries it has at most.
        wanted: Whether an entry belongs to it.
        looked_at: How many are read for one of a page.
        at_once: How many are read at once after a page that had none.
        knows_its_end: Whether ``read`` gives a position only where something comes after it.

    Returns:
        The entries, and the position after which the next page begins, if there is one. Where the
        filter leaves nearly everything out, a page can be short and yet not be the last.
    """
    page: list[Entry] = []
    left, many = looked_at * limit, limit
    while left > 0 and len(page) < limit:
        entries, following = read(after, min(many, left))
        found = [place for place, entry in enumerate(entries) if wanted(entry)]
        if len(found) > limit - len(page):
            # Where the page ends is told by a read that ends there: the same again, up to there.
            many = found[limit - len(page) - 1] + 1
            continue
        left -= max(len(entries), 1)
        page += [entries[place] for place in found]
        after = following
        if after is None:
            break
        many = limit - len(page) if found else at_once
    # DynamoDB names a next key even where nothing comes after it.
    is_certain = knows_its_end or len(page) < limit
    if after is not None and not is_certain and not read(after, 1).items:
        after = None
    return Page(page, after)
