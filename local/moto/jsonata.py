"""JSONata for moto's Step Functions, which has everything of it but an evaluator.

As it comes, the place for one is ``None``, and every expression fails. Seen in moto 5.2.5.
"""

import copy
import json
import re
from functools import lru_cache
from typing import Any

from jsonata import Jsonata
from jsonata.utils import Utils
from moto.stepfunctions.parser.asl.jsonata import jsonata as moto_jsonata

Json = Any
"""What can be written as JSON."""

_OPENING = re.compile(r"(?:\$(?:type|exists)\()?\(")
"""What moto writes in front of the variables: a parenthesis, within a call where it checks."""
_DECLARATION = re.compile(r"\$(\w+):=")
_read = json.JSONDecoder().raw_decode


def install() -> None:
    """Has moto evaluate JSONata in this process with the pure-Python implementation.

    moto looks its evaluator up in a global of the module, which it leaves empty.
    """
    moto_jsonata._eval_jsonata = evaluate  # noqa: SLF001 (the only place where it can be set)


def evaluate(expression: str) -> Json:
    """The value of an expression, in plain JSON types.

    moto puts the variables into the expression itself, so there is no input. They are taken out
    again, so that an expression is compiled once, and not anew for every value.

    Raises:
        JSONataException: what moto turns into `States.QueryEvaluationError`.
    """
    try:
        rest, variables = _apart(expression)
        # An evaluation keeps its state in the compiled expression.
        own = copy.copy(compiled(rest))
        Jsonata.CURRENT.jsonata = own
        value = own.evaluate(None, variables)
        # Sequences and functions of the implementation stay behind: only JSON leaves.
        return json.loads(json.dumps(value))
    except Exception as error:
        raise moto_jsonata.JSONataException("UNKNOWN", str(error)) from error


@lru_cache(maxsize=1024)
def compiled(expression: str) -> Jsonata:
    """The expression, ready to be copied and evaluated."""
    return Jsonata(expression)


def _apart(expression: str) -> tuple[str, dict[str, Json]]:
    """The expression without the variables that moto has written in front of it, and those."""
    variables: dict[str, Json] = {}
    opening = _OPENING.match(expression)
    begin = position = opening.end() if opening else 0
    while declared := _DECLARATION.match(expression, position):
        try:
            value, end = _read(expression, declared.end())
        except ValueError:
            break
        if expression[end : end + 1] != ";":
            break
        variables[declared[1]] = _with_nulls(value)
        position = end + 1
    return expression[:begin] + expression[position:], variables


def _with_nulls(value: Json) -> Json:
    """JSON's null as the implementation knows it; its own ``None`` is what is not there."""
    match value:
        case None:
            return Utils.NULL_VALUE
        case dict():
            return {name: _with_nulls(each) for name, each in value.items()}
        case list():
            return [_with_nulls(each) for each in value]
        case _:
            return value
