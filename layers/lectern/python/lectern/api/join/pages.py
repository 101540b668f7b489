"""Follows a join link: to Zoom, or to a page that says why not."""

from __future__ import annotations

from http import HTTPStatus

from lectern.api.http.dependencies import ApiDependencies
from lectern.api.http.problems import HttpError
from lectern.api.http.request import RawRequest, Request
from lectern.api.http.response import HTML, Response
from lectern.api.join.endpoint import decision_at_click
from lectern.api.join.html import JoinPage
from lectern.api.join.look import CONTENT_SECURITY_POLICY
from lectern.api.join.texts import PageText, language_of, texts_of
from lectern.domain.event import Event
from lectern.domain.join.link import ForgedLink, JoinLink, read

_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Referrer-Policy": "no-referrer",
}


def follow_join_link(request: Request[None, None], dependencies: ApiDependencies) -> Response:
    """Decides anew, and leads to Zoom or to a page."""
    language = language_of(request.headers.get("accept-language", ""))
    try:
        link = read(request.path["token"], dependencies.link_key())
    except ForgedLink:
        page = JoinPage(language, PageText.FORGED, PageText.FORGED_MORE)
        return _page(page, HTTPStatus.UNAUTHORIZED)
    look = dependencies.joins().look(link.user_id, link.event_id)
    if _is_over(link, look.event, dependencies):
        page = JoinPage(language, PageText.EXPIRED, PageText.EXPIRED_MORE, look.event)
        return _page(page, HTTPStatus.GONE)
    decision = decision_at_click(look, dependencies)
    if decision.url:
        headers = {**_HEADERS, "Location": decision.url}
        return Response("", HTTPStatus.FOUND, headers, HTML)
    heading, sentence = texts_of(decision)
    return _page(
        JoinPage(
            language,
            heading,
            sentence,
            look.event,
            decision.requirements,
            decision.retry_after_seconds,
        )
    )


def trouble_page(raw: RawRequest, refusal: HttpError) -> Response:
    """Builds the page of a request that could not be handled."""
    language = language_of(raw.headers.get("accept-language", ""))
    return _page(JoinPage(language, PageText.TROUBLE, PageText.TROUBLE_MORE), refusal.status)


def _is_over(link: JoinLink, event: Event | None, dependencies: ApiDependencies) -> bool:
    ends_at = link.ends_at(event)
    return ends_at is not None and ends_at <= dependencies.now()


def _page(page: JoinPage, status: HTTPStatus = HTTPStatus.OK) -> Response:
    return Response(page.html(), status, _HEADERS, HTML)
