"""JSONata for moto's Step Functions, which has everything of it but an evaluator."""

import json
from typing import Any

from jsonata import Jsonata
from moto.stepfunctions.parser.asl.jsonata import jsonata as moto_jsonata

Json = Any
"""What can be written as JSON."""


def install() -> None:
    """Has moto evaluate JSONata in this process with the pure-Python implementation.

    moto looks its evaluator up in a global of the module, which it leaves empty.
    """
    moto_jsonata._eval_jsonata = evaluate  # noqa: SLF001 (the only place where it can be set)


def evaluate(expression: str) -> Json:
    """The value of an expression, in plain JSON types.

    moto puts the variables into the expression itself, so there is no input.

    Raises:
        JSONataException: what moto turns into `States.QueryEvaluationError`.
    """
    try:
        value = Jsonata(expression).evaluate(None)
        # Sequences and functions of the implementation stay behind: only JSON leaves.
        return json.loads(json.dumps(value))
    except Exception as error:
        raise moto_jsonata.JSONataException("UNKNOWN", str(error)) from error
