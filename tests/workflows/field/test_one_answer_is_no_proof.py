"""One answer of Zoom proves nothing: no meeting is lost, replaced or doubled for it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from lectern.domain.event import Status
from lectern.domain.meeting import MOST_CREATIONS, Kind
from lectern_testing.on_stage.either_kind import (
    KINDS,
    brought_in_line,
    created,
    event_of_kind,
    look_again,
    problem_of,
)
from lectern_testing.stage import Stage


def change_title(stage: Stage) -> None:
    stage.change_details(title="Fire safety")
    assert stage.synchronise() == "SUCCEEDED"


def remove_somebody(stage: Stage) -> None:
    stage.change_enrollment("u-00000", removed=True)
    assert stage.synchronise() == "SUCCEEDED"


OPERATIONS: list[tuple[str, Callable[[Stage], None]]] = [
    ("get_*", look_again),
    ("list_*_registrants", look_again),
    ("update_*", change_title),
    ("delete_*_registrant", remove_somebody),
]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("operation", "does"), OPERATIONS, ids=[name for name, _ in OPERATIONS])
def test_a_healthy_session_that_is_once_said_to_be_gone_stays(
    stage: Stage, kind: Kind, operation: str, does: Callable[[Stage], None]
) -> None:
    brought_in_line(stage, kind)
    before = stage.event().meeting
    assert before is not None
    stage.fault(kind="session_not_found", operation=operation, session=int(before.zoom_id))

    does(stage)

    after = stage.event().meeting
    assert after is not None
    assert (after.zoom_id, after.gone, after.missing_since) == (before.zoom_id, None, None)
    assert list(stage.open_meetings()) == [before.zoom_id]
    assert created(stage) == 0
    assert stage.event().sync.state == "in_sync"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("batch", [2, 1])
def test_a_registration_that_once_finds_no_session_is_made_in_the_same_one(
    stage: Stage, kind: Kind, batch: int
) -> None:
    event_of_kind(stage, kind, batch)
    stage.fault(kind="session_not_found", operation="*_registrant*")

    assert stage.synchronise() == "SUCCEEDED"

    stage.all_is_well(batch)
    assert created(stage) == 1


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seconds", [3, 30, 90])
def test_a_new_session_that_replicas_do_not_show_yet_is_waited_for(
    stage: Stage, kind: Kind, seconds: int
) -> None:
    event_of_kind(stage, kind)
    stage.fault(kind="lag", operation="create_*", seconds=seconds, for_all=True)

    assert stage.synchronise() == "SUCCEEDED"

    stage.all_is_well(2)
    assert created(stage) == 1


@pytest.mark.parametrize("kind", KINDS)
def test_a_deletion_that_once_finds_no_session_is_confirmed(stage: Stage, kind: Kind) -> None:
    brought_in_line(stage, kind)
    stage.fault(kind="session_not_found", operation=f"delete_{kind}")

    stage.change_event(status=Status.CANCELLED)
    assert stage.synchronise() == "SUCCEEDED"

    assert stage.open_meetings() == {}
    assert stage.event().sync.state == "in_sync"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "lost",
    [
        {"kind": "cut_after"},
        {"kind": "status_after", "status": 502, "body": "<html/>"},
        {"kind": "truncated"},
        {"kind": "empty_body"},
        {"kind": "odd_values", "set": {"id": None}},
    ],
    ids=["cut", "502", "truncated", "empty", "no id"],
)
def test_a_creation_whose_answer_is_lost_made_one_session_also_where_lists_lag(
    stage: Stage, kind: Kind, lost: dict[str, Any]
) -> None:
    event_of_kind(stage, kind)
    stage.fault(operation=f"create_{kind}", **lost)
    stage.fault(kind="lag", operation=f"create_{kind}", seconds=10)

    assert stage.synchronise() == "SUCCEEDED"

    stage.all_is_well(2)
    assert created(stage) == 1


@pytest.mark.parametrize("kind", KINDS)
def test_whatever_is_misread_only_so_many_are_made_in_a_day(stage: Stage, kind: Kind) -> None:
    event_of_kind(stage, kind)
    stage.fault(kind="session_not_found", operation=f"get_{kind}", times=None)
    stage.fault(kind="session_not_found", operation="change_*_status", times=None)

    for _ in range(8):
        look_again(stage)

    assert created(stage) == MOST_CREATIONS
    assert stage.event().sync.state == "failed"
    assert problem_of(stage).code == "too_many_meetings"

    stage.world.faults.clear()
    stage.clock.advance(timedelta(days=1, minutes=1))
    look_again(stage)
    look_again(stage)

    stage.all_is_well(2)


def test_a_deleted_meeting_that_cannot_be_recovered_is_replaced_after_a_pause(
    stage: Stage,
) -> None:
    brought_in_line(stage)
    before = stage.event().meeting
    stage.delete_in_zoom()
    stage.fault(kind="session_not_found", operation="change_meeting_status", times=None)

    look_again(stage)

    stage.all_is_well(2)
    assert stage.event().meeting != before
    assert sum(stage.waits) >= 20
    assert created(stage) == 1


@pytest.mark.parametrize("kind", KINDS)
def test_the_former_session_is_closed_only_once_everyone_is_in_the_new_one(
    stage: Stage, kind: Kind
) -> None:
    brought_in_line(stage, kind, 40)
    former = stage.event().meeting
    assert former is not None
    other = "walt@acme.example" if kind is Kind.WEBINAR else "bo@acme.example"
    details = stage.event().details
    stage.change_details(host=details.host.model_copy(update={"email": other}))
    open_then: list[set[str]] = []

    def look(payload: dict[str, Any]) -> None:
        if payload["task"] == "register_range":
            open_then.append(set(stage.open_meetings()))

    stage.before_task = look
    assert stage.synchronise() == "SUCCEEDED"

    assert open_then
    assert all(former.zoom_id in each for each in open_then)
    stage.all_is_well(40)
    assert stage.event().retired == ()


@pytest.mark.parametrize("kind", KINDS)
def test_who_is_removed_while_zooms_list_is_older_than_the_registration_is_out(
    stage: Stage, kind: Kind
) -> None:
    event_of_kind(stage, kind, 2)
    stage.fault(kind="lag", operation="batch_*_registrants", seconds=60)
    assert stage.synchronise() == "SUCCEEDED"
    assert stage.where_people_stand() == {"registered": 2}

    stage.change_enrollment("u-00000", removed=True)
    look_again(stage)
    stage.wait(120)

    assert stage.where_people_stand() == {"removed": 1, "registered": 1}
    assert len(stage.registrants()) == 1
