"""A day of one Zoom account against a clock: the product's own rate limiter, and no network."""

import heapq
import random
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from lectern.domain.errors import ZoomDailyLimit, ZoomRateLimited, ZoomSlotReserved
from lectern.domain.limits.budget import (
    FOLD,
    FREE_CHANGES,
    Lane,
    ObservedRate,
    Plan,
    Reservation,
    next_midnight,
)
from lectern.store.budget import BudgetStore
from lectern.zoom.operations import OPERATIONS, Operation
from lectern.zoom.rate_limiter import PATIENCE_SECONDS, RateLimiter, Reservations

MIDNIGHT = datetime(2030, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)
SECONDS_OF_A_CALL = 0.25
BY_HOUR = (1, 1, 1, 1, 1, 2, 4, 8, 14, 16, 14, 12, 8, 12, 14, 12, 8, 6, 4, 3, 3, 2, 1, 1)
"""How a day's work is spread over its hours: most of it in the morning, as people work."""
_CHANGES_OF_A_HOST = frozenset({"create_meeting", "update_meeting"})
_KNOWN = {operation.name: operation for operation in OPERATIONS}


@dataclass(frozen=True)
class Work:
    """Work of one kind that comes all day.

    Attributes:
        name: of the kind.
        times: how often it comes.
        calls: the operations that it takes at Zoom, in order.
        lane: what it is for.
    """

    name: str
    times: int
    calls: tuple[str, ...]
    lane: Lane


@dataclass
class Outcome:
    """What became of a day.

    Attributes:
        calls: by rate class.
        busiest: calls in the busiest second, by rate class.
        of_a_host: creates and updates of the host that had most of them.
        waits: seconds from when work came until it was done, by kind.
        held: how often a call was held back until a daily limit opens, by its rate class or `host`.
        left: how much work was not done by midnight.
    """

    calls: Counter[str] = field(default_factory=Counter)
    busiest: dict[str, int] = field(default_factory=dict)
    of_a_host: int = 0
    waits: dict[str, list[float]] = field(default_factory=dict)
    held: Counter[str] = field(default_factory=Counter)
    left: int = 0


class BudgetInMemory(BudgetStore):
    """The counters of one account, as the table would have them, without the table."""

    def __init__(self) -> None:
        self._seconds: Counter[tuple[str, datetime]] = Counter()
        self._days: Counter[tuple[str, datetime]] = Counter()
        self._hosts: Counter[str] = Counter()
        self._folded: dict[str, datetime] = {}
        self._proven: dict[str, int] = {}

    def take_second(
        self,
        connection: str,  # noqa: ARG002 - there is one
        second: datetime,
        rate_class: str,
        most: int,
    ) -> int | None:
        """Takes a call from a second's budget."""
        key = rate_class, second
        if self._seconds[key] >= most:
            return None
        self._seconds[key] += 1
        return self._seconds[key]

    def taken_of(
        self,
        connection: str,  # noqa: ARG002
        seconds: Iterable[datetime],
        rate_class: str,
    ) -> dict[datetime, int]:
        """How many calls of a class are taken of each of these seconds."""
        return {second: self._seconds[rate_class, second] for second in seconds}

    def take_day(
        self,
        connection: str,  # noqa: ARG002
        now: datetime,
        rate_class: str,
        most: int | None,
        operation: str = "",  # noqa: ARG002 - Zoom closes none here
    ) -> bool:
        """Takes a call from the day's budget."""
        key = rate_class, now.replace(hour=0, minute=0, second=0, microsecond=0)
        if most is not None and self._days[key] >= most:
            return False
        self._days[key] += 1
        return True

    def take_host(
        self,
        connection: str,  # noqa: ARG002
        now: datetime,
        host_id: str,
        most: int,
        fold: str = "",
    ) -> bool:
        """Takes a create or update from the host's budget of the day."""
        used = self._hosts[host_id]
        waits = fold and used >= FREE_CHANGES and self._folded.get(fold, now) > now
        if used >= most or waits:
            return False
        self._hosts[host_id] += 1
        if fold:
            self._folded[fold] = now + FOLD
        return True

    def day_reopens_at(self, connection: str, now: datetime, *names: str) -> datetime:  # noqa: ARG002
        """When calls can be taken again: with the next day."""
        return next_midnight(now)

    def host_reopens_at(
        self,
        connection: str,  # noqa: ARG002
        now: datetime,
        host_id: str,
        most: int,
        fold: str = "",
    ) -> datetime:
        """When a host's changes can be taken again: with the next day, or when one is folded."""
        folded = self._folded.get(fold, now)
        return folded if self._hosts[host_id] < most and folded > now else next_midnight(now)

    def observed_rate(self, connection: str, rate_class: str, now: datetime) -> ObservedRate:  # noqa: ARG002
        """What Zoom was seen to allow of a class."""
        return ObservedRate(proven=self._proven.get(rate_class, 1))

    def prove(self, connection: str, rate_class: str, taken: int, now: datetime) -> None:  # noqa: ARG002
        """Notes that Zoom took so many calls of a class within a second."""
        self._proven[rate_class] = max(taken, self._proven.get(rate_class, 1))

    @property
    def most_of_a_host(self) -> int:
        """The changes of the host that had most of them."""
        return max(self._hosts.values(), default=0)


