"""DynamoDB's read and write units, from the items themselves.

Sizes: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
Units: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html
Indexes: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.html
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import ceil
from typing import Any

Value = Any
"""A value in DynamoDB's JSON, `{"S": "x"}`, or moto's object of it, with `type` and `value`."""
Attributes = Mapping[str, Value]

_READ_BYTES = 4096
_WRITE_BYTES = 1024
_OF_A_DOCUMENT = 3
_OF_AN_ELEMENT = 1
_TRANSACTION = 2


def item_size(attributes: Attributes | None) -> int:
    """The bytes of an item: names and values; none where there is no item.

    Example:
        >>> item_size({"PK": {"S": "EVENT#1"}, "count": {"N": "120"}})
        16
    """
    return sum(len(name.encode()) + _size(value) for name, value in (attributes or {}).items())


def _size(value: Value) -> int:
    kind, content = typed(value)
    match kind:
        case "S":
            return len(content.encode())
        case "N":
            return _number_size(str(content))
        case "B":
            return _bytes_size(content)
        case "BOOL" | "NULL":
            return 1
        case "SS":
            return sum(len(each.encode()) for each in content)
        case "NS":
            return sum(_number_size(str(each)) for each in content)
        case "BS":
            return sum(_bytes_size(each) for each in content)
        case "M":
            return _OF_A_DOCUMENT + sum(
                len(name.encode()) + _size(each) + _OF_AN_ELEMENT for name, each in content.items()
            )
        case "L":
            return _OF_A_DOCUMENT + sum(_size(each) + _OF_AN_ELEMENT for each in content)
    raise ValueError(kind)


def typed(value: Value) -> tuple[str, Any]:
    """The type of a value and what is in it."""
    if isinstance(value, Mapping):
        [(kind, content)] = value.items()
        return kind, content
    return value.type, value.value


def _number_size(number: str) -> int:
    """A byte for two digits and one more; zeros before and behind do not count, a minus does."""
    digits = number.lower().partition("e")[0].replace(".", "").lstrip("+-").strip("0")
    return ceil(max(len(digits), 1) / 2) + 1 + number.startswith("-")


def _bytes_size(content: bytes | str) -> int:
    """Bytes as they are; DynamoDB's JSON has them in base64."""
    if isinstance(content, bytes):
        return len(content)
    return len(content) * 3 // 4 - content.count("=")


def read_units(sizes: Iterable[int], *, consistent: bool, transactional: bool = False) -> float:
    """The units of items that are rounded up each for itself; what is not there counts as 4 KB.

    A query or a scan is one read of all its items together.

    Example:
        >>> read_units([1_500, 6_500], consistent=True)
        3.0
        >>> read_units([8_000], consistent=False)
        1.0
    """
    factor = _TRANSACTION if transactional else 1 if consistent else 0.5
    return sum(factor * max(1, ceil(size / _READ_BYTES)) for size in sizes)


@dataclass(frozen=True)
class Index:
    """A secondary index: the attributes of its keys, and all that are copied into it.

    `copied` is nothing where all attributes are.
    """

    name: str
    keys: tuple[str, ...]
    copied: frozenset[str] | None

    def entry_of(self, attributes: Attributes | None) -> dict[str, Value] | None:
        """What the index has of an item; nothing where a key of the index is missing."""
        if attributes is None or not all(name in attributes for name in self.keys):
            return None
        return {
            name: _plain(value)
            for name, value in attributes.items()
            if self.copied is None or name in self.copied
        }


def _plain(value: Value) -> Value:
    kind, content = typed(value)
    match kind:
        case "M":
            return {kind: {name: _plain(each) for name, each in content.items()}}
        case "L":
            return {kind: [_plain(each) for each in content]}
        case "SS" | "NS" | "BS":
            return {kind: sorted(content)}
        case _:
            return {kind: content}


@dataclass(frozen=True)
class Image:
    """An item at a moment, as far as its units go: its size, and its entries in the indexes."""

    size: int
    entries: Mapping[Index, dict[str, Value] | None]

    @classmethod
    def of(cls, attributes: Attributes | None, indexes: Iterable[Index]) -> "Image":
        """The image of an item, or of its absence."""
        return cls(item_size(attributes), {each: each.entry_of(attributes) for each in indexes})


def write_units(before: int, after: int, *, transactional: bool = False) -> int:
    """The units of a write, of the larger of the item's sizes; a transaction writes twice."""
    units = max(1, ceil(max(before, after) / _WRITE_BYTES))
    return units * _TRANSACTION if transactional else units


def index_units(before: Image, after: Image) -> dict[str, int]:
    """The units that a write takes in each index that it changes.

    One write puts an entry or takes it away, two where its key changes, one where what is copied
    does, and none where the entry is as it was. Indexes are written once in a transaction too:
    they follow the table afterwards.
    """
    changed = {}
    for index, old in before.entries.items():
        new = after.entries[index]
        if old != new:
            changed[index.name] = _entry_units(index, old, new)
    return changed


def _entry_units(index: Index, old: Attributes | None, new: Attributes | None) -> int:
    sizes = item_size(old), item_size(new)
    is_moved = old is not None and new is not None and any(old[k] != new[k] for k in index.keys)
    if is_moved:
        return sum(write_units(0, size) for size in sizes)
    return write_units(*sizes)
