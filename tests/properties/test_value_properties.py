"""Values of items are written and read as boto3 does it."""

from __future__ import annotations

from base64 import b64encode
from decimal import Decimal
from typing import Any

import pytest
from boto3.dynamodb.types import TypeDeserializer, TypeSerializer
from hypothesis import given
from hypothesis import strategies as st

from lectern.store.attribute_values import packed, unpacked

SCALARS = (
    st.none()
    | st.booleans()
    | st.text()
    | st.integers(-(10**30), 10**30)
    | st.decimals(-(10**9), 10**9, allow_nan=False, places=4)
)
SETS = st.sets(st.text(), min_size=1) | st.sets(st.integers(-(10**9), 10**9), min_size=1)
VALUES = st.recursive(
    SCALARS | SETS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(VALUES)
def test_a_value_is_written_as_boto3_writes_it(value: Any) -> None:
    assert sets_sorted(packed(value)) == sets_sorted(TypeSerializer().serialize(value))


@given(VALUES)
def test_a_value_is_read_as_boto3_reads_it(value: Any) -> None:
    written = TypeSerializer().serialize(value)
    assert unpacked(written) == TypeDeserializer().deserialize(written)


@given(VALUES)
def test_what_was_written_is_read_again(value: Any) -> None:
    assert unpacked(packed(value)) == value


def sets_sorted(value: Any) -> Any:
    match value:
        case {"SS": texts} | {"NS": texts}:
            return sorted(texts)
        case dict():
            return {name: sets_sorted(each) for name, each in value.items()}
        case list():
            return [sets_sorted(each) for each in value]
        case _:
            return value


def test_whole_numbers_are_whole_and_others_are_exact() -> None:
    assert [type(unpacked({"N": text})) for text in ("7", "7.0", "7E+2")] == [int] * 3
    assert unpacked({"N": "7E+2"}) == 700
    assert unpacked({"N": "0.1"}) == Decimal("0.1")


def test_bytes_are_read_from_json_as_from_boto3() -> None:
    assert unpacked({"B": b64encode(b"\x00\xff").decode()}) == b"\x00\xff"
    assert unpacked({"BS": [b"\x00"]}) == {b"\x00"}
    assert packed(b"\x00") == {"B": b"\x00"}


@pytest.mark.parametrize("value", [1.5, object(), set(), {1, "a"}])
def test_what_an_item_cannot_hold_is_said_so(value: object) -> None:
    with pytest.raises(TypeError):
        packed(value)
