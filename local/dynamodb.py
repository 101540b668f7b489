"""Has moto's DynamoDB take the longer, the more is asked for; not the more there is.

As it comes, a query sorts the whole table, comparing in Python; an answer is written by trying ten
types for each value; an update is parsed twice; and every item that was ever read or written is
kept. The answers are the same here.
"""

from base64 import b64encode
from bisect import bisect_left
from collections.abc import Iterable, Mapping, MutableMapping
from functools import lru_cache
from typing import Any

from moto.core import responses
from moto.core.serialize import BaseJSONSerializer
from moto.dynamodb.models.dynamo_type import DynamoType, Item
from moto.dynamodb.models.table import Table
from moto.dynamodb.parsing.expressions import UpdateExpressionParser

Json = Any
"""What can be written as JSON."""

_query = Table.query
_structure = BaseJSONSerializer._serialize_type_structure  # noqa: SLF001 (moto has no other seam)

# What both find is only read: moto carries an update out on a copy.
_parsed_update = lru_cache(maxsize=1024)(UpdateExpressionParser.make)
_method_names = lru_cache(maxsize=64)(responses.method_names_from_class)


def install() -> None:
    """Has moto read, write, answer and forget so, in this process."""
    Table.query = _query_of_a_part
    BaseJSONSerializer._serialize_type_structure = _write_structure  # noqa: SLF001
    Item.__new__ = _not_kept
    UpdateExpressionParser.make = _parsed_update
    responses.method_names_from_class = _method_names


def _query_of_a_part(
    table: Any,  # noqa: ANN401 (moto is not typed)
    hash_key: DynamoType,
    range_comparison: str | None,
    range_values: list[DynamoType],
    limit: int | None,
    start: Mapping[str, Any] | None,
    forward: bool,  # noqa: FBT001 (moto's order)
    projection: object,
    index_name: str | None,
    *rest: object,
    hash_key_conditions: Iterable[tuple[str, DynamoType]] = (),
    **conditions: object,
) -> object:
    """moto's own query, on a table that has only what can be in the answer."""
    if index_name:
        items = _with_attributes(table, dict(hash_key_conditions))
    else:
        items = table.items[hash_key]
        if forward and table.range_key_type == "S":
            least = _least(range_comparison, range_values)
            if start:
                least = max(least, start[table.range_key_attr]["S"])
            items = _from(items, least, limit)
    part = object.__new__(Table)
    part.__dict__ = table.__dict__ | {"items": {hash_key: items}}
    return _query(
        part,
        *(hash_key, range_comparison, range_values, limit, start, forward, projection, index_name),
        *rest,
        hash_key_conditions=hash_key_conditions,
        **conditions,
    )


def _with_attributes(table: Any, wanted: Mapping[str, DynamoType]) -> dict[int, Item]:  # noqa: ANN401
    found = (
        item
        for partition in table.items.values()
        for item in partition.values()
        if all(_is(item.attrs.get(name), value) for name, value in wanted.items())
    )
    return dict(enumerate(found))


def _is(attribute: DynamoType | None, value: DynamoType) -> bool:
    return (
        attribute is not None and attribute.value == value.value and attribute.type == value.type
    )


def _least(comparison: str | None, values: list[DynamoType]) -> str:
    """No range key below this one meets the condition, and those that do begin above it."""
    at_least = {"=", "EQ", ">", "GT", ">=", "GE", "BETWEEN", "BEGINS_WITH"}
    return str(values[0].value) if comparison in at_least else ""


def _from(
    items: Mapping[DynamoType, Item], least: str, limit: int | None
) -> dict[DynamoType, Item]:
    """The items from a range key on: as many as a page can have, its start, and one that follows."""
    keys = sorted(items, key=_value)
    first = bisect_left(keys, least, key=_value)
    return {key: items[key] for key in keys[first : first + limit + 2 if limit else None]}


def _value(key: DynamoType) -> str:
    return str(key.value)


def _write_structure(
    self: BaseJSONSerializer,
    serialized: MutableMapping[str, Json],
    value: Json,
    shape: Any,  # noqa: ANN401 (botocore is not typed)
    key: str,
) -> None:
    """moto's own writing, but for the values of items: those are in DynamoDB's JSON already."""
    if shape.name == "AttributeValue" and "BOOL" in shape.members and value:
        serialized[key] = _attribute(value)
    else:
        _structure(self, serialized, value, shape, key)


def _attribute(value: Mapping[str, Any]) -> Json:
    [(kind, content)] = value.items()
    match kind:
        case "M":
            return {kind: {name: _attribute(each) for name, each in content.items()}}
        case "L":
            return {kind: [_attribute(each) for each in content]}
        case "B":
            return {kind: b64encode(content).decode()}
        case "BS":
            return {kind: [b64encode(each).decode() for each in content]}
        case _:
            return {kind: content}


def _not_kept(cls: type[Item], *_args: object, **_fields: object) -> Item:
    """A new item, of which moto keeps no list."""
    return object.__new__(cls)
