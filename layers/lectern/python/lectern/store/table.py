"""DynamoDB as the stores see it: plain items, expressions with spelled-out names, and conflicts.

Expressions are written with ``#name`` for an attribute and ``:value`` for a value; the names are
collected from the text, so that no reserved word of DynamoDB gets in the way.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from lectern.domain.errors import Conflict
from lectern.store.attribute_values import packed, unpacked
from lectern.store.keys import Key
from lectern.store.leftovers import Patience

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

Item = dict[str, Any]

BATCH_GET_LIMIT = 100
"""DynamoDB: at most 100 items in one BatchGetItem."""

_LOST_RACES = ("ConditionalCheckFailed", "TransactionConflict")
"""DynamoDB's reasons for refusing a transaction that may go through the next time."""

BATCH_WRITE_LIMIT = 25
"""DynamoDB: at most 25 items in one BatchWriteItem."""

_KEY = ("PK", "SK")
_LOCAL = "LSI"
"""What the names of local indexes begin with, which are as the table itself is."""
_NAME = re.compile(r"#(\w+)")


class WriteConflict(Conflict):
    """The condition of a write did not hold.

    Attributes:
        item: The item that is there instead; ``None`` where there is none.
    """

    def __init__(self, item: Item | None) -> None:
        super().__init__("the item was changed by someone else")
        self.item = item


class PutsConflict(Conflict):
    """Items were not written together, so none was.

    Attributes:
        refused: Which of them had a condition that did not hold, by their place; nothing where
            someone else was only writing one of them at the same moment.
    """

    def __init__(self, refused: tuple[int, ...]) -> None:
        super().__init__("an item was changed by someone else")
        self.refused = refused


@dataclass(frozen=True)
class Expression:
    """A condition or key condition, with its values."""

    text: str
    values: Mapping[str, Any] = field(default_factory=dict)


def key_of(item: Item) -> Key:
    """The key of an item."""
    return {"PK": item["PK"], "SK": item["SK"]}


def begins(key: Key) -> Expression:
    """The items of a partition whose sort key begins with that of ``key``."""
    return Expression(
        "#PK = :partition AND begins_with(#SK, :prefix)",
        {":partition": key["PK"], ":prefix": key["SK"]},
    )


def in_partition(partition: str) -> Expression:
    """All items of a partition."""
    return Expression("#PK = :partition", {":partition": partition})


def between(first: Key, last: Key) -> Expression:
    """The items of a partition between two keys, both included."""
    return Expression(
        "#PK = :partition AND #SK BETWEEN :first AND :last",
        {":partition": first["PK"], ":first": first["SK"], ":last": last["SK"]},
    )


@dataclass(frozen=True)
class Change:
    """The attributes that an update sets, removes and adds; to set ``None`` is to remove.

    A number is added to the number that is there, members to the set; copies are of attributes;
    what is set at first stays as it is where it is there.
    """

    set: Mapping[str, Any] = field(default_factory=dict)
    copied: Mapping[str, str] = field(default_factory=dict)
    remove: Sequence[str] = ()
    add: Mapping[str, int | AbstractSet[str]] = field(default_factory=dict)
    at_first: Mapping[str, Any] = field(default_factory=dict)

    def expression(self) -> Expression:
        """The update as DynamoDB's update expression."""
        clauses: list[str] = []
        present = {name: value for name, value in self.set.items() if value is not None}
        absent = [*self.remove, *(name for name in self.set if name not in present)]
        settings = [f"#{name} = :set_{name}" for name in present]
        settings += [f"#{name} = if_not_exists(#{name}, :set_{name})" for name in self.at_first]
        settings += [f"#{name} = #{other}" for name, other in self.copied.items()]
        if settings:
            clauses.append("SET " + ", ".join(settings))
        values = {f":set_{name}": value for name, value in {**present, **self.at_first}.items()}
        if absent:
            clauses.append("REMOVE " + ", ".join(f"#{name}" for name in absent))
        if self.add:
            clauses.append("ADD " + ", ".join(f"#{name} :add_{name}" for name in self.add))
            values |= {f":add_{name}": value for name, value in self.add.items()}
        return Expression(" ".join(clauses), values)


@dataclass(frozen=True)
class QueryPage:
    """A page of a query, and where the next one begins."""

    items: list[Item]
    next_key: Item | None


