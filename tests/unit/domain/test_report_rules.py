"""When Zoom's report is looked for, when it is whole, and when it is given up."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from lectern.domain.attendance.matching import AttendanceFault
from lectern.domain.attendance.presence import Sighting
from lectern.domain.attendance.report import (
    LOOKED_FOR,
    PATIENCE,
    ReportedStay,
    attendance_problem,
    is_ready,
    look_again_at,
    reported_stay,
    wait_for_report,
)
from lectern_testing.builders import an_instance

TEN = datetime(2026, 12, 1, 10, tzinfo=UTC)
ENDED = TEN + timedelta(hours=1)
OVER = an_instance(started_at=TEN, ended_at=ENDED)


def stay(seconds: int | None = 600, *, ended: bool = True, lasted: int = 600) -> ReportedStay:
    left_at = TEN + timedelta(seconds=lasted) if ended else None
    return ReportedStay(
        name="1", sighting=Sighting(joined_at=TEN, left_at=left_at), seconds=seconds
    )


@pytest.mark.parametrize(
    ("stays", "first_page", "ready"),
    [
        ([stay(), stay()], True, True),
        ([], True, False),
        ([], False, True),
        ([stay(), stay(ended=False)], True, False),
        ([stay(), stay(0)], True, False),
        ([stay(), stay(None)], True, True),
        ([stay(), stay(0, lasted=0)], True, True),
        ([stay(), stay(0, lasted=1)], True, True),
        ([stay(), stay(0, lasted=2)], True, False),
        ([stay(0, lasted=0)], True, False),
        ([stay(0, lasted=0)], False, True),
    ],
    ids=[
        "whole",
        "empty",
        "an empty last page",
        "someone without an end",
        "a duration that is not counted yet",
        "no duration stated",
        "someone who was there for no time",
        "someone who was there for a moment, in two seconds",
        "someone who was there for longer than no time",
        "all for no time",
        "all of a later page for no time",
    ],
)
def test_a_report_is_taken_once_it_is_whole(
    stays: list[ReportedStay],
    first_page: bool,  # noqa: FBT001 - parameters of the table
    ready: bool,  # noqa: FBT001
) -> None:
    assert is_ready(stays, OVER, first_page=first_page) is ready


def test_a_session_of_seconds_may_have_had_nobody_for_any_time() -> None:
    brief = an_instance(started_at=TEN, ended_at=TEN + timedelta(seconds=20))
    assert is_ready([stay(0, lasted=0)], brief, first_page=True)


def row(
    came: int | None, went: int | None, seconds: int | None
) -> tuple[int | None, int | None, bool]:
    """What is made of a row, in seconds from ten: when someone came and went; whether it is all."""

    def at(second: int | None) -> datetime | None:
        return None if second is None else TEN + timedelta(seconds=second)

    def since(moment: datetime | None) -> int | None:
        return None if moment is None else round((moment - TEN).total_seconds())

    made = reported_stay("1", Sighting(joined_at=at(came), left_at=at(went)), seconds)
    return since(made.sighting.joined_at), since(made.sighting.left_at), made.is_whole


@pytest.mark.parametrize(
    ("told", "made"),
    [
        ((0, 600, 600), (0, 600, True)),
        ((0, 600, 300), (0, 600, True)),
        ((0, None, 600), (0, 600, True)),
        ((None, 600, 600), (0, 600, True)),
        ((0, 600, None), (0, 600, True)),
        ((0, None, None), (0, None, False)),
        ((None, 600, None), (None, 600, False)),
        ((None, None, 600), (None, None, False)),
        ((0, None, 0), (0, None, False)),
        ((0, None, -5), (0, None, False)),
        ((0, None, 10**15), (0, None, False)),
    ],
)
def test_what_a_row_leaves_unsaid_follows_from_the_rest(
    told: tuple[int | None, int | None, int | None], made: tuple[int | None, int | None, bool]
) -> None:
    assert row(*told) == made


@pytest.mark.parametrize(
    ("stays", "first_page", "ready"),
    [
        ([stay(), stay(ended=False)], True, True),
        ([stay(0)], True, True),
        ([], False, True),
        ([], True, False),
    ],
)
def test_after_a_day_what_is_known_of_a_report_is_all_of_it(
    stays: list[ReportedStay],
    first_page: bool,  # noqa: FBT001
    ready: bool,  # noqa: FBT001
) -> None:
    late = PATIENCE + timedelta(seconds=1)
    assert is_ready(stays, OVER, first_page=first_page, waited=late) is ready


def waits(delay: timedelta) -> list[float]:
    """The waits, in seconds, until the report is given up."""
    now, told = ENDED, []
    while now - ENDED <= PATIENCE:
        wait = wait_for_report(ENDED, now, delay)
        told.append(wait.total_seconds())
        now += wait
    return told


def test_the_first_look_is_after_the_delay_and_the_next_ones_ever_later() -> None:
    told = waits(timedelta(minutes=15))
    assert told[:3] == [900, 450, 675]
    assert told[1:] == sorted(told[1:])
    assert max(told) == 3600
    assert len(told) < 40


@pytest.mark.parametrize("delay", [timedelta(), timedelta(seconds=2)])
def test_a_short_delay_makes_no_hurry_without_end(delay: timedelta) -> None:
    assert len([wait for wait in waits(delay or timedelta(seconds=1)) if wait < 60]) < 20


def test_a_report_that_did_not_come_is_looked_for_ever_less_often() -> None:
    moments: list[timedelta] = []
    now: Any = ENDED + PATIENCE
    while now is not None:
        moments.append(now - ENDED)
        now = look_again_at(OVER, now)
    pauses = [later - sooner for sooner, later in pairwise(moments)]
    assert pauses == sorted(pauses)
    assert pauses[0] == timedelta(hours=6)
    assert moments[-1] > LOOKED_FOR
    assert len(moments) < 30


@pytest.mark.parametrize("fault", AttendanceFault)
def test_every_problem_says_what_stands_and_what_helps(fault: AttendanceFault) -> None:
    problem = attendance_problem(fault, "Missing: a:b:c.")
    assert problem.code == fault
    assert problem.message.endswith("Missing: a:b:c.")
    assert problem.remedy
