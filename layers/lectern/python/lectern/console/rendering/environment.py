"""Templates to pages: what every template can use, and nothing that gets past the escaping."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, partial
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from lectern.console.http.addresses import console_url
from lectern.console.http.files import served_name
from lectern.console.navigation import entries_for
from lectern.console.rendering.said import said
from lectern.console.rendering.texts import has_text, text
from lectern.console.rendering.values import clock, moment, number

_TEMPLATES = Path(__file__).parents[1] / "templates"


def render(template: str, language: str, base_url: str, content: Mapping[str, object]) -> str:
    """A page made of a template.

    Args:
        template: Its file.
        language: One that there are texts in.
        base_url: Where the console was called.
        content: What the page is about.
    """
    given = {
        "language": language,
        "t": partial(text, language),
        "has_text": partial(has_text, language),
        "said": partial(said, language),
        "moment": partial(moment, language=language),
        "number": partial(number, language=language),
        "url": partial(console_url, base_url),
        "entries_for": entries_for,
    }
    return _environment().get_template(template).render({**given, **content})


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.globals["served_name"] = served_name
    environment.globals["clock"] = clock
    return environment
