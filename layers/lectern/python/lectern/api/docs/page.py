"""The API's document as a page: made on the server, without a script or anything from elsewhere."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from html import escape
from typing import Any

Json = dict[str, Any]

_STYLE = """
:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif }
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
code, pre { font-family: ui-monospace, monospace }
table { border-collapse: collapse; width: 100%; margin: .5rem 0 1rem }
th, td { text-align: left; vertical-align: top; padding: .25rem .75rem .25rem 0;
  border-bottom: 1px solid color-mix(in srgb, currentColor 20%, transparent) }
pre { white-space: pre-wrap; font-family: inherit }
article { margin: 2rem 0 }
"""
_STYLE_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()

CONTENT_SECURITY_POLICY = (
    f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


def page(document: Json) -> str:
    """The page of an OpenAPI document."""
    info = document["info"]
    return "".join(
        [
            '<!doctype html><html lang="en"><head><meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>{escape(info['title'])} API</title><style>{_STYLE}</style></head><body>",
            f"<h1>{escape(info['title'])} API {escape(info['version'])}</h1>",
            f"<pre>{escape(info['description'])}</pre>",
            '<p>For programs: <a href="openapi.json">openapi.json</a></p>',
            "<nav><h2>Contents</h2><ul>",
            *_contents(document),
            '<li><a href="#schemas">Schemas</a></li></ul></nav><main>',
            *_operations(document),
            '<h2 id="schemas">Schemas</h2>',
            *_schemas(document["components"]["schemas"]),
            "</main></body></html>",
        ]
    )


def _each_operation(document: Json) -> Iterator[tuple[str, Json]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield f"{method.upper()} {path}", operation


def _contents(document: Json) -> Iterator[str]:
    for name, operation in _each_operation(document):
        link = f'<a href="#{escape(operation["operationId"])}"><code>{escape(name)}</code></a>'
        yield f"<li>{link} {escape(operation['summary'])}</li>"


def _operations(document: Json) -> Iterator[str]:
    for tag in document["tags"]:
        yield f"<h2>{escape(tag['name'])}</h2>"
        for name, operation in _each_operation(document):
            if tag["name"] in operation["tags"]:
                yield from _operation(name, operation, document["components"]["responses"])


def _operation(name: str, operation: Json, responses: Json) -> Iterator[str]:
    yield f'<article id="{escape(operation["operationId"])}"><h3><code>{escape(name)}</code></h3>'
    yield f"<p>{escape(operation['summary'])}.</p>"
    parameters = [
        (f"{each['name']} ({each['in']})", _kind(each["schema"]), each.get("description", ""))
        for each in operation["parameters"]
    ]
    if parameters:
        yield from _table(("Parameter", "Type", "Meaning"), parameters)
    if body := operation.get("requestBody"):
        yield f"<p>Body: {_kind(body['content']['application/json']['schema'])}</p>"
    answers = [
        (status, *_answer(each, responses)) for status, each in operation["responses"].items()
    ]
    yield from _table(("Status", "Answer", "Meaning"), answers)
    yield "</article>"


def _answer(answer: Json, responses: Json) -> tuple[str, str]:
    if "$ref" in answer:
        answer = responses[answer["$ref"].rpartition("/")[2]]
    kinds = [
        _kind(content["schema"]) if "$ref" in content["schema"] else escape(media)
        for media, content in answer["content"].items()
    ]
    return " or ".join(kinds), answer["description"]


def _schemas(schemas: Json) -> Iterator[str]:
    for name, schema in schemas.items():
        yield f'<article id="{escape(name)}"><h3>{escape(name)}</h3>'
        yield f"<p>{escape(schema.get('description', '').partition('Attributes:')[0])}</p>"
        if "enum" in schema:
            yield f"<p>{_kind(schema)}</p>"
        required = schema.get("required", [])
        fields = [
            (field + ("" if field in required else " (optional)"), _kind(of), _meaning(of))
            for field, of in schema.get("properties", {}).items()
        ]
        if fields:
            yield from _table(("Field", "Type", "Meaning"), fields)
        yield "</article>"


def _meaning(schema: Json) -> str:
    default = schema.get("default")
    told = f"Default: {default}." if default not in (None, [], {}) else ""
    return f"{schema.get('description', '')} {told}".strip()


def _table(heads: tuple[str, str, str], rows: list[tuple[str, str, str]]) -> Iterator[str]:
    """A table of a name, a type in HTML, and a text."""
    yield "<table><thead><tr>" + "".join(f'<th scope="col">{head}</th>' for head in heads)
    yield "</tr></thead><tbody>"
    for name, kind, meaning in rows:
        yield f'<tr><th scope="row"><code>{escape(name)}</code></th>'
        yield f"<td>{kind}</td><td>{escape(meaning)}</td></tr>"
    yield "</tbody></table>"


def _kind(schema: Json) -> str:
    """The type of a schema in HTML, with a link to what it refers to."""
    if "$ref" in schema:
        name = escape(schema["$ref"].rpartition("/")[2])
        return f'<a href="#{name}">{name}</a>'
    if "anyOf" in schema:
        return " or ".join(map(_kind, schema["anyOf"]))
    if "enum" in schema:
        return ", ".join(f"<code>{escape(str(value))}</code>" for value in schema["enum"])
    if schema.get("type") == "array":
        return f"list of {_kind(schema['items'])}"
    bounds = [f"{name} {schema[name]}" for name in _BOUNDS if name in schema]
    kind = schema.get("format") or schema.get("type", "")
    return escape(" ".join([str(kind), *([f"({', '.join(bounds)})"] if bounds else [])]))


_BOUNDS = ("minLength", "maxLength", "minimum", "maximum", "pattern")
