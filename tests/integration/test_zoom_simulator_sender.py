"""The simulator's webhooks on their way over HTTP."""

from __future__ import annotations

import hashlib
import hmac
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import Queue
from typing import Any

import pytest
import requests

from zoom_simulator import ZoomSimulator, zoom_simulator
from zoom_simulator.webhooks.sender import HttpPost

TIMEOUT = 20
EVENT = {"event": "meeting.started", "payload": {"topic": "Ålgebra"}}


class BusyServer(ThreadingHTTPServer):
    request_queue_size = 64


class WebServer:
    """An endpoint on a port: puts what comes into a queue, answers the statuses it is given."""

    def __init__(self) -> None:
        self.received: Queue[tuple[dict[str, str], bytes]] = Queue()
        self.statuses: list[int] = []
        self.open = threading.Event()
        self.open.set()
        self._server = BusyServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self._server.server_port}/webhook"

    @contextmanager
    def running(self) -> Iterator[WebServer]:
        thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield self
        finally:
            self.open.set()
            self._server.shutdown()
            self._server.server_close()
            thread.join()

    def _handler(server) -> type[BaseHTTPRequestHandler]:  # noqa: N805 - the handler has a self too
        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                server.received.put(({k.lower(): v for k, v in self.headers.items()}, body))
                server.open.wait(TIMEOUT)
                self.send_response(server.statuses.pop(0) if server.statuses else 200)
                self.send_header("Location", server.url)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *args: object) -> None:
                """Say nothing."""

        return Handler


@pytest.fixture
def server() -> Iterator[WebServer]:
    with WebServer().running() as server:
        yield server


@pytest.fixture
def zoom(server: WebServer) -> Iterator[ZoomSimulator]:
    with zoom_simulator() as simulator:
        subscription = {"url": server.url, "challenge": False}
        control(simulator, "POST", "", {"subscriptions": [subscription]})
        yield simulator


def control(
    zoom: ZoomSimulator, method: str, path: str, body: dict[str, Any] | None = None
) -> requests.Response:
    url = f"{zoom.url}/_sim/webhooks{path}"
    answer = requests.request(method, url, json=body, timeout=TIMEOUT)
    answer.raise_for_status()
    return answer


def test_a_delivery_comes_by_itself_signed_over_its_bytes(
    zoom: ZoomSimulator, server: WebServer
) -> None:
    control(zoom, "POST", "/events", EVENT)
    headers, body = server.received.get(timeout=TIMEOUT)
    message = f"v0:{headers['x-zm-request-timestamp']}:".encode() + body
    digest = hmac.new(b"local-webhook-secret", message, hashlib.sha256).hexdigest()
    assert headers["x-zm-signature"] == f"v0={digest}"
    assert headers["user-agent"] == "Zoom Marketplace/1.0a"


def test_the_account_can_be_used_while_an_endpoint_takes_its_time(
    zoom: ZoomSimulator, server: WebServer
) -> None:
    server.open.clear()
    control(zoom, "POST", "/events", EVENT)
    server.received.get(timeout=TIMEOUT)
    [delivery] = control(zoom, "GET", "").json()["deliveries"]
    assert delivery["state"] == "sending"
    server.open.set()


def test_moving_the_clock_makes_a_retry_due(zoom: ZoomSimulator, server: WebServer) -> None:
    server.statuses = [503]
    control(zoom, "POST", "/events", EVENT)
    first = server.received.get(timeout=TIMEOUT)
    while zoom.world.webhooks.deliveries()[0].state != "waiting":
        threading.Event().wait(0.01)
    url = f"{zoom.url}/_sim/clock"
    requests.post(url, json={"advance_seconds": 300}, timeout=TIMEOUT)
    assert server.received.get(timeout=TIMEOUT) == first


def test_many_deliveries_at_once_all_come(zoom: ZoomSimulator, server: WebServer) -> None:
    for number in range(60):
        zoom.world.publish("meeting.started", {"number": number})
    bodies = {server.received.get(timeout=TIMEOUT)[1] for _ in range(60)}
    assert len(bodies) == 60


def test_a_redirect_is_not_followed(server: WebServer) -> None:
    server.statuses = [302]
    post = HttpPost()
    assert post(server.url, {}, b"{}").status == 302
    assert server.received.qsize() == 1
    post.close()


def test_an_endpoint_that_takes_too_long_has_not_answered(server: WebServer) -> None:
    server.open.clear()
    post = HttpPost(timeout=0.1)
    with pytest.raises(OSError, match="timed out"):
        post(server.url, {}, b"{}")
    post.close()


def test_an_installation_that_is_named_at_the_start_is_told_also_after_a_reset() -> None:
    command = [
        sys.executable,
        "-m",
        "zoom_simulator",
        "--port=0",
        "--webhooks-url=http://127.0.0.1:1",
    ]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdout is not None
        api_url = process.stdout.readline().strip().removeprefix("ZOOM_API_URL=")
        url = f"{api_url.removesuffix('/v2')}/_sim"
        requests.post(f"{url}/reset", timeout=TIMEOUT)
        told = requests.get(f"{url}/webhooks", timeout=TIMEOUT).json()["subscriptions"]
        process.terminate()
    assert [(each["url"], each["events"]) for each in told] == [
        ("http://127.0.0.1:1/webhook/zoom-meeting", ["meeting.*"]),
        ("http://127.0.0.1:1/webhook/zoom-webinar", ["webinar.*"]),
    ]
