"""A session that runs over its planned end takes people, or says truly that it does not."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from lectern.api.join.texts import PageText, texts_of
from lectern.domain.event import Host, Phase
from lectern.domain.join.decision import JoinState
from lectern.domain.meeting import Kind
from lectern.zoom.sessions import Sessions
from lectern_testing.builders import a_details, an_enrollment, an_event
from lectern_testing.on_stage.clicks import click
from lectern_testing.stage import Stage

HOSTS = {
    Kind.MEETING: Host(user_id="u-host", email="anna@acme.example"),
    Kind.WEBINAR: Host(user_id="u-wanda", email="wanda@acme.example"),
}
kinds = pytest.mark.parametrize("kind", Kind)


def live(stage: Stage, kind: Kind, *, runs: timedelta, is_known: bool = True) -> None:
    """A session of an hour that began as planned and has run for a while."""
    start = stage.clock.now().replace(microsecond=0) + timedelta(minutes=30)
    details = a_details(kind=kind, host=HOSTS[kind], starts_at=start)
    stage.events.create(an_event(now=stage.clock.now(), details=details))
    stage.enrol(an_enrollment("early"))
    assert stage.synchronise() == "SUCCEEDED"
    stage.wait_until(start)
    stage.act(action=f"start_{kind}")
    if is_known:
        stage.events.record_phase(stage.event(), Phase.LIVE, start, "uuid==")
    stage.wait(runs.total_seconds())
    stage.forget_calls()


def synchronise(stage: Stage, **how: Any) -> None:
    stage.events.request_sync("ev-1", stage.clock.now(), **how)
    assert stage.synchronise() == "SUCCEEDED"


@kinds
@pytest.mark.parametrize("count", [1, 3])
def test_late_people_get_in_by_a_longer_duration(stage: Stage, kind: Kind, count: int) -> None:
    live(stage, kind, runs=timedelta(minutes=75))
    stage.enrol(*(an_enrollment(f"u-{n}") for n in range(count)))

    assert stage.synchronise() == "SUCCEEDED"

    stage.all_is_well(count + 1)
    assert stage.zoom_meeting()["duration"] == 120
    assert stage.calls()[f"update_{kind}"] == 1
    assert stage.event().details.duration_minutes == 60
    # Nobody was sent before Zoom was told, since that would count among the three of the day.
    assert sum(times for name, times in stage.calls().items() if "registrant" in name) == 1


@kinds
def test_a_click_asks_for_it_and_the_next_one_is_in(stage: Stage, kind: Kind) -> None:
    live(stage, kind, runs=timedelta(minutes=75))
    stage.enrol(an_enrollment("late"))

    first = click(stage, "late")
    assert first.state is JoinState.PREPARING
    assert stage.calls() == {}
    assert "over" not in (first.message or "")
    assert stage.synchronise() == "SUCCEEDED"

    assert click(stage, "late").state is JoinState.JOIN


def takes_a_second(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """Has a second pass with each request that registers people, before Zoom looks at it."""
    for name in ("register", "register_batch"):
        sends = getattr(Sessions, name)

        def later(*of: Any, _sends: Any = sends, **how: Any) -> Any:
            stage.wait(1)
            return _sends(*of, **how)

        monkeypatch.setattr(Sessions, name, later)


@kinds
@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("clicks", [False, True])
def test_who_is_sent_as_the_planned_end_comes_gets_in(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, kind: Kind, count: int, *, clicks: bool
) -> None:
    live(stage, kind, runs=timedelta(minutes=59, seconds=59.5))
    stage.enrol(*(an_enrollment(f"u-{n}") for n in range(count)))
    takes_a_second(stage, monkeypatch)

    if clicks:
        assert click(stage, "u-0").state is JoinState.PREPARING
    assert stage.synchronise() == "SUCCEEDED"

    stage.all_is_well(count + 1)
    assert stage.zoom_meeting()["duration"] > 60


@kinds
def test_the_longer_duration_is_no_drift_and_stays_until_the_plan_changes(
    stage: Stage, kind: Kind
) -> None:
    live(stage, kind, runs=timedelta(minutes=75))
    stage.enrol(an_enrollment("late"))
    stage.synchronise()
    stage.forget_calls()

    synchronise(stage, verify=True)
    stage.events.record_phase(stage.event(), Phase.ENDED, stage.clock.now(), "uuid==")
    stage.act(action=f"end_{kind}")
    synchronise(stage, verify=True)
    assert stage.calls()[f"update_{kind}"] == 0
    assert stage.event().drift.edited is None

    later = stage.clock.now().replace(microsecond=0) + timedelta(days=1)
    stage.change_details(starts_at=later)
    stage.synchronise()
    assert stage.zoom_meeting()["duration"] == 60


@kinds
def test_a_session_that_runs_over_again_is_made_longer_again(stage: Stage, kind: Kind) -> None:
    live(stage, kind, runs=timedelta(minutes=75))
    stage.enrol(an_enrollment("late"))
    stage.synchronise()
    stage.wait(3600)
    stage.enrol(an_enrollment("later"))

    stage.synchronise()

    stage.all_is_well(3)
    assert stage.zoom_meeting()["duration"] == 180


@kinds
def test_what_zoom_takes_no_longer_is_told_truly(stage: Stage, kind: Kind) -> None:
    live(stage, kind, runs=timedelta(hours=24, minutes=5))
    stage.enrol(an_enrollment("late"), an_enrollment("later"))

    stage.synchronise()

    for user in ("late", "later"):
        person = stage.enrollment(user)
        assert (person.state, person.reason) == ("failed", "registration_closed")
        assert "runs over its planned end" in (person.message or "")
        decision = click(stage, user)
        assert decision.state is JoinState.UNAVAILABLE
        assert "runs over its planned end" in (decision.message or "")
        assert texts_of(decision)[1] is not PageText.CLOSED_MORE
    assert stage.event().sync.state == "in_sync"
    assert stage.calls()[f"update_{kind}"] == 0


@kinds
def test_a_change_that_zoom_refuses_is_told_truly(stage: Stage, kind: Kind) -> None:
    live(stage, kind, runs=timedelta(minutes=75))
    refusal = {"code": 3000, "message": "Not now."}
    stage.fault(operation=f"update_{kind}", kind="status", status=400, body=refusal, times=None)
    stage.enrol(an_enrollment("late"))

    stage.synchronise()

    assert "runs over its planned end" in (stage.enrollment("late").message or "")
    assert stage.calls()[f"update_{kind}"] <= 5
    assert sum(count for name, count in stage.calls().items() if "registrant" in name) == 1
    stage.world.faults.clear()
    synchronise(stage, retry=True)
    stage.all_is_well(2)


@kinds
def test_who_was_told_that_it_is_over_gets_in_once_it_is_known_to_go_on(
    stage: Stage, kind: Kind
) -> None:
    live(stage, kind, runs=timedelta(minutes=75), is_known=False)
    stage.enrol(an_enrollment("late"), an_enrollment("later"))
    stage.synchronise()
    assert (
        stage.enrollment("late").message == "Registration at Zoom is closed. The session is over."
    )
    stage.forget_calls()
    assert click(stage, "late").reason == "registration_closed"
    assert stage.calls() == {}

    began = stage.event().details.starts_at + timedelta(minutes=50)
    stage.events.record_phase(stage.event(), Phase.LIVE, began, "uuid==")
    synchronise(stage)

    stage.all_is_well(3)


@kinds
def test_a_session_that_somebody_moved_into_the_past_is_put_right(stage: Stage, kind: Kind) -> None:
    stage.events.create(
        an_event(now=stage.clock.now(), details=a_details(kind=kind, host=HOSTS[kind]))
    )
    stage.enrol(an_enrollment("early"))
    stage.synchronise()
    session = next(iter(stage.world.sessions.values()))
    session.start_time = stage.clock.now() - timedelta(days=2)
    stage.enrol(an_enrollment("late"))

    stage.synchronise()

    stage.all_is_well(2)


@kinds
def test_a_zoom_that_says_so_all_the_same_is_believed_in_the_end(stage: Stage, kind: Kind) -> None:
    stage.events.create(
        an_event(now=stage.clock.now(), details=a_details(kind=kind, host=HOSTS[kind]))
    )
    stage.enrol(an_enrollment("early"), an_enrollment("late"))
    over = {"code": 3038, "message": "Meeting is over, you can not register now."}
    for operation in (f"batch_{kind}_registrants", f"add_{kind}_registrant"):
        stage.fault(operation=operation, kind="status", status=400, body=over, times=None)

    stage.synchronise()

    assert stage.where_people_stand() == {"failed": 2}
    assert stage.enrollment("late").reason == "registration_closed"
    assert stage.event().sync.state == "in_sync"
