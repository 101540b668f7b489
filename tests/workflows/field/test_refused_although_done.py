"""A refusal is one answer: what Zoom says it did not make, or is another thing, may be there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from lectern.domain.event import Status
from lectern.domain.meeting import Kind
from lectern_testing.on_stage.either_kind import (
    HOSTS,
    KINDS,
    brought_in_line,
    created,
    event_of_kind,
    problem_of,
)
from lectern_testing.on_stage.waiting_executions import once
from lectern_testing.stage import Stage

REFUSED = {"status": 400, "body": {"code": 3000, "message": "You cannot schedule a meeting."}}


def refuse(stage: Stage, kind: Kind, fault: str = "status_after", **more: Any) -> None:
    stage.fault(kind=fault, operation=f"create_{kind}", **(REFUSED | more))


def before_the_next_try(stage: Stage, change: Callable[[], object]) -> None:
    """Changes the event once Zoom has refused it, and before it is tried again."""

    def changes() -> None:
        assert problem_of(stage).code == "zoom_rejected"
        change()

    stage.before_task = once("finish", changes)


@pytest.mark.parametrize("kind", KINDS)
def test_what_was_made_although_it_was_refused_is_taken_over(stage: Stage, kind: Kind) -> None:
    event_of_kind(stage, kind)
    refuse(stage, kind)

    assert stage.synchronise() == "SUCCEEDED"

    stage.all_is_well(2)
    assert created(stage) == 1


@pytest.mark.parametrize("kind", KINDS)
def test_what_was_made_although_it_was_refused_is_deleted_with_the_event(
    stage: Stage, kind: Kind
) -> None:
    event_of_kind(stage, kind)
    refuse(stage, kind)
    before_the_next_try(stage, lambda: stage.change_event(status=Status.CANCELLED))

    assert stage.synchronise() == "SUCCEEDED"

    assert created(stage) == 1
    assert stage.open_meetings() == {}
    assert stage.event().sync.state == "in_sync"


@pytest.mark.parametrize("kind", KINDS)
def test_what_was_refused_is_looked_for_once_and_made(stage: Stage, kind: Kind) -> None:
    event_of_kind(stage, kind)
    refuse(stage, kind, "status")

    assert stage.synchronise() == "SUCCEEDED"

    stage.all_is_well(2)
    assert (stage.calls()[f"list_{kind}s"], created(stage)) == (1, 2)


def test_a_refused_webinar_whose_host_has_none_is_no_hindrance_to_a_meeting(stage: Stage) -> None:
    event_of_kind(stage, Kind.WEBINAR)
    refuse(stage, Kind.WEBINAR, "status")

    def made_a_meeting() -> None:
        stage.seed(users=[{"email": HOSTS[Kind.WEBINAR], "webinar_capacity": 0}])
        stage.change_details(kind=Kind.MEETING)

    before_the_next_try(stage, made_a_meeting)

    assert stage.synchronise() == "SUCCEEDED"

    stage.all_is_well(2)
    assert stage.calls()["list_webinars"] == 1


@pytest.mark.parametrize("fault", ["rate_limit_second", "cut_after"])
def test_a_limit_that_was_hit_takes_no_look(stage: Stage, fault: str) -> None:
    event_of_kind(stage)
    stage.fault(kind=fault, operation="create_meeting")

    assert stage.synchronise() == "SUCCEEDED"

    stage.all_is_well(2)
    assert stage.calls()["list_meetings"] == (fault == "cut_after")


def test_a_meeting_that_is_once_said_to_be_a_webinar_is_deleted_all_the_same(stage: Stage) -> None:
    brought_in_line(stage)
    body = {"code": 3000, "message": "Cannot access webinar information."}
    stage.fault(kind="status", operation="delete_meeting", status=400, body=body)
    stage.change_event(status=Status.CANCELLED)
    assert stage.synchronise() == "SUCCEEDED"

    assert stage.open_meetings() == {}
    assert stage.event().sync.state == "in_sync"
