"""The sweeps find what is due, have it worked on once, and read nothing else."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import boto3
import pytest
from boto3.dynamodb.types import TypeSerializer
from moto import mock_aws
from moto.dynamodb.models import dynamodb_backends
from moto.dynamodb.models.dynamo_type import DynamoType, Item

from lectern.domain.event import Event, LeadTime, Status, SyncRecord, SyncState
from lectern.domain.problems import EventProblem, event_problem
from lectern.domain.settings import AccessValidation, Settings
from lectern.store.events import EventStore
from lectern.store.items import event_item
from lectern.store.keys import look, stamp
from lectern.store.leases import LeaseStore
from lectern.store.settings import SettingsStore
from lectern.store.shards import SHARDS
from lectern.store.sweeps import SweepStore
from lectern.store.table import Table
from lectern.sync.triggers import background_sweep
from lectern.sync.triggers.background_sweep import BackgroundSweep
from lectern.sync.triggers.pre_event_sweep import PreEventSweep
from lectern_testing.builders import a_details, a_meeting, an_event
from lectern_testing.table import TABLE_NAME, make_table

NOW = datetime(2026, 11, 30, 9, tzinfo=UTC)
VERIFY_AFTER = timedelta(hours=6)
READ_UNIT = 4096


@cache
def dynamodb() -> Any:
    """Clients take longer to build than most tests take to run; they hold no state."""
    return boto3.Session(region_name="eu-west-1").client("dynamodb")


class Metered:
    """A DynamoDB client that counts what is read, in DynamoDB's read units.

    A query costs what its key condition matches; of what is got, each item costs by itself. What is
    read consistently costs one for each 4 KB begun, otherwise half of it.
    """

    def __init__(self) -> None:
        self.items = 0
        self.units = 0.0

    def __getattr__(self, name: str) -> Any:
        return getattr(dynamodb(), name)

    def query(self, **request: Any) -> Any:
        answer = dynamodb().query(**request)
        assert "FilterExpression" not in request
        size = sum(map(_size, answer["Items"]))
        self._count(len(answer["Items"]), size, consistent=request.get("ConsistentRead", False))
        return answer

    def get_item(self, **request: Any) -> Any:
        answer = dynamodb().get_item(**request)
        self._count(1, _size(answer.get("Item", {})), consistent=True)
        return answer

    def batch_get_item(self, **request: Any) -> Any:
        answer = dynamodb().batch_get_item(**request)
        for item in answer["Responses"][TABLE_NAME]:
            self._count(1, _size(item), consistent=True)
        return answer

    def _count(self, items: int, size: int, *, consistent: bool) -> None:
        self.items += items
        self.units += max(1, -(-size // READ_UNIT)) * (1 if consistent else 0.5)


def _size(item: Any) -> int:
    return len(json.dumps(item))


class Platform:
    """Events, and the sweeps."""

    def __init__(self) -> None:
        self.moment = NOW
        self.meter = Metered()
        make_table(dynamodb())
        table = Table(self.meter, TABLE_NAME)  # type: ignore[arg-type]
        self.events = EventStore(table)
        self.leases = LeaseStore(table)
        self.settings = SettingsStore(table)
        self.background = BackgroundSweep(self.events, VERIFY_AFTER, lambda: self.moment)
        self.pre_event = PreEventSweep(
            self.events, self.settings, SweepStore(table), lambda: self.moment
        )

    def put(self, event_id: str, starts_in: timedelta, **changes: Any) -> Event:
        """Stores an event."""
        details = a_details(starts_at=self.moment + starts_in)
        event = an_event(event_id, now=self.moment, details=details, **changes)
        self.events.create(event)
        return event

    def synchronise(self, event_id: str) -> None:
        """What the workflow does in the end: the event is in sync, and was just verified."""
        event = self.events.get(event_id)
        assert event
        self.leases.take_lease(event_id, "run", self.moment, self.moment + timedelta(minutes=1))
        meeting = a_meeting(event.details)
        self.leases.held_by(event_id, "run").record_meeting(meeting, ())
        self.leases.held_by(event_id, "run").record_verified(event.sync.requested, self.moment)
        assert self.leases.held_by(event_id, "run").finish(
            event.planned,
            participants=event.participants,
            problem=None,
            look_at=self.moment + VERIFY_AFTER,
            now=self.moment,
        )

    def change(self, event_id: str, **details: Any) -> None:
        """A new version, as the LMS makes it."""
        event = self.events.get(event_id)
        assert event
        changed = event.details.model_copy(update=details)
        pending = event.sync.model_copy(update={"state": SyncState.PENDING})
        new = event.model_copy(
            update={"version": event.version + 1, "details": changed, "sync": pending}
        )
        self.events.replace_desired(new, was_version=event.version)

    def leads(self, *minutes: int) -> None:
        _, revision = self.settings.get()
        validation = AccessValidation(lead_minutes=minutes)
        self.settings.put(Settings(access_validation=validation), was_revision=revision)

    def sweep_before(self) -> int:
        """Runs the pre-event sweep; says for how many events."""
        return self.pre_event.run()["swept"]


@pytest.fixture
def platform() -> Iterator[Platform]:
    with mock_aws():
        yield Platform()


STALE = SyncRecord(state=SyncState.SYNCING, requested=1, requested_at=NOW - timedelta(hours=1))


def test_an_event_that_cannot_be_read_holds_up_no_other(
    platform: Platform, caplog: pytest.LogCaptureFixture
) -> None:
    for event_id in ("a", "broken", "c"):
        platform.put(event_id, timedelta(minutes=5), sync=STALE)
    dynamodb().update_item(
        TableName=TABLE_NAME,
        Key={"PK": {"S": "EVENT#broken"}, "SK": {"S": "EVENT"}},
        UpdateExpression="SET details = :broken",
        ExpressionAttributeValues={":broken": {"S": "{"}},
    )
    platform.leads(10)

    assert platform.background.run()["restarted"] == 2
    assert platform.sweep_before() == 2
    assert "event cannot be read: EVENT#broken" in caplog.text


def test_what_is_forgotten_is_asked_for_again_once(platform: Platform) -> None:
    platform.put("died", timedelta(days=2), sync=STALE)
    failed = SyncRecord(
        state=SyncState.FAILED,
        requested=1,
        done=1,
        requested_at=NOW - timedelta(minutes=31),
        problem=event_problem(EventProblem.REJECTED),
        look_at=NOW - timedelta(minutes=1),
    )
    platform.put("failed", timedelta(days=2), sync=failed)
    platform.put("just asked for", timedelta(days=2))

    assert platform.background.run() == {"restarted": 2, "verified": 0}
    assert platform.background.run() == {"restarted": 0, "verified": 0}

    died, tried = platform.events.get("died"), platform.events.get("failed")
    assert died
    assert tried
    assert (died.sync.requested, died.sync.state, died.sync.verify) == (2, "pending", True)
    assert (tried.sync.requested, tried.sync.verify, tried.sync.background) == (2, False, True)


def test_who_is_at_work_is_asked_for_again_when_they_should_be_done(platform: Platform) -> None:
    lease = SyncRecord(
        state=SyncState.SYNCING,
        requested=1,
        requested_at=NOW - timedelta(hours=1),
        lease_until=NOW + timedelta(minutes=10),
    )
    platform.put("at work", timedelta(days=2), sync=lease)
    assert platform.background.run()["restarted"] == 0
    platform.meter.items = 0
    platform.moment += timedelta(minutes=14)
    assert platform.background.run()["restarted"] == 0
    # Whoever is at work is found in the index, and looked at.
    assert platform.meter.items == 2
    platform.moment += timedelta(minutes=1)
    assert platform.background.run()["restarted"] == 1


def test_what_was_not_verified_for_long_is_verified_after_all_else(platform: Platform) -> None:
    platform.put("ev-1", timedelta(hours=20))
    platform.synchronise("ev-1")
    assert platform.background.run()["verified"] == 0
    platform.moment += VERIFY_AFTER
    assert platform.background.run()["verified"] == 1
    assert platform.background.run()["verified"] == 0
    event = platform.events.get("ev-1")
    assert event
    assert event.sync.verify
    assert event.sync.background
    platform.change("ev-1", title="Edited")
    edited = platform.events.get("ev-1")
    assert edited
    assert not edited.sync.background, "an edit goes before what nobody waits for"


def test_a_verification_does_not_come_in_the_way_of_a_change(platform: Platform) -> None:
    platform.put("ev-1", timedelta(hours=20))
    platform.synchronise("ev-1")
    read = platform.events.get("ev-1")
    assert read
    platform.change("ev-1", title="Edited")
    assert platform.events.request_verification(read, NOW) is None
    platform.events.look_at(read, None)
    platform.moment += timedelta(minutes=6)
    assert platform.background.run()["restarted"] == 1


def test_verifications_are_shared_out_over_sweeps(
    platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(background_sweep, "VERIFICATIONS", 2)
    for n in range(3):
        platform.put(f"ev-{n}", timedelta(hours=20))
        platform.synchronise(f"ev-{n}")
    platform.moment += VERIFY_AFTER
    assert [platform.background.run()["verified"] for _ in range(3)] == [2, 1, 0]


def test_each_lead_time_of_each_version_is_swept_once(platform: Platform) -> None:
    platform.put("ev-1", timedelta(minutes=90))
    swept = []
    for minute in range(0, 100, 5):
        platform.moment = NOW + timedelta(minutes=minute)
        if platform.sweep_before():
            event = platform.events.get("ev-1")
            assert event
            assert event.sync.verify
            swept.append((minute, event.sync.swept))
    assert swept == [
        (30, LeadTime(version=1, minutes=60)),
        (80, LeadTime(version=1, minutes=10)),
    ]


def test_a_new_version_is_swept_anew_also_where_it_is_moved(platform: Platform) -> None:
    platform.put("ev-1", timedelta(minutes=30))
    assert [platform.sweep_before(), platform.sweep_before()] == [1, 0]
    platform.change("ev-1", title="Edited")
    assert [platform.sweep_before(), platform.sweep_before()] == [1, 0]
    platform.change("ev-1", starts_at=NOW + timedelta(hours=5))
    assert platform.sweep_before() == 0
    platform.moment += timedelta(hours=4)
    assert [platform.sweep_before(), platform.sweep_before()] == [1, 0]
    platform.change("ev-1", starts_at=platform.moment + timedelta(minutes=5))
    assert [platform.sweep_before(), platform.sweep_before()] == [1, 0]


def test_cancelled_events_and_those_that_began_are_not_swept(platform: Platform) -> None:
    platform.put("began", timedelta(minutes=-1))
    event = platform.put("cancelled", timedelta(minutes=5))
    cancelled = event.model_copy(update={"status": Status.CANCELLED, "version": 2})
    platform.events.replace_desired(cancelled, was_version=1)
    platform.meter.items = 0
    assert platform.sweep_before() == 0
    # The settings, how far the last sweep came, and the cancelled event in the window of its start.
    assert platform.meter.items == 2 + 2


def test_another_lead_time_counts_for_what_starts_within_it(platform: Platform) -> None:
    for hours in (1, 3, 30):
        platform.put(f"in-{hours}", timedelta(hours=hours))
    assert platform.sweep_before() == 1
    platform.leads(60, 240)
    platform.moment += timedelta(minutes=1)
    assert platform.sweep_before() == 1
    platform.leads()
    assert platform.sweep_before() == 0


def test_sweeps_that_were_missed_are_made_up_for(platform: Platform) -> None:
    platform.put("ev-1", timedelta(minutes=200))
    assert platform.sweep_before() == 0
    platform.moment += timedelta(minutes=195)
    assert platform.sweep_before() == 1


def test_two_sweeps_at_once_sweep_an_event_once(platform: Platform) -> None:
    event = platform.put("ev-1", timedelta(minutes=30))
    lead = LeadTime(version=1, minutes=60)
    assert platform.events.sweep_before_start(event, lead, NOW)
    assert platform.events.sweep_before_start(event, lead, NOW) is None


def put_quiet_events(count: int) -> None:
    """Puts whole events into moto's memory that are in sync, and due for no sweep."""
    backend = dynamodb_backends["123456789012"]["eu-west-1"]
    rows = backend.get_table(TABLE_NAME).items
    record = SyncRecord(
        state=SyncState.IN_SYNC,
        requested=1,
        done=1,
        requested_at=NOW,
        last_verified_at=NOW,
        look_at=NOW + timedelta(days=1),
    )
    shared = _attributes(event_item(an_event(now=NOW, sync=record)))
    for n in range(count):
        event_id = f"quiet-{n}"
        by_start = DynamoType({"S": f"{stamp(NOW + timedelta(days=2, minutes=n))}#{event_id}"})
        look_at = look(event_id, NOW + timedelta(days=1, seconds=n))["GSI5SK"]
        item = object.__new__(Item)
        item.hash_key, item.range_key = DynamoType({"S": f"EVENT#{event_id}"}), shared["SK"]
        item.attrs = shared | dict.fromkeys(("GSI1SK", "GSI2SK"), by_start)
        item.attrs |= {"PK": item.hash_key, "GSI5SK": DynamoType({"S": look_at})}
        rows[item.hash_key][item.range_key] = item


def _attributes(item: Any) -> dict[str, DynamoType]:
    serialize = TypeSerializer().serialize
    return {name: DynamoType(serialize(value)) for name, value in item.items() if value is not None}


@pytest.mark.parametrize(
    "events", [10_000, pytest.param(100_000, marks=pytest.mark.thorough, id="a hundred thousand")]
)
def test_of_many_events_only_the_due_ones_are_read(platform: Platform, events: int) -> None:
    put_quiet_events(events)
    for n in range(20):
        platform.put(f"soon-{n}", timedelta(minutes=30 + n))
        platform.put(f"left-{n}", timedelta(days=9), sync=STALE)

    platform.meter.units = 0
    assert platform.sweep_before() == 20
    assert 20 <= platform.meter.units <= 25 + SHARDS

    platform.meter.units = 0
    # Those that were just asked for are looked through as well, being at work.
    assert platform.background.run() == {"restarted": 20, "verified": 0}
    assert 40 <= platform.meter.units <= 45 + 2 * SHARDS
