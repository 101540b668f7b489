"""The operations that are measured: what an LMS, its learners and Zoom do."""

import time
from collections.abc import Callable
from typing import Any

import requests

from benchmarks.tables.lms_platform import Platform, person
from benchmarks.tables.operation import Operation

CROWD = 40
ATTENDEES = 33
BATCH = 1_000
CLICKS = 20
VISITS = 10

Json = Any
"""What can be written as JSON."""


def operations_of(platform: Platform, told_at: str) -> list[Operation]:
    """The rows of the table, in the order in which each finds what it needs.

    Args:
        platform: The LMS.
        told_at: Where it takes notifications.
    """
    return [
        *_changes(platform),
        *_rosters(platform),
        *_joining(platform),
        *_sessions(platform),
        *_told(platform, told_at),
    ]


def _changes(platform: Platform) -> list[Operation]:
    """What is changed in an event that has its people."""
    lms = platform.lms
    people = "/events/changed/enrollments"
    before: dict[int, int] = {}

    def prepare(n: int) -> None:
        if "changed" not in before_made:
            before_made.add("changed")
            platform.make("changed", CROWD)
        before[n] = platform.event("changed")["participants"]["registered"]

    def gated(n: int) -> None:
        if "gated" not in before_made:
            before_made.add("gated")
            platform.make("gated", CROWD, access_validation=True)
        before[n] = platform.event("gated")["participants"]["registered"]

    def access(n: int, *, granted: bool) -> None:
        unmet = [{"id": "r1", "title": "Complete module 1", "met": False}]
        body = {"granted": granted, "requirements": [] if granted else unmet}
        lms("PUT", f"/events/gated/enrollments/u-{n:06}/access", body)

    def titled(_: int) -> bool:
        event = platform.event("changed")
        current = event["sync"]["synced_version"] == event["version"]
        return bool(current and event["sync"]["state"] == "in_sync")

    before_made: set[str] = set()
    return [
        Operation(
            "late enrollment (event of 40)",
            lambda n: lms("PUT", f"{people}/late-{n}", person(f"late-{n}")),
            lambda n: platform.has("changed", before[n] + 1),
            at_most=150,
            prepare=prepare,
        ),
        Operation(
            "removal",
            lambda n: lms("DELETE", f"{people}/u-{n:06}"),
            lambda n: platform.has("changed", before[n] - 1),
            at_most=150,
            prepare=prepare,
        ),
        Operation(
            "access taken away",
            lambda n: access(n, granted=False),
            lambda n: platform.has("gated", before[n] - 1),
            at_most=150,
            prepare=gated,
        ),
        Operation(
            "access given",
            lambda n: access(n, granted=True),
            lambda n: platform.has("gated", before[n] + 1),
            at_most=150,
            prepare=gated,
        ),
        Operation(
            "title changed",
            lambda n: platform.put_event("changed", title=f"Title {n}"),
            titled,
            at_most=120,
            prepare=prepare,
        ),
        Operation(
            "the same PUT again",
            lambda _: platform.put_event("changed", title="Title 5"),
            rounds=1,
            prepare=prepare,
        ),
        Operation(
            "20 enrollments within ten seconds",
            lambda n: _drip(platform, n),
            lambda n: platform.has("changed", before[n] + 20),
            rounds=1,
            at_most=450,
            prepare=prepare,
        ),
    ]


def _drip(platform: Platform, n: int) -> None:
    began = time.monotonic()
    for each in range(20):
        time.sleep(max(0.0, began + each / 2 - time.monotonic()))
        who = f"drip-{n}-{each}"
        platform.lms("PUT", f"/events/changed/enrollments/{who}", person(who))


def _rosters(platform: Platform) -> list[Operation]:
    """What is done with many people at once."""

    def create(name: str, people: int) -> Callable[[int], None]:
        def act(n: int) -> None:
            platform.put_event(f"{name}-{n}")
            if people:
                platform.enrol(f"{name}-{n}", 0, people)

        return act

    synced: dict[tuple[str, int], str] = {}

    def verified(people: int) -> Operation:
        name = f"verified-{people}"

        def prepare(n: int) -> None:
            if not n:
                platform.make(name, people)
            synced[name, n] = platform.event(name)["sync"]["last_synced_at"]

        def is_synced(n: int) -> bool:
            sync = platform.event(name)["sync"]
            return bool(sync["state"] == "in_sync" and sync["last_synced_at"] != synced[name, n])

        return Operation(
            f"{people} people verified, nothing to do",
            lambda _: platform.lms("POST", f"/events/{name}/sync"),
            is_synced,
            rounds=2,
            at_most=110 if people == CROWD else 250,
            prepare=prepare,
        )

    return [
        Operation(
            "an event, nobody in it",
            create("empty", 0),
            lambda n: platform.has(f"empty-{n}", 0),
        ),
        Operation(
            f"an event and {CROWD} people",
            create("full", CROWD),
            lambda n: platform.has(f"full-{n}", CROWD),
            at_most=450,
        ),
        verified(CROWD),
        verified(500),
        Operation(
            f"one of a batch of {BATCH:,} people",
            lambda n: platform.enrol(f"batch-{n}", 0, BATCH),
            lambda n: platform.has(f"batch-{n}", BATCH),
            rounds=1,
            times=BATCH,
            prepare=lambda n: platform.make(f"batch-{n}", 0),
        ),
    ]


