"""Has moto's DynamoDB take the longer, the more is asked for; not the more there is.

As it comes, a query sorts the whole table, comparing in Python; an answer is written by trying ten
types for each value; an update is parsed twice, copied by rote and gone through ten times, asking
of each part of it what it is, and a condition is taken apart twice, each time they are used; a
transaction begins by copying the table with its whole stream; and every item that was ever read or
written is kept. The answers are the same here.
(Range keys have to be strings, as Lectern's are.) Seen in moto 5.2.5.
"""

from base64 import b64encode
from bisect import bisect_left
from collections import deque
from collections.abc import Mapping, MutableMapping
from copy import deepcopy
from functools import lru_cache
from inspect import signature
from typing import Any

from moto.core import responses
from moto.core.serialize import BaseJSONSerializer
from moto.dynamodb.comparisons import ConditionExpressionParser
from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodb.models.dynamo_type import DynamoType, Item
from moto.dynamodb.models.table import Table
from moto.dynamodb.parsing.ast_nodes import DepthFirstTraverser, Node
from moto.dynamodb.parsing.expressions import UpdateExpressionParser
from moto.dynamodb.parsing.validators import (
    ActionCountValidator,
    OverlappingPathsValidator,
    UpdateExpressionValidator,
    UpdateHashRangeKeyValidator,
)

Json = Any
"""What can be written as JSON."""

AS_IT_CAME = {
    "query": Table.query,
    "_serialize_type_structure": BaseJSONSerializer._serialize_type_structure,  # noqa: SLF001
    "make": UpdateExpressionParser.make,
    "traverse_node_recursively": DepthFirstTraverser.traverse_node_recursively,
    "__init__": UpdateExpressionValidator.__init__,
    "_lex_condition_expression": ConditionExpressionParser._lex_condition_expression,  # noqa: SLF001
    "transact_write_items": DynamoDBBackend.transact_write_items,
    "method_names_from_class": responses.method_names_from_class,
}
"""What is replaced, by its name; moto has no other seam."""

_CHECKS_OF_TEXT = (ActionCountValidator, OverlappingPathsValidator, UpdateHashRangeKeyValidator)

# What both find is only read: moto carries an update out on a copy.
_parsed_update = lru_cache(maxsize=1024)(AS_IT_CAME["make"])
_nodes: dict[type, bool] = {}
_wanted: dict[tuple[type, type], type | None] = {}
_method_names = lru_cache(maxsize=64)(AS_IT_CAME["method_names_from_class"])


def install() -> None:
    """Has moto read, write, answer and forget so, in this process."""
    Table.query = _query_of_a_part
    BaseJSONSerializer._serialize_type_structure = _write_structure  # noqa: SLF001
    DynamoDBBackend.transact_write_items = _transact
    Table.__deepcopy__ = _itself
    Item.__new__ = _not_kept
    UpdateExpressionParser.make = _parsed_update
    DepthFirstTraverser.traverse_node_recursively = _traverse
    Node.__deepcopy__ = _copied
    UpdateExpressionValidator.__init__ = _of_what_is_checked
    ConditionExpressionParser._lex_condition_expression = _taken_apart  # noqa: SLF001
    responses.method_names_from_class = _method_names


def _query_of_a_part(table: Any, *given: object, **named: object) -> object:  # noqa: ANN401
    """A query by moto, of a table that has only what can be in the answer."""
    query = AS_IT_CAME["query"]
    asked = signature(query).bind(table, *given, **named).arguments
    if asked.get("index_name"):
        found = _of_index(table, dict(asked["hash_key_conditions"]), _between(table, asked))
        items = dict(enumerate(_of_page(found, table, asked)))
    else:
        items = table.items[asked["hash_key"]]
        if asked["scan_index_forward"]:
            items = _from(items, _least(asked, table.range_key_attr), asked["limit"])
    part = object.__new__(Table)
    part.__dict__ = table.__dict__ | {"items": {asked["hash_key"]: items}}
    return query(part, *given, **named)


