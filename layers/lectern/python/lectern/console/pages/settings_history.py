"""Who changed what in the settings and connections, newest first."""

from __future__ import annotations

from lectern.api.http.cursors import decode_cursor, encode_cursor
from lectern.api.http.response import Response
from lectern.console.http.visit import Visit
from lectern.domain.setting_changes import Author

_RECORDS = 50
_QUERY = "settings history"
_HERE = "/settings/history"


def last_author(visit: Visit) -> Author | None:
    """Who made the last change; ``None`` where none is recorded."""
    [*last] = visit.dependencies.settings().history.page(after=None, limit=1).items
    return last[0].author if last else None


def settings_history(visit: Visit) -> Response:
    """Shows the changes, newest first."""
    parts, cursor = visit.dependencies, visit.query.get("cursor")
    after = decode_cursor(cursor, _QUERY, parts.link_key()) if cursor else None
    records, following = parts.settings().history.page(after=after, limit=_RECORDS)
    return visit.page(
        "settings_history.html",
        records=records,
        first_page=visit.url(_HERE) if after else None,
        next_page=visit.url(_HERE, cursor=encode_cursor(following, _QUERY, parts.link_key()))
        if following
        else None,
    )
