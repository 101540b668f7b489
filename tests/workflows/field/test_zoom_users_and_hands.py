"""A host is a Zoom user, not an address; and what people do to a meeting by hand."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from lectern.domain.event import Phase, Status
from lectern.domain.join.decision import JoinState
from lectern.domain.meeting import Kind
from lectern.domain.settings import Drift, Settings
from lectern_testing.on_stage.clicks import click
from lectern_testing.on_stage.either_kind import (
    HOSTS,
    KINDS,
    brought_in_line,
    created,
    look_again,
    problem_of,
)
from lectern_testing.stage import Stage

OTHERS = {Kind.MEETING: "bo@acme.example", Kind.WEBINAR: "walt@acme.example"}


def with_host_address(stage: Stage, email: str) -> None:
    details = stage.event().details
    stage.change_details(host=details.host.model_copy(update={"email": email}))
    assert stage.synchronise() == "SUCCEEDED"


@pytest.mark.parametrize("kind", KINDS)
def test_a_new_address_of_the_same_zoom_user_replaces_nothing(stage: Stage, kind: Kind) -> None:
    brought_in_line(stage, kind)
    before = stage.event().meeting
    assert before is not None
    stage._control(
        "POST",
        "/actions",
        {"action": "change_user_email", "email": HOSTS[kind], "new_email": "new@acme.example"},
    )

    with_host_address(stage, "new@acme.example")

    stage.all_is_well(2)
    after = stage.event().meeting
    assert after is not None
    assert (after.zoom_id, after.host_id) == (before.zoom_id, before.host_id)
    assert after.host_email == "new@acme.example"
    assert created(stage) == 0


@pytest.mark.parametrize("kind", KINDS)
def test_a_meeting_that_was_handed_over_is_replaced_by_one_of_the_events_host(
    stage: Stage, kind: Kind
) -> None:
    brought_in_line(stage, kind)
    before = stage.event().meeting
    stage.act(action=f"transfer_{kind}", to=OTHERS[kind])

    look_again(stage)

    stage.all_is_well(2)
    after = stage.event().meeting
    assert after is not None
    assert before is not None
    assert after.zoom_id != before.zoom_id
    assert stage.zoom_meeting()["host_email"] == HOSTS[kind]


@pytest.mark.parametrize("kind", KINDS)
def test_with_report_a_meeting_that_was_handed_over_is_told_and_people_still_get_in(
    stage: Stage, kind: Kind
) -> None:
    stage.settings.put(Settings(drift=Drift.REPORT), was_revision=0)
    brought_in_line(stage, kind)
    stage.act(action=f"transfer_{kind}", to=OTHERS[kind])

    look_again(stage)

    assert problem_of(stage).code == "host_transferred"
    assert click(stage, "u-00000").state is JoinState.JOIN
    assert click(stage, "u-host").url is None
    assert created(stage) == 0


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("drift", Drift)
def test_nobody_is_given_the_start_link_of_another_user(
    stage: Stage, kind: Kind, drift: Drift
) -> None:
    stage.settings.put(Settings(drift=drift), was_revision=0)
    brought_in_line(stage, kind)
    stage.act(action=f"transfer_{kind}", to=OTHERS[kind])

    decision = click(stage, "u-host")

    assert decision.url is None
    assert decision.state is JoinState.PREPARING
    assert stage.event().sync.is_due


@pytest.mark.parametrize("kind", KINDS)
def test_a_meeting_that_was_handed_to_the_next_host_is_kept_for_them(
    stage: Stage, kind: Kind
) -> None:
    brought_in_line(stage, kind)
    before = stage.event().meeting
    assert before is not None
    stage.act(action=f"transfer_{kind}", to=OTHERS[kind])

    with_host_address(stage, OTHERS[kind])
    look_again(stage)

    stage.all_is_well(2)
    assert stage.event().meeting.zoom_id == before.zoom_id  # type: ignore[union-attr]
    assert created(stage) == 0
    assert click(stage, "u-host").url is not None


BY_HAND: list[tuple[Kind, dict[str, Any]]] = [
    (Kind.MEETING, {"type": 8, "recurrence": {"type": 1, "end_times": 5}}),
    (Kind.MEETING, {"type": 3}),
    (Kind.WEBINAR, {"type": 9, "recurrence": {"type": 1, "end_times": 5}}),
    (Kind.WEBINAR, {"type": 6}),
]


@pytest.mark.parametrize(("kind", "changes"), BY_HAND)
def test_one_that_was_made_recurring_or_without_a_time_is_put_right(
    stage: Stage, kind: Kind, changes: dict[str, Any]
) -> None:
    brought_in_line(stage, kind)
    before = stage.event()
    stage.act(action=f"edit_{kind}", changes=changes)

    look_again(stage)

    session = stage.zoom_meeting()
    assert session["type"] == (2 if kind is Kind.MEETING else 5)
    assert session["settings"]["approval_type"] == 1
    assert stage.event().sync.state == "in_sync"
    assert stage.event().meeting.zoom_id == before.meeting.zoom_id  # type: ignore[union-attr]
    assert stage.event().drift.edited is not None


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("is_known", [True, False], ids=["told", "not told"])
def test_cancelling_what_is_live_ends_it_and_deletes_it(
    stage: Stage, kind: Kind, *, is_known: bool
) -> None:
    brought_in_line(stage, kind)
    stage.act(action=f"start_{kind}")
    if is_known:
        stage.change_event(phase=Phase.LIVE, phase_at=stage.clock.now())

    stage.change_event(status=Status.CANCELLED)
    assert stage.synchronise() == "SUCCEEDED"

    assert stage.open_meetings() == {}
    assert stage.event().sync.state == "in_sync"
    assert stage.event().sync.problem is None


@pytest.mark.parametrize("kind", KINDS)
def test_a_replaced_session_that_is_on_goes_on_until_its_end(stage: Stage, kind: Kind) -> None:
    brought_in_line(stage, kind)
    former = stage.event().meeting
    assert former is not None
    stage.act(action=f"start_{kind}")

    with_host_address(stage, OTHERS[kind])

    assert former.zoom_id in stage.open_meetings()
    assert len(stage.open_meetings()) == 2
    stage._control("POST", "/actions", {"action": f"end_{kind}", f"{kind}_id": int(former.zoom_id)})
    stage.clock.advance(timedelta(minutes=5))
    look_again(stage)
    stage.all_is_well(2)
