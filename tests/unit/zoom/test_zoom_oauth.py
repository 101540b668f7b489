"""The request for a token: what Zoom may answer, and that no secret leaks from it."""

from __future__ import annotations

import base64
import logging
import traceback
from urllib.parse import parse_qs

import pytest
import requests

from lectern.domain.errors import (
    ZoomCredentialsInvalid,
    ZoomError,
    ZoomRateLimited,
    ZoomUnavailable,
)
from lectern.zoom.oauth import Credentials, GrantedToken, request_token
from lectern_testing.zoom.scripted_answers import URL, Answer, ScriptedZoom, answered

SECRET = "the-client-secret"
TOKEN = "the-access-token"
CREDENTIALS = Credentials(account_id="acc", client_id="cli", client_secret=SECRET)
GRANTED = {"access_token": TOKEN, "token_type": "bearer", "expires_in": 3599, "scope": "a:b c:d"}


def ask(*script: Answer) -> tuple[GrantedToken, ScriptedZoom]:
    zoom = ScriptedZoom(*script)
    return request_token(zoom.session(), f"{URL}/oauth/token", CREDENTIALS), zoom


def test_a_token_is_asked_for_with_the_account_and_the_apps_credentials() -> None:
    granted, zoom = ask(answered(200, GRANTED))

    assert (granted.access_token, granted.expires_in) == (TOKEN, 3599)
    assert granted.scopes == frozenset({"a:b", "c:d"})
    (request,) = zoom.requests
    assert isinstance(request.body, str)
    assert parse_qs(request.body) == {"grant_type": ["account_credentials"], "account_id": ["acc"]}
    basic = base64.b64encode(f"cli:{SECRET}".encode()).decode()
    assert request.headers["Authorization"] == f"Basic {basic}"


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (
            answered(400, {"reason": "Invalid client_id or client_secret", "error": "x"}),
            "Invalid client_id or client_secret",
        ),
        (answered(401, {"code": 124, "message": "Invalid access token."}), "Invalid access token."),
        (answered(400, "<html>"), ""),
        (answered(403, "[]"), ""),
        (answered(302), ""),
    ],
)
def test_credentials_that_zoom_does_not_take_are_invalid(
    answer: requests.Response, reason: str
) -> None:
    with pytest.raises(ZoomCredentialsInvalid) as caught:
        ask(answer)

    assert caught.value.zoom_message == reason
    assert caught.value.status == answer.status_code


def test_too_many_token_requests_ask_to_back_off() -> None:
    with pytest.raises(ZoomRateLimited):
        ask(answered(429, "<html>"))


@pytest.mark.parametrize(
    "answer",
    [
        answered(500, "<html>"),
        answered(200, "<html>"),
        answered(200, "[]"),
        answered(200),
        answered(200, {"access_token": TOKEN}),
        answered(200, {"access_token": TOKEN, "expires_in": TOKEN}),
        requests.ConnectTimeout(f"{URL}?{SECRET}"),
    ],
    ids=["500", "HTML", "a list", "nothing", "half", "nonsense", "no connection"],
)
def test_an_answer_without_a_token_is_none(answer: Answer) -> None:
    with pytest.raises(ZoomUnavailable) as caught:
        ask(answer)

    assert not caught.value.unclear


def test_a_lost_answer_is_unclear() -> None:
    with pytest.raises(ZoomUnavailable) as caught:
        ask(requests.ReadTimeout())

    assert caught.value.unclear
    assert str(caught.value) == "request_token: ReadTimeout"


@pytest.mark.parametrize(
    "answer",
    [
        answered(200, {"access_token": TOKEN, "expires_in": TOKEN}),
        answered(200, f'{{"access_token": "{TOKEN}"'),
        answered(400, {"reason": f"no good: {SECRET}"}),
        requests.ConnectionError(f"{URL}?{SECRET} {TOKEN}"),
    ],
    ids=["nonsense", "cut off", "refused", "cut"],
)
def test_no_secret_is_in_an_error_or_a_log(
    answer: Answer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)

    with pytest.raises(ZoomError) as caught:
        ask(answer)

    said = "".join(traceback.format_exception(caught.value)) + repr(caught.value) + caplog.text
    assert SECRET not in said
    assert TOKEN not in said


def test_no_secret_is_in_the_representation_of_credentials() -> None:
    assert SECRET not in f"{CREDENTIALS} {CREDENTIALS!r} {[CREDENTIALS]}"


def test_no_token_is_in_the_representation_of_a_granted_one() -> None:
    granted = GrantedToken.model_validate(GRANTED)

    assert TOKEN not in f"{granted} {granted!r} {[granted]}"
