"""When something is tried again that did not work and may the next time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from lectern.domain.event import SyncRecord, SyncState
from lectern.domain.limits.retries import (
    LONGEST,
    SECOND_TRY,
    may_pass,
    pause_after_failures,
    pause_before_try,
)
from lectern.domain.problems import EventProblem, event_problem
from lectern.domain.sweeps import is_forgotten
from lectern_testing.builders import a_details, an_event

NOW = datetime(2026, 11, 30, 9, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def test_the_first_pauses_of_an_outage_are_under_a_minute_and_none_is_over_half_an_hour() -> None:
    pauses = [pause_before_try("ev-1", attempts) for attempts in range(1, 200)]

    assert all(timedelta(seconds=10) < pause < MINUTE for pause in pauses[:3])
    assert pauses[:12] == sorted(pauses[:12])
    assert max(pauses) <= LONGEST
    assert min(pauses[20:]) > LONGEST / 2


def test_what_stopped_at_one_moment_does_not_come_back_at_one() -> None:
    pauses = {pause_before_try(f"ev-{n}", 1) for n in range(100)}

    assert len(pauses) == 100
    assert max(pauses) - min(pauses) > timedelta(seconds=3)


@pytest.mark.parametrize("code", EventProblem)
def test_only_what_nobody_foresaw_may_pass_by_itself(code: EventProblem) -> None:
    unforeseen = {EventProblem.REJECTED, EventProblem.INTERNAL_ERROR}

    assert may_pass(event_problem(code)) == (code in unforeseen)


def test_a_failure_is_tried_again_within_a_minute_and_then_ever_less_often() -> None:
    assert SECOND_TRY < MINUTE
    assert [pause_after_failures(n) / MINUTE for n in range(2, 8)] == [5, 10, 20, 30, 30, 30]
    assert pause_after_failures(10_000) == LONGEST


def failed(minutes: float, **record: object) -> SyncRecord:
    """A refusal of some minutes ago."""
    problem = event_problem(EventProblem.REJECTED)
    at = NOW - timedelta(minutes=minutes)
    fields = {"state": SyncState.FAILED, "requested": 1, "done": 1, "problem": problem, **record}
    return SyncRecord.model_validate({**fields, "requested_at": at})


@pytest.mark.parametrize(
    ("record", "is_due"),
    [
        (failed(4.9, attempts=2), False),
        (failed(5, attempts=2), True),
        (failed(9.9, attempts=3), False),
        (failed(29.9, attempts=9), False),
        (failed(30, attempts=9), True),
        # Its execution is about to try again, or should have done so.
        (failed(31, attempts=1, done=0, waiter=NOW + MINUTE), False),
        (failed(31, attempts=1, done=0, waiter=NOW - 6 * MINUTE), True),
    ],
)
def test_a_sweep_comes_to_a_failure_the_later_the_more_often_it_failed(
    record: SyncRecord, *, is_due: bool
) -> None:
    details = a_details(starts_at=NOW + timedelta(days=3))

    assert is_forgotten(an_event(now=NOW, details=details, sync=record), NOW) == is_due
