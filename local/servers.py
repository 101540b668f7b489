"""WSGI applications served on a port of this machine."""

import io
import logging
import threading
from types import TracebackType
from typing import TYPE_CHECKING, Self

from werkzeug.datastructures import Headers
from werkzeug.exceptions import InternalServerError
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server
from werkzeug.test import run_wsgi_app

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment

HOST = "127.0.0.1"
_MOST_BYTES = 16 * 1024 * 1024
_NOT_PLAIN = ("Expect", "Transfer-Encoding")
_WITHOUT_BODY = {"204", "304"}
_log = logging.getLogger(__name__)


def answer_to(
    application: "WSGIApplication", environ: "WSGIEnvironment", body: bytes
) -> tuple[str, list[tuple[str, str]], bytes]:
    """The answer of an application to a request with another body: status, headers, content."""
    own = {**environ, "wsgi.input": io.BytesIO(body), "CONTENT_LENGTH": str(len(body))}
    parts, status, headers = run_wsgi_app(application, own, buffered=True)
    return status, headers.to_wsgi_list(), b"".join(parts)


class RequestHandler(WSGIRequestHandler):
    """Keeps connections open, as AWS does, and prints no line for each request."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    """Head and body may be sent apart; without this, the second waits 40 ms for the client."""

    def run_wsgi(self) -> None:
        """Reads a request to its end and answers it, so that another can follow.

        Werkzeug closes the connection after each, as it does not know whether all was read; so it
        does here with a request of which that is not known beforehand.
        """
        length = self.headers.get("Content-Length", "0")
        is_plain = not any(name in self.headers for name in _NOT_PLAIN)
        if not (is_plain and length.isdecimal() and int(length) <= _MOST_BYTES):
            super().run_wsgi()
            return
        environ = self.make_environ()
        environ["wsgi.input"] = io.BytesIO(self.rfile.read(int(length)))
        try:
            parts, status, headers = run_wsgi_app(self.server.app, environ, buffered=True)
        except Exception:  # noqa: BLE001 - whatever it is, it is answered
            _log.exception("a request could not be answered")
            parts, status, headers = run_wsgi_app(InternalServerError(), environ, buffered=True)
        self._send(status, headers, b"".join(parts))

    def _send(self, status: str, headers: Headers, body: bytes) -> None:
        code, _, reason = status.partition(" ")
        self.send_response(int(code), reason)
        if code not in _WITHOUT_BODY:
            headers["Content-Length"] = headers.get("Content-Length", str(len(body)))
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

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
