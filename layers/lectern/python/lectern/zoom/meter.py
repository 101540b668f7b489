"""A way to Zoom that is counted, and that ends: for work that may use so many calls and no more."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import requests

from lectern.domain.errors import CallsUsedUp
from lectern.zoom.http import CONNECT_SECONDS, READ_SECONDS


@dataclass(frozen=True)
class Meter:
    """How much work may still use.

    Attributes:
        take: Takes one of the requests that are left; says whether there was one.
        until: When the time for it is over.
        now: The clock.
    """

    take: Callable[[], bool]
    until: datetime
    now: Callable[[], datetime]

    @property
    def seconds_left(self) -> float:
        """How many seconds are left."""
        return (self.until - self.now()).total_seconds()


class MeteredSession(requests.Session):
    """Sends requests by another session, each once there is one left, and time to wait for it.

    Args:
        session: The pooled session.
        meter: What is left.
    """

    def __init__(self, session: requests.Session, meter: Meter) -> None:
        super().__init__()
        self._session = session
        self._meter = meter

    def request(self, method: Any, url: Any, **parts: Any) -> requests.Response:  # type: ignore[override]  # noqa: ANN401
        """Sends a request, and waits for its answer no longer than there is time.

        Raises:
            CallsUsedUp: No request is left, or no time.
        """
        left = self._meter.seconds_left
        if left <= 0 or not self._meter.take():
            raise CallsUsedUp
        parts["timeout"] = (min(CONNECT_SECONDS, left), min(READ_SECONDS, left))
        return self._session.request(method, url, **parts)
