"""Whoever tells something may be stopped, or overtaken, at any write: it is told once, in order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

import pytest

from lectern.domain.notifications import Notification, NotificationType
from lectern.store import outbox_keys
from lectern.store.outbox import OutboxStore
from lectern.store.outbox_items import OutboxEntry, Position, Told
from lectern.store.table import Change, Table
from lectern_testing.aws.watched import Stopped, Watched

EVENING = datetime(2026, 11, 30, 23, 59, tzinfo=UTC)
MORNING = EVENING + timedelta(minutes=2)
LATER = MORNING + timedelta(minutes=1)
ERA = 1_900_000_000
MOST_WRITES = 30

Write = Callable[[], None]


@pytest.fixture
def is_enumerated() -> bool:
    return True


def told(*names: str) -> list[Told]:
    """What is told of an event; of a person by names such as ``p1``, read off the first change."""
    return [
        Told(
            name,
            Notification(
                type=NotificationType.EVENT_READY,
                event_id="ev-1",
                user_id=name if name.startswith("p") else "u-1",
                once="" if name.startswith("p") else name,
            ),
            int(name[1:]) if name.startswith("p") else 0,
        )
        for name in names
    ]


def a_store(table: Table) -> OutboxStore:
    return OutboxStore(table, lambda _seconds: None)


def everything(table: Table) -> list[OutboxEntry]:
    return a_store(table).page(None, 200, LATER)


def names(table: Table) -> list[str]:
    return [entry.identifier for entry in everything(table)]


def numbers(table: Table) -> list[int]:
    return [entry.position.number for entry in everything(table)]


@pytest.fixture
def watched(table: Table) -> Watched:
    return Watched(table._client, table._name)


def begun(table: Table) -> None:
    """An outbox of the evening before, which the morning's first notification has to go on."""
    a_store(table).append(told("a"), EVENING)
    a_store(table).append(told("b", "c"), EVENING)


def fresh(table: Table) -> Table:
    """The table as it would be without what a run before left: nothing of the outbox."""
    found = table._client.scan(TableName=table._name)["Items"]
    for item in found:
        table._client.delete_item(TableName=table._name, Key={"PK": item["PK"], "SK": item["SK"]})
    return table


def at_each_write(watched: Watched, write: Write, happens: Callable[[], None]) -> int:
    """Has something happen before each write in turn; how many there are."""
    for point in range(1, MOST_WRITES):
        fresh(watched)
        watched.before = lambda _: None
        begun(watched)
        watched.writes = 0
        happened: list[int] = []

        def interfere(n: int, point: int = point, happened: list[int] = happened) -> None:
            if n == point:
                happened.append(n)
                watched.before = lambda _: None
                happens()

        watched.before = interfere
        write()
        if not happened:
            return point - 1
    raise AssertionError(MOST_WRITES)


BATCHES = [("d",), ("d", "e", "f"), ("p1",), ("p1", "p2", "p3"), ("p1", "d", "p2", "p3")]
SPLITS: dict[str, Callable[[Sequence[str]], list[Sequence[str]]]] = {
    "as a whole": lambda batch: [batch],
    "one by one": lambda batch: [(each,) for each in batch],
    "the end of it first": lambda batch: [batch[1:], batch],
}
"""How a batch comes again: Lambda halves one that failed, and begins with what failed."""


@pytest.mark.parametrize("split", SPLITS)
@pytest.mark.parametrize("batch", BATCHES)
@pytest.mark.parametrize("era", [0, ERA])
def test_who_is_stopped_at_any_write_and_begins_anew_tells_each_once(
    watched: Watched, batch: Sequence[str], era: int, split: str
) -> None:
    store = a_store(watched)

    def stop() -> None:
        raise Stopped

    def write() -> None:
        try:
            store.append(told(*batch), MORNING, era)
        except Stopped:
            # Somebody else writes first, then the batch comes again.
            a_store(watched).append(told("rival"), MORNING, era)
            for part in SPLITS[split](batch):
                store.append(told(*part), MORNING, era)
        found = names(watched)
        assert sorted(found) == sorted({"a", "b", "c", *batch, *(["rival"] * ("rival" in found))})
        if split == "as a whole":
            assert [name for name in found if name in batch] == list(batch)
        counter = store._end.counter()
        assert counter["last"] == numbers(watched)[-1]
        assert era or numbers(watched) == list(range(1, len(found) + 1))

    assert at_each_write(watched, write, stop) >= 3


