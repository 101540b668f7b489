"""What the LMS was told of one event, in a cloud that has others too."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

_PAGE = 200


def changes_of(
    event_id: str, read: Callable[[Mapping[str, str | int]], dict[str, Any]]
) -> list[dict[str, Any]]:
    """Reads the feed of changes to its end, however many there are of other events.

    Args:
        event_id: The event.
        read: Reads a page of the feed for a query.

    Returns:
        The notifications about the event, oldest first.
    """
    found: list[dict[str, Any]] = []
    cursor: str | None = None
    while True:
        page = read({"limit": _PAGE} | ({"cursor": cursor} if cursor else {}))
        found += [told for told in page["items"] if told["data"]["event_id"] == event_id]
        cursor = page["next_cursor"]
        if not cursor or not page["items"]:
            return found
