"""Values of items in DynamoDB's JSON, written and read without boto3."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from decimal import Decimal
from typing import Any


def packed(value: Any) -> dict[str, Any]:  # noqa: ANN401 - whatever an item may hold
    """A value as DynamoDB has it.

    Example:
        >>> packed({"n": 1})
        {'M': {'n': {'N': '1'}}}

    Raises:
        TypeError: It holds none of this kind.
    """
    match value:
        case None:
            return {"NULL": True}
        case bool():
            return {"BOOL": value}
        case str():
            return {"S": str(value)}
        case int() | Decimal():
            return {"N": str(value)}
        case bytes():
            return {"B": value}
        case Mapping():
            return {"M": {name: packed(each) for name, each in value.items()}}
        case list() | tuple():
            return {"L": [packed(each) for each in value]}
        case AbstractSet():
            return _packed_set(value)
    raise TypeError(f"an item holds no {type(value).__name__}")


def _packed_set(values: AbstractSet[Any]) -> dict[str, Any]:
    if values and all(isinstance(each, str) for each in values):
        return {"SS": sorted(values)}
    if values and all(isinstance(each, int) and not isinstance(each, bool) for each in values):
        return {"NS": [str(each) for each in sorted(values)]}
    raise TypeError("a set is of texts or of numbers, and not empty")


def unpacked(value: Mapping[str, Any]) -> Any:  # noqa: ANN401
    """A value as Python has it; whole numbers are ``int``, others ``Decimal``.

    Example:
        >>> unpacked({"L": [{"S": "a"}, {"N": "2"}]})
        ['a', 2]
    """
    [(kind, content)] = value.items()
    match kind:
        case "S" | "BOOL":
            return content
        case "N":
            return _number(content)
        case "NULL":
            return None
        case "M":
            return {name: unpacked(each) for name, each in content.items()}
        case "L":
            return [unpacked(each) for each in content]
        case "SS":
            return set(content)
        case "NS":
            return {_number(each) for each in content}
        case "B":
            return _bytes(content)
        case "BS":
            return {_bytes(each) for each in content}
    raise ValueError(f"{kind} is no type of DynamoDB's")


def _number(text: str) -> int | Decimal:
    try:
        return int(text)
    except ValueError:
        number = Decimal(text)
        return int(number) if number == number.to_integral_value() else number


def _bytes(content: bytes | str) -> bytes:
    """Bytes as boto3 gives them, or in the base64 of JSON."""
    return b64decode(content) if isinstance(content, str) else content
