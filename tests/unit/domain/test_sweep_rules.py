"""When the sweeps turn to an event."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lectern.domain.event import Event, LeadTime, Phase, Status, SyncRecord, SyncState
from lectern.domain.limits.budget import Lane, lane_of
from lectern.domain.problems import EventProblem, event_problem
from lectern.domain.sweeps import (
    due_lead,
    is_forgotten,
    is_unverified,
    next_look,
    windows_of_start,
)
from lectern_testing.builders import a_details, a_meeting, an_event

NOW = datetime(2026, 11, 30, 9, tzinfo=UTC)
VERIFY_AFTER = timedelta(hours=6)


def ago(minutes: float) -> datetime:
    return NOW - timedelta(minutes=minutes)


def event(starts_in: timedelta = timedelta(days=3), **changes: Any) -> Event:
    details = a_details(starts_at=NOW + starts_in)
    fields: dict[str, Any] = {"now": ago(60), "details": details, "meeting": a_meeting(details)}
    return an_event(**(fields | changes))


FORGOTTEN = {
    "never started": SyncRecord(requested=1, requested_at=ago(6)),
    "died at work": SyncRecord(
        state=SyncState.SYNCING, requested=1, requested_at=ago(60), lease_until=ago(6)
    ),
    "never woke": SyncRecord(
        state=SyncState.WAITING,
        requested=1,
        requested_at=ago(60),
        next_attempt_at=ago(6),
        waiter=ago(6),
    ),
    "failed for want of a scope": SyncRecord(
        state=SyncState.FAILED,
        requested=1,
        done=1,
        requested_at=ago(1),
        problem=event_problem(EventProblem.SCOPE_MISSING),
    ),
    "failed a while ago": SyncRecord(
        state=SyncState.FAILED, requested=1, done=1, requested_at=ago(31)
    ),
}
TAKEN_CARE_OF = {
    "just asked for": SyncRecord(requested=1, requested_at=ago(1)),
    "at work": SyncRecord(
        state=SyncState.SYNCING, requested=1, requested_at=ago(60), lease_until=ago(-1)
    ),
    "waits": SyncRecord(
        state=SyncState.WAITING, requested=1, requested_at=ago(60), next_attempt_at=ago(-60)
    ),
    "about to wake": SyncRecord(
        state=SyncState.WAITING, requested=1, requested_at=ago(60), waiter=ago(1)
    ),
    "refused just now": SyncRecord(
        state=SyncState.FAILED,
        requested=1,
        done=1,
        requested_at=ago(10),
        problem=event_problem(EventProblem.REJECTED),
    ),
    "done": SyncRecord(state=SyncState.IN_SYNC, requested=1, done=1, requested_at=ago(60)),
}


@pytest.mark.parametrize("name", FORGOTTEN)
def test_what_is_forgotten_is_told(name: str) -> None:
    assert is_forgotten(event(sync=FORGOTTEN[name]), NOW)


@pytest.mark.parametrize("name", TAKEN_CARE_OF)
def test_what_is_taken_care_of_is_told(name: str) -> None:
    assert not is_forgotten(event(sync=TAKEN_CARE_OF[name]), NOW)


def test_a_failure_is_not_tried_for_ever() -> None:
    failed = FORGOTTEN["failed for want of a scope"]
    assert is_forgotten(event(timedelta(days=-7), sync=failed), NOW)
    over = event(timedelta(days=-7, hours=-1), sync=failed)
    assert not is_forgotten(over, NOW)
    assert next_look(over, VERIFY_AFTER, NOW) is None


def in_sync(verified: float, **changes: Any) -> dict[str, Any]:
    record = SyncRecord(
        state=SyncState.IN_SYNC,
        requested=1,
        done=1,
        requested_at=ago(9999),
        last_verified_at=ago(verified),
    )
    return {"sync": record, **changes}


@pytest.mark.parametrize(
    ("starts_in_hours", "verified_hours_ago", "unverified"),
    [
        (2, 5.9, False),
        (2, 6, True),
        (24, 6, True),
        (25, 6, False),
        (25, 24, True),
        (7 * 24, 24, True),
        (7 * 24 + 1, 24, False),
        (30 * 24, 7 * 24 - 1, False),
        (30 * 24, 7 * 24, True),
    ],
)
def test_an_event_is_verified_the_more_seldom_the_further_away_it_is(
    starts_in_hours: float, verified_hours_ago: float, *, unverified: bool
) -> None:
    checked = event(timedelta(hours=starts_in_hours), **in_sync(verified_hours_ago * 60))
    assert is_unverified(checked, VERIFY_AFTER, NOW) == unverified


@pytest.mark.parametrize(
    "changes",
    [
        {"status": Status.CANCELLED},
        {"meeting": None},
        {"phase": Phase.ENDED},
        {"details": a_details(starts_at=ago(9999))},
    ],
    ids=["cancelled", "not at Zoom", "ended", "over by plan"],
)
def test_what_needs_no_verification_is_not_looked_at(changes: dict[str, Any]) -> None:
    left = event(**in_sync(99999), **changes)
    assert not is_unverified(left, VERIFY_AFTER, NOW)
    assert next_look(left, VERIFY_AFTER, NOW) is None


@given(st.integers(-100_000, 100_000), st.integers(0, 100_000), st.integers(0, 100_000))
def test_a_look_that_comes_when_it_was_said_finds_something_to_do(
    starts_in: int, verified: int, verify_after: int
) -> None:
    checked = event(timedelta(minutes=starts_in), **in_sync(verified))
    after = timedelta(minutes=verify_after)
    moment = next_look(checked, after, NOW)
    if moment is not None and not checked.is_over(moment):
        assert is_unverified(checked, after, moment)
        assert not is_unverified(checked, after, moment - timedelta(microseconds=1))


def swept(version: int, minutes: int) -> SyncRecord:
    return SyncRecord(requested_at=NOW, swept=LeadTime(version=version, minutes=minutes))


@pytest.mark.parametrize(
    ("starts_in", "sync", "due"),
    [
        (61, None, None),
        (60, None, 60),
        (59, None, 60),
        (10, None, 10),
        (1, None, 10),
        (0, None, None),
        (-1, None, None),
        (59, swept(1, 60), None),
        (11, swept(1, 60), None),
        (10, swept(1, 60), 10),
        (9, swept(1, 10), None),
        (59, swept(1, 10), None),
        (59, swept(0, 60), 60),
        (9, swept(0, 10), 10),
    ],
)
def test_each_lead_time_is_due_once_for_each_version(
    starts_in: int, sync: SyncRecord | None, due: int | None
) -> None:
    soon = event(timedelta(minutes=starts_in), **({"sync": sync} if sync else {}))
    expected = None if due is None else LeadTime(version=1, minutes=due)
    assert due_lead(soon, (60, 10), NOW) == expected


def test_a_cancelled_event_and_one_without_lead_times_are_not_due() -> None:
    assert due_lead(event(timedelta(minutes=5), status=Status.CANCELLED), (60,), NOW) is None
    assert due_lead(event(timedelta(minutes=5)), (), NOW) is None


@given(
    st.lists(st.integers(1, 200), unique=True, max_size=4),
    st.lists(st.integers(1, 400), max_size=20),
    st.lists(st.integers(1, 60), min_size=1, max_size=12),
)
def test_sweeps_whenever_they_come_find_every_event_at_every_lead_time(
    leads: list[int], starts: list[int], pauses: list[int]
) -> None:
    """Events that never change are found by the windows alone."""
    now, until = NOW, None
    known: tuple[int, ...] = ()
    for pause in pauses:
        now += timedelta(minutes=pause)
        windows = windows_of_start(leads, until, known, now)
        assert all(begin <= end for begin, end in windows)
        assert all(first[1] < second[0] for first, second in pairwise(windows))
        for start in (NOW + timedelta(minutes=minutes) for minutes in starts):
            came = [
                lead
                for lead in leads
                if start - timedelta(minutes=lead) <= now
                and (until is None or start - timedelta(minutes=lead) > until)
            ]
            if came and start > now:
                assert any(begin < start <= end for begin, end in windows)
            if any(begin < start <= end for begin, end in windows):
                assert came
        until, known = now, tuple(leads)


def test_a_new_lead_time_has_come_for_everything_that_starts_in_it() -> None:
    windows = windows_of_start((60, 30), NOW, (60,), NOW + timedelta(minutes=5))
    later = NOW + timedelta(minutes=5)
    assert windows == [
        (later, later + timedelta(minutes=30)),
        (NOW + timedelta(minutes=60), later + timedelta(minutes=60)),
    ]


@pytest.mark.parametrize(
    ("starts_in", "background", "lane"),
    [
        (timedelta(minutes=60), True, Lane.PRE_START),
        (timedelta(minutes=-30), False, Lane.PRE_START),
        (timedelta(minutes=61), False, Lane.EDIT),
        (timedelta(minutes=61), True, Lane.BACKGROUND),
        (timedelta(minutes=-61), True, Lane.BACKGROUND),
    ],
)
def test_what_begins_soon_goes_first_and_what_nobody_asked_for_last(
    starts_in: timedelta, lane: Lane, *, background: bool
) -> None:
    record = SyncRecord(requested_at=NOW, background=background)
    assert lane_of(event(starts_in, sync=record), NOW) is lane
