"""An LMS at a local cloud, which looks at the meter before and after what it does."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import requests

from local.cloud import LocalCloud

Json = Any
"""What can be written as JSON."""

HOST = {"user_id": "anna", "email": "anna@acme.example"}
CHUNK = 500
"""As many people as one request may name."""
_SECONDS = 120
_LONGEST_SECONDS = 3_600
_QUIET_SECONDS = 2.5
"""Longer than anything here waits by itself without running, such as Zoom before it tells."""
_LOOK_SECONDS = 0.1
_POLL_SECONDS = 0.03


class Platform:
    """What an LMS does over HTTP, what happens at Zoom, and what both took."""

    def __init__(self, cloud: LocalCloud) -> None:
        self._cloud = cloud
        self._lms = requests.Session()
        self._lms.headers["Authorization"] = f"Bearer {cloud.api_key}"
        self._starts_at = (datetime.now(UTC) + timedelta(days=14)).replace(microsecond=0)

    def lms(self, method: str, path: str, body: Json = None) -> Json:
        """The answer of Lectern to the LMS."""
        return _told(
            self._lms.request(method, f"{self._cloud.url}/v1{path}", json=body, timeout=_SECONDS)
        )

    def zoom(self, method: str, path: str, body: Json = None) -> Json:
        """The answer of the simulator's control API."""
        url = f"{self._cloud.zoom_url}/_sim{path}"
        return _told(requests.request(method, url, json=body, timeout=_SECONDS))

    def control(self, method: str, path: str) -> Json:
        """The answer of the control port."""
        url = f"{self._cloud.control_url}{path}"
        return _told(requests.request(method, url, timeout=_LONGEST_SECONDS))

    @property
    def zoom_url(self) -> str:
        """Where the simulator is."""
        return str(self._cloud.zoom_url)

    def put_event(self, event_id: str, **changes: Json) -> Json:
        """Saves an event of a usual size, a fortnight from now."""
        event = {
            "kind": "meeting",
            "title": event_id,
            "description": "Bring your certificate.",
            "starts_at": self._starts_at.isoformat(),
            "duration_minutes": 60,
            "timezone": "Europe/Copenhagen",
            "host": HOST,
            "context": {
                "id": "course-9",
                "title": "Warehouse induction",
                "url": "https://lms.example/courses/9",
            },
            "url": "https://lms.example/activities/77",
        }
        return self.lms("PUT", f"/events/{event_id}", event | changes)

    def enrol(self, event_id: str, first: int, count: int, **changes: Json) -> None:
        """Enrols many people, in as few requests as that takes."""
        for start in range(first, first + count, CHUNK):
            numbers = range(start, min(start + CHUNK, first + count))
            people = [person(number) | changes for number in numbers]
            self.lms("POST", f"/events/{event_id}/enrollments", {"enrollments": people})

    def make(self, event_id: str, people: int, **changes: Json) -> None:
        """Makes an event with people, and waits until all of it has ended."""
        self.put_event(event_id, **changes)
        if people:
            self.enrol(event_id, 0, people)
        self.wait(lambda: self.has(event_id, people), every=0.5)
        self.settle()

    def be_told(self, address: str) -> None:
        """Has the LMS told of everything from now on."""
        self.lms("PUT", "/settings", {"notifications": {"url": address}})
        self.settle()

    def event(self, event_id: str) -> Json:
        """An event as the LMS sees it."""
        return self.lms("GET", f"/events/{event_id}")

    def has(self, event_id: str, registered: int) -> bool:
        """Whether an event is in sync with so many people registered."""
        event = self.event(event_id)
        if event["sync"]["state"] == "failed":
            raise RuntimeError(f"{event_id}: {event['sync']}")
        in_sync = event["sync"]["state"] == "in_sync"
        return bool(in_sync and event["participants"]["registered"] == registered)

    def wait(self, done: Callable[[], bool], every: float = _POLL_SECONDS) -> None:
        """Waits until something has happened."""
        until = time.monotonic() + _LONGEST_SECONDS
        while not done():
            if time.monotonic() > until:
                raise TimeoutError
            time.sleep(every)

    def settle(self) -> Json:
        """The meter, once nothing runs and nothing was counted for a while."""
        until = time.monotonic() + _LONGEST_SECONDS
        shown, since = self.control("GET", "/meter"), time.monotonic()
        while time.monotonic() - since < _QUIET_SECONDS:
            if time.monotonic() > until:
                raise TimeoutError
            time.sleep(_LOOK_SECONDS)
            before, shown = shown, self.control("GET", "/meter")
            if any(shown["running"].values()) or _counted(before) != _counted(shown):
                since = time.monotonic()
        return shown

    def metered(self, act: Callable[[], object]) -> Json:
        """What the meter shows of something, when all that it set going has ended."""
        self.settle()
        self.control("DELETE", "/meter")
        act()
        return self.settle()


def person(number: int | str) -> dict[str, str]:
    """Somebody of a usual size."""
    return {
        "user_id": f"u-{number:06}" if isinstance(number, int) else number,
        "email": f"person{number}@people.example",
        "first_name": "Kimberley",
        "last_name": "Ng-Sørensen",
    }


def _counted(shown: Json) -> tuple[float, ...]:
    return (
        sum(each["invocations"] for each in shown["lambda"].values()),
        sum(shown["dynamodb"]["requests"].values()),
        shown["step_functions"]["transitions"],
    )


def _told(answer: requests.Response) -> Json:
    if not answer.ok:
        raise RuntimeError(f"{answer.request.method} {answer.url}: {answer.text[:500]}")
    return answer.json() if answer.content else None
