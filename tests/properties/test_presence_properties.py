"""Attendance is a function of what happened, not of how its news travelled."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from lectern.domain.attendance.presence import Session, Sighting, Span, minutes_in, spans_of, united

TEN = datetime(2026, 12, 1, 10, tzinfo=UTC)
HOUR = 3600

seconds = st.integers(0, HOUR)


def at(second: int) -> datetime:
    return TEN + timedelta(seconds=second)


@st.composite
def closed_spans(draw: st.DrawFn) -> Span:
    first, last = sorted((draw(seconds), draw(seconds)))
    return Span(joined_at=at(first), left_at=at(last))


open_spans = st.builds(Span, joined_at=st.builds(at, seconds), left_at=st.none())
some_spans = st.lists(closed_spans() | open_spans, max_size=12)
sightings = st.builds(
    Sighting,
    joined_at=st.none() | st.builds(at, seconds),
    left_at=st.none() | st.builds(at, seconds),
)
sessions = st.builds(
    Session,
    started_at=st.none() | st.builds(at, st.integers(0, 600)),
    ended_at=st.none() | st.builds(at, st.integers(3000, HOUR)),
)


def covered(spans: list[Span] | tuple[Span, ...]) -> set[int]:
    """Every half second that the spans cover, the way a child would count it."""
    until = at(HOUR)
    ticks: set[int] = set()
    for span in spans:
        first = round((span.joined_at - TEN).total_seconds()) * 2
        last = round(((span.left_at or until) - TEN).total_seconds()) * 2
        ticks |= set(range(first, last + 1))
    return ticks


@given(some_spans)
def test_the_union_covers_the_same_time_once(spans: list[Span]) -> None:
    union = united(spans)
    assert covered(union) == covered(spans)
    ends = [(span.joined_at, span.left_at) for span in union]
    for (_, left_at), (joined_at, _) in pairwise(ends):
        assert left_at is not None
        assert left_at < joined_at


@given(some_spans, some_spans)
def test_the_union_does_not_depend_on_order_or_repetition(
    some: list[Span], others: list[Span]
) -> None:
    once = united([*some, *others])
    assert united([*reversed(others), *some, *others]) == once
    assert united([*united(some), *united(others)]) == once


@given(some_spans)
def test_minutes_are_the_time_that_is_covered(spans: list[Span]) -> None:
    union = united(spans)
    lasted = sum(((span.left_at or at(HOUR)) - span.joined_at).total_seconds() for span in union)
    assert abs(minutes_in(union, at(HOUR)) - lasted / 60) <= 0.5


@given(st.lists(sightings, max_size=8), sessions, st.randoms(use_true_random=False))
def test_any_order_and_any_repetition_of_sightings_is_the_same_presence(
    seen: list[Sighting], session: Session, random: object
) -> None:
    again = [*seen, *seen]
    random.shuffle(again)  # type: ignore[attr-defined] # hypothesis' own Random
    assert united(spans_of(again, session)) == united(spans_of(seen, session))


@given(st.lists(sightings, max_size=8), sessions)
def test_nobody_was_there_outside_the_session(seen: list[Sighting], session: Session) -> None:
    for span in spans_of(seen, session):
        assert session.started_at is None or span.joined_at >= session.started_at
        if session.ended_at is not None:
            assert span.left_at is not None
            assert span.joined_at <= span.left_at <= session.ended_at


@given(st.lists(closed_spans(), min_size=1, max_size=5), sessions)
def test_webhooks_and_report_of_one_connection_at_a_time_agree(
    stays: list[Span], session: Session
) -> None:
    """Who comes and goes again and again is seen alike in halves and whole."""
    apart = united(stays)
    halves = [Sighting(joined_at=each.joined_at) for each in apart]
    halves += [Sighting(left_at=each.left_at) for each in apart]
    whole = [Sighting(joined_at=each.joined_at, left_at=each.left_at) for each in apart]
    assert united(spans_of(halves, session)) == united(spans_of(whole, session))
