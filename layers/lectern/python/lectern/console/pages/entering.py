"""In and out: what a console link begins, and the end of it."""

from __future__ import annotations

from urllib.parse import urlsplit

from lectern.api.http.dependencies import ApiDependencies
from lectern.api.http.problems import HttpError
from lectern.api.http.request import RawRequest, Request
from lectern.api.http.response import Response
from lectern.api.join.texts import language_of
from lectern.console.http.answers import page, see_other
from lectern.console.http.cookie import SessionCookie
from lectern.console.http.refusals import LinkForged, LinkOver
from lectern.console.http.visit import Visit
from lectern.domain.console.link import read
from lectern.domain.signed_link import ForgedLink
from lectern.store.console import LinkRevoked, LinkUsed

_SAID = frozenset(
    {"no_session", "link_forged", "link_over", "forbidden", "foreign_form", "zoom_unavailable"}
)
"""The refusals that have words of their own; others are told by their status."""
_UNKNOWN, _BAD_INPUT = 404, range(400, 500)


def open_link(request: Request[None, None], dependencies: ApiDependencies) -> Response:
    """Begins the session of a link, once, and leads to the page that it names.

    Raises:
        LinkForged: It was not made here, or was changed.
        LinkOver: It has expired, was opened before, or was voided.
    """
    now = dependencies.now()
    try:
        link = read(request.path["token"], dependencies.link_key())
    except ForgedLink as error:
        raise LinkForged from error
    if link.expires_at <= now:
        raise LinkOver
    try:
        secret, _ = dependencies.console().begin(link, now)
    except (LinkUsed, LinkRevoked) as error:
        raise LinkOver from error
    cookie = SessionCookie(request.base_url)
    former = cookie.read(request.headers.get("cookie", ""))
    if former:
        dependencies.console().end(former)
    return see_other(urlsplit(request.base_url).path + link.path, cookie.given(secret))


def leave(visit: Visit) -> Response:
    """Ends the session."""
    visit.dependencies.console().end(visit.secret)
    left = page("left.html", visit.language, visit.base_url)
    headers = {**left.headers, **SessionCookie(visit.base_url).taken_back()}
    return Response(left.body, left.status, headers, left.content_type)


def trouble_page(raw: RawRequest, refusal: HttpError) -> Response:
    """Says why a request is not carried out, in the visitor's language."""
    language = language_of(raw.headers.get("accept-language", ""))
    shown = page(
        "trouble.html", language, raw.base_url, refusal.status, code=_code(refusal), visit=None
    )
    return Response(
        shown.body, shown.status, {**shown.headers, **refusal.headers}, shown.content_type
    )


def _code(refusal: HttpError) -> str:
    if refusal.code in _SAID:
        return refusal.code
    if refusal.status == _UNKNOWN:
        return "not_found"
    return "bad_request" if refusal.status in _BAD_INPUT else "internal_error"
