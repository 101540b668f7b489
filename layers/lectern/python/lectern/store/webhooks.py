"""Which of Zoom's deliveries were worked off, so that each has its effect once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from lectern.store import keys
from lectern.store.table import Expression, Table, WriteConflict

_KEEP = timedelta(days=3)
"""Zoom repeats a delivery for 85 minutes; a queue that nobody reads may hold one for longer."""


class WebhookStore:
    """Deliveries by what they say."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def is_done(self, digest: str) -> bool:
        """Whether a delivery was worked off."""
        return self._table.get(keys.webhook(digest)) is not None

    def mark_done(self, digest: str, now: datetime) -> bool:
        """Notes that a delivery was worked off; ``False`` if that was noted before."""
        ttl = int((now + _KEEP).astimezone(UTC).timestamp())
        try:
            self._table.put(
                {**keys.webhook(digest), "ttl": ttl}, Expression("attribute_not_exists(#PK)")
            )
        except WriteConflict:
            return False
        return True
