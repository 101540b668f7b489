"""The rules of Zoom's limits: shares of a lane, and what was sent of an address on a day."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from lectern.domain.limits.attempts import DailyAttempts, attempts_on
from lectern.domain.limits.budget import (
    PER_DAY,
    PER_SECOND,
    Lane,
    ObservedRate,
    Plan,
    allowance,
    slots,
)

NOON = datetime(2026, 11, 30, 12, tzinfo=UTC)
TODAY, TOMORROW = date(2026, 11, 30), date(2026, 12, 1)


def test_each_lane_leaves_room_for_those_above_it() -> None:
    shares = [
        allowance(80, lane) for lane in (Lane.BACKGROUND, Lane.EDIT, Lane.PRE_START, Lane.JOIN)
    ]

    assert shares == sorted(set(shares))
    assert shares[-1] == 80


@pytest.mark.parametrize("lane", Lane)
def test_a_limit_too_small_to_share_is_not_shared(lane: Lane) -> None:
    assert allowance(1, lane) == 1


@pytest.mark.parametrize("limit", [1, 2, 3, 10, 40, 80])
@pytest.mark.parametrize("lane", Lane)
def test_over_time_a_lane_has_its_share_of_every_second_s_limit(limit: int, lane: Lane) -> None:
    seconds = [NOON + timedelta(seconds=n) for n in range(100)]
    each = [slots(limit, lane, second) for second in seconds]

    percent = {Lane.JOIN: 100, Lane.PRE_START: 98, Lane.EDIT: 95, Lane.BACKGROUND: 70}[lane]
    assert sum(each) == limit * percent
    assert max(each) <= limit
    assert max(each) - min(each) <= 1


@pytest.mark.parametrize(
    ("observed_rate", "lane", "most"),
    [
        (ObservedRate(), Lane.EDIT, 2),
        (ObservedRate(proven=2), Lane.EDIT, 3),
        (ObservedRate(proven=20), Lane.EDIT, 25),
        (ObservedRate(proven=70), Lane.EDIT, 76),
        (ObservedRate(), Lane.JOIN, 80),
        (ObservedRate(proven=4, most=4), Lane.JOIN, 4),
        (ObservedRate(proven=100, most=100), Lane.JOIN, 80),
    ],
)
def test_few_more_calls_are_tried_than_zoom_is_known_to_take(
    observed_rate: ObservedRate, lane: Lane, most: int
) -> None:
    assert observed_rate.slots(80, lane, NOON) == most


@pytest.mark.parametrize("plan", Plan)
def test_every_plan_has_limits_for_every_class(plan: Plan) -> None:
    assert set(PER_SECOND[plan]) == {"light", "medium", "heavy"}
    assert set(PER_DAY[plan]) == {"heavy"}


def test_the_third_registration_of_a_day_is_the_last() -> None:
    sends = attempts_on(None, "85", TODAY)
    for count in (1, 2, 3):
        assert not sends.is_used_up
        sends = sends.sent()
        assert (sends.count, sends.unanswered) == (count, True)
        sends = sends.answered()

    assert sends.is_used_up
    assert not sends.unanswered


def test_the_tenth_change_of_a_status_on_a_day_is_the_last() -> None:
    sends = attempts_on(None, "85", TODAY)
    for _ in range(10):
        assert not sends.keeps_its_status
        sends = sends.status_sent()

    assert sends.keeps_its_status
    assert not sends.is_used_up
    assert not attempts_on(sends, "85", TOMORROW).keeps_its_status
    assert not attempts_on(sends, "86", TODAY).keeps_its_status


def test_what_zoom_did_not_take_does_not_count() -> None:
    sends = attempts_on(None, "85", TODAY)

    assert sends.sent().refused() == sends
    assert sends.status_sent().status_refused() == sends


def test_a_new_day_starts_at_nothing_and_an_open_answer_stays_open() -> None:
    sent = attempts_on(None, "85", TODAY).sent()

    assert attempts_on(sent, "85", TODAY) == sent
    assert attempts_on(sent, "85", TOMORROW) == DailyAttempts(
        zoom_id="85", day=TOMORROW, count=0, unanswered=True
    )


def test_another_meeting_knows_nothing_of_the_former_ones_sends() -> None:
    sent = attempts_on(None, "85", TODAY).sent()

    assert attempts_on(sent, "86", TODAY) == DailyAttempts(zoom_id="86", day=TODAY, count=0)
