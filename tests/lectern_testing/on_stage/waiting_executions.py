"""What an event shows while its execution waits, and what happens meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from lectern.domain.event import SyncRecord
from lectern_testing.stage import Stage


class Watch:
    """Looks at the event whenever an execution begins to wait, and lets a test come between.

    Attributes:
        seen: The event's record at each wait, with the moment.
        once: What is done at the next wait; what it finds wrong fails the test, though the
            execution takes it for a fault of its own.
    """

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.began = stage.clock.now()
        self.seen: list[tuple[datetime, SyncRecord]] = []
        self.once: list[Callable[[], None]] = []
        self._wait_until = stage.wait_until
        stage.wait_until = self._wait  # type: ignore[method-assign]

    def _wait(self, moment: datetime) -> None:
        self.seen.append((self.stage.clock.now(), self.stage.event().sync))
        if self.once:
            self._do(self.once.pop())
        self._wait_until(moment)

    def _do(self, meanwhile: Callable[[], None]) -> None:
        try:
            meanwhile()
        except BaseException as error:
            self.stage.failures.append(error)
            raise


def once(task: str, interfere: Callable[[], object]) -> Callable[[dict[str, Any]], None]:
    """A `before_task` that interferes just before the first run of a task."""
    left = [interfere]

    def before(payload: dict[str, Any]) -> None:
        if payload["task"] == task and left:
            left.pop()()

    return before
