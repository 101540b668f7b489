"""The simulator as a transport of ``requests``: no socket, no thread, for tests of one process."""

from __future__ import annotations

from collections.abc import Mapping
from contextvars import ContextVar
from functools import cache
from io import BytesIO
from typing import cast
from urllib.parse import urlsplit

import requests
from flask import Flask
from requests.adapters import HTTPAdapter
from typing_extensions import override
from urllib3 import HTTPHeaderDict, HTTPResponse
from werkzeug.local import LocalProxy

from zoom_simulator.application import create_app, exchange
from zoom_simulator.errors import ConnectionCut
from zoom_simulator.world import World

_asked: ContextVar[World] = ContextVar("asked")
"""The world that answers the request at hand."""


@cache
def _app() -> Flask:
    """The application of every world: to make one takes as long as a dozen requests."""
    return create_app(cast("World", LocalProxy(_asked)))


class SimulatorAdapter(HTTPAdapter):
    """Answers the requests of a session out of a world.

    Mount it where the world's ``base_url`` begins: ``session.mount(world.base_url, adapter)``.

    Args:
        world: The simulated account.
    """

    def __init__(self, world: World) -> None:
        super().__init__()
        self._world = world

    @override
    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,
        timeout: float | tuple[float, float] | tuple[float, None] | None = None,
        verify: bool | str = True,
        cert: bytes | str | tuple[bytes | str, bytes | str] | None = None,
        proxies: Mapping[str, str] | None = None,
    ) -> requests.Response:
        """Answer one request.

        Raises:
            requests.ConnectionError: if a fault cuts the connection.
        """
        parts = urlsplit(request.url or "")
        body = request.body or b""
        token = _asked.set(self._world)
        try:
            answer = exchange(
                _app(),
                request.method or "GET",
                f"{parts.path}?{parts.query}",
                list(request.headers.items()),
                body.encode() if isinstance(body, str) else bytes(body),
            )
        except ConnectionCut as error:
            raise requests.ConnectionError("the connection was cut", request=request) from error
        finally:
            _asked.reset(token)
        raw = HTTPResponse(
            BytesIO(answer.body),
            HTTPHeaderDict(answer.headers.items()),
            answer.status,
            preload_content=False,
        )
        return self.build_response(request, raw)
