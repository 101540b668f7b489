"""Takes each call from the shared budget before it is made, and waits for its turn."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from lectern.domain.budget import (
    HOST_CHANGES_A_DAY,
    PER_DAY,
    PER_SECOND,
    Lane,
    Plan,
    allowance,
)
from lectern.domain.errors import LimitScope, ZoomDailyLimit, ZoomRateLimited
from lectern.store.budget import BudgetStore
from lectern.zoom.errors import next_midnight
from lectern.zoom.operations import Operation

PATIENCE_SECONDS = 2.0
"""Nobody sleeps in a Lambda for longer; what does not fit goes back to Step Functions."""

_TOO_LATE_SECONDS = 0.95
"""A call that begins so late in a second may reach Zoom in the next one."""


@dataclass(frozen=True)
class Budget:
    """The budget of one connection.

    Attributes:
        connection: The Zoom account.
        store: The shared counters.
        plan: Gives the account's plan, which its limits go by.
        now: The clock.
        sleep: Waits for seconds.
    """

    connection: str
    store: BudgetStore
    plan: Callable[[], Plan]
    now: Callable[[], datetime]
    sleep: Callable[[float], None]

    def take(self, operation: Operation, lane: Lane, host_id: str | None) -> None:
        """Takes a call from the daily limits that it counts against.

        Args:
            operation: What is to be called.
            lane: What for.
            host_id: Zoom's id of the host whose creates and updates it counts among, if any.

        Raises:
            ZoomDailyLimit: The host's or the account's day is used up; nothing was called.
        """
        now = self.now()
        if host_id is not None:
            # A host's hundred is kept for people who change something, not for the sweeps.
            shared = lane is Lane.BACKGROUND
            most = allowance(HOST_CHANGES_A_DAY, lane) if shared else HOST_CHANGES_A_DAY
            if not self.store.take_host(self.connection, now, host_id, most):
                raise self._used_up(operation, LimitScope.HOST)
        a_day = PER_DAY[self.plan()].get(operation.rate_class)
        most_a_day = None if a_day is None else allowance(a_day, lane)
        if not self.store.take_day(self.connection, now, operation.rate_class, most_a_day):
            raise self._used_up(operation, LimitScope.ACCOUNT)

    def wait_for_turn(self, operation: Operation, lane: Lane, patience: float) -> float:
        """Takes a place in this second or one of the next, and waits for it.

        Args:
            operation: What is to be called.
            lane: What for.
            patience: How many seconds ahead the place may be.

        Returns:
            The patience that is left.

        Raises:
            ZoomRateLimited: There is no place so soon; nothing was called.
        """
        now = self.now()
        limit = PER_SECOND[self.plan()][operation.rate_class]
        learned = self.store.learned(self.connection, operation.rate_class, now)
        most = allowance(min(limit, learned or limit), lane)
        second = now.replace(microsecond=0)
        late = (now - second).total_seconds() > _TOO_LATE_SECONDS
        turn = second + timedelta(seconds=1) if late else second
        while (turn - now).total_seconds() <= patience:
            if self.store.take_second(self.connection, turn, operation.rate_class, most):
                wait = max(0.0, (turn - now).total_seconds())
                if wait:
                    self.sleep(wait)
                return patience - wait
            turn += timedelta(seconds=1)
        raise ZoomRateLimited(operation.name)

    def learn(self, operation: Operation) -> None:
        """Remembers for some minutes that Zoom allowed less than was thought, as it just said.

        Others may use the account as well, or its limits are lower than its plan's.
        """
        self.store.learn(self.connection, operation.rate_class, self.now())

    def _used_up(self, operation: Operation, scope: LimitScope) -> ZoomDailyLimit:
        return ZoomDailyLimit(
            operation.name, resume_at=next_midnight(self.now()), scope=scope, status=0, code=0
        )
