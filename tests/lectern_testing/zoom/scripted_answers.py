"""Zoom as a script: the answers that a test wrote down, in order, and the requests that came."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from io import BytesIO
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPHeaderDict, HTTPResponse

URL = "https://zoom.test"

Answer = requests.Response | Exception | Callable[[requests.PreparedRequest], requests.Response]


def answered(
    status: int = 200, body: object = None, headers: Mapping[str, str] | None = None
) -> requests.Response:
    """An answer; a body that is no text is sent as JSON, and ``None`` is no body at all."""
    text = body if isinstance(body, str) else json.dumps(body)
    content = b"" if body is None else text.encode()
    raw = HTTPResponse(
        BytesIO(content), HTTPHeaderDict(headers or {}), status, preload_content=False
    )
    return HTTPAdapter().build_response(requests.Request("GET", URL).prepare(), raw)


def refused(status: int, code: int, message: str, **headers: str) -> requests.Response:
    """A refusal as Zoom writes it; ``Retry_After`` stands for ``Retry-After``."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return answered(status, {"code": code, "message": message}, named)


class ScriptedZoom(HTTPAdapter):
    """Answers requests with what the test wrote down.

    Attributes:
        script: What is answered next, and after that; an exception is raised instead.
        requests: What was sent.
    """

    def __init__(self, *script: Answer) -> None:
        super().__init__()
        self.script = list(script)
        self.requests: list[requests.PreparedRequest] = []

    def session(self) -> requests.Session:
        """A session that talks to nobody else."""
        session = requests.Session()
        session.mount("https://", self)
        return session

    def send(self, request: requests.PreparedRequest, *_: Any, **__: Any) -> requests.Response:
        """Answers one request."""
        self.requests.append(request)
        answer = self.script.pop(0)
        if isinstance(answer, Exception):
            raise answer
        response = answer if isinstance(answer, requests.Response) else answer(request)
        assert response.content is not None, "read here, so that one answer can be given twice"
        return response
