"""A burst of Zoom's webhooks through the local cloud: all answered, and all counted once."""

import hashlib
import hmac
import json
import statistics
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import requests

from local.cloud import LocalCloud
from local.processes import Logs

DEFAULT_SIZES = [10_000]
_AT_ONCE = 16
"""How many deliveries are under way at any time, as with a sender that waits for answers."""
_EVERY_NTH_TWICE = 10
_ZOOM_WAITS_SECONDS = 3
_ZOOM_REPEATS = 3
_LONGEST_SECONDS = 1_800
_LOOK_SECONDS = 1
_COUNTED = {"WebhooksDone", "WebhooksRepeated"}
_SECRET = "local-webhook-secret"  # noqa: S105 - the simulator's, which is none
_EVENT = {
    "kind": "meeting",
    "title": "A burst",
    "starts_at": "2099-12-01T10:00:00Z",
    "duration_minutes": 60,
    "timezone": "UTC",
    "host": {"user_id": "host", "email": "anna@acme.example"},
}


@dataclass(frozen=True)
class _Answer:
    """What a delivery was answered, and after how many seconds."""

    status: int
    seconds: float


def run(sizes: list[int]) -> None:
    """Prints some lines for each size of the burst."""
    for size in sizes:
        cloud = LocalCloud()
        cloud.logs = Logs(lines=10 * size)
        with cloud:
            _burst(cloud, size)


def _burst(cloud: LocalCloud, size: int) -> None:
    zoom_id = _meeting(cloud)
    bodies = [joined(zoom_id, n) for n in range(size)]
    sent = [*bodies, *bodies[::_EVERY_NTH_TWICE]]
    began = time.monotonic()
    answers = _send(cloud, sent)
    answered = time.monotonic() - began
    print(
        f"{len(sent)} deliveries of {size} events, {_AT_ONCE} at once: {_statuses(answers)}"
        f" in {answered:.0f} s, {_seconds(answers)}",
        flush=True,
    )
    repeated = _repeat(cloud, sent, answers)
    counts = _worked_off(cloud, size)
    print(
        f"  {repeated} had to be sent again; worked off after {time.monotonic() - began:.0f} s:"
        f" {dict(counts)}, of them 1 of the meeting's creation; {_attended(cloud)} people attended",
        flush=True,
    )


def _send(cloud: LocalCloud, bodies: list[bytes]) -> list[_Answer]:
    session = requests.Session()
    session.mount("http://", requests.adapters.HTTPAdapter(pool_maxsize=_AT_ONCE))
    url = f"{cloud.url}/webhook/zoom-meeting"

    def deliver(body: bytes) -> _Answer:
        began = time.monotonic()
        answer = session.post(url, data=body, headers=signed(body), timeout=60)
        return _Answer(answer.status_code, time.monotonic() - began)

    with session, ThreadPoolExecutor(_AT_ONCE) as pool:
        return list(pool.map(deliver, bodies))


def _repeat(cloud: LocalCloud, sent: list[bytes], answers: list[_Answer]) -> int:
    """Sends what was answered 5xx again, as often as Zoom does; says how many that were."""
    repeated = 0
    for _ in range(_ZOOM_REPEATS):
        sent = [
            body
            for body, answer in zip(sent, answers, strict=True)
            if answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR
        ]
        if not sent:
            break
        repeated += len(sent)
        answers = _send(cloud, sent)
        print(f"  {len(sent)} sent again: {_statuses(answers)}", flush=True)
    return repeated


def _statuses(answers: list[_Answer]) -> str:
    counted = Counter(answer.status for answer in answers)
    return ", ".join(f"{count} answered {status}" for status, count in sorted(counted.items()))


def _seconds(answers: list[_Answer]) -> str:
    times = sorted(answer.seconds for answer in answers)
    late = sum(1 for seconds in times if seconds > _ZOOM_WAITS_SECONDS)
    return (
        f"half of them in {statistics.median(times):.2f} s, 99 of 100 in"
        f" {times[len(times) * 99 // 100]:.2f} s, all in {times[-1]:.2f} s;"
        f" {late} later than Zoom waits"
    )


def _worked_off(cloud: LocalCloud, wanted: int) -> Counter[str]:
    """What the worker counted, once it has counted all; what came twice is in the inbox once."""
    until = time.monotonic() + _LONGEST_SECONDS
    # The meeting's own creation came from the simulator.
    while _counted(cloud).total() < wanted + 1 and time.monotonic() < until:
        time.sleep(_LOOK_SECONDS)
    return _counted(cloud)


def _counted(cloud: LocalCloud) -> Counter[str]:
    counts: Counter[str] = Counter()
    for line in cloud.logs.last(sys.maxsize).get("webhook_events", []):
        entry = json.loads(line)
        counts.update({name: entry[name] for name in _COUNTED & entry.keys()})
    return counts


def _attended(cloud: LocalCloud) -> int:
    people, cursor = 0, None
    while True:
        page = requests.get(
            f"{cloud.url}/v1/events/burst/attendance",
            params={"limit": 200} | ({"cursor": cursor} if cursor else {}),
            headers={"Authorization": f"Bearer {cloud.api_key}"},
            timeout=120,
        ).json()
        people += len(page["items"]) + len(page["unmatched"])
        cursor = page["next_cursor"]
        if cursor is None:
            return people


def _meeting(cloud: LocalCloud) -> str:
    path = f"{cloud.url}/v1/events/burst"
    headers = {"Authorization": f"Bearer {cloud.api_key}"}
    requests.put(path, json=_EVENT, headers=headers, timeout=60).raise_for_status()
    until = time.monotonic() + 60
    while time.monotonic() < until:
        event: dict[str, Any] = requests.get(path, headers=headers, timeout=60).json()
        if event["zoom"]:
            return str(event["zoom"]["id"])
        time.sleep(0.2)
    raise TimeoutError


def joined(zoom_id: str, n: int) -> bytes:
    """A delivery: the n-th person comes into a meeting."""
    participant = {
        "user_id": str(16_778_240 + n),
        "user_name": f"Person {n}",
        "participant_uuid": f"uuid-{n}",
        "email": f"u{n}@people.example",
        "join_time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
    }
    session = {"id": zoom_id, "uuid": "burst==", "participant": participant}
    content = {"event": "meeting.participant_joined", "event_ts": int(time.time() * 1000)}
    return json.dumps({**content, "payload": {"object": session}}).encode()


def signed(body: bytes) -> dict[str, str]:
    """The headers of a delivery that Zoom signed now."""
    stamp = str(int(time.time()))
    digest = hmac.new(_SECRET.encode(), f"v0:{stamp}:".encode() + body, hashlib.sha256)
    return {
        "x-zm-request-timestamp": stamp,
        "x-zm-signature": f"v0={digest.hexdigest()}",
        "Content-Type": "application/json",
    }
