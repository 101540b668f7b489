"""What the LMS is told, over HTTP, signed, and read again from the list of changes."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import uuid
from collections.abc import Iterator

import pytest
import requests
from requests.sessions import Session

from lectern_testing.lms.inbox import LmsInbox, Received, an_inbox
from lectern_testing.over_http.changes import changes_of
from lectern_testing.waiting import eventually
from local.cloud import LocalCloud

EVENT = {
    "kind": "meeting",
    "title": "Told",
    "starts_at": "2099-12-01T10:00:00+01:00",
    "duration_minutes": 60,
    "timezone": "Europe/Copenhagen",
    "host": {"user_id": "u-host", "email": "anna@acme.example"},
}
SECRET = "whsec_plJ3nmyCDGBKInavdOK15jsl"


@pytest.fixture
def inbox(lms: Session) -> Iterator[LmsInbox]:
    with an_inbox() as inbox:
        told = {"notifications": {"url": inbox.url, "secret": SECRET}}
        assert lms.put("/v1/settings", json=told).status_code == 202
        yield inbox
        lms.put("/v1/settings", json={"notifications": {"url": None, "secret": None}})


def is_signed(received: Received) -> bool:
    key = base64.b64decode(SECRET.removeprefix("whsec_"))
    parts = (received.headers["webhook-id"], received.headers["webhook-timestamp"])
    content = ".".join(parts).encode() + b"." + received.body
    digest = base64.b64encode(hmac.digest(key, content, hashlib.sha256)).decode()
    return received.headers["webhook-signature"] == f"v1,{digest}"


def test_an_lms_is_told_of_an_event_in_order_and_can_read_it_again(
    cloud: LocalCloud, lms: Session, inbox: LmsInbox
) -> None:
    event_id = f"ev-{uuid.uuid4()}"
    inbox.answers, inbox.answers_about = [503], event_id
    lms.put(f"/v1/events/{event_id}", json=EVENT)
    person = {"email": "kim@people.example", "first_name": "Kim"}
    lms.put(f"/v1/events/{event_id}/enrollments/u-1", json=person)

    def of_this_event() -> list[Received]:
        return [each for each in inbox.received if each.json["data"]["event_id"] == event_id]

    eventually(lambda: len(of_this_event()) == 3, seconds=60)
    refused, *taken = of_this_event()
    assert [each.json["type"] for each in taken] == ["event.ready", "enrollment.registered"]
    assert refused.headers["webhook-id"] == taken[0].headers["webhook-id"]
    assert all(map(is_signed, inbox.received))

    logged = json.dumps(cloud.logs.last(5000))
    assert "notify_lms" in logged
    for private in (SECRET, inbox.url, "kim@people.example"):
        assert private not in logged

    mine = changes_of(event_id, lambda query: lms.get("/v1/changes", params=query).json())
    assert [each.pop("id") for each in mine] == [each.headers["webhook-id"] for each in taken]
    assert mine == [each.json for each in taken]


def test_many_events_at_once_are_each_told_in_order_and_once(
    cloud: LocalCloud, lms: Session, inbox: LmsInbox
) -> None:
    """The table's stream has four shards here, which are worked off side by side."""
    # Forty changes of one host: were there many more that day, each event's would be half an hour
    # apart.
    host = {"user_id": "u-busy", "email": "busy@acme.example"}
    users = [{"id": "u-busy", "email": host["email"]}]
    requests.post(f"{cloud.zoom_url}/_sim/seed", json={"users": users}, timeout=30)
    event = EVENT | {"host": host}
    events = [f"ev-{uuid.uuid4()}" for _ in range(8)]
    for event_id in events:
        lms.put(f"/v1/events/{event_id}", json=event)
    for step in range(4):
        for event_id in events:
            person = {"email": f"kim-{step}@people.example", "first_name": "Kim"}
            lms.put(f"/v1/events/{event_id}/enrollments/u-{step}", json=person)
            lms.put(f"/v1/events/{event_id}", json=event | {"title": f"Told {step}"})
    people = {(event_id, f"u-{step}") for event_id in events for step in range(4)}

    def told_of() -> set[tuple[str, str]]:
        told = [each.json["data"] for each in inbox.received]
        return {(each["event_id"], each["user_id"]) for each in told if "user_id" in each}

    def in_sync(event_id: str) -> bool:
        return bool(lms.get(f"/v1/events/{event_id}").json()["sync"]["state"] == "in_sync")

    eventually(lambda: people <= told_of() and all(map(in_sync, events)), seconds=120)

    def ids_received(event_id: str) -> list[str]:
        of_event = [each for each in inbox.received if each.json["data"]["event_id"] == event_id]
        return [each.headers["webhook-id"] for each in of_event]

    for event_id in events:
        listed = changes_of(event_id, lambda query: lms.get("/v1/changes", params=query).json())
        ids = [each["id"] for each in listed]
        eventually(lambda event_id=event_id, ids=ids: len(ids_received(event_id)) >= len(ids))  # type: ignore[misc]
        assert ids_received(event_id) == ids
