"""Keeps the items of moto's tables and indexes in order, so that a query costs what it answers.

As it comes, a query sorts all items of the table, looks through them for its partition, sorts that
again and goes through it from its beginning, whatever is asked for; an item of which an index has
only the keys is copied and read whole for each of its keys; and the size of an item is counted anew
each time it is read. The answers are the same here.
What is asked otherwise than by keys that are texts, one of each kind, goes moto's own way.
Seen in moto 5.2.5.
"""

from bisect import bisect_left, bisect_right, insort
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from inspect import signature
from threading import RLock
from typing import Any

from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodb.models.dynamo_type import DynamoType, Item
from moto.dynamodb.models.table import RESULT_SIZE_LIMIT, Table

AS_IT_CAME = {
    "query": Table.query,
    "update_item": DynamoDBBackend.update_item,
    "size": Item.size,
}
"""What is replaced, by its name; moto has no other seam."""

_PARAMETERS = signature(Table.query)
_SIZE = "counted_size"
"""Where an item keeps its size; only ``update_item`` changes one that is in a table."""
_LARGEST_ITEM = 410_000
"""Larger is none that moto takes."""

Place = tuple[str, ...]
"""Where an item stands in its partition: its range key, and in an index the table's keys too."""
Keys = tuple[str, str]
"""A hash key and a range key; of one item, or the names of a table's or an index's."""


def install() -> None:
    """Has moto do so, in this process."""
    Table.query = _query
    DynamoDBBackend.update_item = _update_item
    Item.size = _size


@dataclass
class Partition:
    """The items of a table or of an index that have one hash key, in order."""

    places: list[Place] = field(default_factory=list)
    items: dict[Place, Item] = field(default_factory=dict)

    def put(self, place: Place, item: Item) -> None:
        """Puts an item where it belongs."""
        if place not in self.items:
            insort(self.places, place)
        self.items[place] = item

    def drop(self, place: Place) -> None:
        """Takes the item at a place away."""
        del self.items[place]
        del self.places[bisect_left(self.places, place)]


class Order:
    """The partitions of a table and of its indexes.

    Attributes:
        rows: What moto has as the items of the table; what is put there is noticed.
        touched: The keys of the items that were written since they were last put in order.
    """

    def __init__(self, table: Any) -> None:  # noqa: ANN401 (moto's)
        self.names = _names(table)
        self.rows = Rows(self)
        self.touched: dict[Keys, None] = {}
        self.lock = RLock()
        self._partitions: dict[tuple[str | None, str], Partition] = defaultdict(Partition)
        self._places: dict[Keys, list[tuple[Partition, Place]]] = {}
        for hash_key, items in table.items.items():
            for range_key, item in items.items():
                self.rows[hash_key][range_key] = item

    def partition(self, index: str | None, hash_value: str) -> Partition:
        """The items of one hash key, as they are now."""
        while self.touched:
            keys, _ = self.touched.popitem()
            self._settle(keys)
        return self._partitions.get((index, hash_value)) or Partition()

    def _settle(self, keys: Keys) -> None:
        """Puts an item into every order that it belongs to, and takes it out of all others."""
        for partition, place in self._places.pop(keys, ()):
            partition.drop(place)
        hash_key, range_key = (DynamoType({"S": key}) for key in keys)
        item = self.rows.get(hash_key, {}).get(range_key)
        if item is None:
            return
        self._places[keys] = settled = []
        for index, (hash_name, range_name) in self.names.items():
            values = _text(item.attrs.get(hash_name)), _text(item.attrs.get(range_name))
            if values[0] is None or values[1] is None:
                continue  # a sparse index has only the items with both of its keys
            place = (values[1], *keys) if index else (values[1],)
            partition = self._partitions[index, values[0]]
            partition.put(place, item)
            settled.append((partition, place))


class Rows(defaultdict[DynamoType, dict[DynamoType, Item]]):
    """The items of a table as moto keeps them, which tell the order what was written."""

    def __init__(self, order: Order) -> None:
        super().__init__()
        self.order = order

    def __missing__(self, hash_key: DynamoType) -> "Row":
        """Makes room for the items of another hash key."""
        self[hash_key] = row = Row(self.order, hash_key.value)
        return row

    def __deepcopy__(self, memo: dict[int, Any]) -> defaultdict[Any, Any]:
        """A copy as moto would have it; a table that it becomes the items of gets its own order."""
        return defaultdict(
            dict,
            {
                deepcopy(hash_key, memo): {
                    deepcopy(range_key, memo): deepcopy(item, memo)
                    for range_key, item in row.items()
                }
                for hash_key, row in self.items()
            },
        )


