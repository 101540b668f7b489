"""The sentences that modules say to people, read off their source.

What is put together from values is given with samples in their place, so that a sentence that is
added is found without being called.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from types import ModuleType
from typing import TypeVar

_Node = TypeVar("_Node", bound=ast.AST)

SAMPLE = "X7"
"""Stands for a value that is said as it is: an id, a name, a number, Zoom's words."""

_WORDS = {
    "k": "meeting",
    "kind": "meeting",
    "begins": "The meeting is live",
    "has": "waiting_room is true",
    "label": "Join",
    "wanted": "on",
    "wants": "a letter",
    "', '.join(faults)": "a letter",
    "_named(silent)": "trial meeting",
    "_named(heard)": "trial webinar",
    "_named(foreign)": "trial meeting",
    "needed.heading": "A meeting is made",
    "limit_met(resume_at)": f"One of Zoom's daily limits is used up, until {SAMPLE}.",
    "unused": "Meetings are switched off.",
    "why.detail": "Zoom does not answer.",
}
"""What stands for values that are words, by the expression; any ``….kind`` is as ``kind`` is."""

_SENTENCE = re.compile(rf"(({SAMPLE} )*[A-Z]|{SAMPLE} \w).*[a-z].*[.:]( {SAMPLE})*", re.DOTALL)


def sentences_of(module: ModuleType) -> list[str]:
    """The sentences in a module, each with samples for its values."""
    tree = ast.parse(Path(str(module.__file__)).read_text(encoding="utf-8"))
    inner = {id(part) for each in _nodes(tree, ast.JoinedStr) for part in ast.walk(each)}
    aside = {id(each.value) for each in _nodes(tree, ast.Expr)} | _parts_alone(tree, inner)
    aside |= set(_descriptions(tree))
    texts = [
        text.strip()
        for node in (*_nodes(tree, ast.JoinedStr), *_nodes(tree, ast.Constant))
        if id(node) not in aside and (isinstance(node, ast.JoinedStr) or id(node) not in inner)
        for text in _texts(node, module)
    ]
    return list(dict.fromkeys(text for text in texts if _SENTENCE.fullmatch(text)))


def _descriptions(tree: ast.Module) -> Iterator[int]:
    """What describes a field: it is read in the document of the API."""
    for keyword in _nodes(tree, ast.keyword):
        if keyword.arg == "description":
            yield id(keyword.value)
    for mapping in _nodes(tree, ast.Dict):
        for key, value in zip(mapping.keys, mapping.values, strict=True):
            if isinstance(key, ast.Constant) and key.value == "description":
                yield id(value)


def _parts_alone(tree: ast.Module, inner: set[int]) -> set[int]:
    """The constants that have a name only to stand within other texts."""
    loads = [each for each in _nodes(tree, ast.Name) if isinstance(each.ctx, ast.Load)]
    within = {each.id for each in loads if id(each) in inner}
    alone = within - {each.id for each in loads if id(each) not in inner}
    return {
        id(each.value)
        for each in tree.body
        if isinstance(each, ast.Assign)
        and isinstance(each.targets[0], ast.Name)
        and each.targets[0].id in alone
    }


def _nodes(tree: ast.AST, kind: type[_Node]) -> Iterator[_Node]:
    return (node for node in ast.walk(tree) if isinstance(node, kind))


def _texts(node: ast.expr, module: ModuleType) -> list[str]:
    """What an expression can say: both of a choice, each part of a text in turn."""
    match node:
        case ast.Constant(value=str(text)):
            return [text]
        case ast.JoinedStr(values=parts):
            return ["".join(each) for each in product(*(_texts(part, module) for part in parts))]
        case ast.FormattedValue(value=ast.IfExp(body=one, orelse=other)):
            return [*_texts(one, module), *_texts(other, module)]
        case ast.FormattedValue(value=value):
            return [_value(ast.unparse(value), module)]
    return []


def _value(source: str, module: ModuleType) -> str:
    constant = getattr(module, source, None)
    if isinstance(constant, str):
        return constant
    return _WORDS.get("kind" if source.endswith(".kind") else source, SAMPLE)
