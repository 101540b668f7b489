"""Many events, or many people, at once, where Zoom's limits are the bound: how near that comes."""

import time
from collections import Counter
from dataclasses import dataclass
from typing import Any

import requests

from local.cloud import LocalCloud
from zoom_simulator.account.seed import LimitsSeed
from zoom_simulator.rate_limits import rates_of

SCALE = 0.02
"""Of the limits of a Business plan: two light calls a second and one heavy one."""

EVENTS, PEOPLE = 30, 50
_CHUNK = 500
"""As many people as one request may name."""
_HOSTS = ("anna", "bo", "cleo", "wanda", "walt", "wilma")
_LONGEST_SECONDS = 1_800
_TOO_MANY = 429
_EVENT = {
    "kind": "meeting",
    "starts_at": "2099-12-01T10:00:00Z",
    "duration_minutes": 60,
    "timezone": "UTC",
}


@dataclass
class Click:
    """What a click on Join took: its decision, and how long until there was a link."""

    first: str
    seconds: float


class Platform:
    """An LMS at a local cloud whose account has scaled limits."""

    def __init__(self, cloud: LocalCloud, scale: float, people: int) -> None:
        self._cloud = cloud
        self._people = people
        self._lms = requests.Session()
        self._lms.headers["Authorization"] = f"Bearer {cloud.api_key}"
        limits = LimitsSeed(scale=scale)
        self._rates = {name.value: rate for name, rate in rates_of("business", limits).items()}
        capacity = {"registrant_capacity": people + 1}
        self._zoom("POST", "/seed", {"limits": {"scale": scale}} | capacity)
        self._zoom("DELETE", "/calls")

    def _zoom(self, method: str, path: str, body: Any = None) -> Any:  # noqa: ANN401
        url = f"{self._cloud.zoom_url}/_sim{path}"
        answer = requests.request(method, url, json=body, timeout=60)
        answer.raise_for_status()
        return answer.json() if answer.content else None

    def _call(self, method: str, path: str, body: Any = None) -> Any:  # noqa: ANN401
        answer = self._lms.request(method, f"{self._cloud.url}/v1{path}", json=body, timeout=60)
        if not answer.ok:
            raise RuntimeError(answer.text)
        return answer.json()

    def make(self, number: int) -> None:
        """Makes an event with its people."""
        host = _HOSTS[number % len(_HOSTS)]
        event = {
            "title": f"Event {number}",
            "host": {"user_id": host, "email": f"{host}@acme.example"},
        }
        self._call("PUT", f"/events/many-{number}", _EVENT | event)
        people = [
            {"user_id": f"u-{n:03}", "email": f"u{n}@people.example", "first_name": "U"}
            for n in range(self._people)
        ]
        for first in range(0, len(people), _CHUNK):
            some = {"enrollments": people[first : first + _CHUNK]}
            self._call("POST", f"/events/many-{number}/enrollments", some)

    def states(self) -> dict[str, str]:
        """Where the synchronisation of each event stands."""
        page = self._call("GET", "/events?limit=200")
        return {event["event_id"]: event["sync"]["state"] for event in page["items"]}

    def click(self, event_id: str, user_id: str) -> Click:
        """Clicks on Join until there is a link."""
        began, first = time.monotonic(), ""
        while time.monotonic() - began < _LONGEST_SECONDS:
            decision = self._call("GET", f"/events/{event_id}/join?user_id={user_id}")
            first = first or decision["state"]
            if decision["state"] == "join":
                return Click(first, time.monotonic() - began)
            time.sleep(min(decision["retry_after_seconds"] or 1, 5))
        raise TimeoutError

    def enrol(self, event_id: str, user_id: str) -> None:
        """Enrols one person."""
        person = {"user_id": user_id, "email": f"{user_id}@people.example", "first_name": "L"}
        self._call("PUT", f"/events/{event_id}/enrollments/{user_id}", person)

    def allowed_seconds(self, calls: Counter[str]) -> float:
        """What the limits allow so many calls to take, by rate class."""
        per_second = {name: rate.per_second or 1 for name, rate in self._rates.items()}
        return max(count / per_second[kind] for kind, count in calls.items())

    def check(self, events: int, people: int) -> None:
        """Makes sure that nobody is lost, and that nothing was made twice."""
        sessions = self._zoom("GET", "/state")["meetings"]
        registered = sum(
            each["status"] == "approved" for one in sessions for each in one["registrants"]
        )
        if (len(sessions), registered) != (events, people):
            msg = f"{len(sessions)} meetings and {registered} people at Zoom"
            raise AssertionError(msg)

    def calls(self) -> list[dict[str, Any]]:
        """The calls that count against a limit a second."""
        log = self._zoom("GET", "/calls")["calls"]
        return [call for call in log if call["rate_class"] in self._rates]


def run(events: int = EVENTS, people: int = PEOPLE, scale: float = SCALE) -> None:
    """Prints what came of it.

    Args:
        events: How many there are.
        people: How many each of them has.
        scale: Of what a Business plan allows.
    """
    with LocalCloud() as cloud:
        platform = Platform(cloud, scale, people)
        began = time.monotonic()
        for number in range(events):
            platform.make(number)
        clicks = _clicks_in_the_middle(platform, events) if events > 1 else ""
        while any(state != "in_sync" for state in platform.states().values()):
            if time.monotonic() - began > _LONGEST_SECONDS:
                raise TimeoutError
            time.sleep(0.5)
        seconds = time.monotonic() - began
        calls = platform.calls()
        platform.check(events, people=events * people + bool(clicks))
    taken = Counter(call["rate_class"] for call in calls if call["status"] != _TOO_MANY)
    refused = sum(call["status"] == _TOO_MANY for call in calls)
    allowed = platform.allowed_seconds(taken)
    print(
        f"{events} events, {events * people} people, limits x {scale}: {seconds:.1f} s,"
        f" {seconds / allowed:.2f} of the {allowed:.1f} s that the limits allow;"
        f" {len(calls)} calls, {refused} refused ({refused / len(calls):.1%}){clicks}",
        flush=True,
    )


def _clicks_in_the_middle(platform: Platform, events: int) -> str:
    """Once a third of the events is done: one person who has a link, and one who comes late."""
    while True:
        done = [name for name, state in platform.states().items() if state == "in_sync"]
        if len(done) >= max(1, events // 3):
            break
        time.sleep(0.5)
    stored = platform.click(done[0], "u-000")
    platform.enrol(done[1 % len(done)], "late")
    late = platform.click(done[1 % len(done)], "late")
    return (
        f"; a stored link after {stored.seconds:.2f} s ({stored.first}),"
        f" a late person's after {late.seconds:.1f} s ({late.first})"
    )
