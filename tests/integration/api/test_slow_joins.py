"""What would take longer than the gateway waits is told by the function itself, as a page."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Iterator
from threading import Event
from typing import Any, cast

import pytest

from lectern.api.http.gateway import Gateway
from lectern.api.join import routes
from lectern.composition import api
from lectern.domain.join.decision import JoinDecision
from lectern.store.joining import JoinFacts
from lectern_testing.lms.api import Answered, Lms
from lectern_testing.table import REPOSITORY
from lectern_testing.template import FUNCTIONS

LINKS = "/v1/events/ev-1/join-links"
GATEWAY_SECONDS = 29
"""API Gateway's most, unless a quota is raised:
https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html"""
COLD_START_SECONDS = 5
"""What the gateway waits for before the function's own time begins."""


@pytest.fixture
def zoom_answers() -> Iterator[Event]:
    """Zoom, which does not answer until it is told to."""
    answers = Event()
    yield answers
    answers.set()


@pytest.fixture
def slow(lms: Lms, zoom_answers: Event) -> Lms:
    """An LMS whose join function has little time, and whose clicks wait for Zoom."""

    def go_further(_look: JoinFacts, decision: JoinDecision) -> JoinDecision:
        zoom_answers.wait(10)
        return decision

    lms.put_event()
    lms.enrol()
    lms.parts.click.go_further = go_further  # type: ignore[method-assign]
    has(lms, 0.1)
    return lms


def has(lms: Lms, most_seconds: float) -> None:
    """Gives the join function so much time."""
    log, parts = lms._join_gateway._log, cast("Any", lms.parts)
    lms._join_gateway = Gateway(routes.JOIN_ROUTES, parts, log, most_seconds=most_seconds)


def followed(lms: Lms) -> Answered:
    url = lms.post(LINKS, {"user_id": "u-77", "expires_in_seconds": 60}).json["url"]
    return lms.get(url.partition("/live")[2])


def last_line(lms: Lms) -> Any:
    return json.loads(lms.log.splitlines()[-1])


def test_people_are_shown_a_page(slow: Lms) -> None:
    answer = followed(slow)
    assert answer.status == 503
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "Please try again in a moment." in answer.text
    assert (last_line(slow)["route"], last_line(slow)["status"]) == ("/join/{token}", 503)


def test_an_lms_is_told_when_to_ask_again(slow: Lms) -> None:
    answer = slow.get("/v1/events/ev-1/join", query={"user_id": "u-77"})
    assert (answer.status, answer.json["status"], answer.json["code"]) == (503, 503, "unavailable")
    assert int(answer.headers["Retry-After"]) >= 1


def test_who_is_answered_in_time_notices_nothing(slow: Lms, zoom_answers: Event) -> None:
    has(slow, 60)
    zoom_answers.set()
    assert followed(slow).status == 200
    assert last_line(slow)["status"] == 200


def test_the_join_function_itself_is_bound_so(
    monkeypatch: pytest.MonkeyPatch, zoom_answers: Event
) -> None:
    monkeypatch.setattr(routes, "MOST_SECONDS", 0.1)
    monkeypatch.setattr(api, "link_key", lambda: zoom_answers.wait(10))
    file = REPOSITORY / "functions" / "join" / "app.py"
    spec = importlib.util.spec_from_file_location("join_app", file)
    assert spec is not None
    assert spec.loader is not None
    app = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(app)
    event = {
        "httpMethod": "GET",
        "path": "/join/x",
        "resource": "/join/{token}",
        "headers": {"Host": "api.example"},
        "pathParameters": {"token": "x"},
        "requestContext": {"requestId": "r", "path": "/live/join/x"},
    }

    class Context:
        aws_request_id = "r"

    answer = app.handler(event, Context())
    assert answer["statusCode"] == 503
    assert answer["headers"]["Content-Type"].startswith("text/html")


def test_its_time_ends_before_lambda_and_the_gateway_end_it() -> None:
    timeout = int(FUNCTIONS["JoinFunction"]["Timeout"])
    assert routes.MOST_SECONDS + COLD_START_SECONDS <= timeout <= GATEWAY_SECONDS
