"""Records of event source mappings, and the filters that they pass."""

from __future__ import annotations

import pytest

from local.records import matches

RECORD = {"eventName": "INSERT", "dynamodb": {"Keys": {"SK": {"S": "USER#1"}}}}


@pytest.mark.parametrize(
    ("pattern", "passes"),
    [
        ({"eventName": ["INSERT", "MODIFY"]}, True),
        ({"eventName": ["REMOVE"]}, False),
        ({"dynamodb": {"Keys": {"SK": {"S": [{"prefix": "USER#"}]}}}}, True),
        ({"dynamodb": {"Keys": {"SK": {"S": [{"suffix": "#2"}]}}}}, False),
        ({"dynamodb": {"Keys": {"SK": {"S": [{"anything-but": ["EVENT"]}]}}}}, True),
        ({"dynamodb": {"NewImage": [{"exists": False}]}}, True),
        ({"dynamodb": {"NewImage": {"a": ["b"]}}}, False),
    ],
)
def test_a_record_passes_a_pattern_that_it_matches(
    pattern: dict[str, list[str]], *, passes: bool
) -> None:
    assert matches(RECORD, [pattern]) is passes


def test_without_patterns_every_record_passes() -> None:
    assert matches(RECORD, [])


def test_an_operator_that_is_not_known_is_an_error_and_no_match() -> None:
    with pytest.raises(LookupError):
        matches(RECORD, [{"eventName": [{"cidr": "10.0.0.0/8"}]}])
