"""Zoom's reports as they come: with empty texts, nulls and oddities where values should be."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from lectern.domain.attendance.report import ReportedStay
from lectern.zoom.reports import PastMeeting, ReportPage

TEN = datetime(2026, 12, 1, 10, tzinfo=UTC)
ROW = {
    "user_id": "16778240",
    "name": "Kim Ng",
    "user_email": "kim@acme.example",
    "join_time": "2026-12-01T10:00:00Z",
    "leave_time": "2026-12-01T10:30:00Z",
    "duration": 1800,
    "registrant_id": "r-kim",
}


def stay(**odd: Any) -> ReportedStay:
    (found,) = ReportPage.model_validate({"participants": [ROW | odd]}).stays
    return found


def test_a_row_is_read_as_it_is() -> None:
    found = stay()
    assert (found.name, found.seconds, found.is_whole) == ("16778240", 1800, True)
    assert found.sighting.joined_at == TEN
    assert found.sighting.left_at == TEN + timedelta(minutes=30)
    assert found.sighting.registrant_id == "r-kim"


NOTHINGS: list[Any] = ["", None, "soon", -1, 10**18, {}, []]


@pytest.mark.parametrize("nothing", NOTHINGS, ids=repr)
def test_a_duration_that_is_unsaid_is_that_between_coming_and_going(nothing: Any) -> None:
    found = stay(duration=nothing)
    assert found.is_whole
    assert found.sighting == stay().sighting


@pytest.mark.parametrize("nothing", ["", None, "soon", {}, "9999-12-31T23:59:59-14:00"], ids=repr)
def test_a_time_that_is_unsaid_follows_from_the_duration(nothing: Any) -> None:
    for name in ("join_time", "leave_time"):
        found = stay(**{name: nothing})
        assert found.is_whole
        assert found.sighting == stay().sighting


@pytest.mark.parametrize("nothing", [*NOTHINGS, 0], ids=repr)
def test_without_an_end_and_a_duration_a_row_is_half_told(nothing: Any) -> None:
    found = stay(leave_time="", duration=nothing)
    assert not found.is_whole
    assert (found.sighting.joined_at, found.sighting.left_at) == (TEN, None)


@pytest.mark.parametrize("nothing", ["", None, {}], ids=repr)
def test_of_someone_of_whom_nothing_is_said_the_time_is(nothing: Any) -> None:
    names = ("user_id", "id", "name", "user_email", "registrant_id", "status")
    found = stay(**dict.fromkeys(names, nothing))
    assert found.is_whole
    assert (found.name, found.sighting.email, found.sighting.name) == ("", "", "")


def test_what_is_kept_of_a_row_is_small_whatever_is_sent() -> None:
    found = stay(user_id="7" * 10_000, name="K" * 10_000, user_email="k" * 10_000)
    assert len(found.name) == 64
    assert len(found.model_dump_json()) < 1000


@pytest.mark.parametrize("nothing", [None, "", {}, 7], ids=repr)
def test_no_list_is_an_empty_one(nothing: Any) -> None:
    page = ReportPage.model_validate({"participants": nothing, "next_page_token": nothing})
    assert page.stays == []


def test_a_row_that_is_none_takes_nothing_from_the_others() -> None:
    page = ReportPage.model_validate({"participants": [None, "x", ROW, 7, []]})
    assert [each.name for each in page.stays] == ["16778240"]


def test_a_past_meeting_is_read_with_what_it_says() -> None:
    said = {"start_time": "", "end_time": "2026-12-01T10:00:00", "participants_count": ""}
    past = PastMeeting.model_validate(said)
    assert (past.start_time, past.end_time, past.participants_count) == (None, TEN, None)
