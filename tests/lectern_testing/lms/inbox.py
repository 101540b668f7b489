"""An LMS that is told things: a server on this machine that keeps what it gets."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Received:
    """A request that came in."""

    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class LmsInbox:
    """What was received, and how the next requests are answered.

    Attributes:
        url: Where it listens.
        status: What every request is answered with.
        answers: What the next requests are answered with instead, first come first.
        answers_about: What is in the body of those requests.
        body: The body of every answer.
        headers: Further headers of every answer.
    """

    url: str = ""
    status: int = 204
    answers: list[int] = field(default_factory=list)
    answers_about: str = ""
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    received: list[Received] = field(default_factory=list)


@contextmanager
def an_inbox() -> Iterator[LmsInbox]:
    """An LMS that listens."""
    inbox = LmsInbox()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            inbox.received.append(Received(headers, body))
            special = inbox.answers and inbox.answers_about.encode() in body
            self.send_response(inbox.answers.pop(0) if special else inbox.status)
            for name, value in inbox.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(inbox.body)))
            self.end_headers()
            self.wfile.write(inbox.body)

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        inbox.url = f"http://127.0.0.1:{server.server_port}/hooks"
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        try:
            yield inbox
        finally:
            server.shutdown()
