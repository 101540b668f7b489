"""A table that a newer version has written to: all is read, and what it wrote beside stays."""

from __future__ import annotations

from typing import Any

import pytest

from lectern.store.table import Table
from lectern_testing.aws.item_kinds import ITEM_KINDS, ItemKind, keyed
from lectern_testing.unknown_fields import FIELD, future_image

REPLACED = {"cached", "running_validation"}
"""What Zoom said is replaced by what it says now, and a lock by another, whole."""

KINDS = [pytest.param(kind, id=name) for name, kind in ITEM_KINDS.items()]


def items_of(table: Table) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = table._client.scan(TableName=table._name)["Items"]
    return found


def bring_future(table: Table) -> None:
    """Puts unknown fields into every item that is there."""
    for item in items_of(table):
        table._client.put_item(TableName=table._name, Item=future_image(item))


def test_every_kind_of_item_is_among_them() -> None:
    assert keyed() == set(ITEM_KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_an_item_with_unknown_fields_is_read_as_one_without(table: Table, kind: ItemKind) -> None:
    kind.write(table)
    known = kind.read(table)

    bring_future(table)

    assert known
    assert kind.read(table) == known


@pytest.mark.parametrize("kind", [each for each in KINDS if each.id not in REPLACED])
def test_an_unknown_attribute_stays_when_the_item_is_written_again(
    table: Table, kind: ItemKind
) -> None:
    kind.write(table)
    bring_future(table)
    marked = {(item["PK"]["S"], item["SK"]["S"]) for item in items_of(table)}

    kind.write(table)

    kept = {(item["PK"]["S"], item["SK"]["S"]) for item in items_of(table) if FIELD in item}
    assert kept == marked
