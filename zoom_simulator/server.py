"""The simulator over HTTP/1.1, with connections that stay open, as clients with a pool expect.

The server is the standard library's, not Werkzeug's: that one closes every connection after its
answer, and what it does to drain a connection would eat the next request of one that stays open.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from zoom_simulator.account.seed import DEFAULT_SEED, Seed
from zoom_simulator.accounts import answer
from zoom_simulator.api import PREFIX
from zoom_simulator.clock import Clock
from zoom_simulator.webhooks.sender import BackgroundSender
from zoom_simulator.world import World


class ZoomSimulator:
    """A simulator that runs in a thread of its own until it is closed.

    Args:
        port: The port on 127.0.0.1; 0 for a free one.
        clock: The clock that it goes by.
        beginning: What the account is at first, and again after a reset.
        public_url: Where links in its answers begin, if not at the port.

    Attributes:
        world: The simulated account, which knows those that are served with it. Hold
            ``world.lock`` to read or change it.
        url: Where the server is.
        api_url: The base of the API, for ``ZOOM_API_URL``.
        oauth_url: The token endpoint, for ``ZOOM_OAUTH_URL``.
    """

    def __init__(
        self,
        port: int = 0,
        *,
        clock: Clock | None = None,
        beginning: Seed = DEFAULT_SEED,
        public_url: str | None = None,
    ) -> None:
        self.world = World(clock, beginning)
        self._server = _Server(("127.0.0.1", port), _handler(self.world))
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self.api_url = f"{self.url}{PREFIX}"
        self.oauth_url = f"{self.url}/oauth/token"
        self.world.base_url = public_url or self.url
        self._thread = threading.Thread(target=self._serve, name="zoom-simulator", daemon=True)
        self._thread.start()
        self._senders = [BackgroundSender(self.world)]
        self.world.on_account = lambda other: self._senders.append(BackgroundSender(other))

    def _serve(self) -> None:
        self._server.serve_forever(poll_interval=0.05)

    def close(self) -> None:
        """Stop, and give the port back."""
        for sender in self._senders:
            sender.close()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@contextmanager
def zoom_simulator(port: int = 0, *, clock: Clock | None = None) -> Iterator[ZoomSimulator]:
    """A simulator for the length of a ``with`` block."""
    simulator = ZoomSimulator(port, clock=clock)
    try:
        yield simulator
    finally:
        simulator.close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    # Clients leave their pooled connections open; closing does not wait for them.
    block_on_close = False
    # A burst of new connections is not kept waiting a second for a repeated handshake.
    request_queue_size = 128


def _handler(world: World) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        # Head and body are two writes: with Nagle's algorithm the second would wait 40 ms.
        disable_nagle_algorithm = True

        def handle(self) -> None:
            try:
                super().handle()
            except ConnectionError:
                self.close_connection = True

        def exchange(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            body = self.rfile.read(length)
            answered = answer(world, self.command, self.path, self.headers.items(), body)
            self.send_response_only(answered.status)
            for name, value in answered.headers:
                self.send_header(name, value)
            self.send_header("Date", self.date_time_string())
            self.end_headers()
            self.wfile.write(answered.body)

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = exchange  # noqa: N815 - names of http.server

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Say nothing: paths hold addresses."""

    return Handler
