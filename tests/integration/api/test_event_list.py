from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from lectern.domain.event import SyncState
from lectern_testing.builders import a_details, an_event
from lectern_testing.lms.api import MORNING, Lms

EVENTS = "/v1/events"


def plan(
    lms: Lms,
    event_id: str,
    day: int,
    *,
    state: SyncState = SyncState.PENDING,
    context: dict[str, str] | None = None,
) -> None:
    """Stores an event that starts so many days after the morning."""
    event = an_event(
        event_id, details=a_details(starts_at=MORNING + timedelta(days=day), context=context)
    )
    event = event.model_copy(update={"sync": event.sync.model_copy(update={"state": state})})
    lms.parts.events().create(event)


def listed(lms: Lms, **query: Any) -> list[str]:
    """The ids of all pages, each page no longer than was asked for."""
    ids, cursor = [], None
    while True:
        asked = query | ({"cursor": cursor} if cursor else {})
        answer = lms.get(EVENTS, query=asked)
        assert answer.status == 200
        assert len(answer.json["items"]) <= query.get("limit", 50)
        ids += [item["event_id"] for item in answer.json["items"]]
        cursor = answer.json["next_cursor"]
        if cursor is None:
            return ids


def test_nothing_is_an_empty_page(lms: Lms) -> None:
    assert lms.get(EVENTS).json == {"items": [], "next_cursor": None}


@pytest.mark.parametrize("limit", [1, 2, 3, 6, 200])
def test_events_come_by_start_whatever_the_size_of_a_page(lms: Lms, limit: int) -> None:
    for day in (3, 1, 2, 6, 5, 4):
        plan(lms, f"ev-{day}", day)
    assert listed(lms, limit=limit) == [f"ev-{day}" for day in (1, 2, 3, 4, 5, 6)]


def test_the_last_page_has_no_cursor_even_if_it_is_full(lms: Lms) -> None:
    for day in (1, 2):
        plan(lms, f"ev-{day}", day)
    assert lms.get(EVENTS, query={"limit": 2}).json["next_cursor"] is None
    assert lms.get(EVENTS, query={"limit": 1}).json["next_cursor"] is not None


def test_from_is_included_and_to_is_not(lms: Lms) -> None:
    for day in (1, 2, 3):
        plan(lms, f"ev-{day}", day)
    span = {"from": "2026-12-01T10:00:00+01:00", "to": "2026-12-03T09:00:00Z"}
    assert listed(lms, **span) == ["ev-1", "ev-2"]
    assert listed(lms, **{"from": span["to"]}) == ["ev-3"]
    assert listed(lms, to=span["from"]) == []
    assert listed(lms, **{"from": span["to"], "to": span["to"]}) == []


def test_a_plus_that_was_not_encoded_is_understood(lms: Lms) -> None:
    plan(lms, "ev-1", 1)
    assert listed(lms, **{"from": "2026-12-01T10:00:00 01:00"}) == ["ev-1"]


def test_state_and_course_can_be_asked_for_alone_and_together(lms: Lms) -> None:
    course = {"id": "course-9"}
    plan(lms, "ev-1", 1, state=SyncState.FAILED, context=course)
    plan(lms, "ev-2", 2, context=course)
    plan(lms, "ev-3", 3, state=SyncState.FAILED, context={"id": "course-8"})
    plan(lms, "ev-4", 4, state=SyncState.FAILED, context=course)
    assert listed(lms, state="failed", limit=1) == ["ev-1", "ev-3", "ev-4"]
    assert listed(lms, context="course-9", limit=1) == ["ev-1", "ev-2", "ev-4"]
    assert listed(lms, context="course-9", state="failed", limit=1) == ["ev-1", "ev-4"]
    assert listed(lms, context="course-9", to="2026-12-03T00:00:00Z") == ["ev-1", "ev-2"]
    assert listed(lms, context="course-7") == []


def test_an_event_that_changed_course_is_in_the_new_one_alone(lms: Lms) -> None:
    lms.put_event(context={"id": "course-8"})
    lms.put_event(context={"id": "course-9"})
    assert listed(lms, context="course-8") == []
    assert listed(lms, context="course-9") == ["ev-1"]
    lms.put_event()
    assert listed(lms, context="course-9") == []


def test_a_page_that_leaves_nearly_all_out_ends_and_goes_on(lms: Lms) -> None:
    course = {"id": "course-9"}
    for number in range(25):
        plan(lms, f"ev-{number:02}", 1, context=course)
    plan(lms, "ev-last", 2, state=SyncState.FAILED, context=course)
    query = {"context": "course-9", "state": "failed", "limit": 1}
    first = lms.get(EVENTS, query=query).json
    assert first["items"] == []
    assert first["next_cursor"]
    assert listed(lms, **query) == ["ev-last"]


def test_a_cursor_of_another_query_or_a_changed_one_is_422(lms: Lms) -> None:
    for day in (1, 2):
        plan(lms, f"ev-{day}", day)
    cursor = lms.get(EVENTS, query={"limit": 1}).json["next_cursor"]
    assert lms.get(EVENTS, query={"limit": 5, "cursor": cursor}).status == 200
    for query in ({"cursor": cursor, "state": "failed"}, {"cursor": cursor[:-1]}, {"cursor": "x"}):
        assert lms.get(EVENTS, query=query).pointers == ["/cursor"]


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ({"limit": "0"}, "/limit"),
        ({"limit": "201"}, "/limit"),
        ({"limit": "1.5"}, "/limit"),
        ({"limit": ""}, "/limit"),
        ({"limit": "9" * 5000}, "/limit"),
        ({"limit": ["1", "2"]}, "/limit"),
        ({"state": "busy"}, "/state"),
        ({"state": ""}, "/state"),
        ({"from": "yesterday"}, "/from"),
        ({"to": "2026-12-01"}, "/to"),
        ({"from": "2026-12-02T00:00:00Z", "to": "2026-12-01T00:00:00Z"}, "/to"),
        ({"cursor": ""}, "/cursor"),
        ({"cursor": "x" * 2000}, "/cursor"),
        ({"context": ""}, "/context"),
        ({"status": "cancelled"}, "/status"),
    ],
)
def test_a_query_that_cannot_be_is_422(lms: Lms, query: dict[str, str], pointer: str) -> None:
    assert set(lms.get(EVENTS, query=query).pointers) == {pointer}
