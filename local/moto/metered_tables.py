"""What a request to moto's DynamoDB reads and writes, item by item. Seen in moto 5.2.5."""

import copy
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Self

from moto.backends import get_backend
from moto.dynamodb.models.dynamo_type import DynamoType, Item
from moto.dynamodb.parsing.executors import UpdateExpressionExecutor
from moto.dynamodb.parsing.expressions import UpdateExpressionParser
from moto.dynamodb.parsing.validators import UpdateExpressionValidator

from local.metering.capacity import (
    Attributes,
    Image,
    Index,
    index_units,
    item_size,
    read_units,
    typed,
    write_units,
)
from local.metering.counts import Counts
from local.template import ACCOUNT

Json = Any
"""What can be written as JSON."""
Again = Callable[[Mapping[str, Json]], Json]
"""Asks a read of the table that was counted already."""

_WRITE_OF = {"PutItem": "Put", "UpdateItem": "Update", "DeleteItem": "Delete"}
_READS = {"GetItem", "BatchGetItem", "TransactGetItems", "Query", "Scan"}
_WORD = re.compile(r"[A-Za-z_]+(?=#|$)")
_CONDITION_FAILED = ("ConditionalCheckFailedException", "TransactionCanceledException")
_LEAVING_OUT = ("FilterExpression", "ProjectionExpression", "Select", "AttributesToGet")
"""What has a query answer less than it reads."""


@dataclass(frozen=True)
class _Place:
    """An item's place in a table."""

    table: Any
    key: Mapping[str, Json]

    @property
    def attributes(self) -> Attributes | None:
        """What stands there now."""
        item = self.table.items.get(DynamoType(self.key[self.table.hash_key_attr]))
        if item is not None and self.table.range_key_attr:
            item = item.get(DynamoType(self.key[self.table.range_key_attr]))
        return item.attrs if item is not None else None

    @property
    def image(self) -> Image:
        return Image.of(self.attributes, _indexes(self.table))

    @property
    def kind(self) -> str:
        """The kind of the item, as its keys begin: `EVENT/USER`."""
        return _kind(self.table, self.key)


@dataclass(frozen=True)
class _Write:
    """A write of one item, and the item before it."""

    kind: str
    request: Mapping[str, Json]
    place: _Place
    before: Image

    def tried_size(self) -> int:
        """The size that the item would have had by a write that was refused."""
        match self.kind:
            case "Put":
                return item_size(self.request["Item"])
            case "Update" if self.request.get("UpdateExpression"):
                return item_size(_updated(self.place, self.request))
            case _:
                return 0


@dataclass(frozen=True)
class TableRequest:
    """A request that DynamoDB bills, between its coming and its answer."""

    operation: str
    asked: Mapping[str, Json]
    tables: Mapping[str, Any]
    writes: tuple[_Write, ...]

    @classmethod
    def of(cls, operation: str, asked: Mapping[str, Json], region: str) -> Self | None:
        """The request with the items that it is about to write; nothing where none is billed."""
        tables = get_backend("dynamodb")[ACCOUNT][region].tables
        try:
            writes = tuple(_writes(operation, asked, tables))
        except (KeyError, TypeError, AttributeError):
            return None  # it is refused for what is wrong with it
        if not writes and operation not in _READS:
            return None
        return cls(operation, asked, tables, writes)

    def count(self, answer: Mapping[str, Json], counts: Counts, again: Again) -> None:
        """Counts what it took, now that it is answered; what was malformed takes nothing."""
        failure = str(answer.get("__type", "")).rpartition("#")[2]
        if failure and failure not in _CONDITION_FAILED:
            return
        counts.add("dynamodb.requests", self.operation)
        if failure:
            counts.add("dynamodb.refused", self.operation)
            self._count_refused(counts)
        elif self.writes:
            self._count_written(counts)
        else:
            self._count_read(answer, counts, again)

    @property
    def _is_transaction(self) -> bool:
        return self.operation.startswith("Transact")

    def _count_written(self, counts: Counts) -> None:
        for write in self.writes:
            after = write.place.image
            self._add_write(counts, write, after.size)
            for name, units in index_units(write.before, after).items():
                counts.add("dynamodb.write_units", self.operation, units)
                counts.add("dynamodb.write_units_by_item", f"index {name}", units)

    def _count_refused(self, counts: Counts) -> None:
        """A condition that fails takes what the write would have taken of the table."""
        for write in self.writes:
            self._add_write(counts, write, write.tried_size())

    def _add_write(self, counts: Counts, write: _Write, after: int) -> None:
        units = write_units(write.before.size, after, transactional=self._is_transaction)
        counts.add("dynamodb.write_units", self.operation, units)
        counts.add("dynamodb.write_units_by_item", write.place.kind, units)

    def _count_read(self, answer: Mapping[str, Json], counts: Counts, again: Again) -> None:
        for kind, units in self._reads(answer, again):
            counts.add("dynamodb.read_units", self.operation, units)
            counts.add("dynamodb.read_units_by_item", kind, units)

    def _reads(self, answer: Mapping[str, Json], again: Again) -> Iterator[tuple[str, float]]:
        match self.operation:
            case "GetItem":
                yield self._item(self.asked["TableName"], self.asked["Key"], self.asked)
            case "BatchGetItem":
                for name, several in self.asked["RequestItems"].items():
                    left = answer.get("UnprocessedKeys", {}).get(name, {}).get("Keys", [])
                    for key in several["Keys"]:
                        if key not in left:
                            yield self._item(name, key, several)
            case "TransactGetItems":
                for each in self.asked["TransactItems"]:
                    yield self._item(each["Get"]["TableName"], each["Get"]["Key"], {})
            case _:
                yield self._together(answer, again)

    def _item(
        self, table: str, key: Mapping[str, Json], options: Mapping[str, Json]
    ) -> tuple[str, float]:
        place = _Place(self.tables[table], key)
        units = read_units(
            [item_size(place.attributes)],
            consistent=options.get("ConsistentRead", False),
            transactional=self._is_transaction,
        )
        return place.kind, units

    def _together(self, answer: Mapping[str, Json], again: Again) -> tuple[str, float]:
        """The units of all items that a query or a scan has looked at, whatever it answers."""
        if any(name in self.asked for name in _LEAVING_OUT):
            answer = again(_without(self.asked))
        items = answer.get("Items", [])
        consistent = self.asked.get("ConsistentRead", False)
        units = read_units([sum(map(item_size, items))], consistent=consistent)
        if "IndexName" in self.asked:
            return f"index {self.asked['IndexName']}", units
        kind = _kind(self.tables[self.asked["TableName"]], items[0]) if items else "nothing"
        return kind, units


