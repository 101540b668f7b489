"""Nothing that a client sends makes the simulator fail: it refuses, as Zoom would."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest

from lectern.zoom.operations import OPERATIONS, Operation
from lectern_testing.zoom.simulated_account import HOST, WEBINAR_HOST, SimulatedZoom

NONSENSE: list[Any] = [
    None,
    [],
    "text",
    17,
    {"settings": None, "action": None, "type": None, "feature": [], "user_info": 1},
    {"settings": {"alternative_hosts": ";,;"}, "registrants": [{}], "panelists": [None]},
    {"attendees": [{"name": "\u0000"}], "ttl": 10**30, "assistants": [{"id": {}}]},
    {"type": 10**40, "duration": 1.5},
    {"start_time": "9999-12-31T23:59:59Z"},
    {"start_time": "9999-12-31T23:59:59", "timezone": "America/New_York"},
    {"start_time": "0001-01-01T00:00:00", "timezone": "Asia/Tokyo"},
    {"topic": "\ud800", "password": "\n"},
    {"recurrence": {"type": 1, "end_times": 0}, "schedule_for": ""},
]


def path_of(operation: Operation, ids: dict[str, Any]) -> str:
    return operation.path.format_map(ids)


def ids_there(zoom: SimulatedZoom, operation: Operation) -> dict[str, Any]:
    of_webinars = "webinar" in operation.path
    session = zoom.create_webinar() if of_webinars else zoom.create()
    return {
        "user_id": WEBINAR_HOST if of_webinars else HOST,
        "session_id": session["id"],
        "account_id": "me",
    } | dict.fromkeys(("registrant_id", "panelist_id", "assistant_id"), "x")


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.name)
def test_nonsense_is_refused(operation: Operation) -> None:
    zoom = SimulatedZoom(limits={"scale": 1000})
    there = ids_there(zoom, operation)
    nowhere = dict.fromkeys(there, "%00%2F..%2F\u00e9")
    queries = [{}, {"page_size": "-1", "next_page_token": "x", "type": "\u00e9", "from": "x"}]
    for ids, body, query in product((there, nowhere), NONSENSE, queries):
        answer = zoom.call(operation.method, path_of(operation, ids), body, **query)
        assert answer.status_code < 500, (ids, body)
    assert zoom.control("GET", "/state").status_code == 200
    for each in (HOST, WEBINAR_HOST):
        zoom.call("GET", f"/users/{each}/meetings")
