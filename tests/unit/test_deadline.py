"""A time limit for what has none of its own."""

from __future__ import annotations

from threading import Event

import pytest

from lectern.deadline import within
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
