"""How much pages read: of long lists a page, and little beside it."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest

from lectern.console.routes import GUARDED
from lectern.domain.meeting import Kind
from lectern.store.shards import SHARDS
from lectern.store.table import Table
from lectern.store.webhooks import WebhookStore
from lectern_testing.aws.moto_shortcut import asked_of
from lectern_testing.console import as_tested
from lectern_testing.lms.api import Lms, an_event_body
from lectern_testing.operator import Operator
from lectern_testing.table import TABLE_NAME

READS = {"GetItem", "BatchGetItem", "Query", "Scan"}
IDS = {"event_id": "ev-00", "user_id": "u-001", "connection_id": "default"}
SETTINGS = {
    "zoom": {
        "application_type": "server_to_server_oauth",
        "account_id": "a",
        "client_id": "c",
        "client_secret": "s",
        "webhook_secret_token": "w",
    }
}


@pytest.fixture
def much(lms: Lms) -> Any:
    """An event with more people than a page has, among more events than a page has."""
    lms.put("/v1/settings", SETTINGS)
    for number in range(60):
        lms.put_event(f"ev-{number:02}")
    entries = [
        {"user_id": f"u-{n:03}", "email": f"p{n}@acme.example", "first_name": "P"}
        for n in range(120)
    ]
    lms.put("/v1/events/ev-00", an_event_body())
    lms.post("/v1/events/ev-00/enrollments", {"enrollments": entries})
    return lms


SESSION = 1
BESIDE_THE_LIST = 3
"""With the session."""
A_LIST, FOUND, THE_LAST, FINDINGS = 1, 1, 2, 5
"""What lists read: a query of an index, and the items that it found; what happened last; an
explanation, of an event, its connection with scopes and webhooks, and the limits."""
OF_ALL = SHARDS + FOUND
"""A list of all events: a query of every shard, and the events."""
AHEAD, CONNECTIONS = 4 * SHARDS + FOUND, 3
"""What the overview lists: what lies ahead, by start, failed, waiting and under way, and the events
that these found; the connections, when each was heard of, and the scopes of the one there is."""
IN_ORDER = 2 * OF_ALL
"""What the set-up guide looks through: what lies ahead, and what is over."""
STEPS = 8
"""The connection, its scopes, the settings, when Zoom was heard of, the last self-test."""
LISTS = {
    "/console": AHEAD + CONNECTIONS,
    "/console/events": OF_ALL,
    "/console/events?when=all": OF_ALL,
    "/console/events?state=pending": OF_ALL,
    # A search reads the titles of a page, and where none fits, of all the rest that it looks at.
    "/console/events?text=nowhere": 2 * OF_ALL,
    "/console/events?text=ev-00": 2 * OF_ALL + FOUND,
    "/console/events/{event_id}": A_LIST + FOUND + THE_LAST,
    "/console/events/{event_id}?state=pending": 2 * (A_LIST + FOUND) + THE_LAST,
    "/console/events/{event_id}/end": 0,
    "/console/events/{event_id}/why": FINDINGS,
    "/console/events/{event_id}/history": A_LIST + FOUND,
    "/console/events/{event_id}/people?person=u-001": 0,
    "/console/events/{event_id}/people?person=p1@acme.example": 2 * A_LIST + FOUND,
    "/console/events/{event_id}/people/{user_id}": FINDINGS,
    "/console/events/{event_id}/attendance": A_LIST + FOUND,
    "/console/events/{event_id}/attendance/table.csv": A_LIST + FOUND,
    "/console/people": 0,
    "/console/people?person=u-001": A_LIST,
    "/console/people?person=p1@acme.example": 3 * A_LIST + FOUND,
    "/console/people/{user_id}": 2 * A_LIST,
    "/console/settings": 0,
    "/console/settings/history": A_LIST,
    "/console/connections": A_LIST,
    "/console/connections/{connection_id}": A_LIST,
    "/console/connections/{connection_id}/delete": 0,
    "/console/self-tests": A_LIST + FOUND,
    "/console/self-tests/{validation_id}": 0,
    "/console/set-up": IN_ORDER + STEPS,
    "/console/scopes": 2 * A_LIST + FOUND,
    "/console/limits": A_LIST,
}
"""What each page reads as lists; beside that it reads little."""


def test_every_page_is_counted() -> None:
    counted = {path.partition("?")[0] for path in LISTS}

    assert counted == {route.path for route in GUARDED if route.method == "GET"}


@pytest.mark.parametrize("path", LISTS)
def test_a_page_reads_little_beside_its_list(much: Any, admin: Operator, path: str) -> None:
    ids = {**IDS, "validation_id": as_tested(much)}
    own = re.sub(r"{(\w+)}", lambda named: ids[named[1]], path)
    if own in {"/console/scopes", "/console/set-up"}:
        admin.get(own)  # Zoom is asked for the scopes, once a minute

    with asked_of(much.client) as asked:
        assert admin.get(own).status in {200, 303}

    assert not set(asked) - READS, "a page that is looked at changes nothing"
    assert SESSION <= len(asked) <= LISTS[path] + BESIDE_THE_LIST, asked


def test_each_connection_says_when_zoom_was_last_heard_of(lms: Lms, operator: Operator) -> None:
    now, heard = lms.parts.now(), WebhookStore(Table(lms.client, TABLE_NAME))
    for name in ("default", "acme", "quiet"):
        lms.put(f"/v1/connections/{name}", SETTINGS["zoom"])
    heard.heard("default", Kind.MEETING, now - timedelta(days=1))
    heard.heard("default", Kind.WEBINAR, now - timedelta(days=2))
    heard.heard("acme", Kind.WEBINAR, now - timedelta(days=3))
    heard.heard("quiet", Kind.MEETING, now - timedelta(days=366))

    page = operator.get("/console").text

    panel = page[page.index('aria-labelledby="connections"') :]
    told = dict(re.findall(r"<bdi>(\w+)</bdi></b>.*?<p class=\"soft\">(.*?)</p>", panel, re.DOTALL))
    assert told.keys() == {"default", "acme", "quiet"}
    for name, days in (("default", 1), ("acme", 3)):
        assert f'datetime="{(now - timedelta(days=days)).date()}' in told[name]
    assert "datetime" not in told["quiet"]
