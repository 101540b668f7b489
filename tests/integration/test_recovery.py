"""The sweep finds what nobody is at work on, and only that."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import boto3
import pytest
from moto import mock_aws

from lectern.domain.event import SyncRecord, SyncState
from lectern.domain.problems import EventProblem, event_problem
from lectern.store.events import EventStore
from lectern.store.table import Table
from lectern.sync.recovery import Recovery, is_forgotten
from lectern_testing.builders import an_event
from lectern_testing.table import make_table

NOW = datetime(2026, 11, 30, 9, tzinfo=UTC)


def ago(minutes: float) -> datetime:
    return NOW - timedelta(minutes=minutes)


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
    "done": SyncRecord(state=SyncState.PENDING, requested=1, done=1, requested_at=ago(60)),
}


@pytest.mark.parametrize("name", FORGOTTEN)
def test_what_is_forgotten_is_told(name):
    assert is_forgotten(an_event(sync=FORGOTTEN[name]), NOW)


@pytest.mark.parametrize("name", TAKEN_CARE_OF)
def test_what_is_taken_care_of_is_told(name):
    assert not is_forgotten(an_event(sync=TAKEN_CARE_OF[name]), NOW)


def test_each_forgotten_event_is_asked_for_again_once():
    with mock_aws():
        client = boto3.client("dynamodb")
        events = EventStore(Table(client, make_table(client)))
        for name, record in (FORGOTTEN | TAKEN_CARE_OF).items():
            events.create(an_event(name.replace(" ", "-"), sync=record))

        assert Recovery(events, NOW).run() == len(FORGOTTEN)
        assert Recovery(events, NOW).run() == 0

        died = events.get("died-at-work")
        assert died is not None
        assert (died.sync.requested, died.sync.state, died.sync.verify) == (2, "pending", True)
        failed = events.get("failed-a-while-ago")
        assert failed is not None
        assert (failed.sync.requested, failed.sync.verify) == (2, False)
