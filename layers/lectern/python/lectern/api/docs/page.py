"""The API's document as a page: a list of its operations, which Swagger UI takes the place of."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import Any

from lectern.api.docs.files import address_of

Json = dict[str, Any]

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""Swagger UI's pictures are in its style; it asks for the document, and for what people try out."""


def page(document: Json) -> str:
    """The page of an OpenAPI document."""
    info = document["info"]
    name = escape(f"{info['title']} API {info['version']}")
    return "".join(
        [
            '<!doctype html><html lang="en"><head><meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>{name}</title>",
            *map(_style, ("swagger-ui.css", "docs.css")),
            *map(_script, ("swagger-ui-bundle.js", "docs.js")),
            f'</head><body><div id="viewer"><main id="list"><h1>{name}</h1>',
            '<p>For programs: <a id="document" href="openapi.json">openapi.json</a></p>',
            *_operations(document),
            "</main></div></body></html>",
        ]
    )


def _style(name: str) -> str:
    return f'<link rel="stylesheet" href="{address_of(name)}">'


def _script(name: str) -> str:
    return f'<script defer src="{address_of(name)}"></script>'


def _operations(document: Json) -> Iterator[str]:
    for tag in document["tags"]:
        yield f"<h2>{escape(tag['name'])}</h2><ul>"
        for path, methods in document["paths"].items():
            for method, operation in methods.items():
                if tag["name"] in operation["tags"]:
                    operation_name = f"<code>{method.upper()} {escape(path)}</code>"
                    yield f"<li>{operation_name} {escape(operation['summary'])}</li>"
        yield "</ul>"
