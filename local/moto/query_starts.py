"""Has moto's DynamoDB begin a query only where DynamoDB would; as it comes, it begins it anywhere.

A start has the keys of the table and of the index, each with a text in it, and meets the query's
own conditions: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Query.html
Seen in moto 5.2.5.
"""

from collections.abc import Mapping
from functools import wraps
from inspect import signature
from typing import Any

from moto.dynamodb.exceptions import MockValidationException
from moto.dynamodb.models.dynamo_type import DynamoType
from moto.dynamodb.models.table import Table

_PARAMETERS = signature(Table.query)
"""Of moto's own, whatever has taken its place since."""


def install() -> None:
    """Has moto do so, in this process, whatever a query is made of; once."""
    query = Table.query
    if hasattr(query, "checks_its_start"):
        return

    @wraps(query)
    def checked(table: Any, *given: object, **named: object) -> object:  # noqa: ANN401
        asked = _PARAMETERS.bind(table, *given, **named).arguments
        if asked.get("exclusive_start_key"):
            _check(table, asked)
        return query(table, *given, **named)

    checked.checks_its_start = True  # type: ignore[attr-defined]
    Table.query = checked


def _check(table: Any, asked: Mapping[str, Any]) -> None:  # noqa: ANN401
    start, index = asked["exclusive_start_key"], asked.get("index_name")
    queried = table.get_index(index).schema if index else table.schema
    keys = {key["AttributeName"] for key in (*table.schema, *queried)}
    if set(start) != keys or not all(value.get("S") for value in start.values()):
        raise MockValidationException("The provided starting key is invalid")
    if not _is_in_partition(start, asked):
        raise MockValidationException(
            "The provided starting key is outside query boundaries based on provided conditions"
        )
    if not _is_in_range(queried, start, asked):
        raise MockValidationException(
            "The provided starting key does not match the range key predicate"
        )


def _is_in_partition(start: Mapping[str, Any], asked: Mapping[str, Any]) -> bool:
    """Whether a start is in the partition that the query reads."""
    return all(DynamoType(start[name]) == value for name, value in asked["hash_key_conditions"])


def _is_in_range(
    queried: list[dict[str, str]], start: Mapping[str, Any], asked: Mapping[str, Any]
) -> bool:
    """Whether a start meets the query's condition on the sort key."""
    comparison = asked["range_comparison"]
    ranges = [key["AttributeName"] for key in queried if key["KeyType"] == "RANGE"]
    return not comparison or all(
        DynamoType(start[name]).compare(comparison, asked["range_objs"]) for name in ranges
    )
