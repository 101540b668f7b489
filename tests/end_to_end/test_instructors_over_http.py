"""Instructors as an LMS sees them: checked, made, led to Zoom, put out, erased; over HTTP."""

from __future__ import annotations

import uuid
from typing import Any

import requests
from requests.sessions import Session

from lectern_testing.waiting import eventually
from local.cloud import LocalCloud

BO = {"user_id": "u-bo", "email": "bo@acme.example", "name": "Bo Lund"}
GUEST = {"user_id": "u-guest-of-all", "email": "guest@elsewhere.example", "name": "Gus Guest"}


def test_an_alternative_host_and_a_guest_teach_a_meeting(cloud: LocalCloud, lms: Session) -> None:
    event = f"/v1/events/ev-{uuid.uuid4()}"
    body = {
        "kind": "meeting",
        "title": "Forklift safety",
        "starts_at": "2098-12-01T10:00:00Z",
        "duration_minutes": 60,
        "timezone": "UTC",
        "host": {"user_id": "u-host", "email": "anna@acme.example"},
        "instructors": [BO, GUEST],
    }
    checked = lms.post(f"{event}/check", json=body)
    assert (checked.status_code, checked.json()) == (200, {"problems": []})
    assert lms.get(event).status_code == 404

    assert lms.put(event, json=body).status_code == 202
    eventually(lambda: lms.get(event).json()["sync"]["state"] == "in_sync", seconds=60)
    zoom_id = lms.get(event).json()["zoom"]["id"]
    meeting = at_zoom(cloud, zoom_id)
    assert meeting["settings"]["alternative_hosts"] == BO["email"]
    assert [each["email"] for each in meeting["registrants"]] == [GUEST["email"]]

    for instructor in (BO, GUEST):
        joins = lms.get(f"{event}/join?user_id={instructor['user_id']}").json()
        assert (joins["state"], joins["role"]) == ("join", "instructor")
        assert requests.get(joins["url"], timeout=30).ok

    act(cloud, action="start_meeting", meeting_id=int(zoom_id))
    assert lms.post(f"{event}/end").status_code == 202
    assert lms.post(f"{event}/end").status_code == 200

    assert lms.delete(f"/v1/users/{GUEST['user_id']}").json()["enrollments"] == 1
    eventually(lambda: at_zoom(cloud, zoom_id)["registrants"] == [], seconds=60)
    assert lms.get(event).json()["instructors"] == [BO]
    eventually(lambda: lms.get(f"/v1/users/{GUEST['user_id']}").status_code == 404, seconds=60)
    lms.delete(event)


def at_zoom(cloud: LocalCloud, zoom_id: str) -> dict[str, Any]:
    """The meeting as the simulator has it."""
    state = requests.get(f"{cloud.zoom_url}/_sim/state", timeout=30).json()
    (meeting,) = [each for each in state["meetings"] if str(each["id"]) == zoom_id]
    found: dict[str, Any] = meeting
    return found


def act(cloud: LocalCloud, **action: Any) -> None:
    """Does something in Zoom by hand."""
    requests.post(f"{cloud.zoom_url}/_sim/actions", json=action, timeout=30).raise_for_status()
