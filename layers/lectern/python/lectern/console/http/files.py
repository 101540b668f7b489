"""The console's own style, script and picture, each under a name that changes with its content."""

from __future__ import annotations

import hashlib
from functools import cache
from http import HTTPStatus
from pathlib import Path

from lectern.api.http.dependencies import ApiDependencies
from lectern.api.http.problems import UnknownPath
from lectern.api.http.request import Request
from lectern.api.http.response import Response

_FOLDER = Path(__file__).parents[1] / "static"
_KINDS = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
_DIGITS = 16
_HEADERS = {
    "Cache-Control": "public, max-age=31536000, immutable",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
}


@cache
def served_name(name: str) -> str:
    """The name that a file is served by: ``console.css`` as ``console.<digest>.css``."""
    file = _FOLDER / name
    digest = hashlib.sha256(file.read_bytes()).hexdigest()[:_DIGITS]
    return f"{file.stem}.{digest}{file.suffix}"


@cache
def _files() -> dict[str, Path]:
    """The files by the names that they are served by."""
    return {served_name(file.name): file for file in _FOLDER.iterdir() if file.suffix in _KINDS}


def get_file(request: Request[None, None], _dependencies: ApiDependencies) -> Response:
    """A file, which may be kept for good."""
    file = _files().get(request.path["name"])
    if file is None:
        raise UnknownPath
    text = file.read_text(encoding="utf-8")
    return Response(text, HTTPStatus.OK, _HEADERS, _KINDS[file.suffix])
