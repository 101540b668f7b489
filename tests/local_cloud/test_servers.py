"""The servers of the local cloud keep connections open, and lose nothing that comes on them."""

from __future__ import annotations

import http.client
from collections.abc import Iterator
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

import pytest
from werkzeug.wrappers import Request, Response

from local.servers import Server


@Request.application
def application(request: Request) -> Response:
    if request.path == "/fails":
        raise RuntimeError
    if request.path == "/nothing":
        return Response(status=204)
    if request.path == "/unread":
        return Response("unread")
    return Response(request.get_data() or request.method.encode())


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server(application) as server:
        yield server


@pytest.fixture
def connection(server: Server) -> Iterator[HTTPConnection]:
    connection = http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=10)
    yield connection
    connection.close()


def ask(
    connection: HTTPConnection,
    method: str,
    path: str,
    body: bytes | Iterator[bytes] | None = None,
    **more: Any,
) -> tuple[int, bytes]:
    connection.request(method, path, body, **more)
    answer = connection.getresponse()
    return answer.status, answer.read()


def test_one_connection_carries_one_request_after_the_other(connection: HTTPConnection) -> None:
    assert ask(connection, "POST", "/", b"one") == (200, b"one")
    first = connection.sock
    assert ask(connection, "POST", "/unread", b"left alone") == (200, b"unread")
    assert ask(connection, "HEAD", "/") == (200, b"")
    assert ask(connection, "GET", "/fails")[0] == 500
    assert ask(connection, "POST", "/", b"two") == (200, b"two")
    assert connection.sock is first


def test_an_answer_that_is_nothing_has_no_length(connection: HTTPConnection) -> None:
    connection.request("GET", "/nothing")
    answer = connection.getresponse()
    assert (answer.status, answer.getheader("Content-Length"), answer.read()) == (204, None, b"")
    assert ask(connection, "POST", "/", b"next") == (200, b"next")


@pytest.mark.parametrize("length", ["-1", "x"])
def test_a_request_of_unknown_length_ends_the_connection(
    connection: HTTPConnection, length: str
) -> None:
    ask(connection, "GET", "/", headers={"Content-Length": length})
    assert connection.sock is None


def test_a_body_in_chunks_is_read(connection: HTTPConnection) -> None:
    body = iter([b"in ", b"chunks"])
    assert ask(connection, "POST", "/", body, encode_chunked=True) == (200, b"in chunks")
    assert ask(connection, "POST", "/", b"next") == (200, b"next")
