"""A host's hundred changes of a day, of which nobody can use up what others need."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import boto3
import pytest
from moto import mock_aws

from lectern.domain.errors import LimitScope, ZoomDailyLimit
from lectern.domain.limits.budget import (
    FOLD,
    FREE_CHANGES,
    HOST_CHANGES_A_DAY,
    KEPT_OF_CHANGES,
    Lane,
    Plan,
    changes_allowed,
)
from lectern.store.budget import BudgetStore
from lectern.store.table import Table
from lectern.zoom import operations as zoom
from lectern.zoom.rate_limiter import RateLimiter
from lectern_testing.table import make_table

NINE = datetime(2026, 11, 30, 9, tzinfo=UTC)
MIDNIGHT = datetime(2026, 12, 1, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


class Host:
    """A host with some events."""

    def __init__(self) -> None:
        client = boto3.client("dynamodb")
        self.now = NINE
        self.store = BudgetStore(Table(client, make_table(client)))
        self.budget = RateLimiter(
            "default", self.store, lambda: Plan.PRO, lambda: self.now, lambda _: None
        )

    def makes(self, lane: Lane = Lane.EDIT) -> datetime | None:
        """Has a meeting made; when that is possible, if not now."""
        return self._when(lambda: self.budget.take(zoom.MEETINGS.create, lane, "h-1"))

    def changes(self, session_id: str, lane: Lane = Lane.EDIT) -> datetime | None:
        """Has a meeting changed; when that is possible, if not now."""
        return self._when(lambda: self.budget.take(zoom.MEETINGS.update, lane, "h-1", session_id))

    def _when(self, take: Callable[[], None]) -> datetime | None:
        try:
            take()
        except ZoomDailyLimit as limit:
            return limit.resume_at if limit.scope is LimitScope.HOST else None
        return None

    @property
    def used(self) -> int:
        return self.store.used_on("default", self.now).hosts.get("h-1", 0)


@pytest.fixture
def host() -> Iterator[Host]:
    with mock_aws():
        yield Host()


def test_changes_are_made_as_they_come_until_half_of_the_day_is_used(host: Host) -> None:
    assert {host.changes("7") for _ in range(FREE_CHANGES)} == {None}

    assert host.changes("7") == NINE + FOLD


def test_then_each_events_changes_are_folded_and_those_of_others_are_not_held_up(
    host: Host,
) -> None:
    for _ in range(FREE_CHANGES):
        host.changes("7")
    again = host.changes("7")

    assert again is not None
    assert host.changes("8") is None
    host.now = again
    assert host.changes("7") is None
    assert host.changes("7") == again + FOLD


def test_one_events_edits_all_day_leave_room_for_others_edits(host: Host) -> None:
    made = 0
    while host.now < MIDNIGHT - MINUTE:
        made += host.changes("7") is None
        host.now += MINUTE
        if host.now.hour % 3 == 0 and host.now.minute == 0:
            assert host.changes(f"100{host.now.hour}") is None

    assert FREE_CHANGES < made <= HOST_CHANGES_A_DAY - KEPT_OF_CHANGES


@pytest.mark.parametrize("lane", [Lane.EDIT, Lane.PRE_START, Lane.JOIN])
def test_some_are_kept_for_what_is_made_anew(host: Host, lane: Lane) -> None:
    for n in range(HOST_CHANGES_A_DAY - KEPT_OF_CHANGES):
        assert host.changes(f"{n}") is None
    assert host.changes("1000") == MIDNIGHT

    assert [host.makes(lane) for _ in range(KEPT_OF_CHANGES)] == [None] * KEPT_OF_CHANGES
    assert host.makes(lane) == MIDNIGHT
    assert host.used == HOST_CHANGES_A_DAY


def test_what_begins_soon_is_neither_folded_nor_held_up_by_edits(host: Host) -> None:
    for n in range(HOST_CHANGES_A_DAY - KEPT_OF_CHANGES):
        host.changes(f"{n}")

    soon = [host.changes("7", Lane.PRE_START) for _ in range(KEPT_OF_CHANGES + 1)]
    assert soon == [*[None] * KEPT_OF_CHANGES, MIDNIGHT]


def test_the_background_has_least(host: Host) -> None:
    taken = [host.changes(f"{n}", Lane.BACKGROUND) for n in range(71)]
    assert taken == [*[None] * 70, MIDNIGHT]
    assert host.makes(Lane.BACKGROUND) == MIDNIGHT
    assert host.changes("1000") is None


def test_the_next_day_has_everything_again(host: Host) -> None:
    for _ in range(HOST_CHANGES_A_DAY):
        host.makes()
    host.now = MIDNIGHT

    assert [host.changes("7") for _ in range(3)] == [None] * 3


@pytest.mark.parametrize("lane", Lane)
def test_nobody_may_more_than_zoom_and_what_is_made_may_no_less(lane: Lane) -> None:
    edits, creations = changes_allowed(lane, creates=False), changes_allowed(lane, creates=True)
    assert 0 < edits <= creations <= HOST_CHANGES_A_DAY
