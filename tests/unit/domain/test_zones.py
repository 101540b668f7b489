"""Time zones under their several names."""

from __future__ import annotations

import pytest

from lectern.domain.zones import in_place_of, is_same_zone, other_names


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Europe/Kyiv", "Europe/Kiev", True),
        ("Asia/Calcutta", "Asia/Kolkata", True),
        ("US/Eastern", "America/New_York", True),
        ("UTC", "Etc/UTC", True),
        ("Europe/Copenhagen", "Europe/Copenhagen", True),
        ("Europe/Kyiv", "Europe/Berlin", False),
        ("Europe/Kyiv", "no zone", False),
    ],
)
def test_names_of_one_zone_are_known(one: str, other: str, *, same: bool) -> None:
    assert is_same_zone(one, other) is same
    assert is_same_zone(other, one) is same


def test_a_refused_zone_is_tried_by_another_name_and_then_as_utc() -> None:
    other = in_place_of("Europe/Kyiv", "Europe/Kyiv")

    assert other in other_names("Europe/Kyiv")
    assert in_place_of("Europe/Kyiv", str(other)) == "UTC"
    assert in_place_of("Europe/Kyiv", "UTC") is None


def test_a_zone_without_another_name_is_told_as_utc() -> None:
    assert in_place_of("Antarctica/Troll", "Antarctica/Troll") == "UTC"


def test_utc_has_nothing_in_its_place_once_its_names_are_tried() -> None:
    tried = ["UTC"]
    while (name := in_place_of("UTC", tried[-1])) is not None:
        tried.append(name)

    assert len(tried) == len(set(tried)) <= 3
