"""A time limit for what has none of its own."""

from __future__ import annotations

from threading import Event, current_thread

import pytest

from lectern.deadline import ends_in, in_time, seconds_left, within
from lectern.telemetry import correlated, correlation_id


def test_what_is_done_in_time_is_given_back_and_what_fails_fails() -> None:
    assert within(5, lambda: 7) == 7
    with pytest.raises(ZeroDivisionError):
        within(5, lambda: 1 // 0)


def test_what_takes_longer_is_not_waited_for() -> None:
    ends = Event()
    with pytest.raises(TimeoutError):
        within(0.05, lambda: ends.wait(10))
    ends.set()


def test_what_is_done_belongs_to_the_same_request() -> None:
    with correlated("request-7"):
        assert within(5, correlation_id) == "request-7"


def test_where_no_end_was_set_everything_has_the_time_that_it_takes() -> None:
    assert seconds_left(5) == 5
    assert in_time(current_thread) is current_thread()


def test_until_the_end_there_is_what_is_left_and_never_more() -> None:
    with ends_in(60):
        assert seconds_left(5) == 5
        assert 59 < seconds_left(100) <= 60
        with ends_in(1):
            assert seconds_left(100) <= 1
        assert in_time(lambda: seconds_left(100)) > 59
    assert seconds_left(100) == 100


def test_past_the_end_nothing_is_waited_for() -> None:
    never = Event()
    with ends_in(0):
        with pytest.raises(TimeoutError):
            seconds_left(5)
        with pytest.raises(TimeoutError):
            in_time(lambda: never.wait(10))
    never.set()
