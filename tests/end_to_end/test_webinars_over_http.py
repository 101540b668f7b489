"""Webinars as an LMS sees them, from the switch in the settings to people's links: over HTTP."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests
from requests.models import Response
from requests.sessions import Session

from lectern_testing.waiting import eventually
from local.cloud import LocalCloud

SETTINGS = "/v1/settings"
WEBINARS = {"100": 5, "500": 10, "1000": 5, "3000": 2, "5000": 1, "10000": 1}


@pytest.fixture
def account(cloud: LocalCloud) -> Iterator[Callable[..., Any]]:
    """The simulated account, whose webinar licences are put back afterwards."""

    def has(webinars: dict[str, int]) -> None:
        seed = {"licences": {"webinars": webinars}}
        requests.post(f"{cloud.zoom_url}/_sim/seed", json=seed, timeout=30).raise_for_status()

    yield has
    has(WEBINARS)


@pytest.fixture
def webinars(lms: Session) -> Iterator[Callable[..., Any]]:
    """The switch of webinars, which is off again afterwards."""

    def switch(*, on: bool) -> Response:
        return lms.put(SETTINGS, json={"features": {"webinars": on}})

    yield switch
    switch(on=False)


def a_webinar(**changes: Any) -> dict[str, Any]:
    return {
        "kind": "webinar",
        "title": "Forklift safety",
        "starts_at": "2099-12-01T10:00:00Z",
        "duration_minutes": 60,
        "timezone": "UTC",
        "host": {"user_id": "u-host", "email": "wanda@acme.example"},
        **changes,
    }


def in_sync(lms: Session, event: str, version: int) -> dict[str, Any]:
    def is_so() -> bool:
        sync = lms.get(event).json()["sync"]
        found: bool = sync["state"] == "in_sync" and sync["synced_version"] == version
        return found

    eventually(is_so, seconds=60)
    found: dict[str, Any] = lms.get(event).json()
    return found


def test_webinars_an_account_does_not_have_cannot_be_switched_on(
    lms: Session, webinars: Callable[..., Any], account: Callable[..., Any]
) -> None:
    account({})

    refused = webinars(on=True)

    assert refused.status_code == 422
    assert [error["pointer"] for error in refused.json()["errors"]] == ["/features/webinars"]
    assert lms.get(SETTINGS).json()["features"]["webinars"] is False
    event = lms.put(f"/v1/events/ev-{uuid.uuid4()}", json=a_webinar())
    assert [error["pointer"] for error in event.json()["errors"]] == ["/kind"]


def test_a_webinar_has_everyone_in_it_and_can_become_a_meeting(
    lms: Session, webinars: Callable[..., Any]
) -> None:
    assert webinars(on=True).ok
    event = f"/v1/events/ev-{uuid.uuid4()}"
    assert lms.put(event, json=a_webinar()).status_code == 202
    people = [
        {"user_id": f"u-{n}", "email": f"{n}@people.example", "first_name": "Kim"} for n in range(3)
    ]
    assert lms.put(f"{event}/enrollments", json={"enrollments": people}).ok
    webinar = in_sync(lms, event, 1)
    eventually(
        lambda: lms.get(event).json()["participants"]["registered"] == len(people), seconds=60
    )
    first = lms.get(f"{event}/join?user_id=u-1").json()
    assert (first["state"], first["role"]) == ("join", "participant")

    assert lms.put(event, json=a_webinar(kind="meeting")).status_code == 202
    meeting = in_sync(lms, event, 2)
    second = lms.get(f"{event}/join?user_id=u-1").json()

    assert meeting["zoom"]["id"] != webinar["zoom"]["id"]
    assert meeting["participants"]["registered"] == len(people)
    assert second["state"] == "join"
    assert second["url"] != first["url"]
