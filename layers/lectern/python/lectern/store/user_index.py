"""The events of a user, by the index that has a user's enrollments and roles."""

from __future__ import annotations

from collections.abc import Callable

from lectern.store import keys
from lectern.store.page import Page
from lectern.store.table import Expression, Table


def page_of_events(
    table: Table,
    item_of: Callable[[str, str], keys.Key],
    place_of: Callable[[str, str], keys.Key],
    user_id: str,
    *,
    after: str | None,
    limit: int,
) -> Page[str]:
    """Reads a page of the events that have an item of a user, by event.

    Args:
        table: The table.
        item_of: Keys the item of an event and the user.
        place_of: Where the index has the item of the user and an event.
        user_id: The user.
        after: The event after which the page begins.
        limit: How many events it has at most.
    """
    start = None
    if after is not None:
        start = dict(item_of(after, user_id)) | place_of(user_id, after)
    own = place_of(user_id, "")
    condition = Expression(
        "#GSI2PK = :user AND begins_with(#GSI2SK, :prefix)",
        {":user": own["GSI2PK"], ":prefix": own["GSI2SK"]},
    )
    page = table.query(condition, index=keys.GSI2, start=start, limit=limit)
    events = [item["GSI2SK"].removeprefix(own["GSI2SK"]) for item in page.items]
    return Page(events, events[-1] if page.next_key and events else None)
