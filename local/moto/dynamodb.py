"""Has moto's DynamoDB take the longer, the more is asked for; not the more there is.

As it comes, an answer is copied by asking ten things of each value, and written by trying ten types
for each; an update is parsed twice, copied by rote and gone through ten times, asking of each part
of it what it is (a plain one goes by ``plain_updates``), and a condition is taken apart and parsed
twice, each time they are used; a transaction begins by copying the table with its whole stream; and
every item that was ever read or written is kept. The answers are the same here. What a query goes
through is said by ``order``.
Seen in moto 5.2.5.
"""

from base64 import b64encode
from collections.abc import Mapping, MutableMapping
from copy import deepcopy
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from moto.core import responses
from moto.core.serialize import BaseJSONSerializer
from moto.dynamodb import responses as dynamo_responses
from moto.dynamodb.comparisons import AttributeValue, ConditionExpressionParser
from moto.dynamodb.exceptions import MockValidationException
from moto.dynamodb.models import DynamoDBBackend, utilities
from moto.dynamodb.models.dynamo_type import DynamoType, Item, LimitedSizeDict
from moto.dynamodb.models.table import Table
from moto.dynamodb.parsing.ast_nodes import DepthFirstTraverser, Node
from moto.dynamodb.parsing.executors import UpdateExpressionExecutor
from moto.dynamodb.parsing.expressions import UpdateExpressionParser
from moto.dynamodb.parsing.validators import (
    ActionCountValidator,
    OverlappingPathsValidator,
    UpdateExpressionValidator,
    UpdateHashRangeKeyValidator,
)

from local.moto import plain_updates

Json = Any
"""What can be written as JSON."""

AS_IT_CAME = {
    "_serialize_type_structure": BaseJSONSerializer._serialize_type_structure,  # noqa: SLF001
    "make": UpdateExpressionParser.make,
    "traverse_node_recursively": DepthFirstTraverser.traverse_node_recursively,
    "__init__": UpdateExpressionValidator.__init__,
    "validate": UpdateExpressionValidator.validate,
    "execute": UpdateExpressionExecutor.execute,
    "parse": ConditionExpressionParser.parse,
    "_make_operand": ConditionExpressionParser._make_operand,  # noqa: SLF001
    "transact_write_items": DynamoDBBackend.transact_write_items,
    "method_names_from_class": responses.method_names_from_class,
    "dynamo_to_dict": utilities.dynamo_to_dict,
}
"""What is replaced, by its name; moto has no other seam."""

_WRITTEN_AS_THEY_ARE = frozenset({"S", "N", "BOOL", "NULL"})
_PLAIN = frozenset({str, int, float, bool, type(None)})
_CHECKS_OF_TEXT = (ActionCountValidator, OverlappingPathsValidator, UpdateHashRangeKeyValidator)

_nodes: dict[type, bool] = {}
_wanted: dict[tuple[type, type], type | None] = {}
_method_names = lru_cache(maxsize=64)(AS_IT_CAME["method_names_from_class"])


def install() -> None:
    """Has moto read, write, answer and forget so, in this process."""
    BaseJSONSerializer._serialize_type_structure = _write_structure  # noqa: SLF001
    DynamoDBBackend.transact_write_items = _transact
    Table.__deepcopy__ = _itself
    Item.__new__ = _not_kept
    UpdateExpressionParser.make = _parsed_update
    DepthFirstTraverser.traverse_node_recursively = _traverse
    Node.__deepcopy__ = _copied
    UpdateExpressionValidator.__init__ = _of_what_is_checked
    UpdateExpressionValidator.validate = _validated
    UpdateExpressionExecutor.execute = _execute
    ConditionExpressionParser.parse = _parse
    ConditionExpressionParser._make_operand = _make_operand  # noqa: SLF001
    responses.method_names_from_class = _method_names
    utilities.dynamo_to_dict = dynamo_responses.dynamo_to_dict = _to_dict


