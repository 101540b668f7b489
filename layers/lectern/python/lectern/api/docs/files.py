"""The files of the API's page: Swagger UI as it was published, and the little that is Lectern's."""

from __future__ import annotations

import hashlib
from functools import cache
from http import HTTPStatus
from pathlib import Path

from lectern.api.http.dependencies import ApiDependencies
from lectern.api.http.fields import Query
from lectern.api.http.problems import UnknownPath
from lectern.api.http.request import Request
from lectern.api.http.response import CSS, JAVASCRIPT, Response

_FOLDER = Path(__file__).parent / "viewer"
_KINDS = {
    "docs.css": CSS,
    "docs.js": JAVASCRIPT,
    "swagger-ui.css": CSS,
    "swagger-ui-bundle.js": JAVASCRIPT,
}
"""What is served, and as what; read only when it is asked for."""

_DIGITS = 16
_HEADERS = {"Cache-Control": "public, max-age=31536000, immutable"}
"""Whatever is in a file, its address stands for that and for nothing else."""


def address_of(name: str) -> str:
    """The address of a file below the API's root, which changes with its content."""
    return f"/docs/{name}?v={_digest(name)}"


def get_docs_file(request: Request[None, Query], _parts: ApiDependencies) -> Response:
    """A file of the page."""
    name = request.path["file"]
    if name not in _KINDS:
        raise UnknownPath
    return Response(_text(name), HTTPStatus.OK, _HEADERS, _KINDS[name])


@cache
def _text(name: str) -> str:
    return (_FOLDER / name).read_text(encoding="utf-8")


@cache
def _digest(name: str) -> str:
    return hashlib.sha256(_text(name).encode()).hexdigest()[:_DIGITS]