def _joining(platform: Platform) -> list[Operation]:
    """Clicks on Join by somebody who has a link."""
    links: list[str] = []

    def prepare(_: int) -> None:
        if not links:
            platform.make("joined", CROWD)
            body = {"user_id": "u-000001", "expires_in_seconds": 3600}
            links.append(platform.lms("POST", "/events/joined/join-links", body)["url"])

    def click() -> None:
        decision = platform.lms("GET", "/events/joined/join?user_id=u-000001")
        if decision["state"] != "join":
            raise RuntimeError(decision)

    def follow() -> None:
        answer = requests.get(links[0], allow_redirects=False, timeout=60)
        if not answer.is_redirect:
            raise RuntimeError(answer.text)

    return [
        Operation(
            "a join decision, the link is stored",
            lambda _: _several(click, CLICKS),
            rounds=1,
            times=CLICKS,
            prepare=prepare,
        ),
        Operation(
            "a click on a signed join link",
            lambda _: _several(follow, CLICKS),
            rounds=1,
            times=CLICKS,
            prepare=prepare,
        ),
    ]


def _several(act: Callable[[], object], times: int) -> None:
    for _ in range(times):
        act()


class _HeldSessions:
    """Sessions that are held, each of an event of its own."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self._zoom_ids: dict[int, int] = {}

    def make(self, n: int) -> None:
        self._platform.make(f"held-{n}", CROWD)
        self._zoom_ids[n] = int(self._platform.event(f"held-{n}")["zoom"]["id"])

    def act(self, n: int, action: str, **more: Json) -> None:
        asked = {"action": action, "meeting_id": self._zoom_ids[n], **more}
        self._platform.zoom("POST", "/actions", asked)

    def start(self, n: int) -> None:
        self.make(n)
        self.act(n, "start_meeting")
        self._platform.settle()

    def come_and_go(self, n: int, count: int) -> None:
        emails = [person(number)["email"] for number in range(count)]
        for email in emails:
            self.act(n, "participant_joined", email=email)
        self._platform.zoom("POST", "/clock", {"advance_seconds": 60})
        for email in emails:
            self.act(n, "participant_left", person=email)

    def hold(self, n: int) -> None:
        self.start(n)
        self.come_and_go(n, ATTENDEES)
        self._platform.settle()

    def end(self, n: int) -> None:
        self.act(n, "end_meeting")
        self._platform.zoom("POST", "/clock", {"advance_seconds": 120})

    def is_final(self, n: int) -> bool:
        found = self._platform.lms("GET", f"/events/held-{n}/attendance?limit=200")
        return bool(found["state"] == "final" and len(found["items"]) >= ATTENDEES)


def _sessions(platform: Platform) -> list[Operation]:
    """A session that is held, and the sweeps that find nothing to do."""
    starting, visited, ended = (_HeldSessions(platform) for _ in range(3))
    return [
        Operation(
            "a session starts",
            lambda n: starting.act(n, "start_meeting"),
            rounds=1,
            prepare=starting.make,
        ),
        Operation(
            "somebody comes and goes",
            lambda n: visited.come_and_go(n + 10, VISITS),
            rounds=1,
            times=VISITS,
            prepare=lambda n: visited.start(n + 10),
        ),
        Operation(
            f"a session ended, {ATTENDEES} attended",
            lambda n: ended.end(n + 20),
            lambda n: ended.is_final(n + 20),
            rounds=1,
            prepare=lambda n: ended.hold(n + 20),
        ),
        Operation(
            "a background sweep, nothing due",
            lambda _: platform.control("POST", "/schedules/background-sweep"),
            rounds=2,
            prepare=lambda n: None if n else _sweep_all(platform),
        ),
        Operation(
            "a pre-event sweep, nothing due",
            lambda _: platform.control("POST", "/schedules/pre-event-sweep"),
            rounds=2,
        ),
        Operation(
            "a look for deliveries, nothing waits",
            lambda _: platform.control("POST", "/schedules/delivery-sweep"),
            rounds=2,
        ),
    ]


def _told(platform: Platform, told_at: str) -> list[Operation]:
    """What is done where the LMS has an address for what it is to be told."""
    before: dict[int, int] = {}

    def prepare(n: int) -> None:
        if not n:
            platform.make("told", CROWD)
            platform.be_told(told_at)
        before[n] = platform.event("told")["participants"]["registered"]

    return [
        Operation(
            "late enrollment, the LMS is told",
            lambda n: platform.lms(
                "PUT", f"/events/told/enrollments/late-{n}", person(f"late-{n}")
            ),
            lambda n: platform.has("told", before[n] + 1),
            at_most=150,
            prepare=prepare,
        )
    ]


def _sweep_all(platform: Platform) -> None:
    """Has the sweeps do first what new settings and old sessions leave to them."""
    for _ in range(2):
        for name in ("background-sweep", "pre-event-sweep"):
            platform.control("POST", f"/schedules/{name}")
            platform.settle()
