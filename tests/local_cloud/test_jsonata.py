"""The evaluator that moto's Step Functions is given."""

import json

import pytest
from moto.stepfunctions.parser.asl.jsonata import jsonata as moto_jsonata

from local import jsonata


def test_moto_evaluates_with_it_once_it_is_installed(monkeypatch):
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
def test_values_are_plain_json(expression, value):
    result = jsonata.evaluate(expression)
    assert result == value
    assert json.loads(json.dumps(result)) == value


def test_a_mistake_is_what_moto_reports_as_a_query_evaluation_error():
    with pytest.raises(moto_jsonata.JSONataException):
        jsonata.evaluate("1 +")
