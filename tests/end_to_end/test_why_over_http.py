"""Why, over HTTP and through the whole cloud: what is in the way, and what happened."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from requests.sessions import Session

from lectern_testing.waiting import eventually

EVENT = {
    "kind": "meeting",
    "title": "Explained",
    "starts_at": "2099-12-01T10:00:00+01:00",
    "duration_minutes": 60,
    "timezone": "Europe/Copenhagen",
    "host": {"user_id": "u-host", "email": "anna@acme.example"},
}
PEOPLE = [
    {"user_id": f"u-{n:02}", "email": f"why-{n:02}@people.example", "first_name": f"Person{n}"}
    for n in range(40)
]


def test_an_event_is_explained_and_its_timeline_tells_how_it_came(lms: Session) -> None:
    path = f"/v1/events/ev-{uuid.uuid4()}"
    lms.put(path, json=EVENT)
    lms.post(f"{path}/enrollments", json={"enrollments": PEOPLE})

    def explained(user_id: str) -> Any:
        return lms.get(f"{path}/explanation", params={"user_id": user_id}).json()

    eventually(lambda: explained("u-39")["can_join"], seconds=60)
    assert explained("u-39")["findings"] == []
    assert explained("u-39")["summary"].endswith("the link is ready.")
    assert [each["code"] for each in explained("nobody")["findings"]] == ["not_enrolled"]
    assert lms.get(f"{path}/join", params={"user_id": "u-39"}).json()["state"] == "join"

    def told() -> list[tuple[str, str, int, str | None]]:
        items = lms.get(f"{path}/timeline").json()["items"]
        return [(each["kind"], each["code"], each["count"], each["user_id"]) for each in items]

    wanted = {
        ("change", "event_created", 1, None),
        ("change", "enrolled", 40, None),
        ("zoom", "meeting_created", 1, None),
        ("zoom", "registered", 40, None),
        ("notification", "event.ready", 1, None),
        ("notification", "enrollment.registered", 40, None),
        ("join", "join", 1, "u-39"),
    }
    eventually(lambda: wanted <= set(told()), seconds=60)
    text = lms.get(f"{path}/timeline").text
    for private in ("people.example", "acme.example", "http", "Person", "Explained"):
        assert private not in text
    items = lms.get(f"{path}/timeline").json()["items"]
    moments = [datetime.fromisoformat(each["at"]) for each in items]
    assert moments == sorted(moments, reverse=True)
    [created] = [each for each in items if each["code"] == "event_created"]
    assert created["key"].startswith("key-")
    assert lms.get(f"{path}/timeline", params={"limit": 2}).json()["next_cursor"]
