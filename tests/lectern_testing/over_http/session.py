"""An LMS that calls the API of a local cloud."""

from __future__ import annotations

from typing import Any

import requests
from requests.models import Response


class LmsSession(requests.Session):
    """A session that knows Lectern's address and key."""

    def __init__(self, url: str, key: str) -> None:
        super().__init__()
        self._url = url
        self.headers["Authorization"] = f"Bearer {key}"

    def request(  # type: ignore[override]  # of what it takes, the tests name all but these two
        self, method: str, url: str, **settings: Any
    ) -> Response:
        settings.setdefault("timeout", 30)
        return super().request(method, self._url + url, **settings)
