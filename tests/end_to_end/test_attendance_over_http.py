"""Attendance whole: people come and go at Zoom, and the LMS reads who was there."""

from __future__ import annotations

import csv
import uuid
from io import StringIO
from typing import Any

import requests
from requests.sessions import Session

from lectern_testing.over_http.changes import changes_of
from lectern_testing.waiting import eventually
from local.cloud import LocalCloud


def test_attendance_is_live_then_final_and_told(cloud: LocalCloud, lms: Session) -> None:
    path = f"/v1/events/{uuid.uuid4()}"
    event = {
        "kind": "meeting",
        "title": "Forklift safety",
        "starts_at": "2099-12-01T10:00:00+01:00",
        "duration_minutes": 60,
        "timezone": "Europe/Copenhagen",
        "host": {"user_id": "u-1", "email": "anna@acme.example"},
    }
    assert lms.put(path, json=event).status_code == 202
    for user in ("kim", "sam"):
        person = {"email": f"{user}@acme.example", "first_name": user.title()}
        assert lms.put(f"{path}/enrollments/{user}", json=person).status_code == 202
    found = eventually(
        lambda: (
            (read := lms.get(path).json())["participants"]["registered"] == 2
            and read["sync"]["state"] == "in_sync"
            and read
        )
    )
    assert lms.get(f"{path}/attendance").json()["state"] == "none"

    def simulator(method: str, what: str, body: dict[str, Any]) -> None:
        answer = requests.request(method, f"{cloud.zoom_url}/_sim{what}", json=body, timeout=30)
        answer.raise_for_status()

    def by_hand(action: str, **details: Any) -> None:
        body = {"action": action, "meeting_id": int(found["zoom"]["id"]), **details}
        simulator("POST", "/actions", body)

    simulator("POST", "/seed", {"reports": {"ready_after_seconds": 0, "complete_after_seconds": 0}})
    by_hand("start_meeting")
    by_hand("participant_joined", email="kim@acme.example")
    by_hand("participant_joined", name="A guest")

    live = eventually(
        lambda: (
            len((read := lms.get(f"{path}/attendance").json())["items"]) == 2
            and read["unmatched"]
            and read
        )
    )
    assert (live["state"], live["items"][0]["left_at"]) == ("live", None)

    by_hand("end_meeting")
    final = eventually(
        lambda: (read := lms.get(f"{path}/attendance").json())["state"] == "final" and read
    )
    assert [each["user_id"] for each in final["items"]] == ["kim", "u-1"]
    assert [each["name"] for each in final["unmatched"]] == ["A guest"]
    assert all(each["left_at"] for each in final["items"])

    table = lms.get(f"{path}/attendance", headers={"Accept": "text/csv"})
    assert table.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert [row[0] for row in csv.reader(StringIO(table.text))] == ["user_id", "kim", "u-1"]

    event_id = path.rpartition("/")[2]
    ready = eventually(
        lambda: [
            told
            for told in changes_of(
                event_id, lambda query: lms.get("/v1/changes", params=query).json()
            )
            if told["type"] == "attendance.ready"
        ]
    )
    assert len(ready) == 1
