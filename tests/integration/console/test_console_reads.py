"""How much pages read: of long lists a page, and little beside it."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest

from lectern.domain.meeting import Kind
from lectern.store.shards import SHARDS
from lectern.store.table import Table
from lectern.store.webhooks import WebhookStore
from lectern_testing.aws.moto_shortcut import asked_of
from lectern_testing.lms.api import Lms, an_event_body
from lectern_testing.operator import Operator
from lectern_testing.table import TABLE_NAME

READS = {"GetItem", "BatchGetItem", "Query", "Scan"}
BESIDE_THE_LIST = 3


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


A_LIST, IN_A_STATE, THE_LAST, FINDINGS = 2, 4, 2, 5
"""What lists read: a query and what it found, once more to see if an index has more; what happened
last; an explanation, of an event, its connection with scopes and webhooks, and the limits."""
ALL_EVENTS = 2 * (SHARDS + 1)
"""The same as in a state, but each query is one of every shard."""
AHEAD, CONNECTIONS = 4 * SHARDS + 1, 3
"""What the overview lists: what lies ahead, by start, failed, waiting and under way, and the events
that these found; the connections, when each was heard of, and the scopes of the one there is."""
SEARCHED = 2 * (SHARDS + 1)
"""A search reads the titles of a page, and where none fits, of all the rest that it looks at."""
LISTS = {
    "/console": AHEAD + CONNECTIONS,
    "/console/events": ALL_EVENTS,
    "/console/events?text=nowhere": SEARCHED,
    "/console/events?text=ev-00": SEARCHED + 1,
    "/console/events/ev-00": A_LIST + THE_LAST,
    "/console/events/ev-00?state=pending": IN_A_STATE + THE_LAST,
    "/console/events/ev-00/history": A_LIST,
    "/console/events/ev-00/why": FINDINGS,
    "/console/events/ev-00/people/u-001": FINDINGS,
    "/console/people/u-001": IN_A_STATE,
}


@pytest.mark.parametrize("path", LISTS)
def test_a_page_reads_little_beside_its_list(much: Any, operator: Operator, path: str) -> None:
    with asked_of(much.client) as asked:
        assert operator.get(path).status == 200

    assert not set(asked) - READS, "a page that is looked at changes nothing"
    assert len(asked) <= LISTS[path] + BESIDE_THE_LIST, asked


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