class Row(dict[DynamoType, Item]):
    """The items of a table that have one hash key, as moto keeps them."""

    def __init__(self, order: Order, hash_value: str) -> None:
        super().__init__()
        self._order, self._hash_value = order, hash_value

    def __setitem__(self, range_key: DynamoType, item: Item) -> None:
        super().__setitem__(range_key, item)
        self.touch(range_key)

    def pop(self, range_key: DynamoType, *default: Any) -> Any:  # noqa: ANN401
        """Takes an item away, as a ``dict`` does."""
        item = super().pop(range_key, *default)
        self.touch(range_key)
        return item

    def touch(self, range_key: DynamoType) -> None:
        """Notices that an item was written."""
        self._order.touched[self._hash_value, range_key.value] = None


@dataclass(frozen=True)
class _Question:
    """What is asked of one partition.

    Attributes:
        keys: The names of the keys that it is asked by.
        start: Behind which place the answer begins.
    """

    index: str | None
    keys: Keys
    hash_value: str
    comparison: str | None
    values: tuple[str, ...]
    start: Place | None
    limit: int | None
    is_forward: bool


def _query(table: Any, *given: object, **named: object) -> object:  # noqa: ANN401
    """Answers from the order, where it can."""
    asked = _PARAMETERS.bind(table, *given, **named).arguments
    question = _question(table, asked)
    if question is None:
        return AS_IT_CAME["query"](table, *given, **named)
    order = _order(table)
    with order.lock:
        page, is_more = _page(order.partition(question.index, question.hash_value), question)
    last = table._get_last_evaluated_key(page[-1], question.index) if is_more else None  # noqa: SLF001
    found = _projected(table, page, question.index)
    if (wanted := asked.get("filter_expression")) is not None:
        found = [item for item in found if wanted.expr(item)]
    if projection := asked.get("projection_expressions"):
        found = [item.project(projection) for item in found]
    return found, len(page), last


def _order(table: Any) -> Order:  # noqa: ANN401
    """The order of a table; made anew for one that has none yet, or other indexes by now."""
    rows = table.items
    if not isinstance(rows, Rows) or rows.order.names != _names(table):
        table.items = rows = Order(table).rows
    return rows.order


def _names(table: Any) -> dict[str | None, Keys]:  # noqa: ANN401
    """The names of the keys of a table (``None``) and of its indexes, where there is an order."""
    texts = {each["AttributeName"] for each in table.attr if each["AttributeType"] == "S"}
    schemas = {None: table.schema} | {index.name: index.schema for index in table.all_indexes()}
    found = {}
    for name, schema in schemas.items():
        hash_keys, range_keys = (
            [key["AttributeName"] for key in schema if key["KeyType"] == kind]
            for kind in ("HASH", "RANGE")
        )
        if len(hash_keys) == len(range_keys) == 1 and texts >= {*hash_keys, *range_keys}:
            found[name] = hash_keys[0], range_keys[0]
    return found


def _question(table: Any, asked: Mapping[str, Any]) -> _Question | None:  # noqa: ANN401
    """What is asked, if it can be answered from the order."""
    index, names = asked.get("index_name"), _names(table)
    keys, own = names.get(index), names.get(None)
    conditions = asked.get("hash_key_conditions") or []
    ranges = asked.get("range_key_conditions") or []
    is_global = index in {each.name for each in table.global_indexes}
    is_refused = is_global and asked.get("consistent_read")
    if not keys or not own or is_refused or asked.get("filter_kwargs"):
        return None
    wanted = [name for name, *_ in (*conditions, *ranges)]
    if wanted not in ([keys[0]], [*keys]):
        return None
    hash_value = conditions[0][1]
    texts = _texts([hash_value, *asked["range_objs"]])
    start, comparison = asked["exclusive_start_key"], asked["range_comparison"]
    place_names = (keys[0], keys[1], *own) if index else own
    begin = start and _texts([DynamoType(start.get(name, {"NULL": True})) for name in place_names])
    is_elsewhere = bool(start) and (not begin or begin[0] != (texts or [None])[0])
    if texts is None or is_elsewhere or comparison not in _SPANS:
        return None
    return _Question(
        index,
        keys,
        hash_value=texts[0],
        comparison=comparison,
        values=texts[1:],
        start=begin[1:] if begin else None,
        limit=asked["limit"],
        is_forward=asked["scan_index_forward"] is not False,
    )


