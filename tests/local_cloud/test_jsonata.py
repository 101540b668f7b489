"""The evaluator that moto's Step Functions is given."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from jsonata import Jsonata
from moto.stepfunctions.parser.asl.jsonata import jsonata as moto_jsonata

from local.moto import jsonata


def test_moto_evaluates_with_it_once_it_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(moto_jsonata, "_eval_jsonata", None)
    jsonata.install()
    expression = moto_jsonata.compose_jsonata_expression(
        "$sum($states.input.numbers) + $extra", ['$states:={"input":{"numbers":[1,2]}};$extra:=4;']
    )
    assert moto_jsonata.eval_jsonata_expression(expression) == 7


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("[1..3]", [1, 2, 3]),
        ('$map([1,2], function($n) {{"n": $n}})', [{"n": 1}, {"n": 2}]),
        ('$filter([{"a": 1}, {"a": 2}], function($x) {$x.a > 1})', {"a": 2}),
        ("null", None),
        ('{"a": [], "b": true}', {"a": [], "b": True}),
    ],
)
def test_values_are_plain_json(expression: str, value: list[Any]) -> None:
    result = jsonata.evaluate(expression)
    assert result == value
    assert json.loads(json.dumps(result)) == value


def test_a_mistake_is_what_moto_reports_as_a_query_evaluation_error() -> None:
    with pytest.raises(moto_jsonata.JSONataException):
        jsonata.evaluate("1 +")


VARIABLES = {
    "input": {
        "one": [{"a": 1}],
        "many": [1, [2, None]],
        "none": [],
        "empty": None,
        "text": 'q"\\;',
    },
    "context": {"Execution": {"Name": "e-1"}},
}


@pytest.mark.parametrize(
    "expression",
    [
        "$states.input",
        "$states.input.one",
        "$states.input.one.a",
        "$states.input.many",
        "$states.input.none",
        "$states.input.empty = null",
        "$exists($states.input.empty)",
        "$type($states.input.empty)",
        "$states.input.absent",
        "$count($states.input.many)",
        '{"a": $states.input.empty, "b": [$states.input.one]}',
        "$map($states.input.many, function($x) {$string($x)})",
        "$states.input.text & $states.context.Execution.Name",
    ],
)
@pytest.mark.parametrize("check", ["", "$type", "$exists"])
def test_what_is_taken_out_of_an_expression_means_what_it_did_in_it(
    expression: str, check: str
) -> None:
    written = moto_jsonata.compose_jsonata_expression(
        expression, [moto_jsonata.encode_jsonata_variable_declarations({"$states": VARIABLES})]
    )
    checked = f"{check}({written})" if check else written
    assert jsonata.evaluate(checked) == Jsonata(checked).evaluate(None)


@pytest.mark.parametrize(
    ("expression", "values"),
    [
        ('($states:={"input":%s};$states.input * 2)', [2, 4, 6, 8]),
        ('$type(($states:={"input":%s};$states.input * 2))', ["number"] * 4),
    ],
)
def test_an_expression_is_compiled_once_for_all_values(expression: str, values: list[Any]) -> None:
    found = [jsonata.evaluate(expression % n) for n in (1, 2, 3)]
    before = jsonata.compiled.cache_info().misses
    found.append(jsonata.evaluate(expression % 4))
    assert found == values
    assert jsonata.compiled.cache_info().misses == before


def test_evaluations_at_the_same_time_do_not_see_each_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    expression = '($states:={"input":%s};$sum($map([1..$states.input], function($n) {$n})))'
    with ThreadPoolExecutor(8) as pool:
        sums = pool.map(lambda n: jsonata.evaluate(expression % n), range(1, 41))
    assert list(sums) == [n * (n + 1) // 2 for n in range(1, 41)]
