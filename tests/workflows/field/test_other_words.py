"""Other words for the same are no change, and what is left unsaid says nothing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from lectern.domain.meeting import Kind
from lectern.domain.notes import notes_of
from lectern.domain.settings import Settings, UnknownRegistrants
from lectern_testing.on_stage.either_kind import (
    HOSTS,
    KINDS,
    brought_in_line,
    created,
    event_of_kind,
    host_policy,
    look_again,
    pass_days,
    problem_of,
)
from lectern_testing.stage import Stage


def all_is_quiet(stage: Stage, kind: Kind) -> None:
    """Looking again finds nothing to put right, and nobody to blame."""
    for _ in range(3):
        pass_days(stage, 1)
        look_again(stage)
    assert stage.calls()[f"update_{kind}"] == 0
    assert stage.event().drift.edited is None
    assert stage.event().sync.state == "in_sync"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("zone", "called"),
    [("Europe/Kyiv", "Europe/Kiev"), ("Asia/Kolkata", "Asia/Calcutta"), ("UTC", "Etc/UTC")],
)
def test_a_zone_that_zoom_calls_otherwise_is_no_change(
    stage: Stage, kind: Kind, zone: str, called: str
) -> None:
    host_policy(stage, kind, timezone_aliases={zone: called})
    brought_in_line(stage, kind, timezone=zone)

    all_is_quiet(stage, kind)
    assert notes_of(stage.event()) == ()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("zone", "refused", "told"),
    [
        ("Asia/Manila", ["Asia/Manila"], "UTC"),
        ("Europe/Kyiv", ["Europe/Kyiv"], "Europe/Kiev"),
        ("Europe/Kyiv", ["Europe/Kyiv", "Europe/Kiev"], "UTC"),
    ],
)
def test_an_event_in_a_zone_that_zoom_refuses_is_made_all_the_same(
    stage: Stage, kind: Kind, zone: str, refused: list[str], told: str
) -> None:
    host_policy(stage, kind, refused_timezones=refused)

    brought_in_line(stage, kind, timezone=zone)

    assert stage.zoom_meeting()["timezone"] == told
    assert stage.event().details.timezone == zone
    [note] = notes_of(stage.event())
    assert note.code == "timezone_replaced"
    assert f"{zone} is {told} there" in note.message
    all_is_quiet(stage, kind)


@pytest.mark.parametrize("kind", KINDS)
def test_an_event_that_is_moved_to_a_zone_that_zoom_refuses_is_moved(
    stage: Stage, kind: Kind
) -> None:
    brought_in_line(stage, kind)
    host_policy(stage, kind, refused_timezones=["Asia/Manila"])
    later = stage.event().details.starts_at + timedelta(days=1)

    stage.change_details(timezone="Asia/Manila", starts_at=later, title="Fire safety")
    assert stage.synchronise() == "SUCCEEDED"

    session = stage.zoom_meeting()
    assert (session["timezone"], session["topic"]) == ("UTC", "Fire safety")
    assert session["start_time"] == later.strftime("%Y-%m-%dT%H:%M:%SZ")
    assert stage.event().sync.problem is None
    stage.forget_calls()
    all_is_quiet(stage, kind)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("texts", ["tidied", "squeezed"])
def test_a_text_that_zoom_keeps_its_own_way_is_no_edit(
    stage: Stage, kind: Kind, texts: str
) -> None:
    host_policy(stage, kind, texts=texts)
    brought_in_line(
        stage,
        kind,
        title="Forklift\tsafety  \u200bfor all ",
        description="Bring your\r\ncertificate.\r\n\r\n  And a pen.\x07 ",
    )

    all_is_quiet(stage, kind)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("lost", [False, True], ids=["answered", "answer lost"])
def test_a_start_in_the_past_that_becomes_now_makes_one_session(
    stage: Stage, kind: Kind, *, lost: bool
) -> None:
    host_policy(stage, kind, past_start_is_now=True)
    began = stage.clock.now() - timedelta(minutes=10)
    event_of_kind(stage, kind, starts_at=began)
    if lost:
        stage.fault(kind="cut_after", operation=f"create_{kind}")

    assert stage.synchronise() == "SUCCEEDED"
    look_again(stage)

    assert created(stage) == 1
    assert len(stage.open_meetings()) == 1
    assert stage.where_people_stand() == {"registered": 2}
    assert stage.event().sync.state == "in_sync"
    assert stage.calls()[f"update_{kind}"] == 0


UNSAID: list[dict[str, Any]] = [
    {"start_time": ""},
    {"duration": ""},
    {"timezone": ""},
    {"start_time": None, "duration": None, "timezone": None, "topic": None, "settings": None},
    {"topic": "", "type": "", "host_id": "", "uuid": None},
    {"duration": "an hour", "start_time": "soon", "type": "two"},
    {"settings.waiting_room": "", "settings.approval_type": None, "settings.auto_recording": {}},
    {"settings": [], "start_time": []},
]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("unsaid", UNSAID, ids=[",".join(each) for each in UNSAID])
@pytest.mark.parametrize("when", ["create", "get"])
def test_what_an_answer_leaves_unsaid_changes_nothing_and_holds_up_nothing(
    stage: Stage, kind: Kind, unsaid: dict[str, Any], when: str
) -> None:
    stage.fault(kind="odd_values", operation=f"{when}_{kind}", set=unsaid, times=None)

    brought_in_line(stage, kind)

    all_is_quiet(stage, kind)
    assert created(stage) == 0


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "unsaid",
    [
        {"type": "", "status": "", "email": "", "timezone": None},
        {"type": None, "status": None, "email": None},
        {"feature": None, "schedule_meeting": "", "meeting_security": []},
        {"feature": {}},
        {"feature.webinar": "", "feature.webinar_capacity": "", "feature.meeting_capacity": None},
    ],
    ids=",".join,
)
def test_what_zoom_leaves_unsaid_of_a_host_is_for_zoom_to_decide(
    stage: Stage, kind: Kind, unsaid: dict[str, Any]
) -> None:
    for operation in ("get_user", "get_user_settings"):
        stage.fault(kind="odd_values", operation=operation, set=unsaid, times=None)

    brought_in_line(stage, kind)

    all_is_quiet(stage, kind)
    assert stage.event().sync.problem is None


def test_a_host_of_whose_webinars_nothing_is_said_hears_from_zoom_that_there_are_none(
    stage: Stage,
) -> None:
    stage.seed(users=[{"email": HOSTS[Kind.WEBINAR], "webinar_capacity": 0}])
    stage.fault(kind="odd_values", operation="get_user_settings", set={"feature": ""}, times=None)
    event_of_kind(stage, Kind.WEBINAR)

    assert stage.synchronise() == "SUCCEEDED"

    assert problem_of(stage).code == "webinar_not_licensed"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "odd",
    [
        {"registrants[*].last_name": None, "registrants[*].first_name": None},
        {"registrants[0].id": None},
        {"registrants[0]": None},
        {"registrants[*].email": None},
        {"registrants[0].email": " "},
        {"registrants[*].join_url": ""},
        {"next_page_token": None, "total_records": "2", "page_size": {}},
        {"new_in_2031": {"a": 1}, "registrants[*].new_in_2031": []},
    ],
    ids=",".join,
)
def test_odd_registrants_in_a_list_are_taken_for_nobodys_withdrawal(
    stage: Stage, kind: Kind, odd: dict[str, Any]
) -> None:
    brought_in_line(stage, kind)
    before = stage.registrants()
    stage.fault(kind="odd_values", operation=f"list_{kind}_registrants", set=odd, times=None)

    look_again(stage)

    assert stage.registrants() == before
    assert stage.where_people_stand() == {"registered": 2}
    assert stage.event().drift.people is None
    assert stage.event().sync.problem is None


@pytest.mark.parametrize("kind", KINDS)
def test_registrants_without_an_address_are_no_strangers(stage: Stage, kind: Kind) -> None:
    brought_in_line(stage, kind)
    settings = Settings(unknown_registrants=UnknownRegistrants.REMOVE)
    stage.settings.put(settings, was_revision=0)
    before = stage.registrants()
    nameless = {"registrants[*].email": ""}
    stage.fault(kind="odd_values", operation=f"list_{kind}_registrants", set=nameless, times=None)

    look_again(stage)

    assert stage.registrants() == before
    assert stage.where_people_stand() == {"registered": 2}


@pytest.mark.parametrize("kind", KINDS)
def test_a_list_without_its_registrants_says_nothing_of_anybody(stage: Stage, kind: Kind) -> None:
    brought_in_line(stage, kind)
    before = stage.registrants()
    stage.fault(
        kind="odd_values", operation=f"list_{kind}_registrants", set={"registrants": None}, times=2
    )

    look_again(stage)

    assert stage.registrants() == before
    assert stage.where_people_stand() == {"registered": 2}
    assert stage.event().drift.people is None
