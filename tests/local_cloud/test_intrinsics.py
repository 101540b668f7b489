"""References of a template become values."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from local.intrinsics import Intrinsics

CONDITIONS = {
    "Always": {"Fn::Equals": [{"Ref": "Size"}, "big"]},
    "Never": {"Fn::Not": [{"Condition": "Always"}]},
}


@pytest.fixture
def resolve() -> Callable[..., Any]:
    names = {"Size": "big", "Queue": "http://queue"}
    return Intrinsics(names, lambda name, attribute: f"{name}/{attribute}", CONDITIONS).resolve


@pytest.mark.parametrize(
    ("node", "value"),
    [
        ({"Ref": "Queue"}, "http://queue"),
        ({"Fn::GetAtt": ["Queue", "Arn"]}, "Queue/Arn"),
        ({"Fn::GetAtt": "Queue.Arn"}, "Queue/Arn"),
        ({"Fn::Sub": "${Size} ${Queue.Arn} ${!kept}"}, "big Queue/Arn ${kept}"),
        ({"Fn::Sub": ["${own}-${Size}", {"own": {"Ref": "Size"}}]}, "big-big"),
        ({"Fn::Join": ["-", ["a", {"Ref": "Size"}]]}, "a-big"),
        ({"Fn::Select": ["1", {"Fn::Split": [",", "a,b"]}]}, "b"),
        ({"Fn::If": ["Always", "yes", "no"]}, "yes"),
        ({"Fn::If": ["Never", "yes", {"Ref": "Size"}]}, "big"),
        ({"Fn::And": [{"Condition": "Always"}, {"Condition": "Never"}]}, False),
        ({"Fn::Or": [{"Condition": "Always"}, {"Condition": "Never"}]}, True),
        ([{"Ref": "Size"}, {"Ref": "AWS::NoValue"}], ["big"]),
        ({"a": {"Ref": "AWS::NoValue"}, "b": 1}, {"b": 1}),
        ({"Condition": {"StringEquals": {"a": "b"}}}, {"Condition": {"StringEquals": {"a": "b"}}}),
    ],
)
def test_a_function_becomes_its_value(
    resolve: Callable[..., Any], node: dict[str, Any], value: str
) -> None:
    assert resolve(node) == value


@pytest.mark.parametrize("node", [{"Ref": "Nothing"}, {"Fn::ImportValue": "x"}])
def test_what_is_not_known_is_an_error(resolve: Callable[..., Any], node: dict[str, str]) -> None:
    with pytest.raises(LookupError):
        resolve(node)
