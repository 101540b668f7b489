"""A simulated account each of whose calls is checked against Zoom's own document."""

from __future__ import annotations

from typing import Any

from requests.models import Response

from lectern_testing.zoom.simulated_account import SimulatedZoom
from lectern_testing.zoom.specification import ZoomSpecification


class CheckedZoom(SimulatedZoom):
    """An account each of whose calls is checked, both ways."""

    def __init__(self, specification: ZoomSpecification, **seed: Any) -> None:
        self.specification = specification
        self.check_requests = True
        super().__init__(**seed)

    def call(self, method: str, path: str, body: Any = None, **query: Any) -> Response:
        if self.check_requests:
            self.specification.check_request(method, path, body, query)
        answer = super().call(method, path, body, **query)
        answered = answer.json() if answer.content else None
        self.specification.check_response(method, path, answer.status_code, answered)
        return answer