def _page(partition: Partition, question: _Question) -> tuple[list[Item], bool]:
    """The items that are asked for, as many as a page has, and whether there are others behind."""
    places, start = partition.places, question.start
    low, high = _SPANS[question.comparison](places, *question.values)
    if start is not None and question.is_forward:
        low = max(low, bisect_right(places, start))
    elif start is not None:
        high = min(high, bisect_left(places, start))
    if question.is_forward:
        span, rest = range(low, high), range(max(low, high), len(places))
    else:
        span, rest = range(high - 1, low - 1, -1), range(min(low, high) - 1, -1, -1)
    page: list[Item] = []
    size = 0
    for number in span:
        item = partition.items[places[number]]
        item_size = item.size()
        if len(page) == question.limit or size + item_size > RESULT_SIZE_LIMIT:
            return page, True
        page.append(item)
        size += item_size
    return page, bool(page) and _is_cut_off(
        partition, rest, size, is_full=len(page) == question.limit
    )


def _is_cut_off(partition: Partition, rest: range, size: int, *, is_full: bool) -> bool:
    """Whether moto ends a page for what is behind it, though none of that is asked for."""
    if is_full or size + _LARGEST_ITEM <= RESULT_SIZE_LIMIT:
        return is_full and bool(rest)
    items = (partition.items[partition.places[number]] for number in rest)
    return any(size + item.size() > RESULT_SIZE_LIMIT for item in items)


def _projected(table: Any, items: list[Item], index: str | None) -> list[Item]:  # noqa: ANN401
    """The items as a table or an index has them."""
    if index is None:
        return items
    found = table.get_index(index)
    if (found.projection or {}).get("ProjectionType") != "KEYS_ONLY":
        return [found.project(item) for item in items]
    names = dict.fromkeys((*table.table_key_attrs, *found.schema_key_attrs))
    return [_of_keys(item, names) for item in items]


def _of_keys(item: Item, names: Iterable[str]) -> Item:
    keys = object.__new__(Item)
    keys.hash_key, keys.range_key = item.hash_key, item.range_key
    keys.attrs = {name: item.attrs[name] for name in names}
    return keys


def _update_item(backend: Any, table_name: str, key: Any, *given: Any, **named: Any) -> Item:  # noqa: ANN401
    """Updates an item by moto, and notices that it may belong elsewhere now."""
    table = backend.get_table(table_name)
    rows = table.items
    try:
        return AS_IT_CAME["update_item"](backend, table_name, key, *given, **named)
    finally:
        names = table.table_key_attrs
        if key.keys() >= {*names} and table.has_range_key:
            hash_key, range_key = (DynamoType(key[name]) for name in names)
            row = rows.get(hash_key, {})
            if (item := row.get(range_key)) is not None:
                item.__dict__.pop(_SIZE, None)
            if isinstance(row, Row):
                row.touch(range_key)


def _size(item: Item) -> int:
    """How large an item is, counted once for as long as it stays as it is."""
    known: int | None = item.__dict__.get(_SIZE)
    if known is None:
        known = item.__dict__[_SIZE] = AS_IT_CAME["size"](item)
    return known


def _text(attribute: DynamoType | None) -> str | None:
    return attribute.value if attribute is not None and attribute.type == "S" else None


def _texts(attributes: Sequence[DynamoType | None]) -> tuple[str, ...] | None:
    """What the attributes have, if all of them are texts."""
    found = tuple(text for each in attributes if (text := _text(each)) is not None)
    return found if len(found) == len(attributes) else None


def _first(place: Place) -> str:
    return place[0]


def _below(places: list[Place], value: str) -> int:
    """How many places have a range key that comes before a value."""
    return bisect_left(places, value, key=_first)


def _up_to(places: list[Place], value: str) -> int:
    """How many have one that comes before it or is the same."""
    return bisect_right(places, value, key=_first)


def _beginning_with(places: list[Place], value: str) -> tuple[int, int]:
    low = _below(places, value)
    return low, bisect_left(places, True, low, key=lambda place: not place[0].startswith(value))  # noqa: FBT003


_SPANS: Mapping[str | None, Any] = {
    None: lambda places: (0, len(places)),
    "=": lambda places, value: (_below(places, value), _up_to(places, value)),
    "<": lambda places, value: (0, _below(places, value)),
    "<=": lambda places, value: (0, _up_to(places, value)),
    ">": lambda places, value: (_up_to(places, value), len(places)),
    ">=": lambda places, value: (_below(places, value), len(places)),
    "BETWEEN": lambda places, low, high: (_below(places, low), _up_to(places, high)),
    "BEGINS_WITH": _beginning_with,
}
"""From which place to which one the items are that a comparison wants."""
