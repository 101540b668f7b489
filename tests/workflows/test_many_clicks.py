"""Whoever clicks without end takes nothing from others: few calls, and all other clicks served."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from lectern.domain.event import Host, Instructor
from lectern.domain.join.decision import JoinDecision, JoinRole, JoinState
from lectern.domain.limits.budget import Plan
from lectern.domain.meeting import Kind
from lectern.store.clicks import MOST_FOR_A_PERSON, MOST_FOR_AN_EVENT, WINDOW, ClickStore
from lectern_testing.builders import a_details, an_enrollment, an_event
from lectern_testing.on_stage.clicks import click
from lectern_testing.stage import Stage

HOST = "u-host"
BO = Instructor(user_id="u-bo", email="bo@acme.example", name="Bo Berg")


def clicks(stage: Stage, user_id: str, count: int = 100) -> list[JoinDecision]:
    """Many clicks in one moment."""
    with ThreadPoolExecutor(8) as people:
        return list(people.map(lambda _: click(stage, user_id), range(count)))


def preparing_for_a_moment(decision: JoinDecision) -> bool:
    """Whether somebody is told to ask again within seconds."""
    seconds = decision.retry_after_seconds
    return decision.state is JoinState.PREPARING and seconds is not None and 0 < seconds <= 10


@pytest.fixture
def busy(stage: Stage) -> Stage:
    """An event that is at Zoom, in an account that takes few calls a second."""
    stage.plan = Plan.PRO
    stage.events.create(an_event(now=stage.clock.now(), details=a_details(instructors=(BO,))))
    stage.enrol(an_enrollment("kim", now=stage.clock.now()))
    assert stage.synchronise() == "SUCCEEDED"
    assert stage.event().sync.problem is None
    stage.forget_calls()
    return stage


def test_a_hundred_clicks_of_a_host_are_a_few_calls_and_everybody_else_is_served(
    busy: Stage,
) -> None:
    busy.enrol(*(an_enrollment(f"late-{n}") for n in range(5)))

    told = clicks(busy, HOST)
    others = [click(busy, f"late-{n}") for n in range(5)]

    joined = [each for each in told if each.state is JoinState.JOIN]
    assert len(joined) == MOST_FOR_AN_EVENT
    assert all(each.url for each in joined)
    assert sum(map(preparing_for_a_moment, told)) == 100 - MOST_FOR_AN_EVENT
    assert {each.role for each in told} == {JoinRole.HOST}
    assert all(each.message for each in told if each.state is JoinState.PREPARING)
    assert [each.state for each in others] == [JoinState.JOIN] * 5
    assert busy.calls() == {"get_meeting": MOST_FOR_AN_EVENT, "add_meeting_registrant": 5}


def test_the_host_gets_another_link_some_seconds_later(busy: Stage) -> None:
    # Time passes where a call waits for its second, so that it may take more than four clicks.
    told = (click(busy, HOST).retry_after_seconds for _ in range(20))
    seconds = next(each for each in told if each is not None)

    busy.clock.advance(timedelta(seconds=seconds))

    assert click(busy, HOST).state is JoinState.JOIN


def test_an_alternative_host_is_bounded_as_well(busy: Stage) -> None:
    told = clicks(busy, "u-bo")

    assert sum(each.state is JoinState.JOIN for each in told) == MOST_FOR_AN_EVENT
    assert busy.calls() == {"make_meeting_invite_links": MOST_FOR_AN_EVENT}


def test_the_host_of_a_webinar_is_bounded_as_well(stage: Stage) -> None:
    wanda = Host(user_id=HOST, email="wanda@acme.example")
    details = a_details(kind=Kind.WEBINAR, host=wanda)
    stage.events.create(an_event(now=stage.clock.now(), details=details))
    stage.synchronise()
    stage.forget_calls()

    clicks(stage, HOST, 20)

    assert stage.calls() == {"get_webinar": MOST_FOR_AN_EVENT}


def test_a_registered_person_is_answered_each_time_from_what_is_stored(busy: Stage) -> None:
    told = clicks(busy, "kim")

    assert {each.state for each in told} == {JoinState.JOIN}
    assert len({each.url for each in told}) == 1
    assert busy.calls() == {}


def test_who_is_registered_by_a_click_is_so_by_a_few_calls_at_most(busy: Stage) -> None:
    busy.enrol(an_enrollment("late"))

    told = clicks(busy, "late")

    assert 1 <= busy.calls()["add_meeting_registrant"] <= MOST_FOR_AN_EVENT
    assert {each.state for each in told} <= {JoinState.JOIN, JoinState.PREPARING}
    assert click(busy, "late").state is JoinState.JOIN
    assert len(busy.registrants()) == 2


def test_clicks_that_zoom_refuses_are_few_too(busy: Stage) -> None:
    busy.enrol(an_enrollment("late"))
    busy.fault(operation="add_meeting_registrant", kind="status", status=503, times=None)

    told = clicks(busy, "late")

    assert {each.state for each in told} == {JoinState.PREPARING}
    assert sum(busy.calls().values()) <= MOST_FOR_AN_EVENT


def test_a_person_with_many_events_is_bounded_over_all_of_them(stage: Stage) -> None:
    store, now = ClickStore(stage.table), stage.clock.now()
    events = [f"ev-{n}" for n in range(MOST_FOR_A_PERSON + 5)]

    waits = [store.take(event_id, "u-1", now) for event_id in events]

    assert waits == [*[None] * MOST_FOR_A_PERSON, *[now + WINDOW] * 5]
    assert store.take("ev-0", "u-2", now) is None
    assert store.take("ev-0", "u-1", now + WINDOW) is None
