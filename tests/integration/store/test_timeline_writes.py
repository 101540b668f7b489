"""Entries of timelines: counted once, in order, and of nobody who was erased."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from lectern.domain.join.decision import preparing
from lectern.domain.timeline import EntryKind, Fact, OperatorAct, of_operator
from lectern.store.table import Table, in_partition
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


class Asked:
    """A table that notes what is asked of it."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self.operations: list[str] = []

    def __getattr__(self, name: str) -> Any:
        self.operations.append(name)
        return getattr(self._table, name)


def test_more_of_the_same_is_counted_with_one_write(table: Table) -> None:
    """A write that is refused costs as much as one that is done."""
    asked = Asked(table)
    store = TimelineStore(asked)  # type: ignore[arg-type]

    for numbers in (range(4), range(4, 8), range(8, 12)):
        asked.operations.clear()
        write(store, numbers)
        assert asked.operations == ["update"]

    assert counts(store) == [12]


def test_what_was_counted_is_told_by_the_write_that_is_refused(table: Table) -> None:
    asked = Asked(table)
    store = TimelineStore(asked)  # type: ignore[arg-type]
    write(store, range(1))
    asked.operations.clear()

    write(store, range(4))
    write(store, range(2, 6))
    write(store, range(6))

    assert asked.operations == ["update"] * 5
    assert counts(store) == [6]


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

    write(store, range(9, 10), code="e", cause="shared")
    first, after = store.page("ev-1", after=None, limit=3)
    rest, _ = store.page("ev-1", after=after, limit=3)

    assert [each.code for each in (*first, *rest)] == ["c", "b", "a", "e", "d"]


def test_who_is_forgotten_stays_forgotten(store: TimelineStore) -> None:
    write(store, range(1))
    store.forget("u-0", "ev-2")
    assert len(store.of_user("u-0", "ev-1")) == 1

    store.forget("u-0", "ev-1")
    write(store, range(1))

    assert store.of_user("u-0", "ev-1") == []
    assert counts(store) == [1]


@pytest.mark.parametrize("fact", [{}, {"cause": ""}, {"cause": "", "once": "version 1"}])
def test_who_is_forgotten_is_in_no_entry_of_any_kind(
    store: TimelineStore, table: Table, fact: dict[str, str]
) -> None:
    write(store, range(1), **fact)
    assert [each.user_id for each in store.of_user("u-0", "ev-1")] == ["u-0"]

    for _ in range(2):
        store.forget("u-0", "ev-1")
        write(store, range(1), **fact)

    assert store.of_user("u-0", "ev-1") == []
    assert counts(store) == [1]
    assert "u-0" not in str(list(table.query_all(in_partition("TIMELINE#ev-1"))))


def test_an_operator_is_forgotten_wherever_they_did_something(store: TimelineStore) -> None:
    for event_id in ("ev-1", "ev-2"):
        act = of_operator(event_id, OperatorAct.SYNCHRONISE, user_id="u-0")
        store.record(act, NOW)
        assert len(store.of_user("u-0", event_id)) == 1

    store.forget("u-0")

    assert [store.of_user("u-0", event_id) for event_id in ("ev-1", "ev-2")] == [[], []]
    assert counts(store) == [1]


def test_who_clicked_is_forgotten_wherever_that_was(store: TimelineStore, table: Table) -> None:
    for event_id, minute in (("ev-1", 0), ("ev-1", 20), ("ev-2", 0)):
        moment = NOW + timedelta(minutes=minute)
        store.clicked(event_id, "u-0", preparing(None, "Soon."), moment)
    assert len(store.of_user("u-0", "ev-1")) == 2

    store.forget("u-0")

    for event_id in ("ev-1", "ev-2"):
        items = list(table.query_all(in_partition(f"TIMELINE#{event_id}")))
        assert items
        assert "u-0" not in str(items)


def formerly(table: Table, store: TimelineStore) -> None:
    """Writes an entry as a former version did: by its cause, in order and in the index of users."""
    write(store, range(1), cause="", once="it is found by its cause")
    [item] = table.query_all(in_partition("TIMELINE#ev-1"))
    item["GSI1SK"] = item["GSI1SK"].removesuffix("#u-0")
    table.put(item | {"GSI2PK": "USER#u-0", "GSI2SK": f"TIMELINE#ev-1#{item['SK']}"})


