"""Attendance although reports do not come, scopes are missing, Zoom is down, or a Lambda dies."""

from __future__ import annotations

from datetime import timedelta
from itertools import count
from typing import Any

import pytest

from lectern.attendance.start import restart_forgotten
from lectern.domain.attendance.matching import AttendanceFault, Instance
from lectern.domain.attendance.report import attendance_problem
from lectern_testing.aws.stream import Stream
from lectern_testing.builders import an_instance
from lectern_testing.on_stage.sessions import (
    KIM,
    HeldSession,
    an_event_at_zoom,
    an_hour,
    attended,
    reads,
    ready_in,
    settled,
    state,
)
from lectern_testing.stage import Stage


def test_a_report_that_never_comes_leaves_what_was_seen_and_says_so(stage: Stage) -> None:
    an_event_at_zoom(stage)
    stage.seed(reports={"ready_after_seconds": 10**9})
    instance = an_hour(stage)
    stage.forget_calls()

    found = settled(stage, instance)

    assert state(stage) == "provisional"
    assert found.problem is not None
    assert found.problem.code == "report_missing"
    assert 86_400 <= sum(stage.waits) < 2 * 86_400
    assert reads(stage) < 40
    assert found.due_at is not None
    assert found.due_at > stage.clock.now()


def test_a_report_that_comes_after_all_is_found_by_the_sweep(stage: Stage) -> None:
    an_event_at_zoom(stage)
    stage.seed(reports={"ready_after_seconds": 100_000, "complete_after_seconds": 0})
    found = settled(stage, an_hour(stage))
    assert restart_forgotten(stage.instances, stage.clock.now()) == 0
    rounds = [found.round]
    while state(stage) != "final":
        assert found.due_at is not None
        stage.wait_until(found.due_at + timedelta(seconds=1))
        assert restart_forgotten(stage.instances, stage.clock.now()) == 1
        again = stage.instances.get("ev-1", found.key)
        assert again is not None
        found = settled(stage, again)
        rounds.append(found.round)
    assert rounds == [1, 2, 3, 4, 5][: len(rounds)]
    assert attended(stage)["u-00000"] == 30


def test_a_missing_scope_is_named_and_heals_once_it_is_granted(stage: Stage) -> None:
    scope = "report:read:list_meeting_participants:admin"
    an_event_at_zoom(stage)
    scopes = [each for each in stage.world.seed.scopes if each != scope]
    stage.seed(scopes=scopes)
    instance = an_hour(stage)

    found = settled(stage, instance)

    assert state(stage) == "provisional"
    assert found.problem is not None
    assert (found.problem.code, scope in found.problem.message) == ("zoom_scope_missing", True)

    stage.seed(scopes=[*scopes, scope])
    assert found.due_at is not None
    stage.wait_until(found.due_at + timedelta(seconds=1))
    restart_forgotten(stage.instances, stage.clock.now())
    again = stage.instances.get("ev-1", found.key)
    assert again is not None
    assert settled(stage, again).problem is None
    assert state(stage) == "final"


def test_times_are_those_of_the_webhooks_where_the_scope_for_zooms_is_missing(
    stage: Stage,
) -> None:
    an_event_at_zoom(stage)
    missing = "meeting:read:past_meeting:admin"
    stage.seed(scopes=[each for each in stage.world.seed.scopes if each != missing])
    settled(stage, an_hour(stage))
    assert attended(stage)["u-00001"] == 60


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "status", "status": 503, "times": 5},
        {"kind": "rate_limit_second", "times": 5},
        {"kind": "cut_before", "times": 3},
    ],
    ids=lambda fault: fault["kind"],
)
def test_limits_and_outages_pass(stage: Stage, fault: dict[str, Any]) -> None:
    an_event_at_zoom(stage)
    instance = an_hour(stage)
    stage.fault(operation="report_meeting_participants", **fault)
    settled(stage, instance)
    assert attended(stage)["u-00000"] == 30


def test_a_daily_limit_is_waited_out_until_zoom_says(stage: Stage) -> None:
    an_event_at_zoom(stage)
    instance = an_hour(stage)
    stage.fault(operation="report_meeting_participants", kind="rate_limit_daily", times=1)
    days = []

    def look(payload: dict[str, Any]) -> None:
        if payload["task"] == "read_page":
            days.append(stage.clock.now().date())

    stage.before_task = look
    settled(stage, instance)
    assert days[-1] == days[0] + timedelta(days=1)
    assert attended(stage)["u-00000"] == 30


def test_a_round_that_begins_while_zoom_asked_to_wait_waits(stage: Stage) -> None:
    an_event_at_zoom(stage)
    instance, now = an_hour(stage), stage.clock.now()
    problem = attendance_problem(AttendanceFault.DAILY_LIMIT)
    resume_at = now + timedelta(hours=5)
    stage.instances.note_problem(instance, problem, due_at=now, resume_at=resume_at)
    stage.forget_calls()
    settled(stage, instance)
    assert sum(stage.waits) == pytest.approx(5 * 3600, abs=2)
    assert reads(stage) == 1


