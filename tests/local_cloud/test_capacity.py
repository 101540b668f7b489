"""DynamoDB's units, against cases worked out by hand from AWS's pages."""

from __future__ import annotations

from typing import Any

import pytest

from local.metering.capacity import Image, Index, index_units, item_size, read_units, write_units

KB = 1024
SIZES: list[tuple[dict[str, Any], int]] = [
    ({}, 0),
    ({"PK": {"S": "abc"}}, 5),
    ({"PK": {"S": "ø"}}, 4),  # two bytes in UTF-8
    ({"n": {"N": "7"}}, 1 + 2),  # one digit takes a byte, the number one more
    ({"n": {"N": "1234"}}, 1 + 3),
    ({"n": {"N": "12345"}}, 1 + 4),
    ({"n": {"N": "-1234"}}, 1 + 4),  # the sign
    ({"n": {"N": "0.0012"}}, 1 + 2),  # leading zeros and
    ({"n": {"N": "1200"}}, 1 + 2),  # trailing ones do not count
    ({"n": {"N": "1.5E+3"}}, 1 + 2),
    ({"b": {"B": "AAEC"}}, 1 + 3),  # base64 of three bytes
    ({"b": {"B": "AAE="}}, 1 + 2),
    ({"x": {"BOOL": True}}, 2),
    ({"x": {"NULL": True}}, 2),
    ({"s": {"SS": ["ab", "c"]}}, 1 + 3),
    ({"s": {"NS": ["12", "345"]}}, 1 + 2 + 3),
    ({"m": {"M": {}}}, 1 + 3),
    ({"m": {"M": {"k": {"S": "vw"}}}}, 1 + 3 + (1 + 2 + 1)),
    ({"l": {"L": [{"S": "a"}, {"BOOL": False}]}}, 1 + 3 + (1 + 1) + (1 + 1)),
    ({"m": {"M": {"l": {"L": [{"NULL": True}]}}}}, 1 + 3 + (1 + (3 + 1 + 1) + 1)),
]


@pytest.mark.parametrize(("item", "size"), SIZES)
def test_an_item_is_as_large_as_its_names_and_values(item: dict[str, Any], size: int) -> None:
    assert item_size(item) == size


def test_no_item_has_no_size() -> None:
    assert item_size(None) == 0


@pytest.mark.parametrize(
    ("sizes", "consistent", "transactional", "units"),
    [
        ([0], True, False, 1),  # what is not there is read as well
        ([0], False, False, 0.5),
        ([4 * KB], True, False, 1),
        ([4 * KB + 1], True, False, 2),
        ([4 * KB + 1], False, False, 1),
        ([10 * KB], True, False, 3),
        ([1_500, 6_500], True, False, 3),  # each rounded up for itself: 4 KB and 8 KB
        ([8_000], True, False, 2),  # together, as a query reads them
        ([3 * KB], False, True, 2),
        ([], True, False, 0),
    ],
)
def test_reads_are_rounded_up_to_four_kilobytes(
    *, sizes: list[int], consistent: bool, transactional: bool, units: float
) -> None:
    found = read_units(sizes, consistent=consistent, transactional=transactional)
    assert found == units


@pytest.mark.parametrize(
    ("before", "after", "transactional", "units"),
    [
        (0, 0, False, 1),  # to delete what is not there
        (0, 1, False, 1),
        (0, KB, False, 1),
        (0, KB + 1, False, 2),
        (3 * KB, 200, False, 3),  # the larger of both
        (200, 3 * KB, False, 3),
        (200, 300, True, 2),
        (0, 2 * KB + 1, True, 6),
    ],
)
def test_writes_are_rounded_up_to_one_kilobyte(
    *, before: int, after: int, transactional: bool, units: int
) -> None:
    assert write_units(before, after, transactional=transactional) == units


KEYS = Index("KEYS", ("G1", "G2"), frozenset({"PK", "SK", "G1", "G2"}))
SOME = Index("SOME", ("G1",), frozenset({"PK", "SK", "G1", "title"}))
ALL = Index("ALL", ("G1",), None)
BARE = {"PK": {"S": "p"}, "SK": {"S": "s"}, "title": {"S": "x"}}
INDEXED = BARE | {"G1": {"S": "a"}, "G2": {"S": "1"}}


def changed(before: dict[str, Any] | None, after: dict[str, Any] | None) -> dict[str, int]:
    indexes = (KEYS, SOME, ALL)
    return index_units(Image.of(before, indexes), Image.of(after, indexes))


@pytest.mark.parametrize(
    ("before", "after", "units"),
    [
        (None, BARE, {}),  # without the keys of an index it is not in it
        (None, BARE | {"G1": {"S": "a"}}, {"SOME": 1, "ALL": 1}),  # one key of KEYS is missing
        (None, INDEXED, {"KEYS": 1, "SOME": 1, "ALL": 1}),
        (INDEXED, None, {"KEYS": 1, "SOME": 1, "ALL": 1}),
        (INDEXED, BARE, {"KEYS": 1, "SOME": 1, "ALL": 1}),
        (BARE, INDEXED, {"KEYS": 1, "SOME": 1, "ALL": 1}),
        (INDEXED, INDEXED, {}),
        (INDEXED, INDEXED | {"title": {"S": "y"}}, {"SOME": 1, "ALL": 1}),
        (INDEXED, INDEXED | {"other": {"S": "y"}}, {"ALL": 1}),
        (INDEXED, INDEXED | {"G1": {"S": "b"}}, {"KEYS": 2, "SOME": 2, "ALL": 2}),
        (INDEXED, INDEXED | {"G2": {"S": "2"}}, {"KEYS": 2, "ALL": 1}),  # copied by ALL alone
    ],
)
def test_indexes_are_written_where_they_change(
    before: dict[str, Any] | None, after: dict[str, Any] | None, units: dict[str, int]
) -> None:
    assert changed(before, after) == units


def test_an_entry_of_an_index_is_as_large_as_what_is_copied() -> None:
    large = INDEXED | {"text": {"S": "x" * 3 * KB}}
    assert changed(None, large) == {"KEYS": 1, "SOME": 1, "ALL": 4}
    moved = large | {"G1": {"S": "b"}}
    assert changed(large, moved) == {"KEYS": 2, "SOME": 2, "ALL": 8}
    assert changed(large, large | {"text": {"S": "x"}}) == {"ALL": 4}
