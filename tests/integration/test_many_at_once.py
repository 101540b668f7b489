"""Many events synchronised at once, on a clock of their own: the shared budget against the limits
of the simulated Zoom, which it has to find out."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import count

import boto3
import pytest
from moto import mock_aws

from lectern.domain.errors import ZoomRateLimited, ZoomSlotReserved
from lectern.domain.limits.budget import Lane, Plan
from lectern.store.budget import BudgetStore
from lectern.store.table import Table
from lectern.zoom import operations as zoom
from lectern.zoom.operations import Operation
from lectern.zoom.rate_limiter import PATIENCE_SECONDS, RateLimiter, Reservations
from lectern_testing.table import make_table
from zoom_simulator.account.seed import LimitsSeed
from zoom_simulator.errors import ZoomError
from zoom_simulator.operations import RateClass
from zoom_simulator.rate_limits import Limits

START = datetime(2026, 11, 30, 9, 0, 0, 300_000, tzinfo=UTC)
LATENCY = timedelta(milliseconds=60)
WAKING = timedelta(milliseconds=300)
"""How much later than it asked for an execution is called by Step Functions."""

Steps = Iterator[datetime]
"""Work that says each time when it goes on."""


class Platform:
    """Executions that share a budget, and an account that they do not know the limits of."""

    def __init__(self, limits: LimitsSeed) -> None:
        client = boto3.client("dynamodb")
        self.at = START
        self.slept = 0.0
        self.budget = RateLimiter(
            "default",
            BudgetStore(Table(client, make_table(client))),
            lambda: Plan.BUSINESS,
            lambda: self.at,
            self._sleep,
        )
        self.limits = Limits("business", limits)
        self.calls: Counter[str] = Counter()
        self.refused = 0
        self.ended = START
        self._ahead: list[tuple[datetime, int, Steps]] = []
        self._order = count()

    def _sleep(self, seconds: float) -> None:
        self.slept = seconds

    def start(self, steps: Steps, at: datetime = START) -> None:
        heapq.heappush(self._ahead, (at, next(self._order), steps))

    def run(self) -> timedelta:
        """Lets time pass until all is done; returns how much did."""
        while self._ahead:
            self.at, _, steps = heapq.heappop(self._ahead)
            try:
                self.start(steps, next(steps))
            except StopIteration:
                self.ended = self.at
        return self.ended - START

    def call(self, operation: Operation, *, begun: bool = True) -> Steps:
        """One call as the client makes it, with waits by the state machine in between."""
        reservations, patience = Reservations(begun=begun), PATIENCE_SECONDS
        while True:
            self.slept = 0.0
            try:
                slot = self.budget.wait_for_slot(operation, Lane.EDIT, patience, reservations)
            except ZoomSlotReserved as later:
                reservations, patience = Reservations(later.reservation), PATIENCE_SECONDS
                yield later.reservation.wake_at + WAKING
                continue
            yield self.at + timedelta(seconds=self.slept) + LATENCY
            self.calls[operation.rate_class] += 1
            try:
                self.limits.take(RateClass(operation.rate_class), self.at)
            except ZoomError as refusal:
                self.refused += 1
                said = int(refusal.headers["X-RateLimit-Limit"])
                self.budget.learn(operation, slot, said)
                patience = slot.patience
                continue
            self.budget.prove(operation, slot)
            return

    def event(self) -> Steps:
        """A new event with fifty people: looked up, created, read back; two batches."""
        yield from self.call(zoom.GET_USER, begun=False)
        yield from self.call(zoom.MEETINGS.create)
        yield from self.call(zoom.MEETINGS.read)
        for _ in range(2):
            self.start(self.call(zoom.MEETINGS.batch_registrants), self.at)

    def click(self, waited: Callable[[timedelta], None]) -> Steps:
        """A click on Join by somebody who is not registered yet, again and again if need be."""
        began = self.at
        while True:
            self.slept = 0.0
            try:
                self.budget.wait_for_slot(zoom.MEETINGS.add_registrant, Lane.JOIN, PATIENCE_SECONDS)
            except ZoomRateLimited:
                yield self.at + timedelta(seconds=5)
                continue
            yield self.at + timedelta(seconds=self.slept) + LATENCY
            self.limits.take(RateClass.LIGHT, self.at)
            waited(self.at - began)
            return


@pytest.fixture
def platform(request: pytest.FixtureRequest) -> Iterator[Platform]:
    with mock_aws():
        yield Platform(request.param)


@pytest.mark.parametrize(
    ("platform", "light", "heavy"),
    [
        (LimitsSeed(scale=0.05), 4, 2),
        (LimitsSeed(scale=0.025), 2, 1),
        (LimitsSeed(scale=0.01), 1, 1),
    ],
    indirect=["platform"],
    ids=["a twentieth", "a fortieth", "a hundredth"],
)
def test_thirty_events_take_as_long_as_the_limits_allow(
    platform: Platform, light: int, heavy: int
) -> None:
    for _ in range(30):
        platform.start(platform.event())

    took = platform.run()

    assert platform.calls["light"] + platform.calls["heavy"] - platform.refused == 150
    assert platform.refused <= 0.01 * 150
    allowed = max(90 / light, 60 / heavy)
    assert took.total_seconds() <= 1.25 * allowed


@pytest.mark.parametrize("platform", [LimitsSeed()], indirect=True, ids=["the plan's"])
def test_an_account_of_which_nothing_is_known_is_soon_used_in_full(platform: Platform) -> None:
    for _ in range(30):
        platform.start(platform.event())

    assert platform.run() < timedelta(seconds=8)
    assert platform.refused == 0


@pytest.mark.parametrize("platform", [LimitsSeed(scale=0.05)], indirect=True, ids=["a twentieth"])
def test_clicks_in_the_middle_go_before_the_bulk(platform: Platform) -> None:
    waits: list[timedelta] = []
    for _ in range(30):
        platform.start(platform.event())
    for n in range(3):
        platform.start(platform.click(waits.append), START + timedelta(seconds=4 + 5 * n))

    platform.run()

    assert len(waits) == 3
    assert max(waits) < timedelta(seconds=7)
