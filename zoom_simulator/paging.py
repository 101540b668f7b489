"""Pages of Zoom's lists: at most 300 on each, and a token for the next that lives 15 minutes."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

from zoom_simulator.errors import invalid_field, invalid_page_token

TOKEN_LIFETIME = timedelta(minutes=15)
DEFAULT_PAGE_SIZE = 30
MAXIMUM_PAGE_SIZE = 300

Item = TypeVar("Item")


@dataclass(frozen=True)
class _Bookmark:
    list_name: str
    offset: int
    expires_at: datetime


class Pages:
    """The tokens that were given out for the next pages."""

    def __init__(self) -> None:
        self._bookmarks: dict[str, _Bookmark] = {}

    def cut(
        self, list_name: str, items: Sequence[Item], query: Mapping[str, str], now: datetime
    ) -> tuple[Sequence[Item], dict[str, Any]]:
        """The items of the page that the query asks for, and the fields that Zoom puts around them.

        Args:
            list_name: What is listed and how it is filtered; a token is good for one list only.
            items: The whole list.
            query: The query string, with ``page_size`` and ``next_page_token``.
            now: The time.

        Raises:
            ZoomError: 400/300, for a bad size or a token that is wrong or too old.
        """
        size = _page_size(query)
        start = self._offset(list_name, query.get("next_page_token", ""), now)
        end = start + size
        token = self._bookmark(list_name, end, now) if end < len(items) else ""
        envelope = {"page_size": size, "total_records": len(items), "next_page_token": token}
        return items[start:end], envelope

    def _offset(self, list_name: str, token: str, now: datetime) -> int:
        if not token:
            return 0
        bookmark = self._bookmarks.get(token)
        if bookmark is None or bookmark.list_name != list_name or bookmark.expires_at <= now:
            raise invalid_page_token()
        return bookmark.offset

    def _bookmark(self, list_name: str, offset: int, now: datetime) -> str:
        token = secrets.token_urlsafe(24)
        self._bookmarks[token] = _Bookmark(list_name, offset, now + TOKEN_LIFETIME)
        return token


def _page_size(query: Mapping[str, str]) -> int:
    text = query.get("page_size", str(DEFAULT_PAGE_SIZE))
    if not text.isdecimal() or not 1 <= int(text) <= MAXIMUM_PAGE_SIZE:
        raise invalid_field("page_size", f"The page size is 1 to {MAXIMUM_PAGE_SIZE}.")
    return int(text)
