"""Lectern whole, in the local cloud with the Zoom simulator; it ends with the last test here."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import requests
from requests.models import Response
from requests.sessions import Session

from local.cloud import LocalCloud

LAST = "test_whole_stack.py"
"""Says what the others have exercised."""


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whatever the order is of the others, the last ones stay the last."""
    items.sort(key=lambda item: item.path.name == LAST)


@pytest.fixture(scope="package")
def cloud() -> Iterator[LocalCloud]:
    with LocalCloud(parameters={"FoldSeconds": "1", "AttendanceDelaySeconds": "2"}) as cloud:
        yield cloud


@pytest.fixture
def lms(cloud: LocalCloud) -> Iterator[Session]:
    """An LMS: what it calls is relative to the API's address."""
    with LmsSession(cloud.url, cloud.api_key) as session:
        yield session


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
