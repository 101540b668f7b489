"""The servers of the local cloud keep connections open, and lose nothing that comes on them."""

import http.client
from urllib.parse import urlsplit

import pytest
from werkzeug.wrappers import Request, Response

from local.servers import Server


@Request.application
def application(request):
    if request.path == "/fails":
        raise RuntimeError
    if request.path == "/nothing":
        return Response(status=204)
    if request.path == "/unread":
        return Response("unread")
    return Response(request.get_data() or request.method.encode())


@pytest.fixture(scope="module")
def server():
    with Server(application) as server:
        yield server


@pytest.fixture
def connection(server):
    connection = http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=10)
    yield connection
    connection.close()


def ask(connection, method, path, body=None, **more):
    connection.request(method, path, body, **more)
    answer = connection.getresponse()
    return answer.status, answer.read()


def test_one_connection_carries_one_request_after_the_other(connection):
    assert ask(connection, "POST", "/", b"one") == (200, b"one")
    first = connection.sock
    assert ask(connection, "POST", "/unread", b"left alone") == (200, b"unread")
    assert ask(connection, "HEAD", "/") == (200, b"")
    assert ask(connection, "GET", "/fails")[0] == 500
    assert ask(connection, "POST", "/", b"two") == (200, b"two")
    assert connection.sock is first


def test_an_answer_that_is_nothing_has_no_length(connection):
    connection.request("GET", "/nothing")
    answer = connection.getresponse()
    assert (answer.status, answer.getheader("Content-Length"), answer.read()) == (204, None, b"")
    assert ask(connection, "POST", "/", b"next") == (200, b"next")


@pytest.mark.parametrize("length", ["-1", "x"])
def test_a_request_of_unknown_length_ends_the_connection(connection, length):
    ask(connection, "GET", "/", headers={"Content-Length": length})
    assert connection.sock is None


def test_a_body_in_chunks_is_read(connection):
    body = iter([b"in ", b"chunks"])
    assert ask(connection, "POST", "/", body, encode_chunked=True) == (200, b"in chunks")
    assert ask(connection, "POST", "/", b"next") == (200, b"next")
