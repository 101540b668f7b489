"""What passes by itself: it is said within a minute, and tried again within another."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest

from lectern.api.events.view import event_view
from lectern.domain.event import Host
from lectern.domain.meeting import Kind
from lectern_testing.builders import a_details, an_enrollment, an_event
from lectern_testing.on_stage.sessions import an_event_at_zoom, an_hour
from lectern_testing.on_stage.waiting_executions import Watch
from lectern_testing.stage import Stage

MINUTE = timedelta(minutes=1)
DOWN: dict[str, dict[str, Any]] = {
    "500": {"kind": "status", "status": 500},
    "a page of HTML": {"kind": "html_500"},
    "HTML with 200": {"kind": "status", "status": 200, "body": "<html>Maintenance</html>"},
    "cut": {"kind": "cut_before"},
    "429 without end": {"kind": "rate_limit_second"},
}


def a_webinar(stage: Stage) -> None:
    wanda = Host(user_id="u-w", email="wanda@acme.example")
    details = a_details(kind=Kind.WEBINAR, host=wanda)
    stage.events.create(an_event(now=stage.clock.now(), details=details))
    stage.enrol(*(an_enrollment(f"u-{n:05}", now=stage.clock.now()) for n in range(2)))


def a_change(stage: Stage) -> None:
    stage.synchronised_event(2)
    stage.change_details(title="Another")


def a_removal(stage: Stage) -> None:
    stage.synchronised_event(3)
    stage.change_enrollment("u-00002", removed=True)


def an_event_with_two(stage: Stage) -> None:
    stage.event_with_people(2)


@pytest.mark.parametrize("begin", [an_event_with_two, a_webinar, a_change, a_removal])
@pytest.mark.parametrize("name", DOWN)
def test_an_outage_is_said_within_a_minute_and_tried_again_within_another(
    stage: Stage, begin: Callable[[Stage], None], name: str
) -> None:
    begin(stage)
    stage.fault(operation="*", times=60, **DOWN[name])
    watch = Watch(stage)

    assert stage.synchronise() == "SUCCEEDED"

    at, record = next(seen for seen in watch.seen if seen[1].state == "waiting")
    assert at - watch.began < MINUTE
    assert record.problem is not None
    code = "zoom_rate_limited" if "429" in name else "zoom_unavailable"
    assert record.problem.code == code
    assert record.next_attempt_at is not None
    assert record.next_attempt_at - at < MINUTE
    # It lasted for sixty calls, and nobody had to do anything.
    assert (stage.event().sync.state, stage.event().sync.problem) == ("in_sync", None)
    assert len(stage.registrants()) == 2


def test_the_longer_an_outage_lasts_the_less_often_it_is_tried_and_then_all_is_counted_anew(
    stage: Stage,
) -> None:
    stage.event_with_people(2)
    stage.fault(operation="get_user", kind="status", status=503, times=40)
    watch = Watch(stage)

    assert stage.synchronise() == "SUCCEEDED"

    pauses = [later - earlier for (earlier, _), (later, _) in pairwise(watch.seen)]
    assert max(pauses[:2]) < MINUTE
    assert pauses[8] > 5 * MINUTE
    assert max(pauses) < 31 * MINUTE
    assert stage.event().sync.attempts == 0
    stage.all_is_well(2)


def test_a_synchronisation_by_hand_ends_the_wait_at_once(stage: Stage) -> None:
    stage.event_with_people(2)
    stage.fault(operation="*", kind="html_500", times=None)
    watch = Watch(stage)

    def by_hand() -> None:
        stage.world.faults.clear()
        stage.events.request_sync("ev-1", stage.clock.now(), verify=True, retry=True)
        before = stage.clock.now()
        assert stage.run("by-hand") == "SUCCEEDED"
        assert stage.clock.now() - before < timedelta(seconds=10)
        stage.all_is_well(2)

    watch.once.append(by_hand)
    assert stage.synchronise() == "SUCCEEDED"
    assert watch.once == []
    stage.all_is_well(2)


ODD: dict[str, dict[str, Any]] = {
    "an error with 200": {
        "kind": "error_body_200",
        "body": {"code": 9999, "message": "Something went wrong."},
    },
    "an unknown code": {
        "kind": "status",
        "status": 400,
        "body": {"code": 7777, "message": "Not now."},
    },
}


@pytest.mark.parametrize("name", ODD)
@pytest.mark.parametrize("operation", ["get_user", "create_meeting", "get_meeting"])
def test_one_odd_answer_is_said_and_tried_again_within_a_minute(
    stage: Stage, operation: str, name: str
) -> None:
    stage.event_with_people(2)
    stage.fault(operation=operation, **ODD[name])
    watch = Watch(stage)

    assert stage.synchronise() == "SUCCEEDED"

    at, record = watch.seen[0]
    assert record.state == "failed"
    assert record.problem is not None
    assert record.problem.code == "zoom_rejected"
    assert record.next_attempt_at is not None
    assert record.next_attempt_at - at < MINUTE
    told = event_view(an_event(sync=record)).sync
    assert (told.state, told.next_attempt_at) == ("failed", record.next_attempt_at)
    assert stage.clock.now() - watch.began < 2 * MINUTE
    stage.all_is_well(2)
    assert stage.event().sync.attempts == 0


def test_what_is_refused_for_good_is_tried_ever_less_often(stage: Stage) -> None:
    stage.event_with_people(1)
    stage.fault(operation="create_meeting", times=None, **ODD["an unknown code"])

    assert stage.synchronise() == "SUCCEEDED"
    assert stage.calls()["create_meeting"] == 2
    assert stage.event().sync.state == "failed"

    pauses = []
    for _ in range(5):
        failed_at = stage.clock.now()
        while not stage.sweep()["restarted"]:
            stage.clock.advance(MINUTE)
        pauses.append(round((stage.clock.now() - failed_at) / MINUTE))
        assert stage.synchronise() == "SUCCEEDED"
    assert pauses == pytest.approx([5, 10, 20, 30, 30], abs=1)
    assert stage.calls()["create_meeting"] == 7

    # Another title is another matter: it has its second try within a minute again.
    stage.change_details(title="Another")
    assert stage.synchronise() == "SUCCEEDED"
    assert stage.calls()["create_meeting"] == 9


def test_what_a_person_has_to_put_right_is_not_tried_again_at_once(stage: Stage) -> None:
    stage.seed(users=[{"email": "anna@acme.example", "type": 1}])
    stage.event_with_people(1)
    watch = Watch(stage)

    assert stage.synchronise() == "SUCCEEDED"

    assert stage.event().sync.state == "failed"
    assert watch.seen == []


def test_an_unexpected_fault_that_passes_is_over_within_a_minute(stage: Stage) -> None:
    stage.event_with_people(2)
    left = [KeyError("something")] * 4

    def broken(payload: dict[str, object]) -> None:
        if payload["task"] == "plan_page" and left:
            raise left.pop()

    stage.before_task = broken
    watch = Watch(stage)
    assert stage.synchronise() == "SUCCEEDED"

    at, record = watch.seen[0]
    assert record.state == "failed"
    assert record.problem is not None
    assert record.problem.code == "internal_error"
    assert record.next_attempt_at is not None
    assert record.next_attempt_at - at < MINUTE
    stage.all_is_well(2)


def test_a_report_that_an_outage_held_up_is_tried_again_within_a_minute(stage: Stage) -> None:
    an_event_at_zoom(stage)
    instance = an_hour(stage)
    stage.fault(operation="report_meeting_participants", kind="status", status=503, times=6)
    at = []

    def look(payload: dict[str, Any]) -> None:
        if payload["task"] == "read_page":
            at.append(stage.clock.now())

    stage.before_task = look
    assert stage.settle(instance) == "SUCCEEDED"

    found = stage.instances.get("ev-1", instance.key)
    assert found is not None
    assert found.is_final
    assert max(later - earlier for earlier, later in pairwise(at)) < MINUTE