def _to_dict(value: Any) -> Any:  # noqa: ANN401 (moto's)
    """What moto answers with, as plain JSON."""
    kind = type(value)
    if kind is DynamoType:
        if value.type in _WRITTEN_AS_THEY_ARE:
            return {value.type: value.value}
        is_binary = value.type in {"B", "BS"}
        return (
            AS_IT_CAME["dynamo_to_dict"](value)
            if is_binary
            else {value.type: _to_dict(value.value)}
        )
    if kind is dict or kind is LimitedSizeDict:
        return {name: _to_dict(each) for name, each in value.items()}
    if kind is list:
        return [_to_dict(each) for each in value]
    return value if kind in _PLAIN else AS_IT_CAME["dynamo_to_dict"](value)


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


@lru_cache(maxsize=1024)
def _parsed_update(text: str) -> Any:  # noqa: ANN401 (moto's)
    """An update as moto has it, which is only read, for moto carries it out on a copy."""
    parsed = AS_IT_CAME["make"](text)
    parsed.plain = plain_updates.parsed(text)
    return parsed


def _of_what_is_checked(validator: Any, expression: Any, **asked: Any) -> None:  # noqa: ANN401
    """A validator without the checks that hold whatever the values and the item are."""
    names = frozenset(asked["expression_attribute_names"].items())
    _check_text(expression, names, tuple(asked["table"].table_key_attrs))
    plain = expression.plain
    validator.outcome = plain_updates.outcome(plain, **asked) if plain else None
    if validator.outcome:
        return
    AS_IT_CAME["__init__"](validator, expression, **asked)
    validator.processors = [
        each for each in validator.processors if not isinstance(each, _CHECKS_OF_TEXT)
    ]


def _validated(validator: Any) -> Any:  # noqa: ANN401
    """What is carried out."""
    return validator.outcome or AS_IT_CAME["validate"](validator)


def _execute(executor: Any, node: Node | None = None) -> None:  # noqa: ANN401
    """Carries an update out, or a part of it."""
    if isinstance(executor.update_ast, plain_updates.Outcome):
        executor.update_ast.apply(executor.item)
    else:
        AS_IT_CAME["execute"](executor, node)


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


def _parse(parser: ConditionExpressionParser) -> Any:  # noqa: ANN401 (moto's)
    """A condition as moto has it, whose parts were found once for all values."""
    condition, values = parser.condition_expression, parser.expression_attribute_values or {}
    names = frozenset((parser.expression_attribute_names or {}).items())
    parsed = _parsed_condition(condition, names) if condition else None
    if parsed is None or not values.keys() >= {*parsed.values}:
        return AS_IT_CAME["parse"](parser)  # which says what is wrong with it
    parser.expr_attr_names_found.extend(parsed.names)
    parser.expr_attr_values_found.extend(parsed.values)
    return parser._make_op_condition(parsed.node)  # noqa: SLF001


@dataclass(frozen=True)
class _Condition:
    """The parts of a condition, and the names and values that it has."""

    node: Any
    names: list[str]
    values: list[str]


class _AnyValue(dict[str, str]):
    """The values of a condition while it is parsed: whatever it asks for."""

    def __missing__(self, name: str) -> str:
        return name


@lru_cache(maxsize=1024)
def _parsed_condition(condition: str, names: frozenset[tuple[str, str]]) -> _Condition | None:
    """Parses a condition as moto does; nothing where moto does not."""
    nodes: list[Any] = []
    parser = ConditionExpressionParser(condition, dict(names), _AnyValue())
    parser._make_op_condition = nodes.append  # noqa: SLF001
    try:
        AS_IT_CAME["parse"](parser)
    except (KeyError, ValueError, MockValidationException):
        return None
    return _Condition(nodes[0], parser.expr_attr_names_found, parser.expr_attr_values_found)


def _make_operand(parser: Any, node: Any) -> Any:  # noqa: ANN401
    """A part of a condition, with the value that it has this time."""
    if node.kind == parser.Kind.EXPRESSION_ATTRIBUTE_VALUE:
        return AttributeValue(parser.expression_attribute_values[node.text])
    return AS_IT_CAME["_make_operand"](parser, node)


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
