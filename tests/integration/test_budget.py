"""The shared budget: places in seconds, days and hosts, taken one at a time."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

import boto3
import pytest
from moto import mock_aws

from lectern.domain.budget import Lane, Plan, allowance
from lectern.domain.errors import LimitScope, ZoomDailyLimit, ZoomRateLimited
from lectern.store.budget import BudgetStore
from lectern.store.table import Table
from lectern.zoom import operations as zoom
from lectern.zoom.budget import PATIENCE_SECONDS, Budget
from lectern_testing.table import make_table

START = datetime(2026, 11, 30, 9, 0, 0, 100_000, tzinfo=UTC)


class Clock:
    """Time that passes only where it is slept."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at

    def sleep(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


class Account:
    """A budget with its clock and counters."""

    def __init__(self, at: datetime = START, plan: Plan = Plan.PRO) -> None:
        client = boto3.client("dynamodb")
        self.clock = Clock(at)
        self.store = BudgetStore(Table(client, make_table(client)))
        self.budget = Budget("default", self.store, lambda: plan, self.clock.now, self.clock.sleep)

    def turn(self, lane: Lane = Lane.EDIT) -> datetime:
        """When the next heavy call may be made."""
        self.budget.wait_for_turn(zoom.MEETINGS.batch_registrants, lane, PATIENCE_SECONDS)
        return self.clock.at


@pytest.fixture
def account():
    with mock_aws():
        yield Account()


def test_a_second_takes_what_its_lane_may_use_and_no_more(account):
    turns = Counter(account.turn().replace(microsecond=0) for _ in range(20))

    assert max(turns.values()) == allowance(10, Lane.EDIT) == 9


def test_a_join_click_finds_room_that_edits_left(account):
    for _ in range(9):
        account.turn()
    before = account.clock.at

    assert account.turn(Lane.JOIN) == before


def test_what_does_not_fit_into_two_seconds_is_handed_back(account):
    now = account.clock.at
    for _ in range(9 * 3):  # This second and the two that begin within the next two seconds.
        account.budget.wait_for_turn(zoom.MEETINGS.batch_registrants, Lane.EDIT, PATIENCE_SECONDS)
        account.clock.at = now
    with pytest.raises(ZoomRateLimited):
        account.turn()


def test_the_end_of_a_second_is_left_free(account):
    account.clock.at = START.replace(microsecond=990_000)

    assert account.turn() == START.replace(microsecond=0) + timedelta(seconds=1)


def test_what_zoom_refuses_is_learned_for_some_minutes(account):
    for _ in range(4):
        account.turn()
    account.budget.learn(zoom.MEETINGS.batch_registrants)

    turns = Counter(account.turn().replace(microsecond=0) for _ in range(9))
    assert turns[START.replace(microsecond=0)] == 0
    assert max(turns.values()) == 3

    account.clock.at += timedelta(minutes=11)
    later = Counter(account.turn().replace(microsecond=0) for _ in range(9))
    assert max(later.values()) == 9


def test_the_hundred_and_first_change_of_a_host_waits_for_midnight(account):
    for _ in range(100):
        account.budget.take(zoom.MEETINGS.update, Lane.EDIT, "h-1")

    with pytest.raises(ZoomDailyLimit) as caught:
        account.budget.take(zoom.MEETINGS.update, Lane.EDIT, "h-1")

    assert caught.value.scope is LimitScope.HOST
    assert caught.value.resume_at == datetime(2026, 12, 1, tzinfo=UTC)
    account.budget.take(zoom.MEETINGS.update, Lane.EDIT, "h-2")
    account.clock.at = caught.value.resume_at
    account.budget.take(zoom.MEETINGS.update, Lane.EDIT, "h-1")


def test_sweeps_leave_some_of_a_hosts_hundred_to_people(account):
    for _ in range(70):
        account.budget.take(zoom.MEETINGS.update, Lane.BACKGROUND, "h-1")
    with pytest.raises(ZoomDailyLimit):
        account.budget.take(zoom.MEETINGS.update, Lane.BACKGROUND, "h-1")

    account.budget.take(zoom.MEETINGS.update, Lane.EDIT, "h-1")


def test_a_day_of_heavy_calls_ends(account):
    for _ in range(3):
        account.store.take_day("default", START, "heavy", None)
    assert not account.store.take_day("default", START, "heavy", 3)
    assert account.store.take_day("default", START + timedelta(days=1), "heavy", 3)


def test_the_use_of_a_day_is_told_by_class_and_host(account):
    account.budget.take(zoom.MEETINGS.update, Lane.EDIT, "h-1")
    account.budget.take(zoom.MEETINGS.update, Lane.EDIT, "h-1")
    account.budget.take(zoom.MEETINGS.batch_registrants, Lane.EDIT, None)

    used = account.store.used_on("default", START)

    assert used.classes == {"light": 2, "heavy": 1}
    assert used.hosts == {"h-1": 2}
    assert account.store.used_on("default", START + timedelta(days=1)).hosts == {}
