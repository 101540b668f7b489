"""A large webinar on the local cloud: what it costs at Zoom, and what a second look costs."""

import time
from collections import Counter
from typing import Any

import requests

from local.cloud import LocalCloud

PEOPLE, PANELISTS = 3_000, 35
_EVENT = "/v1/events/webinar"
_HOST = "walt@acme.example"
_CHUNK = 500
_LONGEST_SECONDS = 3_600


def run(people: int = PEOPLE, panelists: int = PANELISTS) -> None:
    """Prints what the webinar takes at Zoom when it is made, asked for again, and verified."""
    with LocalCloud() as cloud, requests.Session() as lms:
        lms.headers["Authorization"] = f"Bearer {cloud.api_key}"
        seed = {"users": [{"email": _HOST, "webinar_capacity": 10_000}]}
        requests.post(f"{cloud.zoom_url}/_sim/seed", json=seed, timeout=60).raise_for_status()
        settings = {"features": {"webinars": True}}
        lms.put(f"{cloud.url}/v1/settings", json=settings, timeout=60).raise_for_status()
        _tell(cloud, "made", _made(cloud, lms, people, panelists))
        lms.put(cloud.url + _EVENT, json=_event(panelists), timeout=60).raise_for_status()
        time.sleep(10)
        _tell(cloud, "the same PUT again", 0)
        began = time.monotonic()
        lms.post(f"{cloud.url}{_EVENT}/sync", timeout=60).raise_for_status()
        _tell(cloud, "verified", _until(cloud, lms, began, people))


def _event(panelists: int) -> dict[str, Any]:
    return {
        "kind": "webinar",
        "title": "Everybody",
        "starts_at": "2099-12-01T10:00:00Z",
        "duration_minutes": 60,
        "timezone": "UTC",
        "host": {"user_id": "host", "email": _HOST},
        "instructors": [
            {"user_id": f"i-{n}", "email": f"i{n}@staff.example"} for n in range(panelists)
        ],
    }


def _made(cloud: LocalCloud, lms: requests.Session, people: int, panelists: int) -> float:
    began = time.monotonic()
    lms.put(cloud.url + _EVENT, json=_event(panelists), timeout=60).raise_for_status()
    for start in range(0, people, _CHUNK):
        chunk = [
            {"user_id": f"u-{n:06}", "email": f"u{n}@people.example", "first_name": "U"}
            for n in range(start, min(start + _CHUNK, people))
        ]
        body = {"enrollments": chunk}
        lms.post(f"{cloud.url}{_EVENT}/enrollments", json=body, timeout=60).raise_for_status()
    return _until(cloud, lms, began, people)


def _until(cloud: LocalCloud, lms: requests.Session, began: float, people: int) -> float:
    """Seconds until everyone is registered and the event is in sync."""
    while time.monotonic() - began < _LONGEST_SECONDS:
        event = lms.get(cloud.url + _EVENT, timeout=60).json()
        is_done = event["participants"]["registered"] == people
        if event["sync"]["state"] == "in_sync" and is_done:
            return time.monotonic() - began
        time.sleep(0.5)
    raise TimeoutError


def _tell(cloud: LocalCloud, what: str, seconds: float) -> None:
    log = requests.get(f"{cloud.zoom_url}/_sim/calls", timeout=60).json()["calls"]
    calls = Counter(call["operation"] for call in log if call["operation"] != "oauth_token")
    requests.delete(f"{cloud.zoom_url}/_sim/calls", timeout=60)
    told = ", ".join(f"{count} {name}" for name, count in sorted(calls.items())) or "no call"
    print(f"{what}: {seconds:.1f} s; {told}", flush=True)