class Table:
    """The table.

    Args:
        client: A DynamoDB client.
        name: The table's name.
        pause: Waits for so many seconds.
    """

    def __init__(
        self, client: DynamoDBClient, name: str, pause: Callable[[float], None] = time.sleep
    ) -> None:
        self._client = client
        self._name = name
        self._pause = pause

    def get(self, key: Key) -> Item | None:
        """The item as it is now (a consistent read)."""
        answer = self._client.get_item(TableName=self._name, Key=_packed(key), ConsistentRead=True)
        return _unpacked(answer["Item"]) if "Item" in answer else None

    def get_many(
        self, keys: Iterable[Key], attributes: Sequence[str] = (), *, exactly: bool = True
    ) -> list[Item]:
        """The items that exist of these: as they are now, or a moment ago for half of the price."""
        wanted = [_packed(key) for key in keys]
        asked: dict[str, Any] = {"ConsistentRead": exactly}
        if attributes:
            asked["ProjectionExpression"] = projection = _projection(attributes)
            asked["ExpressionAttributeNames"] = _names(projection)
        items: list[Item] = []
        patience = Patience("BatchGetItem", self._pause)
        while wanted:
            request, wanted = wanted[:BATCH_GET_LIMIT], wanted[BATCH_GET_LIMIT:]
            requests: dict[str, Any] = {self._name: {"Keys": request, **asked}}
            answer = self._client.batch_get_item(RequestItems=requests)
            items += [_unpacked(item) for item in answer["Responses"].get(self._name, [])]
            unprocessed: Any = answer.get("UnprocessedKeys", {})
            patience.after(left_over := unprocessed.get(self._name, {}).get("Keys", []))
            wanted += left_over
        return items

    def put(self, item: Item, condition: Expression | None = None) -> None:
        """Writes the item whole.

        Raises:
            WriteConflict: The condition does not hold.
        """
        present = {name: value for name, value in item.items() if value is not None}
        self._write("put_item", {"Item": _packed(present)}, condition)

    def write(
        self, item: Item, condition: Expression | None = None, *, beside: Item | None = None
    ) -> None:
        """Writes attributes of an item that may exist; others, of a newer version, stay.

        Args:
            item: The item.
            condition: What has to hold.
            beside: Another item, put whole if and only if the first one is written.

        Raises:
            WriteConflict: The condition does not hold.
        """
        attributes = {name: value for name, value in item.items() if name not in _KEY}
        key, change = {name: item[name] for name in _KEY}, Change(set=attributes)
        if beside is None:
            self.update(key, change, condition)
            return
        update = change.expression()
        request = {"Key": _packed(key), "UpdateExpression": update.text}
        self._write_beside("Update", self._request(request, condition, update), beside)

    def put_together(self, puts: Sequence[tuple[Item, Expression]]) -> None:
        """Writes items whole, all of them or none (DynamoDB: at most 100).

        Raises:
            PutsConflict: A condition does not hold, or someone else is writing one of them.
        """
        self._transact([{"Put": self._put_request(item, condition)} for item, condition in puts])

    def _transact(self, writes: list[dict[str, Any]]) -> None:
        try:
            self._client.transact_write_items(TransactItems=writes)  # type: ignore[arg-type]
        except ClientError as error:
            reasons: Any = error.response.get("CancellationReasons", [])
            codes = [reason.get("Code", "None") for reason in reasons]
            if not codes or set(codes) - {"None", *_LOST_RACES}:
                raise
            refused = tuple(n for n, code in enumerate(codes) if code == _LOST_RACES[0])
            raise PutsConflict(refused) from error

    def _put_request(self, item: Item, condition: Expression) -> dict[str, Any]:
        request: dict[str, Any] = {
            "TableName": self._name,
            "Item": _packed({name: value for name, value in item.items() if value is not None}),
            "ConditionExpression": condition.text,
            "ExpressionAttributeNames": _names(condition.text),
        }
        if condition.values:
            request["ExpressionAttributeValues"] = _packed(condition.values)
        return request

    def delete(
        self, key: Key, condition: Expression | None = None, *, beside: Item | None = None
    ) -> None:
        """Deletes the item; one that does not exist counts as deleted.

        Args:
            key: The item's.
            condition: What has to hold.
            beside: Another item, put whole if and only if this one is deleted.

        Raises:
            WriteConflict: The condition does not hold.
        """
        if beside is None:
            self._write("delete_item", {"Key": _packed(key)}, condition)
            return
        request = self._request({"Key": _packed(key)}, condition)
        self._write_beside("Delete", request, beside)

    def _write_beside(self, kind: str, request: dict[str, Any], beside: Item) -> None:
        present = {name: value for name, value in beside.items() if value is not None}
        put = {"TableName": self._name, "Item": _packed(present)}
        try:
            self._transact([{kind: request}, {"Put": put}])
        except PutsConflict as error:
            raise WriteConflict(None) from error

    def update(
        self, key: Key, change: Change, condition: Expression | None = None, *, old: bool = False
    ) -> Item:
        """Changes the item and returns it as it is afterwards, or as it was, if it was there.

        Raises:
            WriteConflict: The condition does not hold.
        """
        update = change.expression()
        request = {"Key": _packed(key), "UpdateExpression": update.text}
        request["ReturnValues"] = "ALL_OLD" if old else "ALL_NEW"
        answer = self._write("update_item", request, condition, also=update)
        return _unpacked(answer.get("Attributes", {}))

    def query(
        self,
        condition: Expression,
        *,
        index: str | None = None,
        start: Item | None = None,
        limit: int | None = None,
        attributes: Sequence[str] = (),
        newest_first: bool = False,
    ) -> QueryPage:
        """One page of a query, consistent where DynamoDB can be (not on a global index)."""
        request: dict[str, Any] = {
            "TableName": self._name,
            "KeyConditionExpression": condition.text,
            "ExpressionAttributeNames": _names(condition.text),
            "ExpressionAttributeValues": _packed(condition.values),
        }
        if index:
            request["IndexName"] = index
        if index is None or index.startswith(_LOCAL):
            request["ConsistentRead"] = True
        if start:
            request["ExclusiveStartKey"] = _packed(start)
        if limit:
            request["Limit"] = limit
        if newest_first:
            request["ScanIndexForward"] = False
        if attributes:
            request["ProjectionExpression"] = projection = _projection(attributes)
            request["ExpressionAttributeNames"] |= _names(projection)
        answer = self._client.query(**request)
        items, last = map(_unpacked, answer["Items"]), answer.get("LastEvaluatedKey")
        return QueryPage([*items], _unpacked(last) if last else None)

    def query_all(
        self, condition: Expression, *, index: str | None = None, attributes: Sequence[str] = ()
    ) -> Iterator[Item]:
        """Every item of a query, a page after the other."""
        start: Item | None = None
        while True:
            page = self.query(condition, index=index, start=start, attributes=attributes)
            yield from page.items
            start = page.next_key
            if start is None:
                return

    def put_many(self, items: Iterable[Item]) -> None:
        """Writes items whole, without a condition; no two of them have one key."""
        present = ({n: value for n, value in item.items() if value is not None} for item in items)
        self._write_many([{"PutRequest": {"Item": _packed(item)}} for item in present])

    def delete_many(self, keys: Iterable[Key]) -> None:
        """Deletes items; no two keys are the same."""
        self._write_many([{"DeleteRequest": {"Key": _packed(key)}} for key in keys])

    def _write_many(self, requests: list[Any]) -> None:
        patience = Patience("BatchWriteItem", self._pause)
        while requests:
            now, requests = requests[:BATCH_WRITE_LIMIT], requests[BATCH_WRITE_LIMIT:]
            answer = self._client.batch_write_item(RequestItems={self._name: now})
            left_over = answer.get("UnprocessedItems", {}).get(self._name, [])
            patience.after(left_over)
            requests += left_over

    def _write(
        self,
        operation: str,
        request: dict[str, Any],
        condition: Expression | None,
        also: Expression | None = None,
    ) -> Any:  # noqa: ANN401 - the answer's type depends on the operation
        try:
            return getattr(self._client, operation)(**self._request(request, condition, also))
        except ClientError as error:
            if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
                raise
            found: Any = error.response.get("Item")
            raise WriteConflict(_unpacked(found) if found else None) from error

    def _request(
        self,
        request: Mapping[str, Any],
        condition: Expression | None,
        also: Expression | None = None,
    ) -> dict[str, Any]:
        """A write with its condition, and with the names and values of both expressions."""
        expressions = [expression for expression in (condition, also) if expression]
        names = _names(" ".join(expression.text for expression in expressions))
        values = {name: value for each in expressions for name, value in each.values.items()}
        asked = {**request, "TableName": self._name}
        if names:
            asked["ExpressionAttributeNames"] = names
        if values:
            asked["ExpressionAttributeValues"] = _packed(values)
        if condition:
            asked["ConditionExpression"] = condition.text
            asked["ReturnValuesOnConditionCheckFailure"] = "ALL_OLD"
        return asked


def _projection(attributes: Sequence[str]) -> str:
    return ", ".join(f"#{name}" for name in attributes)


def _names(text: str) -> dict[str, str]:
    return {f"#{name}": name for name in _NAME.findall(text)}


def _packed(item: Mapping[str, Any]) -> dict[str, Any]:
    return {name: packed(value) for name, value in item.items()}


def _unpacked(item: Mapping[str, Any]) -> Item:
    return {name: unpacked(value) for name, value in item.items()}
