"""The endpoints without a key: health, the OpenAPI document, and the page of it."""

from __future__ import annotations

import json
from functools import cache, lru_cache
from urllib.parse import urlsplit

from lectern import __version__
from lectern.api.docs.files import get_docs_file
from lectern.api.docs.openapi import document
from lectern.api.docs.page import CONTENT_SECURITY_POLICY, page
from lectern.api.http.dependencies import ApiDependencies
from lectern.api.http.fields import Query
from lectern.api.http.request import Request
from lectern.api.http.response import CSS, HTML, JAVASCRIPT, Response
from lectern.api.http.route import OK, Route
from lectern.api.http.views import View
from lectern.api.join.routes import JOIN_ROUTES
from lectern.api.routes import ROUTES

_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Referrer-Policy": "no-referrer",
}


class HealthView(View):
    """That the API answers, and which version it is."""

    status: str
    version: str


def get_health(_call: Request[None, Query], _parts: ApiDependencies) -> Response:
    """Says that the API answers."""
    return Response(HealthView(status="ok", version=__version__))


def get_document(_call: Request[None, Query], _parts: ApiDependencies) -> Response:
    """The OpenAPI document."""
    return Response(document_text())


def get_docs_page(request: Request[None, Query], _parts: ApiDependencies) -> Response:
    """The document as a page."""
    root = urlsplit(request.base_url).path.rstrip("/")
    return Response(_page_text(root), headers=_HEADERS, content_type=HTML)


LMS_ROUTES = (
    *ROUTES,
    Route("GET", "/health", get_health, "Whether the API answers", answers={OK: HealthView}),
    Route("GET", "/openapi.json", get_document, "This document", answers={OK: None}),
    Route(
        "GET",
        "/docs",
        get_docs_page,
        "This document as a page",
        answers={OK: None},
        content_type=HTML,
    ),
    Route(
        "GET",
        "/docs/{file}",
        get_docs_file,
        "A file of that page",
        answers={OK: None},
        content_type=JAVASCRIPT,
        also=(CSS,),
        path_has_ids=False,
    ),
)
"""What the API's own function answers."""

ALL_ROUTES = (*LMS_ROUTES, *JOIN_ROUTES)
"""What the document describes."""


@cache
def document_text() -> str:
    """The OpenAPI document as it is served, and committed as ``docs/openapi.json``."""
    return json.dumps(document(ALL_ROUTES), ensure_ascii=False, indent=1) + "\n"


@lru_cache(maxsize=4)
def _page_text(root: str) -> str:
    return page(document(ALL_ROUTES), root)
