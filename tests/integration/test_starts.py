"""What a batch of the table's changes starts: each event once, and none that nobody has to ask."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import boto3
import pytest
from moto import mock_aws

from lectern.domain.enrollment import Enrollment
from lectern.domain.event import Event
from lectern.store import keys
from lectern.store.events import EventStore
from lectern.store.items import enrollment_item, event_item
from lectern.store.leases import LeaseStore
from lectern.store.table import Change, Table
from lectern.sync.triggers.start import StreamBatch
from lectern_testing.builders import an_enrollment, an_event
from lectern_testing.strategies import NOW
from lectern_testing.table import make_table


class Starts:
    """Stands for Step Functions; notes for which request of an event an execution is started."""

    def __init__(self) -> None:
        self.made: list[tuple[str, int]] = []
        self.broken: set[str] = set()

    def start(self, event: Event) -> None:
        if event.event_id in self.broken:
            raise ConnectionError
        self.made.append((event.event_id, event.sync.requested))


class Dispatch:
    """Batches of changes of two stored events."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.events = EventStore(table)
        self.starts = Starts()
        self.slept: list[float] = []
        for name in ("ev-1", "ev-2"):
            self.events.create(an_event(event_id=name, now=NOW))

    def batch(self, *changes: Event | Enrollment) -> list[str]:
        """Works off changes, each of something that was not there before."""
        batch = StreamBatch(self.events, self.starts, lambda: NOW, self.sleep)  # type: ignore[arg-type]
        for number, each in enumerate(changes, 1):
            item = event_item(each) if isinstance(each, Event) else enrollment_item(each)
            there = {name: value for name, value in item.items() if value is not None}
            batch.changed(str(number), None, there)
        return batch.start()

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)

    def asked(self, request: str | None = None, event_id: str = "ev-1") -> Event:
        """The event once it was asked for by a request to the API."""
        event = self.events.request_sync(event_id, NOW, asked_in=request)
        assert event is not None
        return event

    def requested(self, event_id: str = "ev-1") -> int:
        event = self.events.get(event_id)
        assert event is not None
        return event.sync.requested


@pytest.fixture
def dispatch() -> Iterator[Dispatch]:
    with mock_aws():
        client = boto3.client("dynamodb", region_name="eu-west-1")
        yield Dispatch(Table(client, make_table(client)))


def changed_in(request: str | None, user: str = "kim", event_id: str = "ev-1") -> Enrollment:
    enrolled = an_enrollment(user, now=NOW)
    return enrolled.model_copy(update={"event_id": event_id, "changed_in": request})


def test_a_burst_starts_one_execution_for_its_last_request(dispatch: Dispatch) -> None:
    asked = [dispatch.asked("a"), dispatch.asked("b"), dispatch.asked("c")]

    assert dispatch.batch(*asked) == []

    assert dispatch.starts.made == [("ev-1", asked[-1].sync.requested)]
    assert dispatch.slept == []


def test_what_was_taken_up_since_it_was_asked_for_needs_no_execution(dispatch: Dispatch) -> None:
    """Whoever took the lease sees the request before giving it back, or has."""
    asked = dispatch.asked("a"), dispatch.asked("a", "ev-2")
    leases = LeaseStore(dispatch.table)
    leases.take_lease("ev-1", "somebody", NOW, NOW + timedelta(minutes=1))
    done = {"sync_done": asked[1].sync.requested}
    dispatch.table.update(keys.event("ev-2"), Change(set=done))

    assert dispatch.batch(*asked) == []
    assert dispatch.starts.made == []

    later = dispatch.asked("b", "ev-2")
    dispatch.batch(later)
    assert dispatch.starts.made == [("ev-2", later.sync.requested)]


def test_a_lease_that_has_ended_keeps_nothing_from_being_started(dispatch: Dispatch) -> None:
    asked = dispatch.asked("a")
    LeaseStore(dispatch.table).take_lease("ev-1", "dead", NOW - timedelta(hours=1), NOW)
    dispatch.batch(asked)
    assert dispatch.starts.made == [("ev-1", asked.sync.requested)]


def test_whoever_changed_people_and_asked_needs_nobody_to_ask_again(dispatch: Dispatch) -> None:
    people = changed_in("a"), changed_in("a", "lee"), changed_in("b", "max")
    asked = dispatch.asked("a"), dispatch.asked("b")
    before = dispatch.requested()

    dispatch.batch(people[0], people[1], asked[0], people[2], asked[1])

    assert (dispatch.requested(), dispatch.slept) == (before, [])
    assert dispatch.starts.made == [("ev-1", before)]


def test_who_asked_in_a_later_batch_needs_nobody_either(dispatch: Dispatch) -> None:
    dispatch.asked("a")
    before = dispatch.requested()

    dispatch.batch(changed_in("a"))

    assert (dispatch.requested(), dispatch.slept, dispatch.starts.made) == (before, [], [])


def test_a_request_that_is_about_to_ask_is_waited_for(
    dispatch: Dispatch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dispatch, "sleep", lambda _seconds: dispatch.asked("a"))
    before = dispatch.requested()

    dispatch.batch(changed_in("a"))

    assert dispatch.requested() == before + 1


@pytest.mark.parametrize("request_id", ["a", None])
def test_a_request_that_died_before_it_asked_is_asked_for(
    dispatch: Dispatch, request_id: str | None
) -> None:
    dispatch.asked("another")
    before = dispatch.requested()

    assert dispatch.batch(changed_in(request_id), changed_in(request_id, "lee")) == []

    assert dispatch.requested() == before + 1
    assert len(dispatch.slept) == 1


def test_whoever_holds_the_lease_sees_the_request(dispatch: Dispatch) -> None:
    asked = dispatch.asked("a")
    held = {"lease_owner": "one", "lease_until": NOW + timedelta(minutes=1)}
    leased = asked.model_copy(update={"sync": asked.sync.model_copy(update=held)})

    dispatch.batch(leased)

    assert dispatch.starts.made == []


def test_an_event_that_could_not_be_started_comes_again_from_its_first_record(
    dispatch: Dispatch,
) -> None:
    dispatch.starts.broken = {"ev-1"}
    other = dispatch.asked("x", "ev-2")

    failed = dispatch.batch(changed_in("a"), other, dispatch.asked("a"), dispatch.asked("b"))

    assert failed == ["1"]
    assert dispatch.starts.made == [("ev-2", other.sync.requested)]
