"""Zoom's webhooks in all the shapes that Zoom sends them in, and in those that it should not."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lectern.zoom.webhooks import read_webhook
from lectern_testing.webhooks.deliveries import a_webhook

WHEN = datetime(2030, 3, 17, 17, 46, 40, tzinfo=UTC)

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)


def read(content: Any) -> Any:
    return read_webhook(json.dumps(content))


@pytest.mark.parametrize("zoom_id", [83012345678, "83012345678"])
def test_an_id_is_a_number_or_a_text(zoom_id: int | str) -> None:
    assert read(a_webhook(zoom_id=zoom_id)).session.id == "83012345678"


@pytest.mark.parametrize("ts", [1_900_000_000_000, "1900000000000"])
def test_the_time_of_an_event_is_in_milliseconds(ts: Any) -> None:
    assert read(a_webhook(ts=ts)).at == WHEN


@pytest.mark.parametrize("ts", [None, "2024-09-08 15:58:40", 10**20, -(10**20), [], 1.5, True])
def test_a_time_that_is_none_is_left_out(ts: Any) -> None:
    assert read(a_webhook(ts=ts)).at in {None, datetime.fromtimestamp(0.001, UTC)}


@pytest.mark.parametrize(
    "said", ["2030-03-17T17:46:40Z", "2030-03-17T17:46:40", "2030-03-17T18:46:40+01:00"]
)
def test_times_of_a_session_are_in_utc_where_they_do_not_say_otherwise(said: str) -> None:
    assert read(a_webhook(start_time=said)).session.start_time == WHEN


@pytest.mark.parametrize("said", [None, "", "soon", 1_900_000_000, {}, ["2030-03-17T17:46:40Z"]])
def test_a_time_of_a_session_that_is_none_is_left_out(said: Any) -> None:
    assert read(a_webhook(start_time=said)).session.start_time is None


@pytest.mark.parametrize("name", ["join_time", "date_time"])
def test_a_participant_joins_at_one_of_two_names(name: str) -> None:
    participant = {"user_id": 16778240, "registrant_id": "r-1", name: "2030-03-17T17:46:40Z"}

    told = read(a_webhook("meeting.participant_joined", participant=participant))

    joined = told.session.participant
    assert (joined.user_id, joined.registrant_id) == ("16778240", "r-1")
    assert WHEN in {joined.join_time, joined.date_time}


def test_a_guest_has_neither_registrant_nor_address() -> None:
    told = read(a_webhook("webinar.participant_left", participant={"email": "", "id": ""}))

    assert told.session.participant.email == ""
    assert told.session.participant.registrant_id is None


def test_the_name_of_an_event_says_kind_and_happening() -> None:
    told = read(a_webhook("webinar.registration_denied", registrant={"id": "r-1"}))

    assert (told.kind, told.what, told.name) == (
        "webinar",
        "registration_denied",
        "webinar.registration_denied",
    )
    assert told.session.registrant.id == "r-1"


@pytest.mark.parametrize(
    "content",
    [
        {"event": "app_deauthorized", "payload": {"event_ts": "2024-09-08 15:58:40"}},
        {"event": "user.created", "payload": {"object": {"id": "1"}}},
        {"event": 7, "payload": {"object": {}}},
        {"event": "meeting.started"},
        {"event": "meeting.started", "payload": "text"},
        {"event": "meeting.started", "payload": {"object": []}},
        [],
        None,
    ],
)
def test_what_is_about_no_session_is_nothing(content: Any) -> None:
    assert read(content) is None


@given(
    said=st.dictionaries(
        st.sampled_from(["id", "uuid", "start_time", "end_time", "registrant", "participant"]),
        anything,
    ),
    ts=anything,
)
def test_nothing_that_a_session_says_makes_it_unreadable(said: dict[str, Any], ts: Any) -> None:
    content = a_webhook(ts=ts)
    content["payload"]["object"] |= said

    assert read(content) is not None


@given(content=anything)
def test_no_content_at_all_breaks_the_reading(content: Any) -> None:
    read(content)
    read({"event": "meeting.started", "payload": content})
    read({"event": content, "payload": {"object": {}}})
