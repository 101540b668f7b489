"""WSGI applications served on a port of this machine."""

import threading
from types import TracebackType
from typing import TYPE_CHECKING, Self

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

HOST = "127.0.0.1"


class RequestHandler(WSGIRequestHandler):
    """Keeps connections open, as AWS does, and prints no line for each request."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    """Head and body are sent apart; without this, the second waits 40 ms for an acknowledgement."""

    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002 (werkzeug's name)
        """Says nothing: requests are looked up in the logs of the functions."""


class Server:
    """A WSGI application on a port, served by threads from the start of a `with` to its end."""

    def __init__(self, application: "WSGIApplication", port: int = 0) -> None:
        self._server: BaseWSGIServer = make_server(
            HOST, port, application, threaded=True, request_handler=RequestHandler
        )
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.05,), daemon=True
        )

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://{HOST}:{self._server.server_port}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
