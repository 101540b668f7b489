"""The outbox is one sequence of which a reader misses nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from lectern.domain.notifications import Notification, NotificationType
from lectern.store import outbox_keys
from lectern.store.enrollments import EnrollmentStore
from lectern.store.outbox import OutboxStore
from lectern.store.outbox_end import KEPT_FOR
from lectern.store.outbox_items import OutboxEntry, Position, Told
from lectern.store.shards import SHARDS, shards_of
from lectern.store.table import (
    Change,
    Expression,
    Item,
    PutsConflict,
    QueryPage,
    Table,
    in_partition,
)

NOW = datetime(2026, 11, 30, 9, tzinfo=UTC)


def told(name: str, **changes: Any) -> Told:
    fields = {"type": NotificationType.EVENT_READY, "event_id": "ev-1", "once": name}
    notification = Notification(**(fields | changes))
    return Told(notification.identifier(name), notification)


@pytest.fixture
def outbox(table: Table) -> OutboxStore:
    return OutboxStore(table, lambda _seconds: None)


def names(entries: list[OutboxEntry]) -> list[str]:
    return [entry.notification.once for entry in entries]


def kept_at(outbox: OutboxStore, position: Position) -> tuple[OutboxEntry, ...]:
    page = outbox.read(position)
    return page.entries if page else ()


def everything(outbox: OutboxStore, *, limit: int = 3, now: datetime = NOW) -> list[OutboxEntry]:
    found: list[OutboxEntry] = []
    while page := outbox.page(found[-1].position if found else None, limit, now):
        found += page
    return found


def test_notifications_are_read_in_the_order_in_which_they_were_written(
    outbox: OutboxStore,
) -> None:
    written = [told(str(n)) for n in range(60)]
    outbox.append(written[:2], NOW)
    outbox.append(written[2:], NOW)
    found = everything(outbox)
    assert [Told(each.identifier, each.notification) for each in found] == written
    assert [each.position.number for each in found] == list(range(1, 61))
    assert kept_at(outbox, found[7].position) == (found[7],)


def test_what_was_written_is_not_written_again(outbox: OutboxStore) -> None:
    outbox.append([told("a"), told("b")], NOW)
    outbox.append([told("b"), told("c"), told("a"), told("c")], NOW)
    outbox.append([told("c")], NOW)
    outbox.append([], NOW)
    assert names(everything(outbox)) == ["a", "b", "c"]


def test_a_reader_that_waits_gets_what_comes_later_whatever_the_clocks_say(
    outbox: OutboxStore,
) -> None:
    midnight = datetime(2026, 12, 1, tzinfo=UTC)
    outbox.append([told("before")], midnight - timedelta(seconds=1))
    outbox.append([told("after")], midnight + timedelta(seconds=1))
    (_, last) = everything(outbox, now=midnight)
    outbox.append([told("by a slow clock")], midnight - timedelta(seconds=2))
    later = outbox.page(last.position, 50, midnight + timedelta(minutes=1))
    assert names(later) == ["by a slow clock"]


def test_writers_who_meet_leave_no_hole(
    table: Table, outbox: OutboxStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    read, rivals = outbox._end.counter, [told("rival 1"), told("rival 2")]

    def read_and_be_overtaken() -> Item:
        seen = read()
        if rivals:
            rival = OutboxStore(table, lambda _seconds: None)
            rival.append([rivals.pop(0)], NOW + timedelta(days=len(rivals)))
        return seen

    monkeypatch.setattr(outbox._end, "counter", read_and_be_overtaken)
    outbox.append([told("a"), told("b")], NOW)
    monkeypatch.undo()
    found = everything(outbox, now=NOW + timedelta(days=1))
    assert names(found) == ["rival 1", "rival 2", "a", "b"]
    assert [each.position.number for each in found] == [1, 2, 3, 4]


def test_a_reader_stops_before_what_is_not_visible_yet(table: Table, outbox: OutboxStore) -> None:
    outbox.append([told("a"), told("b"), told("c")], NOW)
    missing = outbox_keys.outbox_entry("2026-11-30", 2)
    hidden = table.get(missing)
    assert hidden
    table.delete(missing)
    assert names(outbox.page(None, 50, NOW)) == ["a"]
    assert names(outbox.page(Position(day="2026-11-30", number=1), 50, NOW)) == []
    table.put(hidden)
    assert names(outbox.page(None, 50, NOW)) == ["a", "b", "c"]


def test_a_reader_misses_nothing_that_is_written_between_its_reads(
    table: Table, outbox: OutboxStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A partition that was read before holds a number below one that is read after."""
    query, read = table.query, []

    def queried(condition: Expression, **asked: Any) -> QueryPage:
        page = query(condition, **asked)
        read.append(condition.values[":shard"])
        if len(read) == 2:
            outbox.append([told(f"late {n}") for n in range(SHARDS)], NOW)
        return page

    outbox.append([told(str(n)) for n in range(SHARDS - 1)], NOW)
    monkeypatch.setattr(table, "query", queried)
    early = outbox.page(None, 50, NOW)
    monkeypatch.undo()
    assert len(set(read)) == SHARDS
    assert names(early) == [str(n) for n in range(SHARDS - 1)]
    later = outbox.page(early[-1].position, 50, NOW)
    assert names(later) == [f"late {n}" for n in range(SHARDS)]


