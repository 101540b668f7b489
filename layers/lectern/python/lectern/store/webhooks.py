"""Which of Zoom's deliveries were worked off, so that each has its effect once; the last heard."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from lectern.domain.meeting import Kind
from lectern.domain.model import DomainModel, Instant
from lectern.store import keys
from lectern.store.table import Expression, Table, WriteConflict
from lectern.store.zoom_cache import ZoomCache

_KEEP = timedelta(days=3)
"""Zoom repeats a delivery for 85 minutes; one that was put aside may be given back later."""

_REMEMBERED = timedelta(days=365)
"""How long it is known that Zoom once reported something."""


class Heard(DomainModel):
    """That Zoom reported something, and when."""

    at: Instant


def heard_about(kind: Kind) -> str:
    """What the answer is about that tells when Zoom last reported anything of a kind."""
    return f"HEARD#{kind}"


class WebhookStore:
    """Deliveries by what they say."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._answers = ZoomCache(table)

    def heard(self, connection: str, kind: Kind, now: datetime) -> None:
        """Notes that Zoom just reported something about sessions of a kind."""
        self._answers.keep(connection, heard_about(kind), Heard(at=now), now + _REMEMBERED)

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
