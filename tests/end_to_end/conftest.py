"""Lectern whole, in the local cloud with the Zoom simulator; it ends with the last test here."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from requests.sessions import Session

from lectern_testing.over_http.session import LmsSession
from local.cloud import LocalCloud

PARAMETERS = {"FoldSeconds": "1", "AttendanceDelaySeconds": "2"}
SHARDS = 4
"""As many as the stream of a table has at the least that is paid for by request."""

LAST = "test_whole_stack"
"""Says what the others have exercised."""


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whatever the order is of the others, the last ones stay the last."""
    items.sort(key=lambda item: item.path.name.startswith(LAST))


@pytest.fixture(scope="package")
def cloud() -> Iterator[LocalCloud]:
    with LocalCloud(parameters=PARAMETERS, shards=SHARDS) as cloud:
        yield cloud


@pytest.fixture
def lms(cloud: LocalCloud) -> Iterator[Session]:
    """An LMS: what it calls is relative to the API's address."""
    with LmsSession(cloud.url, cloud.api_key) as session:
        yield session
