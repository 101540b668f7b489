"""The dispatcher is woken by the changes that it acts on, and by no others, which bursts are of."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from lectern.store import account_keys, keys, outbox_keys, timeline_keys
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
    "notification": outbox_keys.outbox_entry("2030-03-17", 7),
    "mark of a notification": outbox_keys.told("msg_1"),
    "entry of a timeline": timeline_keys.timeline_entry("ev-1", "abc"),
    "entry of what happened alone": timeline_keys.entry_alone("ev-1", "abc"),
    "last click": timeline_keys.last_click("ev-1", "kim"),
    "token": account_keys.token("default"),
    "budget": account_keys.budget_of_second("default", NOW),
    "calls of a self-test": account_keys.validation_calls("v-1"),
    "deliveries of a self-test": account_keys.validation_deliveries("v-1"),
    "which self-test is running": account_keys.running_validation("default"),
}


def source() -> dict[str, Any]:
    """How the dispatcher is given the table's stream."""
    mapping: dict[str, Any] = template()["Resources"]["DispatchFunctionTableStream"]
    stream: dict[str, Any] = mapping["Properties"]
    return stream


def patterns() -> list[dict[str, Any]]:
    """The filter of the dispatcher's stream."""
    return [json.loads(each["Pattern"]) for each in source()["FilterCriteria"]["Filters"]]


def test_the_changes_of_an_event_come_in_order_which_timelines_count_by() -> None:
    assert source()["ParallelizationFactor"] == 1


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


def test_a_self_test_wakes_it_when_it_is_started_and_never_again() -> None:
    assert wakes(account_keys.validation("v-1"), "INSERT")
    assert not wakes(account_keys.validation("v-1"), "MODIFY")
