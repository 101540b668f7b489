"""Records of a table's stream, as functions are given them."""

import base64
import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from local.template import REGION

Json = Any
"""What can be written as JSON."""

Record = dict[str, Any]


def stream_record(record: Mapping[str, Any], source_arn: str) -> Record:
    """A record of `GetRecords`, in the form of the event."""
    plain: Record = json.loads(json.dumps(record, default=_plain))
    return {**plain, "eventSourceARN": source_arn, "awsRegion": REGION}


def matches(record: Record, patterns: Iterable[Mapping[str, Any]]) -> bool:
    """Whether a record passes the filter of an event source mapping; without patterns, all do."""
    patterns = list(patterns)
    return not patterns or any(_matches(record, pattern) for pattern in patterns)


def _matches(value: Json, pattern: Mapping[str, Any]) -> bool:
    return isinstance(value, dict) and all(
        _matches(value.get(name), expected)
        if isinstance(expected, dict)
        else any(_satisfies(name in value, value.get(name), rule) for rule in expected)
        for name, expected in pattern.items()
    )


def _satisfies(present: bool, value: Json, rule: Json) -> bool:  # noqa: FBT001 (a fact, no switch)
    """One rule of a pattern: https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html."""
    if not isinstance(rule, dict):
        return present and bool(value == rule)
    [(operator, operand)] = rule.items()
    match operator:
        case "exists":
            return bool(present == operand)
        case "prefix":
            return isinstance(value, str) and value.startswith(operand)
        case "suffix":
            return isinstance(value, str) and value.endswith(operand)
        case "anything-but":
            refused = operand if isinstance(operand, list) else [operand]
            return present and value not in refused
        case _:
            raise LookupError(f"the filter {operator} is not known to the local cloud")


def _plain(value: object) -> Json:
    if isinstance(value, datetime):
        return value.timestamp()
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    raise TypeError(f"{type(value).__name__} in a stream record")
