"""Two Zoom accounts at once: what befalls one never touches the events of the other."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta

import pytest

from lectern.domain.errors import ZoomError
from lectern.domain.event import Host, Status
from lectern.domain.limits.budget import Plan
from lectern_testing.accounts import NORTH, another_account, rotate_secret, sweep
from lectern_testing.builders import a_details, an_enrollment, an_event
from lectern_testing.stage import Stage
from zoom_simulator import World
from zoom_simulator.account.seed import Seed
from zoom_simulator.faults.injection import Fault

HOME, AWAY = "ev-1", "ev-north"
FIVE_MINUTES = timedelta(minutes=5)


def event_of(stage: Stage, event_id: str, connection: str) -> None:
    now = stage.clock.now()
    details = a_details(connection=connection, starts_at=now + timedelta(days=2))
    stage.events.create(an_event(event_id, now=now, details=details))
    stage.enrol(*(an_enrollment(f"u-{n}", event_id, now=now) for n in range(3)))


@pytest.fixture
def north(stage: Stage) -> World:
    """Another account; each has an event with three people."""
    world = another_account(stage)
    event_of(stage, HOME, "default")
    event_of(stage, AWAY, NORTH)
    return world


def meetings_of(world: World) -> list[str]:
    return [str(each.id) for each in world.sessions.values() if each.deleted_at is None]


def zoom_id(stage: Stage, event_id: str) -> str:
    meeting = stage.event(event_id).meeting
    assert meeting is not None
    return meeting.zoom_id


def is_well(stage: Stage, event_id: str) -> bool:
    sync = stage.event(event_id).sync
    people = stage.where_people_stand(event_id)
    return (sync.state, sync.problem, people) == ("in_sync", None, {"registered": 3})


def test_each_event_is_in_the_account_that_it_names(stage: Stage, north: World) -> None:
    stage.synchronise(HOME)
    stage.synchronise(AWAY)

    assert is_well(stage, HOME)
    assert is_well(stage, AWAY)
    assert meetings_of(stage.world) == [zoom_id(stage, HOME)]
    assert meetings_of(north) == [zoom_id(stage, AWAY)]


def test_changing_the_connection_replaces_the_meeting(stage: Stage, north: World) -> None:
    stage.synchronise(HOME)
    former = zoom_id(stage, HOME)

    stage.change_details(HOME, connection=NORTH)
    stage.synchronise(HOME)

    assert is_well(stage, HOME)
    assert meetings_of(stage.world) == []
    assert zoom_id(stage, HOME) in meetings_of(north)
    assert zoom_id(stage, HOME) != former


def use_up_the_day(north: World) -> None:
    north.faults.add(Fault(operation="*", kind="rate_limit_daily", times=None))


def go_down(north: World) -> None:
    north.faults.add(Fault(operation="*", kind="html_500", times=None))


def take_no_token(north: World) -> None:
    north.faults.add(Fault(operation="oauth_token", kind="cut_before", times=None))


def take_away_scopes(north: World) -> None:
    north.apply(Seed(scopes=[]))


def deactivate(north: World) -> None:
    north.apply(Seed(app_activated=False))


def crawl(north: World) -> None:
    north.faults.add(Fault(operation="*", kind="rate_limit_second", times=None))


@pytest.mark.parametrize(
    "befalls",
    [
        use_up_the_day,
        go_down,
        take_no_token,
        take_away_scopes,
        deactivate,
        crawl,
        rotate_secret,
    ],
    ids=lambda befalls: befalls.__name__,
)
def test_what_befalls_one_leaves_the_other_alone(
    stage: Stage, north: World, befalls: Callable[[World], None]
) -> None:
    befalls(north)
    sweep(stage)
    away = stage.settings.connection(NORTH)
    assert away is not None
    with pytest.raises(ZoomError):
        stage.dependencies.zoom(away).users.find("anna@acme.example")
    stage.waits.clear()

    stage.synchronise(HOME)

    assert is_well(stage, HOME)
    assert sum(stage.waits) < 5
    home = stage.settings.connection("default")
    assert home is not None
    assert home.health.state == "working"
    assert stage.budgets.used_on("default", stage.clock.now()).closed == {}


def test_a_lost_connection_is_told_by_its_own_events_alone(stage: Stage, north: World) -> None:
    stage.synchronise(HOME)
    stage.synchronise(AWAY)
    rotate_secret(north)
    stage.clock.advance(FIVE_MINUTES)
    asked = stage.event(HOME).sync.requested

    assert sweep(stage) == 1
    stage.synchronise(AWAY)

    told = stage.event(AWAY).sync.problem
    assert told is not None
    assert told.code == "zoom_credentials_invalid"
    assert is_well(stage, HOME)
    assert stage.event(HOME).sync.requested == asked


def test_each_has_scopes_of_its_own(stage: Stage, north: World) -> None:
    take_away_scopes(north)
    stage.synchronise(HOME)
    stage.synchronise(AWAY)

    home, away = stage.scopes.knowledge("default"), stage.scopes.knowledge(NORTH)
    assert (home.refused_at, away.granted) == ({}, frozenset())
    assert home.granted is not None
    assert len(home.granted) == 45
    assert set(away.refused_at) == {"user:read:user:admin"}


def test_each_uses_up_its_own_limits(stage: Stage, north: World) -> None:
    stage.synchronise(AWAY)

    now = stage.clock.now()
    assert stage.budgets.used_on(NORTH, now).classes["light"] > 0
    assert stage.budgets.used_on("default", now).classes == {}
    assert stage.plan is Plan.BUSINESS
    assert north.calls.since(0)


def test_a_host_of_one_account_is_none_of_the_other(stage: Stage) -> None:
    another_account(stage, users=[{"email": "nora@north.example"}])
    now = stage.clock.now()
    host = Host(user_id="u-nora", email="nora@north.example")
    for event_id, connection in ((HOME, "default"), (AWAY, NORTH)):
        details = a_details(connection=connection, host=host)
        stage.events.create(an_event(event_id, now=now, details=details))
        stage.synchronise(event_id)

    problem = stage.event(HOME).sync.problem
    assert problem is not None
    assert problem.code == "host_not_in_zoom"
    assert stage.event(AWAY).sync.state == "in_sync"


def test_a_cancelled_event_is_deleted_in_its_own_account(stage: Stage, north: World) -> None:
    stage.synchronise(HOME)
    stage.synchronise(AWAY)
    stage.change_event(AWAY, status=Status.CANCELLED)
    stage.synchronise(AWAY)

    assert meetings_of(north) == []
    assert meetings_of(stage.world) == [zoom_id(stage, HOME)]


def test_no_secret_of_any_account_is_logged(
    stage: Stage, north: World, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, logger="lectern")
    stage.synchronise(AWAY)
    rotate_secret(north)
    sweep(stage)
    stage.synchronise(AWAY)

    kept = stage.tokens.get(NORTH)
    secrets = ["north-secret", "rotated-secret", "local-secret", "north-webhook-secret"]
    assert not [secret for secret in secrets if secret in caplog.text]
    assert kept is None or kept.value not in caplog.text
