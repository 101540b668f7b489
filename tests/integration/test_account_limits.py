"""Whose limits an account has: what the template names, or what Zoom's plan usage says."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import cast

import boto3
import pytest
from moto import mock_aws

from lectern.domain.errors import ZoomError, ZoomScopeMissing, ZoomUnavailable
from lectern.domain.limits.budget import Lane, Plan
from lectern.domain.limits.plan_usage import PlanUsage
from lectern.store.table import Table
from lectern.store.zoom_cache import ZoomCache
from lectern.zoom.account import ZoomAccount
from lectern.zoom.plan_limits import ASK_AGAIN, ASK_AGAIN_WHERE_UNSAID, AccountLimits
from lectern_testing.table import make_table

BUSINESS = PlanUsage(base_plans=("business_yearly",))
NO_SCOPE = ZoomScopeMissing("get_plan_usage", scopes=("billing:read:plan_usage:admin",))
DOWN = ZoomUnavailable("get_plan_usage", unclear=True)


class Account:
    """A Zoom account that says, or refuses to say, what it pays for."""

    def __init__(self, says: PlanUsage | ZoomError) -> None:
        self.says = says
        self.asked = 0
        self.lane = Lane.EDIT

    def in_lane(self, lane: Lane) -> Account:
        self.lane = lane
        return self

    def plan_usage(self) -> PlanUsage:
        assert self.lane is Lane.BACKGROUND
        self.asked += 1
        if isinstance(self.says, ZoomError):
            raise self.says
        return self.says


def as_zoom(account: Account) -> ZoomAccount:
    """The account where one of Zoom's is wanted: of those, only its two methods are used."""
    return cast("ZoomAccount", account)


class Installation:
    """Functions of one stack, each with a memory of its own."""

    def __init__(self) -> None:
        client = boto3.client("dynamodb")
        self.answers = ZoomCache(Table(client, make_table(client)))
        self.moment = datetime(2026, 11, 30, 9, tzinfo=UTC)
        self.sweep = self.function()

    def function(self, fixed: Plan | None = None, connection: str = "default") -> AccountLimits:
        return AccountLimits(connection, self.answers, fixed, lambda: self.moment)

    def later(self, by: timedelta) -> None:
        self.moment += by


@pytest.fixture
def stack() -> Iterator[Installation]:
    with mock_aws():
        yield Installation()


def test_until_zoom_has_said_the_lower_limits_are_kept(stack: Installation) -> None:
    assert stack.function().plan() is Plan.PRO


def test_what_zoom_says_counts_for_every_function_of_the_stack(stack: Installation) -> None:
    stack.sweep.find(as_zoom(Account(BUSINESS)))

    assert stack.sweep.plan() is Plan.BUSINESS
    assert stack.function().plan() is Plan.BUSINESS
    assert stack.function(connection="other").plan() is Plan.PRO


def test_a_plan_that_the_template_names_is_not_asked_for(stack: Installation) -> None:
    account = Account(BUSINESS)
    limits = stack.function(fixed=Plan.PRO)
    limits.find(as_zoom(account))
    limits.find_anew(as_zoom(account))

    assert (account.asked, limits.plan()) == (0, Plan.PRO)


def test_zoom_is_asked_once_a_day(stack: Installation) -> None:
    account = Account(BUSINESS)
    for _ in range(5):
        stack.function().find(as_zoom(account))
    assert account.asked == 1

    stack.later(ASK_AGAIN)
    account.says = PlanUsage(base_plans=("monthly",))
    stack.sweep.find(as_zoom(account))
    assert (account.asked, stack.sweep.plan()) == (2, Plan.PRO)


def test_another_function_takes_a_new_plan_up_within_minutes(stack: Installation) -> None:
    other = stack.function()
    assert other.plan() is Plan.PRO
    stack.sweep.find(as_zoom(Account(BUSINESS)))
    stack.later(timedelta(minutes=5))

    assert other.plan() is Plan.BUSINESS


@pytest.mark.parametrize("error", [NO_SCOPE, DOWN], ids=["scope missing", "outage"])
def test_what_keeps_zoom_from_saying_keeps_nothing_else(
    stack: Installation, error: ZoomScopeMissing | ZoomUnavailable
) -> None:
    account = Account(error)
    stack.sweep.find(as_zoom(account))
    stack.sweep.find(as_zoom(account))
    assert (account.asked, stack.sweep.plan()) == (1, Plan.PRO)

    stack.later(ASK_AGAIN_WHERE_UNSAID)
    account.says = BUSINESS
    stack.sweep.find(as_zoom(account))
    assert (account.asked, stack.sweep.plan()) == (2, Plan.BUSINESS)


@pytest.mark.parametrize("says", [NO_SCOPE, DOWN, PlanUsage()], ids=["scope", "outage", "nothing"])
def test_a_plan_that_was_found_outlives_a_day_on_which_zoom_does_not_say(
    stack: Installation, says: ZoomScopeMissing | ZoomUnavailable
) -> None:
    stack.sweep.find(as_zoom(Account(BUSINESS)))
    stack.later(ASK_AGAIN)
    stack.sweep.find(as_zoom(Account(says)))

    assert stack.function().plan() is Plan.BUSINESS


def test_credentials_of_another_account_begin_anew(stack: Installation) -> None:
    stack.sweep.find(as_zoom(Account(BUSINESS)))
    stack.sweep.find_anew(as_zoom(Account(DOWN)))

    assert stack.function().plan() is Plan.PRO
