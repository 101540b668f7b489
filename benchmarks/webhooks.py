"""Zoom's webhooks: a burst of them through the local cloud, and what taking one in costs."""

import hashlib
import hmac
import json
import os
import statistics
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests

from local.cloud import LocalCloud
from local.sandbox import Answer, Sandbox
from local.template import REGION, ROOT, STACK

DEFAULT_SIZES = [10_000]
_AT_ONCE = 16
_EVERY_NTH_TWICE = 10
_LONGEST_SECONDS = 1_800
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


def run(sizes: list[int]) -> None:
    """Prints a line for each size of the burst, and one for the cost of a single delivery."""
    for size in sizes:
        with LocalCloud() as cloud:
            _burst(cloud, size)
    with LocalCloud() as cloud:
        _cost(cloud)


def _burst(cloud: LocalCloud, size: int) -> None:
    zoom_id = _meeting(cloud)
    bodies = [_joined(zoom_id, n) for n in range(size)]
    sent = [*bodies, *bodies[::_EVERY_NTH_TWICE]]
    session = requests.Session()
    session.mount("http://", requests.adapters.HTTPAdapter(pool_maxsize=_AT_ONCE))

    def deliver(body: bytes) -> tuple[int, float]:
        began = time.monotonic()
        url = f"{cloud.url}/webhook/zoom-meeting"
        answer = session.post(url, data=body, headers=_signed(body), timeout=60)
        return answer.status_code, time.monotonic() - began

    began = time.monotonic()
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        answers = list(pool.map(deliver, sent))
    answered = time.monotonic() - began
    counts = _worked_off(cloud, len(sent))
    taken = time.monotonic() - began
    statuses = Counter(status for status, _ in answers)
    slowest = max(seconds for _, seconds in answers)
    print(
        f"{len(sent):6} deliveries of {size} events: answered {dict(statuses)} in {answered:.1f} s"
        f" (the slowest in {slowest:.2f} s), worked off after {taken:.1f} s: {dict(counts)};"
        f" {_attended(cloud)} people attended",
        flush=True,
    )


def _worked_off(cloud: LocalCloud, wanted: int) -> Counter[str]:
    """What the worker counted, once it has counted all."""
    counts: Counter[str] = Counter()
    until = time.monotonic() + _LONGEST_SECONDS
    while time.monotonic() < until:
        counts = Counter()
        for line in cloud.logs.last(1_000_000).get("webhook_events", []):
            entry = json.loads(line)
            counts.update({name: entry[name] for name in _COUNTED & entry.keys()})
        # The meeting's own creation came from the simulator.
        if sum(counts.values()) >= wanted + 1:
            break
        time.sleep(1)
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


def _joined(zoom_id: str, n: int) -> bytes:
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


def _signed(body: bytes) -> dict[str, str]:
    stamp = str(int(time.time()))
    digest = hmac.new(_SECRET.encode(), f"v0:{stamp}:".encode() + body, hashlib.sha256)
    return {
        "x-zm-request-timestamp": stamp,
        "x-zm-signature": f"v0={digest.hexdigest()}",
        "Content-Type": "application/json",
    }


def _cost(cloud: LocalCloud, calls: int = 300) -> None:
    """Times the reception's process beside one that does nothing, in turns."""
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT / "layers" / "lectern" / "python"),
        "AWS_ACCESS_KEY_ID": "local",
        "AWS_SECRET_ACCESS_KEY": "local",
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ENDPOINT_URL": cloud.aws_url,
        "AWS_LAMBDA_FUNCTION_NAME": "reception",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "1024",
        "POWERTOOLS_METRICS_NAMESPACE": "Lectern",
        "SECRET_PREFIX": f"lectern/{STACK}/",
        "WEBHOOK_QUEUE_URL": f"{cloud.aws_url}/123456789012/{STACK}-WebhookQueue",
    }
    body = _joined("1", 1)
    event = {"httpMethod": "POST", "body": body.decode(), "isBase64Encoded": False}
    good = json.dumps(event | {"headers": _signed(body)}).encode()
    forged = json.dumps(event | {"headers": {}}).encode()
    with (
        _sandbox(ROOT / "functions" / "zoom_webhook", environment) as (reception, began),
        _sandbox(ROOT / "benchmarks" / "empty", environment) as (empty, empty_began),
    ):
        first, empty_first = reception(good) + began, empty(good) + empty_began
        times: dict[str, list[float]] = {"empty": [], "stored": [], "refused": []}
        for _ in range(calls):
            times["empty"].append(empty(good))
            times["stored"].append(reception(good))
            times["refused"].append(reception(forged))
    middle = {name: statistics.median(each) for name, each in times.items()}
    print(
        "a delivery against an empty function:"
        f" stored {middle['stored'] / middle['empty']:.1f} times,"
        f" refused {middle['refused'] / middle['empty']:.1f} times"
        f" ({1000 * middle['stored']:.1f}, {1000 * middle['refused']:.1f} and"
        f" {1000 * middle['empty']:.1f} ms); the first one after a cold start"
        f" {first / empty_first:.1f} times ({first:.2f} and {empty_first:.2f} s)",
        flush=True,
    )


@contextmanager
def _sandbox(
    folder: Path, environment: dict[str, str]
) -> Iterator[tuple[Callable[[bytes], float], float]]:
    """A process of a function: what an invocation takes, and what the start took."""
    began = time.monotonic()
    sandbox = Sandbox(
        arn="arn:aws:lambda:x:1:function:bench",
        handler="app.handler",
        folder=folder,
        environment=environment,
        timeout=30,
        output=lambda _line: None,
    )
    sandbox.initialised.wait(60)
    started = time.monotonic() - began

    def invoke(payload: bytes) -> float:
        began = time.monotonic()
        answer: Answer = sandbox.invoke(payload)
        if answer.failed:
            raise RuntimeError(answer.payload.decode())
        return time.monotonic() - began

    try:
        yield invoke, started
    finally:
        sandbox.say_goodbye()
        sandbox.stop()
