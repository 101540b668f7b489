"""Places in a JSON document: ``settings.timezone``, ``days[0]``, ``people[*].email``, ``$``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Annotated, Any, TypeAlias

from pydantic import AfterValidator

WHOLE = "$"
"""The path of the whole document."""

_EACH = "[*]"
_STEP = re.compile(r"\.?([^.\[\]$]+)|(\[\*\])|\[(\d+)\]")
_PATH = re.compile(r"\$|[^.\[\]$]+(?:\.[^.\[\]$]+|\[\*\]|\[\d+\])*")


def _path(text: str) -> str:
    if not _PATH.fullmatch(text):
        raise ValueError("a path is like settings.timezone, registrants[*].join_url, or $")
    return text


JsonPath: TypeAlias = Annotated[str, AfterValidator(_path)]
_Place: TypeAlias = tuple[dict[Any, Any] | list[Any], Any]


def put(document: object, path: JsonPath, value: object) -> object:
    """The document with a value at every place that a path leads to."""
    root = {WHOLE: document}
    for container, key in _places(root, path):
        container[key] = value
    return root[WHOLE]


def take_out(document: object, path: JsonPath) -> object:
    """The document without what is at the places that a path leads to; without all, it is null."""
    root = {WHOLE: document}
    # From behind: whoever goes from a list moves those after it.
    for container, key in reversed(list(_places(root, path))):
        if isinstance(container, list):
            del container[key]
        else:
            container.pop(key, None)
    return root.get(WHOLE)


def _places(root: object, path: JsonPath) -> Iterator[_Place]:
    if path == WHOLE:
        return _at(root, [WHOLE])
    found = (step.groups() for step in _STEP.finditer(path))
    return _at(root, [WHOLE, *(name or each or int(index) for name, each, index in found)])


def _at(container: object, steps: Sequence[str | int]) -> Iterator[_Place]:
    """The places that steps lead to; a name is one also where there is nothing yet."""
    if not isinstance(container, dict | list):
        return
    step, *further = steps
    items = container if isinstance(container, dict) else dict(enumerate(container))
    for key in list(items) if step == _EACH else [step]:
        if further:
            yield from _at(items.get(key), further)
        elif key in items or (isinstance(container, dict) and isinstance(key, str)):
            yield container, key
