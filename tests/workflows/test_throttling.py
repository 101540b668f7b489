"""AWS takes less than it is asked for: reads and writes of the table and secrets are refused."""

from __future__ import annotations

from datetime import timedelta

import pytest
from botocore.exceptions import ClientError

from lectern.domain.sweeps import RETRY_FAILED
from lectern.sync.triggers.background_sweep import BackgroundSweep
from lectern_testing.builders import an_enrollment
from lectern_testing.stage import Stage

OPERATIONS = ["get_item", "batch_get_item", "query", "update_item", "get_secret_value"]


class Throttle:
    """Refuses calls of AWS within tasks, as a busy table does when boto3 has tried often enough."""

    def __init__(self, stage: Stage) -> None:
        self.left = 0
        self.operations = set(OPERATIONS)
        stage.before_aws = self.refuse

    def refuse(self, operation: str) -> None:
        if self.left and operation in self.operations:
            self.left -= 1
            code = "ProvisionedThroughputExceededException"
            raise ClientError({"Error": {"Code": code, "Message": "Slow down."}}, operation)


@pytest.fixture
def throttle(stage: Stage) -> Throttle:
    return Throttle(stage)


@pytest.mark.parametrize("operation", sorted({*OPERATIONS} - {"batch_get_item"}))
def test_a_busy_moment_only_takes_time(stage: Stage, throttle: Throttle, operation: str) -> None:
    stage.event_with_people(3)
    throttle.operations, throttle.left = {operation}, 3

    assert stage.synchronise() == "SUCCEEDED"

    assert throttle.left == 0
    stage.all_is_well(3)
    calls = stage.calls()
    assert (calls["create_meeting"], calls["batch_meeting_registrants"]) == (1, 1)


def test_a_busy_moment_only_takes_time_where_few_have_anything_to_be_done(
    stage: Stage, throttle: Throttle
) -> None:
    """They are read as single items; a whole roster is not."""
    stage.synchronised_event(3)
    stage.enrol(an_enrollment("late", now=stage.clock.now()))
    throttle.operations, throttle.left = {"batch_get_item"}, 3

    assert stage.synchronise() == "SUCCEEDED"

    assert throttle.left == 0
    stage.all_is_well(4)
    assert stage.calls()["add_meeting_registrant"] == 1


def test_what_zoom_did_is_not_done_again_because_it_could_not_be_noted(
    stage: Stage, throttle: Throttle
) -> None:
    stage.event_with_people(3)
    throttle.operations = {"put_item", "update_item"}
    posts = 0

    def after(effect: str) -> None:
        nonlocal posts
        posts += effect == "POST at Zoom"
        # The token, then, once it is noted, the meeting and the batch.
        if effect == "POST at Zoom" and posts in {1, 3, 4}:
            throttle.left = 1

    stage.after_effect = after
    assert stage.synchronise() == "SUCCEEDED"

    assert (posts, throttle.left) == (4, 0)
    stage.all_is_well(3)
    calls = stage.calls()
    assert (calls["create_meeting"], calls["batch_meeting_registrants"]) == (1, 1)


def test_a_table_that_stays_busy_is_said_on_the_event_and_taken_up_by_a_sweep(
    stage: Stage, throttle: Throttle
) -> None:
    stage.event_with_people(3)
    throttle.operations, throttle.left = {"query"}, 8

    assert stage.synchronise() == "FAILED"
    sync = stage.event().sync
    assert (sync.state, sync.lease_owner) == ("failed", None)
    assert sync.problem is not None
    assert sync.problem.code == "internal_error"

    stage.clock.advance(RETRY_FAILED + timedelta(seconds=1))
    sweep = BackgroundSweep(stage.events, timedelta(days=1), stage.clock.now)
    assert sweep.run()["restarted"] == 1
    assert stage.synchronise() == "SUCCEEDED"
    stage.all_is_well(3)
    assert stage.calls()["create_meeting"] == 1
