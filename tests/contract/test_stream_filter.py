"""The dispatcher is woken by the changes that it acts on, and by no others, which bursts are of."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from lectern.store import keys
from lectern_testing.table import template
from local.records import matches

NOW = datetime(2030, 3, 17, tzinfo=UTC)
ACTED_ON = {
    "event": keys.event("ev-1"),
    "enrollment": keys.enrollment("ev-1", "kim"),
    "run of a session": keys.instance("ev-1", "abc"),
}
LEFT_ALONE = {
    "connection": keys.seen("ev-1", "abc", "live", "16778240"),
    "attendee": keys.attendance("ev-1", "PERSON#kim"),
    "address": keys.address_claim("ev-1", "kim@people.example"),
    "delivery of Zoom": keys.webhook("abc"),
    "token": keys.token("default"),
    "budget": keys.budget_of_second("default", NOW),
}


def patterns() -> list[dict[str, Any]]:
    """The filter of the dispatcher's stream."""
    function = template()["Resources"]["DispatchFunction"]["Properties"]
    stream = function["Events"]["TableStream"]["Properties"]
    return [json.loads(each["Pattern"]) for each in stream["FilterCriteria"]["Filters"]]


def wakes(key: keys.Key, what: str) -> bool:
    typed = {name: {"S": value} for name, value in key.items()}
    return matches({"eventName": what, "dynamodb": {"Keys": typed}}, patterns())


@pytest.mark.parametrize("item", ACTED_ON)
@pytest.mark.parametrize("what", ["INSERT", "MODIFY"])
def test_what_is_acted_on_wakes_the_dispatcher(item: str, what: str) -> None:
    assert wakes(ACTED_ON[item], what)


@pytest.mark.parametrize("item", LEFT_ALONE)
@pytest.mark.parametrize("what", ["INSERT", "MODIFY", "REMOVE"])
def test_nothing_else_does(item: str, what: str) -> None:
    assert not wakes(LEFT_ALONE[item], what)
