"""Intervals on a line of time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lectern.console.pages.time_line import Bar, TimeLine

TEN = datetime(2026, 12, 1, 10, tzinfo=UTC)
HOUR = TimeLine(TEN, TEN + timedelta(hours=1))
MINUTES = st.integers(min_value=-600, max_value=6000)


def at(minutes: int) -> Any:
    return TEN + timedelta(minutes=minutes)


def test_there_is_none_of_nothing() -> None:
    assert TimeLine.around([]) is None


def test_it_is_from_the_first_moment_to_the_last() -> None:
    assert TimeLine.around([at(30), at(0), at(60)]) == HOUR


def test_one_moment_is_a_line_as_well() -> None:
    line = TimeLine.around([TEN])
    assert line.ends > line.begins  # type: ignore[union-attr]
    assert line.bar(TEN, TEN).width > 0  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("came", "went", "bar"),
    [
        (0, 60, Bar(0, 100)),
        (15, 30, Bar(25, 25)),
        (-10, 90, Bar(0, 100)),
        (30, 30, Bar(50, 0.4)),
        (60, 60, Bar(99.6, 0.4)),
    ],
)
def test_an_interval_is_where_it_belongs(came: Any, went: Any, bar: Any) -> None:
    assert HOUR.bar(at(came), at(went)) == bar


@pytest.mark.parametrize(
    ("begins", "ends", "marks"),
    [
        (0, 60, [0, 10, 20, 30, 40, 50, 60]),
        (7, 27, [10, 15, 20, 25]),
        (7, 127, [30, 60, 90, 120]),
        (0, 1440, [120, 360, 600, 840, 1080, 1320]),
    ],
)
def test_marks_are_round_times_of_the_day(begins: Any, ends: Any, marks: Any) -> None:
    assert [mark.at for mark in TimeLine(at(begins), at(ends)).marks()] == list(map(at, marks))


@given(st.lists(MINUTES, min_size=1), MINUTES, MINUTES)
def test_whatever_is_drawn_is_within_the_picture(moments: Any, one: Any, other: Any) -> None:
    line = TimeLine.around(map(at, moments))
    bar = line.bar(at(min(one, other)), at(max(one, other)))  # type: ignore[union-attr]

    assert bar.start >= 0
    assert bar.width > 0
    assert bar.start + bar.width <= 100.01
    assert all(0 <= mark.place <= 100 for mark in line.marks())  # type: ignore[union-attr]
    assert len(line.marks()) <= 8  # type: ignore[union-attr]
