"""Round after round of one execution: handed over while changes come, ended where none do."""

from __future__ import annotations

from typing import Any

import pytest

from lectern.sync import lease, rounds
from lectern_testing.builders import an_enrollment
from lectern_testing.stage import Stage


def test_changes_that_never_stop_are_handed_from_one_execution_to_the_next(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rounds, "MOST_ROUNDS", 3)
    stage.event_with_people(2)
    names = iter(range(100))

    def enrol(payload: dict[str, Any]) -> None:
        if payload["task"] == "ensure_meeting":
            stage.enrol(an_enrollment(f"late-{next(names)}"))

    stage.before_task = enrol
    assert stage.synchronise() == "SUCCEEDED"

    assert next(names) == 3
    handed_over = stage.event().sync
    assert handed_over.is_due
    assert not handed_over.is_leased(stage.clock.now())
    assert stage.synchronise() == "SUCCEEDED"
    assert next(names) == 7
    stage.before_task = lambda _payload: None
    assert stage.synchronise() == "SUCCEEDED"
    stage.all_is_well(8)


def test_rounds_that_only_make_work_for_the_next_one_come_to_an_end(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lease, "has_just_moved", lambda _work: True)
    stage.event_with_people(2)

    stage.synchronise()

    assert stage.event().sync.state == "failed"
    problem = stage.event().sync.problem
    assert problem is not None
    assert problem.code == "internal_error"
    assert stage.tasks["finish"] <= 2 * rounds.MOST_ROUNDS_ALONE
    assert not stage.event().sync.is_leased(stage.clock.now())