def _without(asked: Mapping[str, Json]) -> dict[str, Json]:
    """A query without what has it answer less than it reads."""
    kept = {name: value for name, value in asked.items() if name not in _LEAVING_OUT}
    text = f"{kept.get('KeyConditionExpression', '')} "
    for group in ("ExpressionAttributeNames", "ExpressionAttributeValues"):
        # DynamoDB refuses a name that no expression uses.
        used = {name: value for name, value in kept.pop(group, {}).items() if name in text}
        if used:
            kept[group] = used
    return kept


def _writes(
    operation: str, asked: Mapping[str, Json], tables: Mapping[str, Any]
) -> Iterator[_Write]:
    match operation:
        case "PutItem" | "UpdateItem" | "DeleteItem":
            yield _write(_WRITE_OF[operation], asked, tables[asked["TableName"]])
        case "BatchWriteItem":
            for name, several in asked["RequestItems"].items():
                for each in several:
                    [(kind, request)] = each.items()
                    yield _write(kind.removesuffix("Request"), request, tables[name])
        case "TransactWriteItems":
            for each in asked["TransactItems"]:
                [(kind, request)] = each.items()
                yield _write(kind, request, tables[request["TableName"]])


def _write(kind: str, request: Mapping[str, Json], table: Any) -> _Write:  # noqa: ANN401
    place = _Place(table, request["Item"] if kind == "Put" else request["Key"])
    return _Write(kind, request, place, place.image)


def _updated(place: _Place, request: Mapping[str, Json]) -> Attributes | None:
    """The item as an update would have made it; nothing where it would have failed itself."""
    table, names = place.table, request.get("ExpressionAttributeNames", {})
    keys = [DynamoType(place.key[name]) for name in table.table_key_attrs]
    item = Item(*keys, *([None] if len(keys) == 1 else []), attrs={})
    item.attrs.update(copy.deepcopy(dict(place.attributes or _keys_of(place))))
    try:
        update = UpdateExpressionValidator(
            UpdateExpressionParser.make(request["UpdateExpression"]),
            expression_attribute_names=names,
            expression_attribute_values=request.get("ExpressionAttributeValues", {}),
            item=item,
            table=table,
        ).validate()
        update.normalize()
        UpdateExpressionExecutor(update, item, names).execute()
    except Exception:  # noqa: BLE001 - moto says in many ways that there is nothing to add to
        return None
    found: Attributes = item.attrs
    return found


def _keys_of(place: _Place) -> Attributes:
    return {name: DynamoType(value) for name, value in place.key.items()}


def _indexes(table: Any) -> tuple[Index, ...]:  # noqa: ANN401 (moto is not typed)
    return tuple(_index(each, table) for each in table.all_indexes())


def _index(index: Any, table: Any) -> Index:  # noqa: ANN401
    keys = tuple(key["AttributeName"] for key in index.schema)
    projection = index.projection or {}
    copied = None
    if projection.get("ProjectionType") != "ALL":
        copied = frozenset((*keys, *table.table_key_attrs, *projection.get("NonKeyAttributes", ())))
    return Index(index.name, keys, copied)


def _kind(table: Any, key: Mapping[str, Json]) -> str:  # noqa: ANN401
    """What the keys begin with, up to the first that tells one item from another of its kind."""
    parts = [str(typed(key[name])[1]) for name in table.table_key_attrs]
    words = [_WORD.match(part) for part in parts]
    return "/".join(word[0] if word else "#" for word in words)
