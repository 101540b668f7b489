"""What would take longer than the gateway waits is told by the function itself, as a page."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from threading import Event
from typing import Any, cast

import pytest

from lectern.api.http.gateway import Gateway
from lectern.api.join import routes
from lectern.domain.join.decision import JoinDecision
from lectern.store.joining import JoinFacts
from lectern_testing.lms.api import Answered, Lms
from lectern_testing.table import REPOSITORY
from lectern_testing.template import FUNCTIONS

LINKS = "/v1/events/ev-1/join-links"
A_CLICK = {
    "httpMethod": "GET",
    "path": "/join/x",
    "resource": "/join/{token}",
    "headers": {"Host": "api.example"},
    "pathParameters": {"token": "x"},
    "requestContext": {"requestId": "r", "path": "/live/join/x"},
}
A_QUESTION = {
    **A_CLICK,
    "path": "/v1/events/ev-1/join",
    "resource": "/v1/{proxy+}",
    "pathParameters": {"proxy": "events/ev-1/join"},
    "multiValueQueryStringParameters": {"user_id": ["u-1"]},
    "requestContext": {"requestId": "r", "authorizer": {"role": "lms", "key": "k"}},
}
AWS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_REGION", "AWS_DEFAULT_REGION")
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


def test_a_click_that_cannot_be_recorded_is_answered_nevertheless(
    slow: Lms, zoom_answers: Event, caplog: pytest.LogCaptureFixture
) -> None:
    zoom_answers.set()
    timeline = slow.parts.timeline()
    never = Event()
    timeline.clicked = lambda *_: never.wait(10)  # type: ignore[assignment, method-assign]
    slow.parts.timeline = lambda: timeline  # type: ignore[method-assign]
    assert followed(slow).status == 200
    assert "click was not recorded: TimeoutError" in caplog.text
    never.set()


@pytest.fixture
def silence() -> Iterator[str]:
    """The address of what takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"


@pytest.mark.parametrize(
    ("asked", "kind"), [(A_CLICK, "text/html"), (A_QUESTION, "application/problem+json")]
)
def test_the_join_function_itself_is_bound_so(silence: str, asked: Any, kind: str) -> None:
    """A click begins with the key of links, and a question with the table."""
    script = f"""
import json, sys
from types import SimpleNamespace
from lectern.api.join import routes
routes.MOST_SECONDS = 0.5
sys.path.insert(0, {str(REPOSITORY / "functions" / "join")!r})
import app
print(json.dumps(app.handler({asked!r}, SimpleNamespace(aws_request_id="r"))))
"""
    variables = {"PYTHONPATH": str(REPOSITORY / "layers" / "lectern" / "python")}
    variables |= {"TABLE_NAME": "table", "SECRET_PREFIX": "secrets/"}
    variables |= {name: os.environ[name] for name in ("PATH", *AWS)}
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={**variables, "AWS_ENDPOINT_URL": silence},
        capture_output=True,
        text=True,
        check=False,
        timeout=10,
    )
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout.splitlines()[-1])
    assert answer["statusCode"] == 503
    assert answer["headers"]["Content-Type"].startswith(kind)


def test_its_time_ends_before_lambda_and_the_gateway_end_it() -> None:
    timeout = int(FUNCTIONS["JoinFunction"]["Timeout"])
    assert routes.MOST_SECONDS + COLD_START_SECONDS <= timeout <= GATEWAY_SECONDS
