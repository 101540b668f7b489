"""Carries out plain updates of DynamoDB without the tree that moto has of them.

`SET #a = :x, #b = #c REMOVE #d ADD #e :n`, of attributes that are the item's own, is most of what
is asked for. What is anything else, or is to be refused, stays moto's. Seen in moto 5.2.5.
"""

import re
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from moto.dynamodb.models.dynamo_type import DynamoType, Item

_SET, _ADD = r"#\w+ = [:#]\w+", r"#\w+ :\w+"
_PLAIN = re.compile(
    rf"(?:SET ({_SET}(?:, {_SET})*))?"
    r"(?: ?REMOVE (#\w+(?:, #\w+)*))?"
    rf"(?: ?ADD ({_ADD}(?:, {_ADD})*))?"
)
_OF_SETS = frozenset({"SS", "NS", "BS"})


@dataclass(frozen=True)
class Plain:
    """A plain update as it is written: names and values by their placeholders.

    Attributes:
        sets: What is set, and to which value or to whose.
        removes: What is removed.
        adds: What is added to, and which value.
    """

    sets: tuple[tuple[str, str], ...]
    removes: tuple[str, ...]
    adds: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Outcome:
    """What an update makes of an item; stands where moto has its tree with all values in it."""

    attributes: Mapping[str, DynamoType]
    removed: tuple[str, ...]

    def normalize(self) -> None:
        """Does nothing: the order of parts that do not overlap is all the same."""

    def apply(self, item: Item) -> None:
        """Changes the item; how large it is, which moto counts at each attribute, is asked once."""
        for name in self.removed:
            item.attrs.pop(name, None)
        names = [*self.attributes]
        for name in names[:-1]:
            dict.__setitem__(item.attrs, name, self.attributes[name])
        for name in names[-1:]:
            item.attrs[name] = self.attributes[name]


@lru_cache(maxsize=1024)
def parsed(text: str) -> Plain | None:
    """The parts of an update, if it is a plain one."""
    found = _PLAIN.fullmatch(text)
    if not text or found is None:
        return None
    sets, removes, adds = (each.split(", ") if each else [] for each in found.groups())
    return Plain(
        tuple((name, value) for name, _, value in (each.split(" ") for each in sets)),
        tuple(removes),
        tuple((name, value) for name, value in (each.split(" ") for each in adds)),
    )


def outcome(
    plain: Plain,
    *,
    expression_attribute_names: Mapping[str, str],
    expression_attribute_values: Mapping[str, Any],
    item: Item,
    table: Any,  # noqa: ANN401 (moto's)
) -> Outcome | None:
    """What the update makes of the item; nothing where moto may find something to refuse."""
    names, attrs = expression_attribute_names, item.attrs
    try:
        typed = {name: DynamoType(value) for name, value in expression_attribute_values.items()}
        found = {
            names[name]: deepcopy(attrs[names[what]]) if what in names else typed[what]
            for name, what in plain.sets
        }
        found |= {
            names[name]: _sum(attrs.get(names[name]), typed[what]) for name, what in plain.adds
        }
        removed = tuple(names[name] for name in plain.removes)
    except (KeyError, TypeError):
        return None
    is_sound = all(
        found[key].type == "S" and found[key].value
        for key in found.keys() & {*table.attribute_keys}
    )
    return Outcome(found, removed) if is_sound else None


def _sum(there: DynamoType | None, added: DynamoType) -> DynamoType:
    """A number with another, or a set with more members.

    Raises:
        TypeError: They do not go together.
    """
    if added.type == "N":
        there = there or DynamoType({"N": "0"})
        if there.type == "N":
            return there + added
    elif added.type in _OF_SETS and added.value and (there is None or there.type == added.type):
        before = there.value if there else []
        return DynamoType({added.type: [*before, *(v for v in added.value if v not in before)]})
    raise TypeError
