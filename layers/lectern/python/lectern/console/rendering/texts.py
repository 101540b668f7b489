"""The console's texts, in every language that the join pages speak.

A language is a folder of TOML files, one for each part of the console; the key of a text names the
file first, as ``events.title``. A text that depends on a number has a form for one and a form for
others.
"""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from lectern.console.rendering.values import typeset

FOLDER = Path(__file__).parents[1] / "texts"


@cache
def catalogue(language: str) -> dict[str, Any]:
    """All texts of a language, by key."""
    texts: dict[str, Any] = {}
    for file in sorted((FOLDER / language).glob("*.toml")):
        parsed = tomllib.loads(file.read_text(encoding="utf-8"))
        _flatten(file.stem, parsed, texts)
    return {key: _typeset(value, language) for key, value in texts.items()}


def _typeset(value: Any, language: str) -> Any:  # noqa: ANN401 - a text, or its forms
    if isinstance(value, dict):
        return {form: typeset(str(each), language) for form, each in value.items()}
    return typeset(str(value), language)


def _flatten(prefix: str, tree: dict[str, Any], texts: dict[str, Any]) -> None:
    for name, value in tree.items():
        key = f"{prefix}.{name}"
        if isinstance(value, dict) and "other" not in value:
            _flatten(key, value, texts)
        else:
            texts[key] = value


def text(language: str, key: str, **values: object) -> str:
    """A text with its values filled in.

    Args:
        language: One that there are texts in.
        key: Which text.
        values: What its placeholders stand for; ``count`` also chooses between its forms.
    """
    found = catalogue(language)[key]
    if isinstance(found, dict):
        found = found[_form(language, values["count"])]
    return str(found).format_map(values)


def has_text(language: str, key: str) -> bool:
    """Whether there is a text of this key."""
    return key in catalogue(language)


def _form(language: str, count: object) -> str:
    """Unicode CLDR: in French nothing is one as well."""
    ones = {0, 1} if language == "fr" else {1}
    return "one" if count in ones else "other"
