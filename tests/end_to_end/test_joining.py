"""Joining as an LMS and a person's browser see it, and what it costs at Zoom: over HTTP."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from requests.models import Response

from lectern_testing.over_http.zoom_calls import ZoomCalls
from lectern_testing.waiting import eventually
from local.cloud import LocalCloud


@pytest.fixture(scope="module")
def patient() -> Iterator[LocalCloud]:
    """A cloud of this module's own, whose workflow waits so long for further changes that a click
    is always first."""
    with LocalCloud(parameters={"FoldSeconds": "8"}, warm=False) as cloud:
        yield cloud


class Course:
    """One event, with the LMS on one side and the simulated Zoom on the other."""

    def __init__(self, cloud: LocalCloud, **changes: Any) -> None:
        self._cloud = cloud
        self._session = requests.Session()
        self._session.headers["Authorization"] = f"Bearer {cloud.api_key}"
        self.event_id = f"ev-{uuid.uuid4()}"
        self.zoom_calls = ZoomCalls(cloud, lambda: self.lms("GET", "").json())
        body = {
            "kind": "meeting",
            "title": "Forklift safety",
            "starts_at": "2099-12-01T10:00:00+01:00",
            "duration_minutes": 60,
            "timezone": "Europe/Copenhagen",
            "host": {"user_id": "u-host", "email": self.zoom_calls.host},
            **changes,
        }
        assert self.lms("PUT", "", body).status_code == 202

    def lms(self, method: str, path: str, body: dict[str, Any] | None = None) -> Response:
        return self._request(method, f"/v1/events/{self.event_id}{path}", body)

    def _request(self, method: str, path: str, body: dict[str, Any] | None) -> Response:
        return self._session.request(method, self._cloud.url + path, json=body, timeout=30)

    def enrol(self, user: str = "u-1", **changes: Any) -> None:
        person = {"email": f"{user}@people.example", "first_name": "Kim", **changes}
        assert self.lms("PUT", f"/enrollments/{user}", person).ok

    def in_sync(self) -> None:
        eventually(lambda: self.lms("GET", "").json()["sync"]["state"] == "in_sync", seconds=60)
        self.zoom_calls.forget()

    def page(self, user: str) -> list[dict[str, Any]]:
        """What the course's page shows a person."""
        asked = {"event_ids": [self.event_id]}
        path = f"/v1/users/{user}/join-decisions"
        found: list[dict[str, Any]] = self._request("POST", path, asked).json()["items"]
        return found

    def decision(self, user: str = "u-1") -> dict[str, Any]:
        answer = self.lms("GET", f"/join?user_id={user}")
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def link(self, user: str = "u-1") -> str:
        body = {"user_id": user, "expires_in_seconds": 60}
        found: str = self.lms("POST", "/join-links", body).json()["url"]
        return found

    def click(self, user: str = "u-1") -> Response:
        return requests.get(self.link(user), allow_redirects=False, timeout=30)


def admitted(url: str) -> dict[str, Any]:
    found: dict[str, Any] = requests.get(url, timeout=30).json()
    return found


def test_a_stored_link_takes_no_call_and_lets_that_person_in(cloud: LocalCloud) -> None:
    course = Course(cloud)
    course.enrol()
    course.in_sync()

    decision = course.decision()
    clicked = course.click()

    assert decision["state"] == "join"
    assert (clicked.status_code, clicked.headers["Location"]) == (302, decision["url"])
    assert clicked.headers["Cache-Control"] == "no-store"
    assert course.zoom_calls.operations() == []
    assert admitted(decision["url"])["email"] == "u-1@people.example"


def test_who_is_wanted_and_not_registered_is_one_call_away(patient: LocalCloud) -> None:
    course = Course(patient)
    course.in_sync()
    course.enrol()

    clicked = course.click()

    assert clicked.status_code == 302
    assert course.zoom_calls.operations() == ["add_meeting_registrant"]
    assert admitted(clicked.headers["Location"])["email"] == "u-1@people.example"
    course.in_sync()
    assert course.decision()["url"] == clicked.headers["Location"]


def test_the_host_starts_the_meeting_with_one_call(patient: LocalCloud) -> None:
    # Where others change settings, their sweep may look at the meeting as well.
    course = Course(patient)
    course.in_sync()

    decision = course.decision("u-host")

    assert (decision["state"], decision["role"]) == ("join", "host")
    assert course.zoom_calls.operations() == ["get_meeting"]
    assert admitted(decision["url"]) | {"meeting_id": 0} == {
        "admitted": True,
        "meeting_id": 0,
        "role": "host",
        "email": course.zoom_calls.host,
    }


def test_a_course_page_takes_no_call_and_its_links_work(cloud: LocalCloud) -> None:
    course = Course(cloud)
    course.in_sync()

    (item,) = course.page("u-host")

    assert course.zoom_calls.operations() == []
    followed = requests.get(item["url"], allow_redirects=False, timeout=30)
    assert "zak=" in followed.headers["Location"]


def test_a_page_says_what_is_to_be_met(cloud: LocalCloud) -> None:
    course = Course(cloud, access_validation=True)
    requirement = {"id": "r", "title": "Module 1", "met": False, "url": "https://lms.example/m"}
    course.enrol(access={"granted": False, "requirements": [requirement]})

    page = course.click()

    assert page.status_code == 200
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    assert 'href="https://lms.example/m"' in page.text
    assert course.decision()["requirements"] == [requirement]


def test_a_forged_link_is_a_401_without_a_key(cloud: LocalCloud) -> None:
    url = Course(cloud).link()
    assert requests.get(f"{url}x", timeout=30).status_code == 401


def test_zoom_s_outage_is_never_a_5xx(patient: LocalCloud) -> None:
    course = Course(patient)
    course.in_sync()
    course.enrol()
    fault = {"operation": "add_meeting_registrant", "kind": "status", "status": 503}
    requests.post(f"{patient.zoom_url}/_sim/faults", json=fault, timeout=30)

    page = course.click()

    assert page.status_code == 200
    assert 'http-equiv="refresh"' in page.text
    decision = eventually(lambda: (d := course.decision())["state"] == "join" and d, seconds=60)
    assert admitted(decision["url"])["admitted"]


def test_neither_tokens_nor_links_nor_addresses_are_logged(cloud: LocalCloud) -> None:
    course = Course(cloud)
    course.enrol()
    course.in_sync()
    url = course.link()
    location = requests.get(url, allow_redirects=False, timeout=30).headers["Location"]
    lines = "\n".join(line for of in cloud.logs.last(1000).values() for line in of)
    for secret in (url.rpartition("/")[2], location, "u-1@people.example"):
        assert secret not in lines
