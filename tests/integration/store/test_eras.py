"""What is counted up in the table stays unique when the table goes back to an earlier moment."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from lectern.domain.notifications import Notification, NotificationType
from lectern.domain.timeline import EntryKind, Fact
from lectern.executions import Executions
from lectern.store import outbox_keys
from lectern.store.eras import era_of_stream
from lectern.store.outbox import OutboxStore
from lectern.store.outbox_items import Told
from lectern.store.table import Table
from lectern.store.timeline import Happened, TimelineStore, place_of

NOW = datetime(2030, 3, 17, 9, tzinfo=UTC)
ARN = "arn:aws:dynamodb:eu-west-1:123456789012:table/lectern/stream/2030-03-10T07:00:00.123"
LATER_ARN = "arn:aws:dynamodb:eu-west-1:123456789012:table/restored/stream/2030-03-17T08:59:00.5"
FIRST, SECOND = era_of_stream(ARN), era_of_stream(LATER_ARN)


def told(name: str) -> Told:
    return Told(name, Notification(type=NotificationType.EVENT_READY, event_id="ev-1", once=name))


def test_an_era_is_when_the_stream_began() -> None:
    assert datetime.fromtimestamp(FIRST, UTC) == datetime(2030, 3, 10, 7, tzinfo=UTC)
    assert SECOND > FIRST
    assert era_of_stream(None) == era_of_stream("arn:aws:sqs:eu-west-1:1:queue") == 0


def test_a_reader_of_the_former_table_misses_nothing_that_the_restored_one_tells(
    table: Table,
) -> None:
    outbox = OutboxStore(table, lambda _seconds: None)
    outbox.append([told("a")], NOW, FIRST)
    counter = table.get(outbox_keys.outbox_counter())
    assert counter is not None
    outbox.append([told(str(n)) for n in range(5)], NOW, FIRST)
    read = outbox.page(None, 50, NOW)
    assert len(read) == 6
    for entry in read[1:]:
        table.delete(outbox_keys.outbox_entry(entry.position.day, entry.position.number))
    table.put(counter)

    later = NOW + timedelta(hours=1)
    outbox.append([told("b"), told("c")], later, SECOND)
    outbox.append([told("d")], later, SECOND)

    after_it = outbox.page(read[-1].position, 50, later)
    assert [each.identifier for each in after_it] == ["b", "c", "d"]
    assert [each.identifier for each in outbox.page(None, 50, later)] == ["a", "b", "c", "d"]


def test_a_reader_still_stops_before_what_is_not_visible_yet_of_an_era(table: Table) -> None:
    outbox = OutboxStore(table, lambda _seconds: None)
    outbox.append([told("a"), told("b"), told("c")], NOW, FIRST)
    entries = outbox.page(None, 50, NOW)
    hidden = entries[1].position
    table.delete(outbox_keys.outbox_entry(hidden.day, hidden.number))
    assert [each.identifier for each in outbox.page(None, 50, NOW)] == ["a"]
    later = NOW + timedelta(minutes=1)
    assert [each.identifier for each in outbox.page(None, 50, later)] == ["a", "c"]


def test_a_counter_of_the_time_before_eras_leaps_once(table: Table) -> None:
    outbox = OutboxStore(table, lambda _seconds: None)
    outbox.append([told("a")], NOW)
    outbox.append([told("b")], NOW, FIRST)
    outbox.append([told("c")], NOW, FIRST)
    numbers = [each.position.number for each in outbox.page(None, 50, NOW)]
    assert numbers == [1, numbers[1], numbers[1] + 1]


def test_the_entries_of_a_timeline_count_on_in_a_stream_whose_numbers_are_lower(
    table: Table,
) -> None:
    timeline = TimelineStore(table)
    fact = Fact(
        kind=EntryKind.CHANGE, event_id="ev-1", code="people_enrolled", message="m", cause="v1"
    )
    for number, era in ((900, FIRST), (901, FIRST), (5, SECOND), (5, SECOND)):
        place = place_of(number, 0, era)
        timeline.add(Happened(fact.identifier("any"), fact, NOW, places=(place,)))
    [entry], _ = timeline.page("ev-1", after=None, limit=10)
    assert entry.count == 3


class Starts:
    """Stands for Step Functions, which refuses a name for 90 days."""

    class exceptions:  # noqa: N801 - a client has them under this name
        ExecutionAlreadyExists = KeyError

    def __init__(self) -> None:
        self.names: list[str] = []

    def start_execution(self, *, name: str, **_: Any) -> None:
        if name in self.names:
            raise KeyError(name)
        self.names.append(name)


def test_what_is_asked_for_again_after_a_restore_has_an_execution_of_its_own() -> None:
    client: Any = Starts()
    for era in (FIRST, FIRST, SECOND):
        Executions(client, "arn", era).start("ev-1-7", {"event_id": "ev-1"})
    assert len(client.names) == 2
    Executions(client, "arn", SECOND).start("x" * 70, {})
    assert max(map(len, client.names)) <= 80