@pytest.mark.parametrize("batch", BATCHES)
@pytest.mark.parametrize("own", [EVENING, MORNING])
@pytest.mark.parametrize("rivals", [EVENING, MORNING])
def test_who_is_overtaken_at_any_write_leaves_no_hole(
    watched: Watched, batch: Sequence[str], own: datetime, rivals: datetime
) -> None:
    def overtake() -> None:
        for each in (told("rival 1"), told("rival 2", "rival 3")):
            a_store(watched).append(each, rivals)

    def write() -> None:
        a_store(watched).append(told(*batch), own)
        found = names(watched)
        assert set(batch) <= set(found)
        assert len(set(found)) == len(found) == len(numbers(watched))
        assert numbers(watched) == list(range(1, len(found) + 1))

    assert at_each_write(watched, write, overtake) >= 2


@pytest.mark.parametrize("split", SPLITS)
@pytest.mark.parametrize("batch", BATCHES)
def test_two_who_tell_the_same_at_once_tell_it_once(
    watched: Watched, batch: Sequence[str], split: str
) -> None:
    def do_the_same() -> None:
        a_store(watched).append(told("rival"), MORNING)
        for part in SPLITS[split](batch):
            a_store(watched).append(told(*part), MORNING)

    def write() -> None:
        a_store(watched).append(told(*batch), MORNING)
        found = names(watched)
        assert sorted(found) == sorted({"a", "b", "c", *batch, *(["rival"] * ("rival" in found))})
        assert numbers(watched) == list(range(1, len(found) + 1))

    assert at_each_write(watched, write, do_the_same) >= 3


def test_the_number_of_who_was_erased_is_not_taken_again(table: Table) -> None:
    begun(table)
    was = table.get(outbox_keys.outbox_counter())
    assert was
    a_store(table).append(told("d"), EVENING)
    table.put(was)  # As if the writer had been stopped before it counted.
    a_store(table).forget_user("u-1")
    a_store(table).append(told("e"), EVENING)
    assert (names(table), numbers(table)) == (["e"], [5])


def test_what_is_erased_is_not_told_anew_by_a_batch_that_comes_again(table: Table) -> None:
    a_store(table).append(told("a"), EVENING)
    a_store(table).forget("u-1", "ev-1")
    a_store(table).append(told("a"), EVENING)
    a_store(table).append(told("a", "b"), EVENING)
    assert names(table) == ["b"]
    kept = a_store(table).read(Position(day="2026-11-30", number=1))
    assert kept
    assert kept.entries == ()
    erased = table.get(outbox_keys.outbox_entry("2026-11-30", 1))
    assert erased is not None
    assert set(erased) == {"PK", "SK", "ttl", "identifier", "written_at"}


def test_what_a_former_version_told_is_not_told_again(table: Table) -> None:
    a_store(table).append(told("a"), EVENING)
    table.update(outbox_keys.told("a"), Change(remove=("day", "number")))
    a_store(table).append(told("a"), EVENING)
    a_store(table).append(told("b", "a"), EVENING)
    assert names(table) == ["a", "b"]


def test_the_end_of_a_day_that_is_long_over_is_found(table: Table) -> None:
    begun(table)
    counter = table.get(outbox_keys.outbox_counter())
    assert counter
    table.put({**counter, "last": 1})
    a_store(table).append(told("d"), MORNING + timedelta(days=3))
    found = a_store(table).page(None, 9, MORNING + timedelta(days=3, minutes=1))
    assert [(each.identifier, each.position.number) for each in found] == [
        *(("a", 1), ("b", 2), ("c", 3)),
        ("d", 4),
    ]
