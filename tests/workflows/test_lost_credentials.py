"""Credentials that Zoom takes no more show within a sweep, and heal by themselves."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from lectern.domain.connection_health import HealthState
from lectern.domain.event import Status
from lectern.domain.settings import ConnectionSecrets
from lectern_testing.accounts import connect, connection_sweep, rotate_secret, sweep
from lectern_testing.builders import a_details, an_event
from lectern_testing.stage import Stage
from zoom_simulator.account.seed import Seed

FIVE_MINUTES = timedelta(minutes=5)


def deactivate(stage: Stage) -> None:
    stage.world.apply(Seed(app_activated=False))


def lose_account(stage: Stage) -> None:
    changed = stage.world.seed.credentials.model_copy(update={"account_id": "another"})
    stage.world.apply(Seed(credentials=changed))


def rotate(stage: Stage) -> None:
    rotate_secret(stage.world)


LOSSES = [rotate, deactivate, lose_account]
losses = pytest.mark.parametrize("lose", LOSSES, ids=lambda lose: lose.__name__)


def health(stage: Stage) -> str:
    connection = stage.settings.connection("default")
    assert connection is not None
    return connection.health.state


def problem(stage: Stage, event_id: str = "ev-1") -> str | None:
    stage.synchronise(event_id)
    found = stage.event(event_id).sync.problem
    return found.code if found else None


def problem_on_sight(stage: Stage) -> str | None:
    stage.events.request_sync("ev-1", stage.clock.now(), verify=True)
    return problem(stage)


def restore(stage: Stage) -> None:
    stage.world.apply(Seed(app_activated=True, credentials=type(stage.world.seed.credentials)()))


@losses
def test_they_show_within_one_sweep_and_heal_within_one(
    stage: Stage, lose: Callable[[Stage], None]
) -> None:
    stage.synchronised_event(2)
    sweep(stage)
    assert health(stage) == "working"
    stage.clock.advance(FIVE_MINUTES)
    lose(stage)

    assert sweep(stage) == 1
    assert health(stage) == "failing"
    assert problem(stage) == "zoom_credentials_invalid"
    assert stage.event().sync.state == "failed"

    restore(stage)
    stage.clock.advance(FIVE_MINUTES)
    sweep(stage)
    assert health(stage) == "working"
    assert problem(stage) is None
    stage.all_is_well(2)


def test_they_heal_once_they_are_saved_anew(stage: Stage) -> None:
    stage.synchronised_event(2)
    rotate(stage)
    sweep(stage)
    assert problem(stage) == "zoom_credentials_invalid"

    connect(stage, stage.world, "default")
    stage.clock.advance(FIVE_MINUTES)
    sweep(stage)

    assert problem(stage) is None
    stage.all_is_well(2)


def test_the_reason_and_the_time_are_kept(stage: Stage) -> None:
    rotate(stage)
    began = stage.clock.now()
    connection_sweep(stage).run()
    stage.clock.advance(FIVE_MINUTES)
    connection_sweep(stage).run()

    connection = stage.settings.connection("default")
    assert connection is not None
    assert connection.health.said == "Invalid client_id or client_secret"
    assert connection.health.since is not None
    assert abs(connection.health.since - began) < timedelta(seconds=1)
    assert connection.health.checked_at is not None
    assert connection.health.checked_at >= began + FIVE_MINUTES


def test_a_token_of_before_the_loss_counts_no_more(stage: Stage) -> None:
    stage.synchronised_event(1)
    rotate(stage)
    assert problem_on_sight(stage) is None  # The token that was given out goes on working.

    connection_sweep(stage).run()

    assert problem(stage) == "zoom_credentials_invalid"


def test_what_is_over_cancelled_or_told_already_is_left_alone(stage: Stage) -> None:
    now = stage.clock.now()
    for name in ("over", "cancelled", "told"):
        stage.events.create(an_event(name, now=now, details=a_details(starts_at=now)))
    stage.change_event("cancelled", status=Status.CANCELLED)
    rotate(stage)
    stage.clock.advance(timedelta(hours=3))
    stage.events.create(an_event("ahead", now=stage.clock.now()))
    stage.synchronise("ahead")

    assert connection_sweep(stage).run() == 0


def test_a_loss_is_brought_to_the_events_once(stage: Stage) -> None:
    stage.synchronised_event(1)
    rotate(stage)

    assert [connection_sweep(stage).run() for _ in range(3)] == [1, 0, 0]


@pytest.mark.parametrize("fault", [{"kind": "html_500"}, {"kind": "cut_before"}])
def test_an_outage_is_no_loss(stage: Stage, fault: dict[str, str]) -> None:
    stage.synchronised_event(1)
    stage.fault(operation="oauth_token", times=None, **fault)

    assert sweep(stage) == 0
    assert health(stage) == HealthState.WORKING
    assert problem_on_sight(stage) is None


def test_secrets_that_are_gone_are_a_loss(stage: Stage) -> None:
    stage.synchronised_event(1)
    stage.secrets.delete("default")

    assert sweep(stage) == 1
    assert problem(stage) == "zoom_credentials_invalid"
    secret = stage.world.seed.credentials.client_secret
    stage.secrets.put("default", ConnectionSecrets(client_secret=secret))
    stage.clock.advance(FIVE_MINUTES)
    sweep(stage)
    assert problem(stage) is None
