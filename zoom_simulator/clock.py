"""The simulator's clock: real time plus an offset that tests and people move."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta


class Clock:
    """Tells the simulated time, always as an aware UTC datetime.

    Args:
        source: The real time in seconds of the epoch; a test that needs exact instants gives its
            own.
    """

    def __init__(self, source: Callable[[], float] = time.time) -> None:
        self._source = source
        self._offset = 0.0

    def now(self) -> datetime:
        """The simulated time."""
        return datetime.fromtimestamp(self._source() + self._offset, UTC)

    def advance(self, by: timedelta) -> None:
        """Move the clock forward, or back by a negative duration."""
        self._offset += by.total_seconds()

    def set(self, to: datetime) -> None:
        """Make it ``to`` now; time goes on from there."""
        self._offset = to.timestamp() - self._source()

    def reset(self) -> None:
        """Go back to real time."""
        self._offset = 0.0


def zoom_time(moment: datetime) -> str:
    """A time in the form of Zoom's answers, in UTC and whole seconds."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
