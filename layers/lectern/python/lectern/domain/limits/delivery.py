"""When a notification that the LMS did not take is sent again, and when no more."""

from __future__ import annotations

from datetime import datetime, timedelta

GIVE_UP_AFTER = timedelta(hours=24)
"""How long a notification is tried for, from when it was written."""

_PAUSES = (
    timedelta(seconds=5),
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(minutes=30),
    timedelta(hours=1),
    timedelta(hours=2),
    timedelta(hours=4),
    timedelta(hours=8),
)


def pause_before_retry(attempts: int, written_at: datetime, now: datetime) -> timedelta | None:
    """How long to wait before the next attempt; ``None`` if there is none.

    The pauses grow up to eight hours (SQS hides a message for twelve at most), and the last one
    ends when the time is up.

    Args:
        attempts: How many failed so far, 1 or more.
        written_at: When the notification was written.
        now: The present moment.

    Example:
        >>> noon = datetime(2030, 12, 1, 12, tzinfo=UTC)
        >>> pause_before_retry(99, noon, noon)
        datetime.timedelta(seconds=28800)
    """
    left = written_at + GIVE_UP_AFTER - now
    if left <= timedelta(0):
        return None
    pause = _PAUSES[min(attempts, len(_PAUSES)) - 1]
    return max(timedelta(seconds=1), min(pause, left))