def _of_index(
    table: Any,  # noqa: ANN401
    wanted: Mapping[str, DynamoType],
    between: tuple[str, str, str] | None,
) -> list[Item]:
    """The items of a partition of an index; of a range of it, where one is asked for."""
    found = (
        item
        for partition in table.items.values()
        for item in partition.values()
        if all(_is(item.attrs.get(name), value) for name, value in wanted.items())
    )
    if between:
        name, low, high = between
        found = (i for i in found if name in i.attrs and low <= i.attrs[name].value <= high)
    return list(found)


def _of_page(found: list[Item], table: Any, asked: Mapping[str, Any]) -> list[Item]:  # noqa: ANN401
    """Those of an index that can be on the page: as many as it has, one before and one after."""
    schema = table.get_index(asked["index_name"]).schema
    [name] = [key["AttributeName"] for key in schema if key["KeyType"] == "RANGE"]
    limit = asked["limit"]
    if not limit or not asked["scan_index_forward"] or any(name not in i.attrs for i in found):
        return found
    least = _least(asked, name)
    values = sorted((i.attrs[name].value, place) for place, i in enumerate(found))
    first = bisect_left(values, (least, 0))
    page = values[first : first + limit + 2]
    # Range keys of an index may be alike: their order is moto's to say.
    is_told_apart = len({value for value, _ in page}) == len(page)
    return [found[place] for _, place in page] if is_told_apart else found


def _between(table: Any, asked: Mapping[str, Any]) -> tuple[str, str, str] | None:  # noqa: ANN401
    """The range key of an index, and the two values between which it is asked for."""
    if asked["range_comparison"] != "BETWEEN":
        return None
    schema = table.get_index(asked["index_name"]).schema
    [name] = [key["AttributeName"] for key in schema if key["KeyType"] == "RANGE"]
    low, high = asked["range_objs"]
    return name, low.value, high.value


def _is(attribute: DynamoType | None, value: DynamoType) -> bool:
    return attribute is not None and attribute.value == value.value and attribute.type == value.type


def _least(asked: Mapping[str, Any], range_key: str) -> str:
    """No range key below this one can be in the answer, and those that can begin there."""
    least = ""
    if asked["range_comparison"] in {"=", ">", ">=", "BETWEEN", "BEGINS_WITH"}:
        least = asked["range_objs"][0].value
    if start := asked["exclusive_start_key"]:
        least = max(least, start[range_key]["S"])
    return least


def _from(
    items: Mapping[DynamoType, Item], least: str, limit: int | None
) -> dict[DynamoType, Item]:
    """The items from a range key on: those of a page, the one before it and the one after it."""
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
    """Writes as moto does, but for the values of items: those are in DynamoDB's JSON already."""
    if shape.name == "AttributeValue" and "BOOL" in shape.members and value:
        serialized[key] = _attribute(value)
    else:
        AS_IT_CAME["_serialize_type_structure"](self, serialized, value, shape, key)


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


def _transact(backend: Any, writes: list[dict[str, Any]]) -> None:  # noqa: ANN401
    """Moto's transaction, of which only what it touches is put back if it fails."""
    before = [found for write in writes if (found := _touched(backend, write))]
    streams = {id(table): (table.stream_shard, _length(table)) for table, _, _ in before}
    try:
        AS_IT_CAME["transact_write_items"](backend, writes)
    except Exception:
        for table, (hash_key, range_key), item in before:
            if item is None:
                table.items[hash_key].pop(range_key, None)
            else:
                table.items[hash_key][range_key] = item
        for shard, length in streams.values():
            if shard:
                del shard.items[length:]
        raise


