"""The main job as an LMS sees it, and what it costs at Zoom: a black box, over HTTP."""

from __future__ import annotations

import threading
import uuid
from collections import Counter
from typing import Any

import pytest
import requests
from requests.models import Response
from requests.sessions import Session

from lectern_testing.over_http.zoom_calls import ZoomCalls
from lectern_testing.waiting import eventually
from local.cloud import LocalCloud


class Platform:
    """An LMS with one event of its own, and the simulated Zoom behind Lectern."""

    def __init__(self, cloud: LocalCloud, lms: Session) -> None:
        self._cloud = cloud
        self.lms = lms
        self.event_id = f"ev-{uuid.uuid4()}"
        self.path = f"/v1/events/{self.event_id}"
        self.topic = f"Topic {uuid.uuid4()}"
        self.zoom_calls = ZoomCalls(cloud, lambda: self.lms.get(self.path).json())

    def put(self, **changes: Any) -> Response:
        body = {
            "kind": "meeting",
            "title": self.topic,
            "starts_at": "2099-12-01T10:00:00+01:00",
            "duration_minutes": 60,
            "timezone": "Europe/Copenhagen",
            "host": {"user_id": "u-host", "email": self.zoom_calls.host},
            **changes,
        }
        return self.lms.put(self.path, json=body)

    def enrol(self, count: int, **each: Any) -> Response:
        people = [
            {"user_id": f"u-{n}", "email": f"u{n}@people.example", "first_name": "U", **each}
            for n in range(count)
        ]
        return self.lms.post(f"{self.path}/enrollments", json={"enrollments": people})

    def in_sync(self) -> dict[str, Any]:
        found: dict[str, Any] = eventually(
            lambda: (
                (event := self.lms.get(self.path).json())["sync"]["state"] == "in_sync" and event
            ),
            seconds=120,
        )
        return found

    def meeting(self) -> dict[str, Any]:
        """The one meeting that Zoom has for the event."""
        state = requests.get(f"{self._cloud.zoom_url}/_sim/state", timeout=30).json()
        (meeting,) = [each for each in state["meetings"] if each["topic"] == self.topic]
        found: dict[str, Any] = meeting
        return found

    def calls(self) -> Counter[str]:
        """How often each operation was called at Zoom for the event."""
        return Counter(self.zoom_calls.operations())


@pytest.fixture
def platform(cloud: LocalCloud, lms: Session) -> Platform:
    platform = Platform(cloud, lms)
    platform.zoom_calls.forget()
    return platform


def test_the_main_job_costs_what_it_must_and_no_more(platform: Platform) -> None:
    platform.put()
    platform.enrol(40)
    event = platform.in_sync()
    assert event["participants"] == {
        "enrolled": 40,
        "registered": 40,
        "waiting_for_access": 0,
        "failed": 0,
    }
    assert platform.calls() == {
        "get_user": 1,
        "create_meeting": 1,
        "get_meeting": 1,
        "batch_meeting_registrants": 2,
    }
    links = {each["email"]: each["join_url"] for each in platform.meeting()["registrants"]}

    platform.zoom_calls.forget()
    assert platform.put().status_code == 200
    assert platform.put(starts_at="2099-12-01T09:00:00Z").status_code == 200
    assert platform.calls() == {}

    assert platform.lms.post(f"{platform.path}/sync").status_code == 202
    platform.in_sync()
    assert platform.calls() == {"get_meeting": 1, "list_meeting_registrants": 1}

    platform.zoom_calls.forget()
    assert platform.put(duration_minutes=90).status_code == 202
    assert platform.in_sync()["zoom"]["id"] == event["zoom"]["id"]
    assert platform.calls() == {"update_meeting": 1}
    now = {each["email"]: each["join_url"] for each in platform.meeting()["registrants"]}
    assert now == links

    platform.zoom_calls.forget()
    person = {"email": "late@people.example", "first_name": "Late"}
    platform.lms.put(f"{platform.path}/enrollments/late", json=person)
    platform.in_sync()
    assert platform.calls() == {"add_meeting_registrant": 1}

    platform.zoom_calls.forget()
    assert platform.lms.delete(f"{platform.path}/enrollments/late").status_code == 202
    platform.in_sync()
    assert platform.calls() == {"delete_meeting_registrant": 1}

    platform.zoom_calls.forget()
    assert platform.lms.delete(platform.path).status_code == 202
    assert platform.in_sync()["zoom"] is None
    assert platform.calls() == {"delete_meeting": 1}


def test_people_are_registered_thirty_in_a_call(platform: Platform) -> None:
    # One write lets all of them in: who is enrolled meanwhile would come in rounds of their own.
    # They are more than one task registers, so that the execution goes on with several.
    platform.put(access_validation=True)
    platform.enrol(95, access={"granted": False})
    assert platform.in_sync()["participants"]["waiting_for_access"] == 95
    platform.put(access_validation=False)
    assert platform.in_sync()["participants"]["registered"] == 95
    assert platform.calls()["batch_meeting_registrants"] == 4


def test_two_changes_at_the_same_moment_end_in_one_state_with_one_meeting(
    platform: Platform,
) -> None:
    platform.put()
    barrier = threading.Barrier(8)

    def change(minutes: int) -> None:
        barrier.wait()
        platform.put(duration_minutes=minutes)

    threads = [threading.Thread(target=change, args=(30 + n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    event = platform.in_sync()
    assert platform.meeting()["duration"] == event["duration_minutes"]
    assert event["sync"]["synced_version"] == event["version"] == 9
