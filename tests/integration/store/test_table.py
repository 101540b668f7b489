"""The table itself: batches, pages, what is absent, and conflicts that show the winner."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from lectern.store.table import BATCH_GET_LIMIT, Change, Expression, Table, WriteConflict


def key(name: str) -> dict[str, str]:
    return {"PK": "P", "SK": name}


def test_what_has_no_value_is_absent(table: Table) -> None:
    table.put({**key("a"), "name": None, "status": "new"})
    assert table.get(key("a")) == {**key("a"), "status": "new"}

    after = table.update(key("a"), Change(set={"status": None, "name": "x"}, add={"count": 2}))

    assert after == {**key("a"), "name": "x", "count": 2}
    assert table.update(key("a"), Change(remove=["name"], add={"count": -1})) == {
        **key("a"),
        "count": 1,
    }


def test_more_items_than_a_batch_holds_are_read(table: Table) -> None:
    names = [f"{n:03}" for n in range(BATCH_GET_LIMIT + 5)]
    for name in names:
        table.put(key(name))

    found = table.get_many(key(name) for name in [*names, "absent"])

    assert sorted(item["SK"] for item in found) == names
    assert table.get_many([]) == []


def test_of_many_items_only_what_is_asked_for_is_read(table: Table) -> None:
    table.put_many([{**key(name), "size": 1, "name": name} for name in ("one", "two")])

    found = table.get_many([key("one"), key("two"), key("absent")], attributes=("name",))

    assert sorted(found, key=str) == [{"name": "one"}, {"name": "two"}]


def test_a_conflict_shows_the_winner(table: Table) -> None:
    table.put({**key("a"), "value": "first"})
    absent = Expression("attribute_not_exists(#PK)")

    with pytest.raises(WriteConflict) as caught:
        table.put({**key("a"), "value": "second"}, absent)
    assert caught.value.item == {**key("a"), "value": "first"}

    with pytest.raises(WriteConflict) as caught:
        table.update(key("b"), Change(set={"value": "x"}), Expression("attribute_exists(#PK)"))
    assert caught.value.item is None

    with pytest.raises(WriteConflict):
        table.delete(key("a"), absent)
    table.delete(key("a"))
    table.delete(key("a"))
    assert table.get(key("a")) is None


def test_any_other_fault_is_no_conflict(table: Table) -> None:
    with pytest.raises(ClientError, match="ValidationException"):
        table.put({"PK": "P"})


def test_the_text_of_a_conflict_shows_nothing_of_the_item(table: Table) -> None:
    table.put({**key("a"), "value": "personal"})

    with pytest.raises(WriteConflict) as caught:
        table.put(key("a"), Expression("attribute_not_exists(#PK)"))

    assert "personal" not in f"{caught.value} {caught.value!r} {caught.value.__cause__}"


def test_a_query_may_be_read_page_by_page_and_lean(table: Table) -> None:
    for name in "abc":
        table.put({**key(name), "value": name})
    everything = Expression("#PK = :p", {":p": "P"})

    first = table.query(everything, limit=2, attributes=["SK"])
    rest = table.query(everything, start=first.next_key)

    assert first.items == [{"SK": "a"}, {"SK": "b"}]
    assert [item["value"] for item in rest.items] == ["c"]
    assert rest.next_key is None
