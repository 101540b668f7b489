"""A notification as the LMS reads it, wherever it does."""

from __future__ import annotations

from datetime import UTC
from typing import Any

from lectern.store.outbox_items import OutboxEntry


def payload(entry: OutboxEntry) -> dict[str, Any]:
    """The notification in the form of the contract."""
    moment = entry.written_at.astimezone(UTC)
    return {
        "type": entry.notification.type.value,
        "timestamp": moment.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "data": entry.notification.data,
    }
