"""Entries of timelines: counted once, in order, and of nobody who was erased."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from lectern.domain.timeline import EntryKind, Fact, OperatorAct, of_operator
from lectern.store.table import Table
from lectern.store.timeline import TimelineStore, place_of, together

NOW = datetime(2026, 11, 30, 9, tzinfo=UTC)


@pytest.fixture
def store(table: Table) -> TimelineStore:
    return TimelineStore(table)


def a_fact(user_id: str = "kim", **changes: Any) -> Fact:
    fields = {
        "event_id": "ev-1",
        "kind": EntryKind.ZOOM,
        "code": "registered",
        "message": "Registered at Zoom.",
        "user_id": user_id,
        "cause": "execution-1",
    }
    return Fact(**fields | changes)


def write(store: TimelineStore, numbers: range, **changes: Any) -> None:
    """Writes what changes of so many people tell, as one batch."""
    facts = [
        (a_fact(f"u-{number}", **changes), f"change-{number}", NOW, place_of(number, 0))
        for number in numbers
    ]
    for happened in together(facts):
        store.add(happened)


def counts(store: TimelineStore) -> list[int]:
    entries, _ = store.page("ev-1", after=None, limit=200)
    return [entry.count for entry in entries]


@pytest.mark.parametrize(
    "batches",
    [
        [(0, 9)],
        [(0, 3), (3, 9)],
        [(0, 5), (2, 9)],
        [(0, 9), (0, 9)],
        [(0, 4), (0, 4), (2, 7), (0, 7), (6, 9), (0, 9)],
    ],
)
def test_like_things_are_counted_once_in_whatever_batches_they_come(
    store: TimelineStore, batches: list[tuple[int, int]]
) -> None:
    for first, last in batches:
        write(store, range(first, last))

    assert counts(store) == [9]


def test_what_has_another_cause_or_none_is_another_entry(store: TimelineStore) -> None:
    write(store, range(4))
    write(store, range(4, 6), cause="execution-2")
    write(store, range(6, 8), cause="")
    write(store, range(6, 8), cause="")

    assert sorted(counts(store)) == [1, 1, 2, 4]


def test_numbers_of_the_stream_may_have_forty_digits(store: TimelineStore) -> None:
    large = 10**39
    write(store, range(large, large + 2))
    write(store, range(large + 1, large + 4))

    assert counts(store) == [4]


def test_one_person_is_named_until_there_is_another(store: TimelineStore) -> None:
    write(store, range(1))
    assert [each.user_id for each in store.of_user("u-0", "ev-1")] == ["u-0"]

    write(store, range(1, 2))
    assert store.of_user("u-0", "ev-1") == []
    [entry], _ = store.page("ev-1", after=None, limit=10)
    assert (entry.user_id, entry.count) == (None, 2)


def test_the_newest_is_first_and_what_is_of_one_moment_goes_by_its_place(
    store: TimelineStore,
) -> None:
    for number, (code, at) in enumerate([("a", 1), ("b", 2), ("c", 2), ("d", 0)]):
        fact = a_fact(code=code, cause="")
        moment = NOW + timedelta(seconds=at)
        for happened in together([(fact, code, moment, place_of(number, 0))]):
            store.add(happened)

    first, after = store.page("ev-1", after=None, limit=3)
    rest, _ = store.page("ev-1", after=after, limit=3)

    assert [each.code for each in (*first, *rest)] == ["c", "b", "a", "d"]


def test_who_is_forgotten_stays_forgotten(store: TimelineStore) -> None:
    write(store, range(1))
    store.forget("u-0", "ev-2")
    assert len(store.of_user("u-0", "ev-1")) == 1

    store.forget("u-0")
    write(store, range(1))

    assert store.of_user("u-0", "ev-1") == []
    assert counts(store) == [1]


def test_what_is_done_by_hand_is_recorded_with_its_key(store: TimelineStore) -> None:
    store.record(of_operator("ev-1", OperatorAct.SYNCHRONISE, key="key-1"), NOW)
    store.record(of_operator("ev-1", OperatorAct.SYNCHRONISE, user_id="ops"), NOW)

    entries, _ = store.page("ev-1", after=None, limit=10)
    assert {(each.code, each.key, each.user_id) for each in entries} == {
        ("synchronise", "key-1", None),
        ("synchronise", None, "ops"),
    }
