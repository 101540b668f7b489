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


def page(document: Json, root: str) -> str:
    """The page of an OpenAPI document.

    Args:
        document: The document.
        root: The path below which the API is, such as that of a stage; from it everything is
            addressed, since the page itself is at ``/docs`` and at ``/docs/``.
    """
    root = escape(root)
    info = document["info"]
    name = escape(f"{info['title']} API {info['version']}")
    return "".join(
        [
            '<!doctype html><html lang="en"><head><meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>{name}</title>",
            *(_style(root, name) for name in ("swagger-ui.css", "docs.css")),
            *(_script(root, name) for name in ("swagger-ui-bundle.js", "docs.js")),
            f'</head><body><div id="viewer"><main id="list"><h1>{name}</h1>',
            f'<p>For programs: <a id="document" href="{root}/openapi.json">openapi.json</a></p>',
            *_operations(document),
            "</main></div></body></html>",
        ]
    )


def _style(root: str, name: str) -> str:
    return f'<link rel="stylesheet" href="{root}{address_of(name)}">'


def _script(root: str, name: str) -> str:
    return f'<script defer src="{root}{address_of(name)}"></script>'


def _operations(document: Json) -> Iterator[str]:
    for tag in document["tags"]:
        yield f"<h2>{escape(tag['name'])}</h2><ul>"
        for path, methods in document["paths"].items():
            for method, operation in methods.items():
                if tag["name"] in operation["tags"]:
                    operation_name = f"<code>{method.upper()} {escape(path)}</code>"
                    yield f"<li>{operation_name} {escape(operation['summary'])}</li>"
        yield "</ul>"
