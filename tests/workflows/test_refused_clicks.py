"""Whatever Zoom answers to a click, the person hears something true and nothing breaks."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from lectern.domain.event import Host
from lectern.domain.join.decision import JoinState
from lectern.domain.meeting import Kind
from lectern_testing.builders import a_details, an_enrollment, an_event
from lectern_testing.on_stage.clicks import click
from lectern_testing.stage import Stage

HOSTS = {
    Kind.MEETING: Host(user_id="u-host", email="anna@acme.example"),
    Kind.WEBINAR: Host(user_id="u-wanda", email="wanda@acme.example"),
}
kinds = pytest.mark.parametrize("kind", Kind)
NOT_THERE = {"code": 3001, "message": "Meeting does not exist: 1."}
ERRORS = [
    (400, 200, "No permission."),
    (400, 300, "Invalid webinar ID."),
    (400, 1010, "User not belong to this account."),
    (400, 3000, "Cannot access meeting info."),
    (400, 3000, "Cannot access webinar info."),
    (400, 3161, "Your user account is not allowed meeting hosting and scheduling capabilities."),
    (400, 4711, "Invalid access token, does not contain scopes:[meeting:read:meeting:admin]."),
    (401, 124, "Invalid access token."),
    (403, 2306, "Not allowed to view meetings scheduled for others."),
    (404, 1001, "User does not exist: anna."),
    (404, 3001, "Meeting does not exist: 1."),
    (429, 429, "You have reached the maximum daily rate limit for this API."),
    (500, 0, ""),
    (400, 98_765, "Something new."),
]


def an_event_of(stage: Stage, kind: Kind) -> None:
    details = a_details(kind=kind, host=HOSTS[kind])
    stage.events.create(an_event(now=stage.clock.now(), details=details))
    stage.enrol(an_enrollment("early"))
    assert stage.synchronise() == "SUCCEEDED"
    stage.enrol(an_enrollment("late"))


def refuse(stage: Stage, operation: str, status: int, body: Any, times: int | None = None) -> None:
    stage.fault(operation=operation, kind="status", status=status, body=body, times=times)


@kinds
@pytest.mark.parametrize("user", ["host", "late"])
def test_one_answer_that_it_is_not_there_costs_one_click(
    stage: Stage, kind: Kind, user: str
) -> None:
    an_event_of(stage, kind)
    stage.synchronise()
    stage.enrol(an_enrollment("later"))
    operation = {"host": f"get_{kind}", "late": "*_registrant*"}[user]
    who = {"host": HOSTS[kind].user_id, "late": "later"}[user]
    meeting = stage.event().meeting
    refuse(stage, operation, 404, NOT_THERE, times=1)

    first = click(stage, who)
    assert first.state is JoinState.PREPARING
    assert "does not exist" not in (first.message or "")
    assert stage.event().sync.verify
    assert click(stage, who).state is JoinState.JOIN
    stage.synchronise()
    assert click(stage, who).state is JoinState.JOIN
    now = stage.event().meeting
    assert now
    assert meeting
    assert now.zoom_id == meeting.zoom_id


@kinds
@pytest.mark.parametrize("error", ERRORS)
@pytest.mark.parametrize("user", ["host", "late"])
def test_any_refusal_of_a_click_is_told_truly(
    stage: Stage, kind: Kind, user: str, error: tuple[int, int, str]
) -> None:
    status, code, message = error
    an_event_of(stage, kind)
    who = HOSTS[kind].user_id if user == "host" else "late"
    operation = f"get_{kind}" if user == "host" else "*_registrant*"
    refuse(stage, operation, status, {"code": code, "message": message})

    decision = click(stage, who)

    assert decision.state in {JoinState.PREPARING, JoinState.UNAVAILABLE}
    assert decision.url is None
    assert decision.message
    assert "does not exist" not in decision.message
    assert decision.role is not None
    stage.world.faults.clear()
    stage.wait(60 * 60 * 24)
    stage.events.request_sync("ev-1", stage.clock.now(), verify=True, retry=True)
    stage.synchronise()
    assert click(stage, who).state is JoinState.JOIN
    assert len(stage.open_meetings()) == 1


@kinds
def test_what_the_reconciliation_could_not_put_right_is_told_at_the_click(
    stage: Stage, kind: Kind
) -> None:
    an_event_of(stage, kind)
    stage.synchronise()
    refuse(stage, "*", 400, {"code": 98_765, "message": "Something new."})
    assert click(stage, HOSTS[kind].user_id).state is JoinState.PREPARING
    stage.synchronise()

    decision = click(stage, HOSTS[kind].user_id)

    assert (decision.state, decision.reason) == (JoinState.UNAVAILABLE, "zoom_rejected")
    assert "Something new" in (decision.message or "")


def test_who_clicks_while_it_is_full_has_nobody_else_tried_again(stage: Stage) -> None:
    """Zoom takes three registrations of a person a day, those that it refuses included."""
    stage.seed(registrant_capacity=1)
    stage.event_with_people(3)
    stage.synchronise()
    assert stage.where_people_stand() == {"registered": 1, "failed": 2}
    now = stage.clock.now()
    stage.enrol(an_enrollment("late", now=now))
    # Whoever is at work may be making room.
    stage.leases.take_lease("ev-1", "another", now, now + timedelta(seconds=30))
    stage.forget_calls()

    decision = click(stage, "late")

    assert (decision.state, decision.reason) == (JoinState.UNAVAILABLE, "capacity_reached")
    stage.clock.advance(timedelta(seconds=31))
    assert stage.synchronise() == "SUCCEEDED"
    assert stage.calls() == {"add_meeting_registrant": 2}
    assert stage.where_people_stand() == {"registered": 1, "failed": 3}
    assert stage.event().sync.state == "in_sync"
