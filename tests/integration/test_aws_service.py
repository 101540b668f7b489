"""What the reception asks of AWS, over a connection that may break."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from http.client import HTTPException
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from lectern.aws import service as aws_service
from lectern.aws.service import ATTEMPTS, AwsService, Refused
from lectern.deadline import ends_in

WELL = (200, {"it": "is well"})
LOST = None
THROTTLED = (400, {"__type": "com.amazonaws.sqs#RequestThrottled", "message": "slow down"})
_OF_TABLES = "com.amazonaws.dynamodb.v20120810#"
OVERTAKEN = (400, {"__type": f"{_OF_TABLES}ProvisionedThroughputExceededException"})
LIMITED = (400, {"__type": f"{_OF_TABLES}RequestLimitExceeded"})
FAILED: tuple[int, dict[str, Any]] = (500, {})


class Place(ThreadingHTTPServer):
    """A service of AWS: answers what it is told to, and then that it is well.

    Attributes:
        answers: Status and content of the next ones; ``LOST`` for a connection that just ends.
    """

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.answers: list[tuple[int, Any] | None] = []
        self.asked: list[tuple[dict[str, str], Any]] = []
        self.connections = 0
        self.pause = 0.0

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Says nothing of a client that did not wait."""


class Handler(BaseHTTPRequestHandler):
    server: Place
    protocol_version = "HTTP/1.1"

    def setup(self) -> None:
        super().setup()
        self.server.connections += 1

    def do_POST(self) -> None:
        place = self.server
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        place.asked.append(({name.lower(): text for name, text in self.headers.items()}, body))
        time.sleep(place.pause)
        answer = place.answers.pop(0) if place.answers else WELL
        if answer is LOST:
            self.close_connection = True
            return
        status, told = answer
        content = json.dumps(told).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Says nothing."""


@pytest.fixture
def place() -> Iterator[Place]:
    with Place() as place:
        threading.Thread(target=place.serve_forever, args=(0.01,), daemon=True).start()
        yield place
        place.shutdown()


@pytest.fixture
def service(place: Place, monkeypatch: pytest.MonkeyPatch) -> Iterator[AwsService]:
    monkeypatch.setenv("AWS_REGION", "eu-west-1")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "key")
    monkeypatch.setenv("AWS_SESSION_TOKEN", "token")
    monkeypatch.setattr(aws_service, "_LONGEST_PAUSE_SECONDS", 0.001)
    url = f"http://127.0.0.1:{place.server_port}/123456789012/a-queue"
    service = AwsService("sqs", "AmazonSQS", "1.0", url)
    yield service
    service.close()


def test_what_is_asked_arrives_signed_and_over_one_connection(
    place: Place, service: AwsService
) -> None:
    assert service.ask("SendMessage", {"MessageBody": "ø"}) == {"it": "is well"}
    assert service.ask("SendMessage", {"MessageBody": "2"}) == {"it": "is well"}

    (headers, body), _ = place.asked
    assert body == {"MessageBody": "ø"}
    assert headers["x-amz-target"] == "AmazonSQS.SendMessage"
    assert headers["content-type"] == "application/x-amz-json-1.0"
    assert headers["host"] == f"127.0.0.1:{place.server_port}"
    assert headers["x-amz-security-token"] == "token"
    assert "Credential=AKIDEXAMPLE/" in headers["authorization"]
    assert place.connections == 1


@pytest.mark.parametrize("trouble", [LOST, THROTTLED, OVERTAKEN, LIMITED, FAILED])
def test_what_passes_is_tried_again(
    place: Place, service: AwsService, trouble: tuple[int, Any] | None
) -> None:
    service.ask("SendMessage", {})
    place.answers = [trouble] * (ATTEMPTS - 1)

    assert service.ask("SendMessage", {}) == {"it": "is well"}
    assert len(place.asked) == 1 + ATTEMPTS


@pytest.mark.parametrize(
    ("trouble", "error", "kind"),
    [
        (LOST, (OSError, HTTPException), ""),
        (THROTTLED, Refused, "RequestThrottled"),
        (FAILED, Refused, "ServiceUnavailable"),
    ],
)
def test_what_does_not_pass_is_given_up(
    place: Place, service: AwsService, trouble: tuple[int, Any] | None, error: Any, kind: str
) -> None:
    place.answers = [trouble] * ATTEMPTS

    with pytest.raises(error) as caught:
        service.ask("SendMessage", {})

    assert getattr(caught.value, "kind", "") == kind
    assert len(place.asked) == ATTEMPTS
    assert service.ask("SendMessage", {}) == {"it": "is well"}


def test_what_is_refused_is_not_asked_again_and_not_quoted(
    place: Place, service: AwsService
) -> None:
    place.answers = [(400, {"__type": "a.b#InvalidMessageContents", "message": "said: secret"})]

    with pytest.raises(Refused) as caught:
        service.ask("SendMessage", {})

    assert caught.value.kind == "InvalidMessageContents"
    assert "secret" not in str(caught.value)
    assert len(place.asked) == 1


def test_who_does_not_answer_in_time_is_asked_on_a_new_connection(
    place: Place, service: AwsService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(aws_service, "READ_SECONDS", 0.05)
    place.pause = 0.2

    with pytest.raises(TimeoutError):
        service.ask("SendMessage", {})

    assert place.connections == ATTEMPTS


def test_nobody_is_waited_for_beyond_the_time_that_is_left(
    place: Place, service: AwsService
) -> None:
    place.pause = 5
    began = time.monotonic()

    with ends_in(0.2), pytest.raises(TimeoutError):
        service.ask("SendMessage", {})

    assert time.monotonic() - began < 2
