"""Lectern whole, in the local cloud with the Zoom simulator; it ends with the last test here."""

import pytest
import requests

from local.cloud import LocalCloud


@pytest.fixture(scope="package")
def cloud():
    with LocalCloud(parameters={"FoldSeconds": "1", "AttendanceDelaySeconds": "2"}) as cloud:
        yield cloud


@pytest.fixture
def lms(cloud):
    """An LMS: what it calls is relative to the API's address."""
    with LmsSession(cloud.url, cloud.api_key) as session:
        yield session


class LmsSession(requests.Session):
    """A session that knows Lectern's address and key."""

    def __init__(self, url, key):
        super().__init__()
        self._url = url
        self.headers["Authorization"] = f"Bearer {key}"

    def request(self, method, url, **settings):
        settings.setdefault("timeout", 30)
        return super().request(method, self._url + url, **settings)
