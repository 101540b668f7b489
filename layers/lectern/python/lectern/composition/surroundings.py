"""The clock and the variables that more than one kind of work reads."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta

from lectern.store.eras import era_of_stream


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return datetime.now(UTC)


def is_local() -> bool:
    """Whether this is the local cloud, where ``http`` on loopback is an address to call."""
    return os.environ.get("LECTERN_LOCAL") == "1"


def verify_after() -> timedelta:
    """How old the last verification of an event that is near may be."""
    return timedelta(seconds=int(os.environ["VERIFY_AFTER_SECONDS"]))


def restored_at() -> datetime | None:
    """When the table was restored that the stack took over; ``None`` where it has its own."""
    era = era_of_stream(os.environ.get("RESTORED_TABLE_STREAM"))
    return datetime.fromtimestamp(era, UTC) if era else None
