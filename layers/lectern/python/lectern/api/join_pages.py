"""What a join link leads to: Zoom, or a page that says why not."""

from __future__ import annotations

from http import HTTPStatus

from lectern.api.answers import HTML, Answer
from lectern.api.calls import Call
from lectern.api.join import decision_at_click
from lectern.api.join_html import CONTENT_SECURITY_POLICY, JoinPage
from lectern.api.join_texts import PageText, language_of, texts_of
from lectern.api.parts import Parts
from lectern.domain.event import Event
from lectern.domain.join_link import ForgedLink, JoinLink, read

_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Referrer-Policy": "no-referrer",
}


def follow_join_link(call: Call[None, None], parts: Parts) -> Answer:
    """Decides anew, and leads to Zoom or to a page."""
    language = language_of(call.headers.get("accept-language", ""))
    try:
        link = read(call.path["token"], parts.link_key())
    except ForgedLink:
        page = JoinPage(language, PageText.FORGED, PageText.FORGED_MORE)
        return _page(page, HTTPStatus.UNAUTHORIZED)
    look = parts.joins().look(link.user_id, link.event_id)
    if _is_over(link, look.event, parts):
        page = JoinPage(language, PageText.EXPIRED, PageText.EXPIRED_MORE, look.event)
        return _page(page, HTTPStatus.GONE)
    decision = decision_at_click(look, parts)
    if decision.url:
        headers = {**_HEADERS, "Location": decision.url}
        return Answer("", HTTPStatus.FOUND, headers, HTML)
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


def trouble_page(accept_language: str, status: HTTPStatus) -> Answer:
    """The page of a request that could not be handled."""
    language = language_of(accept_language)
    return _page(JoinPage(language, PageText.TROUBLE, PageText.TROUBLE_MORE), status)


def _is_over(link: JoinLink, event: Event | None, parts: Parts) -> bool:
    ends_at = link.ends_at(event)
    return ends_at is not None and ends_at <= parts.now()


def _page(page: JoinPage, status: HTTPStatus = HTTPStatus.OK) -> Answer:
    return Answer(page.html(), status, _HEADERS, HTML)