def _traverse(traverser: Any, node: Any, place: int = -1) -> Any:  # noqa: ANN401
    """Goes through an update as moto does, and asks once for each kind of part what it is."""
    kind = type(node)
    if not _is_node(kind):
        return node
    parent = node.parent
    for number, child in enumerate(node.children or ()):
        traverser.pre_processing_of_child(node, number)
        _traverse(traverser, child, number)
    if wanted := _wanted_kind(traverser, kind):
        node = traverser._processing_map()[wanted](node)  # noqa: SLF001
        node.parent = parent
        if parent:
            parent.children[place] = node
    return node


def _is_node(kind: type) -> bool:
    if kind not in _nodes:
        _nodes[kind] = issubclass(kind, Node)
    return _nodes[kind]


def _wanted_kind(traverser: Any, kind: type) -> type | None:  # noqa: ANN401
    """As which of the kinds that a traverser works on it takes this one."""
    asked = type(traverser), kind
    if asked not in _wanted:
        kinds = traverser._processing_map()  # noqa: SLF001
        _wanted[asked] = next((wanted for wanted in kinds if issubclass(kind, wanted)), None)
    return _wanted[asked]


def _copied(node: Any, memo: object) -> Any:  # noqa: ANN401
    """A part of an update with copies of its parts: moto's other contents of it never change."""
    copied = object.__new__(type(node))
    copied.__dict__ = dict(node.__dict__)
    if node.children is not None:
        copied.children = [
            _copied(child, memo) if _is_node(type(child)) else child for child in node.children
        ]
        for child in copied.children:
            if _is_node(type(child)):
                child.parent = copied
    return copied


def _of_what_is_checked(validator: Any, expression: Node, **asked: Any) -> None:  # noqa: ANN401
    """A validator without the checks that hold whatever the values and the item are."""
    names = frozenset(asked["expression_attribute_names"].items())
    _check_text(expression, names, tuple(asked["table"].table_key_attrs))
    AS_IT_CAME["__init__"](validator, expression, **asked)
    validator.processors = [
        each for each in validator.processors if not isinstance(each, _CHECKS_OF_TEXT)
    ]


@lru_cache(maxsize=1024)
def _check_text(
    expression: Node, names: frozenset[tuple[str, str]], key_attributes: tuple[str, ...]
) -> None:
    """Raises what moto raises for these parts, names and keys; what it does not is right."""
    for check in (
        ActionCountValidator(),
        OverlappingPathsValidator(dict(names)),
        UpdateHashRangeKeyValidator(list(key_attributes), dict(names)),
    ):
        check.traverse(deepcopy(expression))


def _taken_apart(parser: ConditionExpressionParser) -> deque[Any]:
    return deque(_words(parser.condition_expression))


@lru_cache(maxsize=1024)
def _words(condition: str) -> tuple[Any, ...]:
    parser = ConditionExpressionParser(condition, None, None)
    return tuple(AS_IT_CAME["_lex_condition_expression"](parser))


def _touched(
    backend: Any,  # noqa: ANN401
    write: Mapping[str, Any],
) -> tuple[Any, tuple[DynamoType, DynamoType], Item | None] | None:
    """The table, the keys and the item as it is; nothing of a write that moto will refuse."""
    [operation] = write.values()
    table = backend.tables.get(operation.get("TableName"))
    named = operation.get("Key") or operation.get("Item") or {}
    if table is None or not {table.hash_key_attr, table.range_key_attr} <= named.keys():
        return None
    keys = DynamoType(named[table.hash_key_attr]), DynamoType(named[table.range_key_attr])
    return table, keys, deepcopy(table.get_item(*keys))


def _length(table: Any) -> int:  # noqa: ANN401
    return len(table.stream_shard.items) if table.stream_shard else 0


def _itself(table: Any, _memo: object) -> Any:  # noqa: ANN401
    """A table in the place of its copy: moto copies one only to put it back."""
    return table


def _not_kept(cls: type[Item], *_args: object, **_fields: object) -> Item:
    """A new item, of which moto keeps no list."""
    return object.__new__(cls)
