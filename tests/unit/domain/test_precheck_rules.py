"""What saving an event would run into."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from lectern.domain.event import Event, Status
from lectern.domain.limits.budget import HOST_CHANGES_A_DAY
from lectern.domain.precheck import Clash, UsedToday, of_capacity, of_limits, of_other_events
from lectern.domain.problems import EventProblem
from lectern_testing.builders import a_details, an_event

TEN = datetime(2026, 11, 30, 10, tzinfo=UTC)
WANTED = a_details(starts_at=TEN, duration_minutes=60)
FREE = UsedToday(changes=0, heavy=0, heavy_limit=30_000)


def another(
    event_id: str = "other", *, minutes: int = 0, status: Status = Status.SCHEDULED
) -> Event:
    """Another event of the host, an hour long, that begins so long after the wanted one."""
    starts_at = TEN + timedelta(minutes=minutes)
    details = a_details(starts_at=starts_at, duration_minutes=60)
    return an_event(event_id, details=details, status=status)


@pytest.mark.parametrize(("people", "fits"), [(299, True), (300, True), (301, False)])
def test_more_people_than_the_meeting_holds_are_foreseen(people: int, *, fits: bool) -> None:
    assert [each.code for each in of_capacity(300, people)] == (
        [] if fits else [EventProblem.CAPACITY_REACHED]
    )


@pytest.mark.parametrize(
    ("minutes", "clashes"), [(-60, False), (-59, True), (0, True), (59, True), (60, False)]
)
def test_a_host_leads_one_event_at_a_time(minutes: int, *, clashes: bool) -> None:
    found = of_other_events("ev-1", WANTED, [another(minutes=minutes)])

    assert [each.code for each in found] == ([Clash.HOST_BUSY] if clashes else [])


def test_neither_the_event_itself_nor_a_cancelled_one_is_in_the_way() -> None:
    others = [another("ev-1"), another(status=Status.CANCELLED)]

    assert of_other_events("ev-1", WANTED, others) == []


def test_few_of_the_other_events_are_named() -> None:
    [five] = of_other_events("ev-1", WANTED, [another(f"o{n}") for n in range(5)])
    [six] = of_other_events("ev-1", WANTED, [another(f"o{n}") for n in range(6)])

    assert five.message.endswith("o0, o1, o2, o3, o4.")
    assert six.message.endswith("o0, o1, o2, o3, o4 and others.")


@pytest.mark.parametrize(
    ("used", "people", "waits"),
    [
        (FREE, 40, 0),
        (FREE.model_copy(update={"changes": HOST_CHANGES_A_DAY - 1}), 0, 0),
        (FREE.model_copy(update={"changes": HOST_CHANGES_A_DAY}), 0, 1),
        (FREE.model_copy(update={"heavy": 29_999}), 30, 0),
        (FREE.model_copy(update={"heavy": 29_999}), 31, 1),
        (FREE.model_copy(update={"heavy": 29_999, "heavy_limit": None}), 31, 0),
        (UsedToday(changes=HOST_CHANGES_A_DAY, heavy=30_000, heavy_limit=30_000), 1, 2),
    ],
)
def test_a_limit_of_the_day_that_would_be_met_is_foreseen(
    used: UsedToday, people: int, waits: int
) -> None:
    assert [each.code for each in of_limits(used, people)] == [EventProblem.DAILY_LIMIT] * waits
