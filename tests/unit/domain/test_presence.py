"""When someone was there, by what Zoom told of a connection."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from lectern.domain.attendance.presence import (
    Session,
    Sighting,
    Span,
    minutes_in,
    spans_of,
    stay_name,
    united,
)

TEN = datetime(2026, 12, 1, 10, tzinfo=UTC)


def at(minutes: float) -> datetime:
    """So many minutes after ten."""
    return TEN + timedelta(minutes=minutes)


def came(minutes: float) -> Sighting:
    return Sighting(joined_at=at(minutes))


def went(minutes: float) -> Sighting:
    return Sighting(left_at=at(minutes))


def stayed(first: float, last: float) -> Sighting:
    return Sighting(joined_at=at(first), left_at=at(last))


def span(first: float, last: float | None) -> Span:
    return Span(joined_at=at(first), left_at=None if last is None else at(last))


OVER = Session(started_at=at(0), ended_at=at(60))
LIVE = Session(started_at=at(0))


@pytest.mark.parametrize(
    ("sightings", "session", "expected"),
    [
        ([came(5), went(50)], OVER, [span(5, 50)]),
        ([went(50), came(5), went(50)], OVER, [span(5, 50)]),
        ([came(5)], OVER, [span(5, 60)]),
        ([came(5)], LIVE, [span(5, None)]),
        ([went(50)], OVER, [span(0, 50)]),
        ([went(50)], Session(), [span(50, 50)]),
        ([came(5), went(20), came(30), went(40)], OVER, [span(5, 20), span(30, 40)]),
        ([went(10), came(20)], OVER, [span(0, 10), span(20, 60)]),
        ([came(5), came(10), went(50)], OVER, [span(5, 50)]),
        ([came(-5), went(70)], OVER, [span(0, 60)]),
        ([came(70)], OVER, []),
        ([came(-9), went(-5)], OVER, []),
        ([came(5), went(5)], OVER, [span(5, 5)]),
        ([stayed(5, 50), stayed(10, 20)], OVER, [span(5, 50), span(10, 20)]),
        ([stayed(20, 10)], OVER, [span(20, 20)]),
        ([stayed(0, 10), came(30)], OVER, [span(0, 10), span(30, 60)]),
        ([], OVER, []),
    ],
    ids=[
        "came and went",
        "went before it came, and twice",
        "never seen going",
        "still there",
        "never seen coming",
        "never seen coming, nobody knows the start",
        "came again",
        "seen going first, then coming",
        "seen coming twice",
        "longer than the session",
        "after the session",
        "before the session",
        "for no time",
        "a room within the session",
        "gone before coming",
        "a report and a webhook",
        "nothing",
    ],
)
def test_presence_of_a_connection(
    sightings: list[Sighting], session: Session, expected: list[Span]
) -> None:
    assert sorted(spans_of(sightings, session), key=lambda each: each.joined_at) == expected


@pytest.mark.parametrize(
    ("spans", "expected"),
    [
        ([span(0, 10), span(20, 30)], [span(0, 10), span(20, 30)]),
        ([span(20, 30), span(0, 25)], [span(0, 30)]),
        ([span(0, 10), span(10, 20)], [span(0, 20)]),
        ([span(0, 60), span(10, 20)], [span(0, 60)]),
        ([span(0, None), span(10, 20)], [span(0, None)]),
        ([span(0, 15), span(10, None)], [span(0, None)]),
        ([span(0, 5), span(10, None), span(20, 70)], [span(0, 5), span(10, None)]),
        ([], []),
    ],
)
def test_time_counts_once(spans: list[Span], expected: list[Span]) -> None:
    assert united(spans) == tuple(expected)


@pytest.mark.parametrize(
    ("seconds", "minutes"),
    [(0, 0), (29, 0), (30, 1), (89, 1), (90, 2), (150, 3), (3600, 60)],
)
def test_minutes_are_rounded_to_the_nearest(seconds: int, minutes: int) -> None:
    there = Span(joined_at=TEN, left_at=TEN + timedelta(seconds=seconds))
    assert minutes_in([there], at(500)) == minutes


def test_minutes_add_up_before_they_are_rounded() -> None:
    thrice = [span(n * 10, n * 10 + 0.4) for n in range(3)]
    assert minutes_in(thrice, at(500)) == 1


def test_who_is_still_there_has_been_there_until_now() -> None:
    assert minutes_in([span(0, 10), span(20, None)], at(25)) == 15
    assert minutes_in([span(20, None)], at(10)) == 0


def test_what_is_kept_of_who_someone_is_is_short_and_a_text() -> None:
    who = Sighting().of(name="K" * 10_000, email=None)
    assert (who.name, who.email) == ("K" * 256, "")


def test_a_long_name_of_a_connection_is_another_that_is_short() -> None:
    assert stay_name("7" * 64) == "7" * 64
    assert stay_name("7" * 65) != stay_name("7" * 66)
    assert len(stay_name("\udcff" * 10_000)) == 64
