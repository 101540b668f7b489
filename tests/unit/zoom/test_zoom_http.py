"""The way to Zoom: answers without an end are no answers, and cookies are not kept."""

from __future__ import annotations

import gzip
from http.client import HTTPMessage
from io import BytesIO
from types import SimpleNamespace

import pytest
import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPHeaderDict, HTTPResponse

from lectern.composition.http import session as the_session
from lectern.domain.errors import ZoomUnavailable
from lectern.zoom.http import MOST_BYTES, send
from lectern_testing.zoom.scripted_answers import URL, ScriptedZoom, answered


def answer_of(content: bytes, **headers: str) -> requests.Response:
    raw = HTTPResponse(
        BytesIO(content), HTTPHeaderDict(headers), 200, preload_content=False, decode_content=False
    )
    return HTTPAdapter().build_response(requests.Request("GET", URL).prepare(), raw)


def test_an_answer_is_what_was_sent() -> None:
    zoom = ScriptedZoom(answered(201, {"id": "ä"}, {"X-RateLimit-Type": "QPS"}))

    found = send(zoom.session(), "read", "GET", URL)

    assert (found.status_code, found.json()) == (201, {"id": "ä"})
    assert found.headers["x-ratelimit-type"] == "QPS"


@pytest.mark.parametrize(
    "answer",
    [
        answer_of(b"x" * (MOST_BYTES + 1)),
        answer_of(gzip.compress(b"x" * (MOST_BYTES + 1)), **{"Content-Encoding": "gzip"}),
    ],
    ids=["long", "long once it is unpacked"],
)
def test_an_answer_without_an_end_is_none(answer: requests.Response) -> None:
    with pytest.raises(ZoomUnavailable, match="AnswerTooLong") as caught:
        send(ScriptedZoom(answer).session(), "read", "GET", URL)
    assert caught.value.unclear


def test_a_long_answer_is_read_to_its_end() -> None:
    found = send(ScriptedZoom(answer_of(b"x" * MOST_BYTES)).session(), "read", "GET", URL)
    assert len(found.content) == MOST_BYTES


def an_answer_with_a_cookie() -> requests.Response:
    raw = HTTPResponse(BytesIO(b"{}"), status=200, preload_content=False)
    headers = HTTPMessage()
    headers["Set-Cookie"] = "who=anna; Path=/"
    raw._original_response = SimpleNamespace(msg=headers, isclosed=lambda: True)  # type: ignore[assignment] # requests' way
    return HTTPAdapter().build_response(requests.Request("GET", URL).prepare(), raw)


@pytest.mark.parametrize(("session", "kept"), [(the_session(), 0), (requests.Session(), 1)])
def test_no_cookie_is_kept(session: requests.Session, kept: int) -> None:
    """Any other session keeps it."""
    zoom = ScriptedZoom(an_answer_with_a_cookie(), an_answer_with_a_cookie())
    session.mount(URL, zoom)

    for _ in range(2):
        session.get(URL)

    assert len(session.cookies) == kept
    assert ["Cookie" in request.headers for request in zoom.requests] == [False, bool(kept)]
    session.adapters.pop(URL)
