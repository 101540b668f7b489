"""The attendance of webinars: by the report, or where there is none by the past participants."""

from __future__ import annotations

from typing import Any

import pytest

from lectern.domain.meeting import Kind
from lectern_testing.on_stage.sessions import (
    KIM,
    HeldSession,
    an_event_at_zoom,
    an_hour,
    attended,
    settled,
    state,
)
from lectern_testing.stage import Stage

REPORT = "report:read:list_webinar_participants:admin"
PAST = "webinar:read:list_past_participants:admin"


@pytest.fixture(autouse=True)
def webinar(stage: Stage) -> None:
    """A webinar of Wanda's with two people."""
    an_event_at_zoom(stage, Kind.WEBINAR, "wanda@acme.example")


def without(stage: Stage, *scopes: str) -> None:
    """Takes scopes away from the app."""
    stage.seed(scopes=[each for each in stage.world.seed.scopes if each not in scopes])


def test_the_report_settles_who_attended(stage: Stage) -> None:
    settled(stage, an_hour(stage))
    assert attended(stage) == {"u-00000": 30, "u-00001": 60, "u-host": 60, "Stranger?": 10}
    assert stage.calls() == {"report_webinar_participants": 1}


def test_without_its_scope_the_past_participants_do(stage: Stage) -> None:
    without(stage, REPORT)
    settled(stage, an_hour(stage))
    assert attended(stage) == {"u-00000": 30, "u-00001": 60, "u-host": 60, "Stranger?": 10}
    assert state(stage) == "final"


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "status", "status": 404, "body": {"code": 3001, "message": "not found"}},
        {"kind": "status", "status": 200, "body": {"participants": []}},
    ],
    ids=["not found", "empty"],
)
def test_where_the_report_has_none_the_past_participants_do(
    stage: Stage, fault: dict[str, Any]
) -> None:
    stage.fault(operation="report_webinar_participants", times=None, **fault)
    settled(stage, an_hour(stage))
    assert attended(stage)["u-00000"] == 30


def test_without_either_scope_what_was_seen_stays_and_one_is_named(stage: Stage) -> None:
    without(stage, REPORT, PAST)
    found = settled(stage, an_hour(stage))
    assert state(stage) == "provisional"
    assert found.problem is not None
    assert found.problem.code == "zoom_scope_missing"
    assert PAST in found.problem.message


def test_someone_alone_in_a_webinar_is_final_by_what_was_seen(stage: Stage) -> None:
    """Zoom counts the participants of past meetings alone, so this is waited for, but not long."""
    for operation in ("report_webinar_participants", "list_past_webinar_participants"):
        nobody: dict[str, list[object]] = {"participants": []}
        stage.fault(operation=operation, kind="status", status=200, body=nobody, times=None)
    session = HeldSession(stage)
    session.later(20)
    assert settled(stage, session.ended()).problem is None
    assert state(stage) == "final"
    assert 3600 < sum(stage.waits) < 3 * 3600


def test_an_end_that_was_not_told_is_taken_from_the_report(stage: Stage) -> None:
    session = HeldSession(stage)
    session.join(KIM)
    session.later(30)
    session.webhooks.reach_lectern = False
    instance = session.ended()
    assert instance.due_at is not None
    stage.wait_until(instance.due_at)
    stage.instances.ask_again(instance, stage.clock.now())
    settled(stage, session.stored())
    assert session.stored().ended_at is not None
    settled(stage, session.stored())
    assert attended(stage)["u-00000"] == 30