@dataclass(order=True)
class _Job:
    at: datetime
    number: int
    work: Work = field(compare=False)
    came: datetime = field(compare=False)
    host: str = field(compare=False)
    done: int = field(default=0, compare=False)
    kept: Reservation | None = field(default=None, compare=False)


class SimulatedDay:
    """One account's day.

    Args:
        works: what comes.
        hosts: among how many hosts the events are.
        plan: the account's.
        seed: of the moments at which it comes.
    """

    def __init__(
        self, works: Sequence[Work], hosts: int, plan: Plan = Plan.BUSINESS, seed: int = 1
    ) -> None:
        self._random = random.Random(seed)  # noqa: S311 - no secret
        self._hosts = hosts
        self._now = MIDNIGHT
        self._budget = BudgetInMemory()
        self._limiter = RateLimiter(
            "account", self._budget, lambda: plan, lambda: self._now, self._sleep
        )
        self._seconds: Counter[tuple[str, datetime]] = Counter()
        self._outcome = Outcome()
        self._jobs = self._coming(works)

    def run(self) -> Outcome:
        """Lets the day pass."""
        heapq.heapify(self._jobs)
        while self._jobs:
            job = heapq.heappop(self._jobs)
            if job.at >= MIDNIGHT + DAY:
                self._outcome.left += 1
                continue
            self._now = job.at
            self._go_on(job)
        for (kind, _second), calls in self._seconds.items():
            self._outcome.busiest[kind] = max(calls, self._outcome.busiest.get(kind, 0))
        self._outcome.of_a_host = self._budget.most_of_a_host
        return self._outcome

    def _coming(self, works: Sequence[Work]) -> list[_Job]:
        jobs: list[_Job] = []
        for work in works:
            for n in range(work.times):
                hour = self._random.choices(range(24), BY_HOUR)[0]
                at = MIDNIGHT + timedelta(seconds=3600 * (hour + self._random.random()))
                host = str(n % self._hosts)
                jobs.append(_Job(at, len(jobs), work, at, host))
        return jobs

    def _go_on(self, job: _Job) -> None:
        """Makes the next call of a job, or has it come back when it can be made."""
        operation = _KNOWN[job.work.calls[job.done]]
        try:
            self._call(job, operation)
        except ZoomSlotReserved as reserved:
            job.kept = reserved.reservation
            job.at = max(reserved.reservation.wake_at, self._now + timedelta(milliseconds=1))
        except ZoomRateLimited:
            job.at = self._now + timedelta(seconds=1)
        except ZoomDailyLimit as limit:
            self._outcome.held["host" if limit.scope == "host" else operation.rate_class] += 1
            job.at = limit.resume_at
        else:
            job.kept, job.done = None, job.done + 1
            job.at = self._now + timedelta(seconds=SECONDS_OF_A_CALL)
            if job.done == len(job.work.calls):
                seconds = (job.at - job.came).total_seconds()
                self._outcome.waits.setdefault(job.work.name, []).append(seconds)
                return
        heapq.heappush(self._jobs, job)

    def _call(self, job: _Job, operation: Operation) -> None:
        kept = Reservations(job.kept, begun=job.done > 0)
        slot = self._limiter.wait_for_slot(operation, job.work.lane, PATIENCE_SECONDS, kept)
        changes = operation.name in _CHANGES_OF_A_HOST
        session = "" if operation.name == "create_meeting" else f"session of {job.number}"
        self._limiter.take(operation, job.work.lane, job.host if changes else None, session)
        self._limiter.prove(operation, slot)
        self._outcome.calls[operation.rate_class] += 1
        self._seconds[operation.rate_class, self._now.replace(microsecond=0)] += 1

    def _sleep(self, seconds: float) -> None:
        self._now += timedelta(seconds=seconds)


def calls_of(zoom_calls: Mapping[str, float]) -> tuple[str, ...]:
    """The calls that an operation was seen to make, each as often as it made it."""
    return tuple(
        name
        for name, count in zoom_calls.items()
        if name in _KNOWN
        for _ in range(max(1, round(count)) if count >= 0.5 else 0)  # noqa: PLR2004 (rounded)
    )
