"""The simulator as a transport of ``requests``: no socket, no thread, for tests of one process."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from typing_extensions import override
from urllib3 import HTTPHeaderDict, HTTPResponse

from zoom_simulator.accounts import answer
from zoom_simulator.errors import ConnectionCut
from zoom_simulator.world import World


class SimulatorAdapter(HTTPAdapter):
    """Answers the requests of a session out of a world.

    Mount it where the world's ``base_url`` begins: ``session.mount(world.base_url, adapter)``.

    Args:
        world: The simulated account, which knows those that are served with it.
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
        try:
            answered = answer(
                self._world,
                request.method or "GET",
                f"{parts.path}?{parts.query}",
                list(request.headers.items()),
                body.encode() if isinstance(body, str) else bytes(body),
            )
        except ConnectionCut as error:
            raise requests.ConnectionError("the connection was cut", request=request) from error
        raw = HTTPResponse(
            BytesIO(answered.body),
            HTTPHeaderDict(answered.headers.items()),
            answered.status,
            preload_content=False,
        )
        return self.build_response(request, raw)
