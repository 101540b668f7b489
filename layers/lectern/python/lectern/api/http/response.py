"""The response of an endpoint, before API Gateway's form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

JSON = "application/json; charset=utf-8"
PROBLEM_JSON = "application/problem+json; charset=utf-8"
HTML = "text/html; charset=utf-8"
CSV = "text/csv; charset=utf-8"
CSS = "text/css; charset=utf-8"
JAVASCRIPT = "text/javascript; charset=utf-8"


@dataclass(frozen=True)
class Response:
    """An answer, before it is turned into what API Gateway wants.

    Attributes:
        body: A model or plain JSON, or a text that is sent as it is.
    """

    body: Any
    status: HTTPStatus = HTTPStatus.OK
    headers: Mapping[str, str] = field(default_factory=dict)
    content_type: str = JSON


def status_of_write(*, changed: bool) -> HTTPStatus:
    """202 for a change that is durable and whose work at Zoom follows, 200 for no change."""
    return HTTPStatus.ACCEPTED if changed else HTTPStatus.OK
