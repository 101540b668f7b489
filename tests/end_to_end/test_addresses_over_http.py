"""Lectern at API Gateway's own address, below the stage, and at a domain with a base path."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from typing import Any
from urllib.parse import urljoin

import pytest
import requests

from lectern_testing.waiting import eventually
from local.cloud import LocalCloud
from operations.smoke import Smoke


@pytest.fixture(scope="module", params=["/live", "/team/lectern"])
def cloud(request: pytest.FixtureRequest) -> Iterator[LocalCloud]:
    with LocalCloud(parameters={"FoldSeconds": "0"}, base_path=request.param, warm=False) as cloud:
        yield cloud


def lms(cloud: LocalCloud, method: str, path: str, body: Any = None) -> Any:
    answer = requests.request(
        method,
        cloud.url + path,
        json=body,
        headers={"Authorization": f"Bearer {cloud.api_key}"},
        timeout=30,
    )
    assert answer.ok, answer.text
    return answer.json()


def test_from_an_event_to_the_click_that_leads_to_zoom(cloud: LocalCloud) -> None:
    event = f"/v1/events/ev-{uuid.uuid4()}"
    lms(
        cloud,
        "PUT",
        event,
        {
            "kind": "meeting",
            "title": "Forklift safety",
            "starts_at": "2099-12-01T10:00:00+01:00",
            "duration_minutes": 60,
            "timezone": "Europe/Copenhagen",
            "host": {"user_id": "u-1", "email": "anna@acme.example"},
        },
    )
    lms(cloud, "PUT", f"{event}/enrollments/u-7", {"email": "k@acme.example", "first_name": "Kim"})
    eventually(lambda: lms(cloud, "GET", event)["sync"]["state"] == "in_sync", seconds=60)

    assert lms(cloud, "GET", f"{event}/join?user_id=u-7")["state"] == "join"
    url = lms(cloud, "POST", f"{event}/join-links", {"user_id": "u-7", "expires": "event_end"})[
        "url"
    ]
    assert url.startswith(f"{cloud.url}/join/")
    click = requests.get(url, allow_redirects=False, timeout=30)
    assert click.status_code == 302


def test_the_console_and_the_page_of_the_api_find_their_own_parts(cloud: LocalCloud) -> None:
    url = lms(cloud, "POST", "/v1/console-links", {"user_id": "u-9"})["url"]
    assert url.startswith(f"{cloud.url}/console/open/")
    with requests.Session() as browser:
        opened = browser.get(url, timeout=30)
        assert (opened.status_code, opened.url) == (200, f"{cloud.url}/console")
        links = re.findall(r'(?:href|src)="(/[^"]+)"', opened.text)
        assert links
        for link in links:
            answer = browser.get(urljoin(cloud.url, link), timeout=30)
            assert answer.ok, link
    page = requests.get(f"{cloud.url}/docs", timeout=30)
    assert page.ok
    assert requests.get(f"{cloud.url}/docs/docs.css", timeout=30).ok


@pytest.mark.parametrize("path", ["/", "/v1", "/v1/", "/v2/events", "/nowhere"])
def test_a_path_of_nothing_is_a_404_to_whoever_asks(cloud: LocalCloud, path: str) -> None:
    for headers in ({}, {"Authorization": f"Bearer {cloud.api_key}"}):
        answer = requests.get(cloud.url + path, headers=headers, timeout=30)
        assert answer.status_code == 404
        assert answer.headers["Content-Type"].startswith("application/problem+json")
        assert answer.json()["code"] == "not_found"


def test_zoom_delivers_its_webhooks_there(cloud: LocalCloud) -> None:
    answer = requests.post(f"{cloud.zoom_url}/_sim/webhooks/challenge", timeout=30)
    assert answer.ok
    assert (
        requests.post(f"{cloud.url}/webhook/zoom-meeting", json={}, timeout=30).status_code == 401
    )


def test_the_smoke_test_finds_nothing(cloud: LocalCloud) -> None:
    assert lms(cloud, "GET", "/v1/connections")["items"]
    found = list(Smoke(cloud.url, cloud.api_keys["read"]).findings())
    assert [each for each in found if each.fault and "credentials" not in each.title] == []
    assert len(found) > 8
