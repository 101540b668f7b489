"""A way to Zoom on which each request is counted, and none outlasts the time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import Mock

import pytest
import requests

from lectern.domain.errors import CallsUsedUp
from lectern.zoom.http import CONNECT_SECONDS, READ_SECONDS
from lectern.zoom.meter import Meter, MeteredSession

NOW = datetime(2030, 3, 17, tzinfo=UTC)


def asked(seconds: float, *, most: int = 9, times: int = 1) -> Any:
    """The time-outs of requests that are made with so many seconds left."""
    inner, left = Mock(spec=requests.Session), [None] * most
    meter = Meter(
        take=lambda: bool(left) and left.pop() is None,
        until=NOW + timedelta(seconds=seconds),
        now=lambda: NOW,
    )
    session = MeteredSession(inner, meter)
    for _ in range(times):
        session.request("GET", "https://zoom.example", timeout=(99, 99))
    return [each.kwargs["timeout"] for each in inner.request.call_args_list]


def test_an_answer_is_waited_for_as_long_as_ever() -> None:
    assert asked(60, times=2) == [(CONNECT_SECONDS, READ_SECONDS)] * 2


def test_no_longer_than_there_is_time() -> None:
    assert asked(2) == [(2, 2)]


@pytest.mark.parametrize("seconds", [0, -1])
def test_nothing_is_sent_once_the_time_is_over(seconds: float) -> None:
    with pytest.raises(CallsUsedUp):
        asked(seconds)


def test_nothing_is_sent_once_none_is_left() -> None:
    with pytest.raises(CallsUsedUp):
        asked(60, most=2, times=3)
