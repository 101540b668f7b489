"""The console on the local cloud with very much in it: how long a page takes to its first byte."""

import statistics
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import boto3
import requests

from lectern.domain.enrollment import Enrollment, Person
from lectern.domain.event import Event, EventDetails, Host, Participants, Status, SyncRecord
from lectern.domain.event import SyncState as State
from lectern.domain.meeting import Kind
from lectern.store.items import enrollment_item, event_item
from lectern.store.table import Table
from local.cloud import LocalCloud
from local.template import REGION, STACK

EVENTS, PEOPLE = 5_000, 10_000
_LOOKS = 20
_ITEMS_A_SECOND = 100
"""What the local cloud's stream works off, and then some."""
_START = datetime(2099, 1, 1, 9, tzinfo=UTC)
_NAMES = ("Kim Ng", "محمد عبد الرحمن", "Ольга Петрова", "李 小龙", "שרה כהן")
_PAGES = {
    "overview": "",
    "events": "/events",
    "events, one state": "/events?state=failed",
    "events, searched": "/events?text=number+4321",
    "event": "/events/full",
    "event, one state": "/events/full?state=failed",
    "what happened": "/events/full/history",
    "why": "/events/full/why",
    "person": "/people/u-00042",
    "person in an event": "/events/full/people/u-00042",
}


def run(events: int = EVENTS, people: int = PEOPLE) -> None:
    """Prints the times to the first byte of every page, once everything is warm."""
    with LocalCloud() as cloud, requests.Session() as browser:
        client = boto3.client(
            "dynamodb",
            endpoint_url=cloud.aws_url,
            region_name=REGION,
            aws_access_key_id="local",
            aws_secret_access_key="local",  # noqa: S106 - no account's
        )
        table = Table(client, f"{STACK}-Table")
        # People before their event: what their coming sets going finds nothing to synchronise.
        table.put_many(map(enrollment_item, _people(people)))
        time.sleep(people / _ITEMS_A_SECOND)
        table.put_many(map(event_item, _events(events, people)))
        time.sleep(events / _ITEMS_A_SECOND)
        link = requests.post(
            f"{cloud.url}/v1/console-links",
            json={"user_id": "bench", "role": "admin", "expires_in_seconds": 3600},
            headers={"Authorization": f"Bearer {cloud.api_key}"},
            timeout=60,
        ).json()["url"]
        browser.get(link, timeout=60).raise_for_status()
        for name, path in _PAGES.items():
            _tell(name, lambda path=path: _first_byte(browser, f"{cloud.url}/console{path}"))  # type: ignore[misc]


def _first_byte(browser: requests.Session, url: str) -> float:
    began = time.monotonic()
    with browser.get(url, timeout=60, stream=True) as answer:
        answer.raise_for_status()
        next(answer.iter_content(1))
        return time.monotonic() - began


def _tell(name: str, look: Callable[[], float]) -> None:
    look()
    times = [look() * 1000 for _ in range(_LOOKS)]
    median, slow = statistics.median(times), sorted(times)[-2]
    print(f"{name}: {median:.0f} ms, the slowest but one {slow:.0f} ms", flush=True)


def _events(count: int, people: int) -> Iterator[Event]:
    for number in range(count):
        is_full = number == 0
        state = State.FAILED if number % 50 == 1 else State.IN_SYNC
        yield Event(
            event_id="full" if is_full else f"ev-{number}",
            version=1,
            status=Status.SCHEDULED,
            details=EventDetails(
                kind=Kind.MEETING,
                title=f"Forklift safety, number {number}",
                starts_at=_START + timedelta(hours=number),
                duration_minutes=60,
                timezone="Europe/Copenhagen",
                host=Host(user_id="u-host", email="anna@acme.example"),
            ),
            created_at=_START,
            updated_at=_START,
            # Nothing is asked for, so that no synchronisation takes part in the measurement.
            sync=SyncRecord(state=state, requested_at=_START),
            participants=Participants(registered=people if is_full else 0),
        )


def _people(count: int) -> Iterator[Enrollment]:
    for number in range(count):
        first, _, last = _NAMES[number % len(_NAMES)].partition(" ")
        person = Person(email=f"u{number}@people.example", first_name=first, last_name=last)
        yield Enrollment(
            event_id="full",
            user_id=f"u-{number:05}",
            version=1,
            person=person,
            enrolled_at=_START,
            updated_at=_START,
        )