def test_a_long_outage_is_told_while_it_lasts_and_forgotten_after(stage: Stage) -> None:
    an_event_at_zoom(stage)
    instance = an_hour(stage)
    stage.fault(operation="report_meeting_participants", kind="status", status=503, times=12)
    seen = []

    def look(payload: dict[str, Any]) -> None:
        problem = stage.instances.of_event("ev-1")[0].problem
        seen.append(problem.code if problem else None)

    stage.before_task = look
    assert settled(stage, instance).problem is None
    assert "zoom_unavailable" in seen


def test_an_unexpected_fault_is_told_and_tried_again_by_the_sweep(stage: Stage) -> None:
    an_event_at_zoom(stage)
    instance = an_hour(stage)

    def fail(payload: dict[str, Any]) -> None:
        if payload["task"] == "settle":
            raise RuntimeError

    stage.before_task = fail
    assert stage.settle(instance) == "FAILED"
    (found,) = stage.instances.of_event("ev-1")
    assert found.problem is not None
    assert found.problem.code == "internal_error"

    stage.before_task = lambda _payload: None
    stage.clock.advance(timedelta(minutes=31))
    assert restart_forgotten(stage.instances, stage.clock.now()) == 1
    settled(stage, stage.instances.of_event("ev-1")[0])
    assert state(stage) == "final"


def test_a_round_that_was_taken_over_does_nothing_more(stage: Stage) -> None:
    an_event_at_zoom(stage)
    instance = an_hour(stage)

    def take_over(payload: dict[str, Any]) -> None:
        if payload["task"] == "settle":
            stage.before_task = lambda _payload: None
            (now,) = stage.instances.of_event("ev-1")
            stage.instances.ask_again(now, stage.clock.now())

    stage.before_task = take_over
    settled(stage, instance)
    assert state(stage) == "provisional"
    settled(stage, stage.instances.of_event("ev-1")[0])
    assert attended(stage)["u-00000"] == 30


def test_an_end_that_zoom_did_not_tell_is_asked_for_and_settled(stage: Stage) -> None:
    an_event_at_zoom(stage)
    session = HeldSession(stage)
    session.join(KIM)
    session.later(30)
    session.webhooks.reach_lectern = False
    instance = session.ended()
    assert instance.ended_at is None
    assert instance.due_at is not None

    stage.wait_until(instance.due_at + timedelta(seconds=1))
    assert restart_forgotten(stage.instances, stage.clock.now()) == 1
    settled(stage, session.stored())
    assert session.stored().ended_at is not None
    settled(stage, session.stored())

    assert state(stage) == "final"
    assert attended(stage)["u-00000"] == 30


def test_a_session_that_still_runs_is_asked_about_again_later(stage: Stage) -> None:
    an_event_at_zoom(stage)
    session = HeldSession(stage)
    due_at = session.stored().due_at
    assert due_at is not None
    stage.wait_until(due_at + timedelta(seconds=1))
    restart_forgotten(stage.instances, stage.clock.now())
    settled(stage, session.stored())
    stored = session.stored()
    assert stored.ended_at is None
    assert stored.due_at is not None
    assert stored.due_at > stage.clock.now()


def half_an_hour(stage: Stage) -> Instance:
    """A session of Kim and the host of which only beginning and end were told."""
    session, began = HeldSession(stage, told=False), stage.clock.now()
    session.join(KIM)
    session.later(30)
    session.end()
    now = stage.clock.now()
    run = an_instance(uuid=session.uuid, started_at=began, due_at=now)
    stage.instances.create(run)
    stage.instances.end(run, now, told_at=now, due_at=now, expires_at=run.expires_at)
    return session.stored()


def test_a_lambda_that_dies_anywhere_is_made_up_for(stage: Stage) -> None:
    """Killed after each effect in turn: within the execution, or by another round, it comes right.

    Each time it is another run of the session, so that the time adds up.
    """
    an_event_at_zoom(stage)
    stream = Stream()
    for point in count(1):
        instance = half_an_hour(stage)
        stage.effects.clear()
        stage.kill_after = point
        stage.settle(instance)
        stage.kill_after = None
        stage.clock.advance(timedelta(hours=3))
        while restart_forgotten(stage.instances, stage.clock.now()):
            again = stage.instances.get("ev-1", instance.key)
            assert again is not None
            settled(stage, again)
            stage.clock.advance(timedelta(hours=3))
        assert attended(stage)["u-00000"] == 30 * point
        assert instance.key in stage.event().attended
        if len(stage.effects) < point:
            break
    assert point > 10
    assert len(ready_in(stream)) == point
