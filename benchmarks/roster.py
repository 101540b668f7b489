"""How the cost of an event grows with its people: time, calls at Zoom, memory of the function."""

import re
import subprocess
import time
from collections import Counter
from collections.abc import Sequence
from typing import Any

import requests

from local.cloud import LocalCloud

DEFAULT_SIZES = [100, 1_000]
_CHUNK = 500
_LONGEST_SECONDS = 3_600
_EVENT = {
    "kind": "meeting",
    "starts_at": "2099-12-01T10:00:00Z",
    "duration_minutes": 60,
    "timezone": "UTC",
    "host": {"user_id": "host", "email": "anna@acme.example"},
}


def run(sizes: Sequence[int]) -> None:
    """Prints a line for each size, and its figures for a person against the first size's."""
    with LocalCloud() as cloud:
        seed = {"registrant_capacity": max(sizes)}
        requests.post(f"{cloud.zoom_url}/_sim/seed", json=seed, timeout=60).raise_for_status()
        first: float | None = None
        for size in sizes:
            seconds, event = _synchronise(cloud, size)
            calls = _calls(cloud)
            first = first or seconds / size
            ratio = seconds / size / first
            print(
                f"{size:6} people: {seconds:7.1f} s, {1000 * seconds / size:6.1f} ms a person"
                f" ({ratio:.2f} of the first), {calls['batch_meeting_registrants']} batches,"
                f" {sum(calls.values())} calls, {event['participants']['registered']} registered,"
                f" function memory at most {_memory_mib()} MiB",
                flush=True,
            )


def _synchronise(cloud: LocalCloud, size: int) -> tuple[float, dict[str, Any]]:
    path = f"{cloud.url}/v1/events/roster-{size}"
    with requests.Session() as lms:
        lms.headers["Authorization"] = f"Bearer {cloud.api_key}"
        requests.delete(f"{cloud.zoom_url}/_sim/calls", timeout=60)
        began = time.monotonic()
        lms.put(path, json=_EVENT | {"title": f"{size} people"}, timeout=60).raise_for_status()
        for start in range(0, size, _CHUNK):
            people = [
                {"user_id": f"u-{n:06}", "email": f"u{n}@people.example", "first_name": "U"}
                for n in range(start, min(start + _CHUNK, size))
            ]
            body = {"enrollments": people}
            lms.post(f"{path}/enrollments", json=body, timeout=60).raise_for_status()
        while time.monotonic() - began < _LONGEST_SECONDS:
            event: dict[str, Any] = lms.get(path, timeout=60).json()
            if event["sync"]["state"] == "in_sync":
                return time.monotonic() - began, event
            time.sleep(0.5)
    raise TimeoutError


def _calls(cloud: LocalCloud) -> Counter[str]:
    log = requests.get(f"{cloud.zoom_url}/_sim/calls", timeout=60).json()["calls"]
    return Counter(call["operation"] for call in log)


def _memory_mib() -> int:
    """The largest resident memory of the processes that run functions."""
    listed = subprocess.run(
        ["ps", "-eo", "rss,args"], capture_output=True, text=True, check=True
    ).stdout
    found = re.findall(r"^\s*(\d+) .*awslambdaric", listed, re.MULTILINE)
    return max(map(int, found), default=0) // 1024
