"""Shortly before an event starts: the schedule is fired, the LMS asked, and Zoom brought to it."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import requests
from requests.sessions import Session

from lectern_testing.lms.inbox import LmsInbox, an_inbox
from lectern_testing.waiting import eventually
from local.cloud import LocalCloud


@pytest.fixture
def inbox(lms: Session) -> Iterator[LmsInbox]:
    with an_inbox() as inbox:
        inbox.status = 200
        asked = {"access_validation": {"check_url": inbox.url}}
        assert lms.put("/v1/settings", json=asked).status_code == 202
        yield inbox
        lms.put("/v1/settings", json={"access_validation": {"check_url": None}})


def fire(cloud: LocalCloud) -> None:
    answer = requests.post(f"{cloud.control_url}/schedules/pre-event-sweep", timeout=60)
    assert answer.ok, answer.text


def test_who_has_no_access_any_more_when_it_starts_is_not_let_in(
    cloud: LocalCloud, lms: Session, inbox: LmsInbox
) -> None:
    event_id = f"ev-{uuid.uuid4()}"
    path = f"/v1/events/{event_id}"
    body = {
        "kind": "meeting",
        "title": "Soon",
        "starts_at": (datetime.now(UTC) + timedelta(minutes=30)).isoformat(),
        "duration_minutes": 60,
        "timezone": "Europe/Copenhagen",
        "host": {"user_id": "u-host", "email": "anna@acme.example"},
        "access_validation": True,
    }
    assert lms.put(path, json=body).status_code == 202
    for user in ("u-1", "u-2"):
        person = {"email": f"{user}-{event_id}@people.example", "first_name": "U"}
        assert lms.put(f"{path}/enrollments/{user}", json=person).status_code == 202

    def registered() -> int:
        found: int = lms.get(path).json()["participants"]["registered"]
        return found

    eventually(lambda: registered() == 2, seconds=60)
    inbox.body = json.dumps({"decisions": [{"user_id": "u-1", "granted": False}]}).encode()

    fire(cloud)
    fire(cloud)

    eventually(lambda: registered() == 1, seconds=60)
    asked = [each.json for each in inbox.received if each.json["event_id"] == event_id]
    assert asked == [{"event_id": event_id, "user_ids": ["u-1", "u-2"]}]
    decision = lms.get(f"{path}/join", params={"user_id": "u-1"}).json()
    assert (decision["state"], decision["url"]) == ("see_requirements", None)