def test_what_was_written_while_a_day_was_one_partition_stays_in_its_place(
    table: Table, outbox: OutboxStore
) -> None:
    outbox.append([told(str(n)) for n in range(9)], NOW)
    for entry in everything(outbox)[:5]:
        key = outbox_keys.outbox_entry(entry.position.day, entry.position.number)
        item = table.get(key)
        assert item
        table.delete(key)
        table.put({**item, "PK": "OUTBOX#2026-11-30"})

    found = everything(outbox)
    assert names(found) == [str(n) for n in range(9)]
    assert [kept_at(outbox, entry.position) for entry in found] == [(each,) for each in found]


def test_the_notifications_of_a_day_are_spread_over_its_partitions(
    table: Table, outbox: OutboxStore
) -> None:
    outbox.append([told(str(n)) for n in range(4 * SHARDS)], NOW)
    for shard in shards_of("OUTBOX#2026-11-30"):
        assert len(list(table.query_all(in_partition(shard)))) == 4


def test_what_a_person_was_erased_of_is_no_end(outbox: OutboxStore) -> None:
    outbox.append([told("a"), told("b", user_id="u-1"), told("c", user_id="u-2")], NOW)
    outbox.forget("u-1", "ev-1")
    outbox.forget("u-2", "ev-2")
    assert names(everything(outbox, now=NOW + timedelta(minutes=1))) == ["a", "c"]


def test_one_that_cannot_be_read_is_no_end(table: Table, outbox: OutboxStore) -> None:
    outbox.append([told("a"), told("b"), told("c")], NOW)
    where = outbox_keys.outbox_entry(f"{NOW:%Y-%m-%d}", 2)
    table.update(where, Change(set={"notification": {"type": "of a later release"}}))

    assert names(everything(outbox, now=NOW + timedelta(minutes=1))) == ["a", "c"]


def test_notifications_are_kept_for_thirty_days(table: Table, outbox: OutboxStore) -> None:
    outbox.append([told("old")], NOW)
    outbox.append([told("new")], NOW + timedelta(days=29))
    item = table.get(outbox_keys.outbox_entry("2026-11-30", 1))
    assert item
    assert item["ttl"] == int((NOW + KEPT_FOR).timestamp())
    assert names(outbox.page(None, 50, NOW + timedelta(days=29))) == ["old", "new"]
    assert names(outbox.page(None, 50, NOW + timedelta(days=31))) == ["new"]
    ancient = Position(day="2020-01-01", number=0)
    assert names(outbox.page(ancient, 50, NOW + timedelta(days=31))) == ["new"]


def test_a_counter_that_always_moves_is_a_fault_that_passes(
    table: Table, outbox: OutboxStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    outbox.append([told("a")], NOW)
    monkeypatch.setattr(outbox._end, "counter", dict)
    with pytest.raises(PutsConflict):
        outbox.append([told("b")], NOW)
    monkeypatch.undo()
    outbox.append([told("b")], NOW)
    assert names(everything(outbox)) == ["a", "b"]


def test_a_page_of_enrollments_has_no_notifications_in_it(
    table: Table, outbox: OutboxStore
) -> None:
    outbox.append([told("a", user_id="u-1")], NOW)
    assert EnrollmentStore(table).page_of_user("u-1", limit=10) == ([], None)
