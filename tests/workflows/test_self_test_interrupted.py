"""A self-test leaves nothing at Zoom: killed anywhere, with lost answers, lags and outages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from lectern.domain.settings import Features
from lectern.domain.validation import ENDS_AFTER, MOST_CALLS
from lectern_testing.aws.killable import Killed
from lectern_testing.self_test import BOTH, SelfTest, check, failures, states
from lectern_testing.stage import Stage, staged
from zoom_simulator.account.seed import ALL_SCOPES

pytestmark = pytest.mark.thorough

MOST_EFFECTS = 400
PARTS = 4
"""Every fourth point is a test of its own, so that several processors share the work."""

SWEPT_AFTER = ENDS_AFTER + timedelta(minutes=2)
WITHIN = 180


def sweep(trial: SelfTest) -> None:
    """The background sweep, every five minutes for half an hour."""
    for _ in range(6):
        trial.stage.clock.advance(timedelta(minutes=5))
        trial.sweep()


def at_each_point(
    run: Callable[[SelfTest, int], None], part: int, features: Features = BOTH
) -> int:
    """Runs with a kill after each effect of a part, until one is not reached; how many it has."""
    for point in range(1 + part, MOST_EFFECTS, PARTS):
        with staged() as stage:
            run(SelfTest(stage, features=features), point)
            if len(stage.effects) < point:
                return len(stage.effects)
    raise AssertionError(MOST_EFFECTS)


def taken_up(trial: SelfTest, point: int) -> None:
    """The Lambda is killed once; the same execution goes on."""
    stage = trial.stage
    stage.kill_after = point
    done = trial.run()
    killed_after = stage.effects[point - 1 : point]
    assert done.ended_at is not None, killed_after
    assert trial.seconds(done) <= WITHIN, killed_after
    sweep(trial)
    assert trial.left() == [], killed_after
    assert trial.calls() <= MOST_CALLS, killed_after


def given_up(trial: SelfTest, point: int) -> None:
    """The Lambda is killed, and the execution with it; the sweep does the rest."""
    stage = trial.stage
    stage.kill_after = point

    def dead(_payload: dict[str, Any]) -> None:
        if len(stage.effects) >= point:
            raise Killed
        trial.pass_time()

    stage.before_task = dead
    name = trial.start()
    ended = trial.validate(name)
    killed_after = stage.effects[point - 1 : point]
    stage.clock.advance(SWEPT_AFTER)
    shown = trial.get(name)
    assert shown.ended_at is not None, killed_after
    assert trial.seconds(shown) <= WITHIN, killed_after
    is_done = ended == "SUCCEEDED" or trial.left() == []
    assert shown.state == "failed" or is_done, killed_after
    sweep(trial)
    assert trial.left() == [], killed_after
    assert trial.calls() <= MOST_CALLS, killed_after
    assert trial.sweep() == 0, killed_after
    assert trial.start() != name


@pytest.mark.parametrize("part", range(PARTS))
def test_a_killed_task_is_taken_up_and_nothing_is_left(part: int) -> None:
    meetings_alone = Features(meetings=True, webinars=False)
    assert at_each_point(taken_up, part, meetings_alone) >= 60


@pytest.mark.parametrize("part", range(PARTS))
def test_a_killed_self_test_is_cleaned_up_after_by_the_sweep(part: int) -> None:
    assert at_each_point(given_up, part) >= 80


@pytest.mark.parametrize("kind", ["meeting", "webinar"])
@pytest.mark.parametrize("times", [1, 2, 3])
def test_a_creation_whose_answer_is_lost_is_found_again(
    stage: Stage, kind: str, times: int
) -> None:
    trial = SelfTest(stage)
    stage.fault(kind="cut_after", operation=f"create_{kind}", times=times)
    done = trial.run()
    assert trial.seconds(done) <= WITHIN
    sweep(trial)
    assert stage.calls()[f"create_{kind}"] == 1
    assert set(states(done).values()) == {"passed"}
    assert trial.left() == []
    assert trial.calls() <= MOST_CALLS


@pytest.mark.parametrize("seconds", [10, 60])
def test_what_zooms_lists_show_late_is_deleted_all_the_same(stage: Stage, seconds: int) -> None:
    trial = SelfTest(stage)
    stage.fault(kind="lag", operation="create_meeting", seconds=seconds)
    stage.fault(kind="cut_after", operation="create_meeting")
    trial.run()
    sweep(trial)
    assert trial.left() == []
    assert trial.calls() <= MOST_CALLS


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "cut_before"},
        {"kind": "html_500"},
        {"kind": "rate_limit_second"},
        {"kind": "expired_token"},
        {"kind": "error_body_200"},
    ],
    ids=lambda fault: fault["kind"],
)
@pytest.mark.parametrize("operation", ["*", "create_*", "delete_*", "get_*", "list_*"])
def test_whatever_zoom_answers_it_ends_in_time_and_leaves_nothing(
    stage: Stage, fault: dict[str, Any], operation: str
) -> None:
    trial = SelfTest(stage)
    stage.fault(**fault, operation=operation, times=None)
    done = trial.run()
    assert failures(done)
    assert trial.seconds(done) <= WITHIN
    assert trial.calls() <= MOST_CALLS
    stage.world.faults.clear()
    sweep(trial)
    sweep(trial)
    assert trial.left() == []


def test_what_zoom_did_not_delete_is_said_and_deleted_once_it_does(stage: Stage) -> None:
    trial = SelfTest(stage)
    stage.fault(kind="missing_scope", operation="delete_meeting", times=None)
    done = trial.run()
    finding = check(done, "cleanup")
    assert finding.state == "failed"
    assert "may still be at Zoom" in (finding.detail or "")
    assert "meeting:delete:meeting:admin" in (finding.detail or "")
    assert "Meetings" in (finding.remedy or "")
    assert len(trial.left()) == 1
    sweep(trial)
    assert len(trial.left()) == 1
    stage.world.faults.clear()
    stage.clock.advance(timedelta(hours=6))
    sweep(trial)
    assert trial.left() == []
    later = check(trial.get(done.validation_id), "cleanup")
    assert "deleted by the background sweep since" in (later.detail or "")
    assert trial.sweep() == 0


def test_a_trial_session_that_somebody_began_is_ended_and_deleted(stage: Stage) -> None:
    trial = SelfTest(stage)

    def begin(payload: dict[str, Any]) -> None:
        trial.pass_time()
        (validation,) = trial.validations.page("default", after=None, limit=1)[0]
        if validation.next_check == "cleanup":
            for made in validation.made:
                action = {"action": f"start_{made.kind}", f"{made.kind}_id": int(made.known_id)}
                stage._control("POST", "/actions", action)

    stage.before_task = begin
    assert trial.run().state == "passed"
    assert trial.left() == []


def test_an_interrupted_check_says_so_and_those_after_it_were_not_tried(stage: Stage) -> None:
    trial = SelfTest(stage)
    name = trial.start()

    def dead(_payload: dict[str, Any]) -> None:
        if stage.tasks["carry_on"] > 6:
            raise Killed

    stage.before_task = dead
    trial.validate(name)
    assert trial.get(name).state == "running"
    stage.clock.advance(SWEPT_AFTER)
    shown = trial.get(name)
    assert shown.state == "failed"
    assert check(shown, "plan").state == "passed"
    assert check(shown, "participants").state == "failed"
    assert "interrupted here" in (check(shown, "participants").detail or "")
    assert check(shown, "join").state == "skipped"
    assert check(shown, "cleanup").state == "failed"
    trial.sweep()
    assert trial.left() == []
    stored = trial.validations.get(name)
    assert stored is not None
    assert stored.host_email is None
    assert trial.get(name).ended_at == shown.ended_at


def test_while_one_runs_another_start_is_the_same(stage: Stage) -> None:
    trial = SelfTest(stage)
    first = trial.start()
    assert trial.start() == first
    trial.validate(first)
    second = trial.start()
    assert second != first
    newest = [
        each.validation_id for each in trial.validations.page("default", after=None, limit=9)[0]
    ]
    assert newest == [second, first]


def test_what_takes_too_long_is_not_begun_and_it_is_cleaned_up_in_time(stage: Stage) -> None:
    trial = SelfTest(stage)

    def slow(_payload: dict[str, Any]) -> None:
        trial.pass_time()
        stage.clock.advance(timedelta(seconds=15))

    stage.before_task = slow
    done = trial.run()
    late = [each.id.value for each in done.checks if "no time left" in (each.detail or "")]
    assert late
    assert check(done, "cleanup").state == "passed"
    assert trial.seconds(done) <= WITHIN
    assert trial.left() == []


def test_the_cleaning_waits_for_what_zoom_does_not_list_yet(stage: Stage) -> None:
    trial = SelfTest(stage, features=Features())
    stage.fault(kind="lag", operation="create_meeting", seconds=19)
    stage.fault(kind="cut_after", operation="create_meeting")

    def dies_of_it(payload: dict[str, Any]) -> None:
        trial.line.deliver()
        (validation,) = trial.validations.page("default", after=None, limit=1)[0]
        is_begun = validation.trials and validation.next_check == "creation"
        if is_begun and payload["task"] == "carry_on":
            raise Killed

    stage.before_task = dies_of_it
    done = trial.run()
    assert set(failures(done)) == {"creation"}
    assert trial.left() == []


def test_scopes_that_come_and_go_leave_nothing(stage: Stage) -> None:
    trial = SelfTest(stage)
    stage.seed(scopes=[each for each in ALL_SCOPES if ":delete:" not in each])
    done = trial.run()
    assert check(done, "creation").state == "skipped"
    assert check(done, "webinar").state == "skipped"
    assert trial.left() == []