@pytest.mark.parametrize("event_id", ["ev-1", None])
def test_what_a_former_version_wrote_is_shown_found_and_forgotten(
    store: TimelineStore, table: Table, event_id: str | None
) -> None:
    formerly(table, store)
    assert [each.user_id for each in store.of_user("u-0", "ev-1")] == ["u-0"]

    store.forget("u-0", event_id)

    assert store.of_user("u-0", "ev-1") == []
    assert counts(store) == [1]
    assert "u-0" not in str(list(table.query_all(in_partition("TIMELINE#ev-1"))))


def test_what_happened_alone_is_one_write_in_no_index(store: TimelineStore, table: Table) -> None:
    for _ in range(2):
        registered_and_told(store, range(1), cause="")

    [item] = table.query_all(in_partition("TIMELINE#ev-1"))
    assert not [name for name in item if name.startswith(("GSI", "LSI"))]
    assert [each.code for each in store.of_user("u-0", "ev-1")] == ["registered", "told"]
    entries, _ = store.page("ev-1", after=None, limit=10)
    assert [(each.code, each.user_id, each.count) for each in entries] == [
        ("told", "u-0", 1),
        ("registered", "u-0", 1),
    ]


def registered_and_told(store: TimelineStore, numbers: range, **changes: Any) -> None:
    """Writes what changes of so many people tell, two facts each, as one batch."""
    facts = [
        (
            a_fact(f"u-{number}", code=code, **changes),
            f"change-{number}",
            NOW,
            place_of(number, rank),
        )
        for number in numbers
        for rank, code in enumerate(("registered", "told"))
    ]
    for happened in together(facts):
        store.add(happened)


def test_what_a_change_tells_of_one_cause_is_one_item_in_no_index_of_users(
    store: TimelineStore, table: Table
) -> None:
    registered_and_told(store, range(1))

    [item] = table.query_all(in_partition("TIMELINE#ev-1"))
    assert "GSI2PK" not in item
    assert [each.code for each in store.of_user("u-0", "ev-1")] == ["registered", "told"]
    entries, _ = store.page("ev-1", after=None, limit=10)
    assert [(each.code, each.user_id, each.count) for each in entries] == [
        ("told", "u-0", 1),
        ("registered", "u-0", 1),
    ]


def test_what_is_told_together_is_counted_in_whatever_batches_it_comes(
    store: TimelineStore, table: Table
) -> None:
    for first, last in [(0, 4), (0, 4), (2, 7), (6, 9), (0, 9)]:
        registered_and_told(store, range(first, last))
    assert counts(store) == [9, 9]

    [item] = table.query_all(in_partition("TIMELINE#ev-1"))
    assert "u-" not in str(item)


def test_another_user_whose_id_has_signs_of_keys_is_told_apart(store: TimelineStore) -> None:
    for user in ("a#b", "b#"):
        for happened in together([(a_fact(user, cause=user), "change", NOW, place_of(1, 0))]):
            store.add(happened)
    for user in ("a#b", "b#"):
        assert [each.user_id for each in store.of_user(user, "ev-1")] == [user]
    assert store.of_user("b", "ev-1") == store.of_user("", "ev-1") == []


@pytest.mark.parametrize("limit", [1, 2, 3, 4, 9])
@pytest.mark.parametrize("causes", [("0", "1", "2"), ("", "", ""), ("", "1", ""), ("0", "", "2")])
def test_a_page_may_end_within_what_was_told_together(
    store: TimelineStore, limit: int, causes: tuple[str, ...]
) -> None:
    for number, cause in enumerate(causes):
        facts = [
            (
                a_fact(code=f"{number}{code}", cause=cause),
                f"{number}",
                NOW + timedelta(seconds=number),
                place_of(number, rank),
            )
            for rank, code in enumerate("abc")
        ]
        for happened in together(facts):
            store.add(happened)

    found, after = [], None
    for _ in range(20):
        page, after = store.page("ev-1", after=after, limit=limit)
        assert len(page) <= limit
        found += [entry.code for entry in page]
        if after is None:
            break
    assert found == ["2c", "2b", "2a", "1c", "1b", "1a", "0c", "0b", "0a"]


def test_what_is_done_by_hand_is_recorded_with_its_key(store: TimelineStore) -> None:
    store.record(of_operator("ev-1", OperatorAct.SYNCHRONISE, key="key-1"), NOW)
    store.record(of_operator("ev-1", OperatorAct.SYNCHRONISE, user_id="ops"), NOW)

    entries, _ = store.page("ev-1", after=None, limit=10)
    assert {(each.code, each.key, each.user_id) for each in entries} == {
        ("synchronise", "key-1", None),
        ("synchronise", None, "ops"),
    }
