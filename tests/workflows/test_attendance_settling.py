"""Attendance after the end: Zoom's report waited for, read, matched, added up, and told once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from lectern.attendance.start import AttendanceStarter, restart_forgotten
from lectern.attendance.tasks import TASK
from lectern.domain.attendance import Instance, state_of
from lectern.domain.notifications import Notification, of_event
from lectern.domain.presence import minutes_in
from lectern.store.items import event_of
from lectern_testing.sessions import HeldSession
from lectern_testing.stage import Stage
from lectern_testing.stream import Stream

KIM, SAM = "u-00000@people.example", "u-00001@people.example"
HOST = "anna@acme.example"


def attended(stage: Stage, event_id: str = "ev-1") -> dict[str, int]:
    """Minutes by user, or by name with a question mark for who could not be matched."""
    now = stage.clock.now()
    return {
        each.user_id or f"{each.name}?": minutes_in(each.spans, now)
        for each in stage.attendance.everyone(event_id)
    }


def states(stage: Stage, event_id: str = "ev-1") -> str:
    return state_of(stage.instances.of_event(event_id))


def settled(stage: Stage, instance: Instance) -> Instance:
    """The run after its round's execution, which has to succeed."""
    assert stage.settle(instance) == "SUCCEEDED"
    found = stage.instances.get(instance.event_id, instance.key)
    assert found is not None
    return found


def an_hour(stage: Stage, *, told: bool = True) -> Instance:
    """A session of an hour: Kim for half of it, Sam for all, and a guest for ten minutes."""
    session = HeldSession(stage, told=told)
    session.join(KIM)
    session.join(SAM)
    session.later(20)
    session.join(name="Stranger")
    session.later(10)
    session.leave(KIM)
    session.leave("Stranger")
    session.later(30)
    return session.ended()


def reads(stage: Stage) -> int:
    return stage.calls()["report_meeting_participants"]


def test_the_report_is_read_after_the_delay_and_settles_who_attended(stage: Stage) -> None:
    stage.synchronised_event(2)
    instance = an_hour(stage)
    stage.forget_calls()
    assert states(stage) == "provisional"

    final = settled(stage, instance)

    assert attended(stage) == {"u-00000": 30, "u-00001": 60, "u-host": 60, "Stranger?": 10}
    assert (states(stage), final.problem) == ("final", None)
    assert stage.waits[0] == pytest.approx(900, abs=2)
    assert stage.calls() == {"report_meeting_participants": 1, "get_past_meeting": 1}


def test_nothing_raw_is_kept_of_what_is_final(stage: Stage) -> None:
    stage.synchronised_event(2)
    settled(stage, an_hour(stage))
    items = stage.table._client.scan(TableName=stage.table._name)["Items"]
    kept = {item["SK"]["S"].partition("#")[0] for item in items if "ATTEND" in item["PK"]["S"]}
    assert kept == {"INSTANCE", "PERSON", "STRANGER"}
    assert all("ttl" in item for item in items if "ATTEND" in item["PK"]["S"])


@pytest.mark.parametrize("until_ready", ["empty", "not_found"])
def test_a_late_report_is_waited_for_with_growing_pauses(stage: Stage, until_ready: str) -> None:
    reports = {"ready_after_seconds": 7200, "complete_after_seconds": 9000}
    stage.synchronised_event(2)
    stage.seed(reports={**reports, "until_ready": until_ready})
    instance = an_hour(stage)
    stage.forget_calls()

    settled(stage, instance)

    assert attended(stage)["u-00000"] == 30
    assert stage.waits[1:] == sorted(stage.waits[1:])
    assert 9000 <= sum(stage.waits) <= 9000 + 3600
    assert reads(stage) <= 10


def test_what_was_seen_live_is_not_needed(stage: Stage) -> None:
    """All webhooks but the end were lost."""
    stage.synchronised_event(2)
    session = HeldSession(stage, told=False)
    session.join(KIM)
    session.later(30)
    session.webhooks.reach_lectern = True
    settled(stage, session.ended())
    assert attended(stage) == {"u-00000": 30, "u-host": 30}


@pytest.fixture
def crowd(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> Instance:
    """A session whose report has three pages: the host and seven guests."""
    monkeypatch.setattr("lectern.zoom.reports.PAGE_SIZE", 3)
    stage.synchronised_event(1)
    session = HeldSession(stage)
    for number in range(7):
        session.join(name=f"Guest {number}")
    session.later(5)
    instance = session.ended()
    stage.forget_calls()
    return instance


def test_a_report_of_several_pages_is_read_to_its_end(stage: Stage, crowd: Instance) -> None:
    settled(stage, crowd)
    assert len(attended(stage)) == 8
    assert reads(stage) == 3
    assert stage.largest_payload < 1000


def test_a_page_token_that_ended_begins_the_report_anew(stage: Stage, crowd: Instance) -> None:
    delays = [timedelta(minutes=16)]

    def pause(payload: dict[str, Any]) -> None:
        if payload["task"] == "read_page" and payload["page_token"] and delays:
            stage.clock.advance(delays.pop())

    stage.before_task = pause
    settled(stage, crowd)
    assert len(attended(stage)) == 8
    assert reads(stage) == 5


def test_a_uuid_with_slashes_is_found(stage: Stage) -> None:
    stage.seed(uuids_with_slashes=True)
    stage.synchronised_event(2)
    instance = an_hour(stage)
    assert "/" in instance.uuid
    settled(stage, instance)
    assert attended(stage)["u-00000"] == 30


def test_runs_are_settled_apart_and_add_up(stage: Stage) -> None:
    stage.synchronised_event(2)
    first = an_hour(stage)
    second = HeldSession(stage)
    second.join(KIM)
    second.later(20)
    settled(stage, first)
    assert (states(stage), stage.event().attended) == ("live", frozenset())

    ended = second.ended()
    settled(stage, ended)

    assert attended(stage)["u-00000"] == 50
    assert states(stage) == "final"
    assert stage.event().attended == {first.key, ended.key}


def test_someone_alone_is_final_by_what_was_seen(stage: Stage) -> None:
    """Zoom makes no report of one participant."""
    stage.synchronised_event(2)
    session = HeldSession(stage)
    session.later(20)
    instance = session.ended()

    final = settled(stage, instance)

    assert (states(stage), final.problem) == ("final", None)
    assert reads(stage) == 1


def test_one_seen_live_of_two_who_were_there_is_waited_for(stage: Stage) -> None:
    """Zoom counts two, so a webhook was lost: the report will come."""
    stage.synchronised_event(2)
    stage.seed(reports={"ready_after_seconds": 7200, "complete_after_seconds": 7200})
    session = HeldSession(stage)
    session.webhooks.reach_lectern = False
    session.join(KIM)
    session.later(20)
    session.webhooks.reach_lectern = True
    settled(stage, session.ended())
    assert attended(stage) == {"u-00000": 20, "u-host": 20}


def test_a_report_that_never_comes_leaves_what_was_seen_and_says_so(stage: Stage) -> None:
    stage.synchronised_event(2)
    stage.seed(reports={"ready_after_seconds": 10**9})
    instance = an_hour(stage)
    stage.forget_calls()

    found = settled(stage, instance)

    assert states(stage) == "provisional"
    assert found.problem is not None
    assert found.problem.code == "report_missing"
    assert 86_400 <= sum(stage.waits) < 2 * 86_400
    assert reads(stage) < 40
    assert found.due_at is not None
    assert found.due_at > stage.clock.now()


def test_a_report_that_comes_after_all_is_found_by_the_sweep(stage: Stage) -> None:
    stage.synchronised_event(2)
    stage.seed(reports={"ready_after_seconds": 100_000, "complete_after_seconds": 0})
    found = settled(stage, an_hour(stage))
    assert restart_forgotten(stage.instances, stage.clock.now()) == 0
    rounds = [found.round]
    while states(stage) != "final":
        assert found.due_at is not None
        stage.wait_until(found.due_at + timedelta(seconds=1))
        assert restart_forgotten(stage.instances, stage.clock.now()) == 1
        again = stage.instances.get("ev-1", found.key)
        assert again is not None
        found = settled(stage, again)
        rounds.append(found.round)
    assert rounds == [1, 2, 3, 4, 5][: len(rounds)]
    assert attended(stage)["u-00000"] == 30


def test_a_missing_scope_is_named_and_heals_once_it_is_granted(stage: Stage) -> None:
    scope = "report:read:list_meeting_participants:admin"
    stage.synchronised_event(2)
    scopes = [each for each in stage.world.seed.scopes if each != scope]
    stage.seed(scopes=scopes)
    instance = an_hour(stage)

    found = settled(stage, instance)

    assert states(stage) == "provisional"
    assert found.problem is not None
    assert (found.problem.code, scope in found.problem.message) == ("zoom_scope_missing", True)

    stage.seed(scopes=[*scopes, scope])
    assert found.due_at is not None
    stage.wait_until(found.due_at + timedelta(seconds=1))
    restart_forgotten(stage.instances, stage.clock.now())
    again = stage.instances.get("ev-1", found.key)
    assert again is not None
    assert settled(stage, again).problem is None
    assert states(stage) == "final"


def test_times_are_those_of_the_webhooks_where_the_scope_for_zooms_is_missing(
    stage: Stage,
) -> None:
    stage.synchronised_event(2)
    missing = "meeting:read:past_meeting:admin"
    stage.seed(scopes=[each for each in stage.world.seed.scopes if each != missing])
    settled(stage, an_hour(stage))
    assert attended(stage)["u-00001"] == 60


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "status", "status": 503, "times": 5},
        {"kind": "rate_limit_second", "times": 5},
        {"kind": "html_500", "times": 3},
        {"kind": "cut_before", "times": 3},
        {"kind": "expired_token"},
    ],
    ids=lambda fault: fault["kind"],
)
def test_limits_and_outages_pass(stage: Stage, fault: dict[str, Any]) -> None:
    stage.synchronised_event(2)
    instance = an_hour(stage)
    stage.fault(operation="report_meeting_participants", **fault)
    settled(stage, instance)
    assert attended(stage)["u-00000"] == 30


def test_a_daily_limit_is_waited_out_until_zoom_says(stage: Stage) -> None:
    stage.synchronised_event(2)
    instance = an_hour(stage)
    stage.fault(operation="report_meeting_participants", kind="rate_limit_daily", times=1)
    days = []

    def look(payload: dict[str, Any]) -> None:
        if payload["task"] == "read_page":
            days.append(stage.clock.now().date())

    stage.before_task = look
    settled(stage, instance)
    assert days[-1] == days[0] + timedelta(days=1)
    assert attended(stage)["u-00000"] == 30


def test_a_long_outage_is_told_while_it_lasts_and_forgotten_after(stage: Stage) -> None:
    stage.synchronised_event(2)
    instance = an_hour(stage)
    stage.fault(operation="report_meeting_participants", kind="status", status=503, times=12)
    seen = []

    def look(payload: dict[str, Any]) -> None:
        problem = stage.instances.of_event("ev-1")[0].problem
        seen.append(problem.code if problem else None)

    stage.before_task = look
    assert settled(stage, instance).problem is None
    assert "zoom_unavailable" in seen


def test_an_unexpected_fault_is_told_and_tried_again_by_the_sweep(stage: Stage) -> None:
    stage.synchronised_event(2)
    instance = an_hour(stage)

    def fail(payload: dict[str, Any]) -> None:
        if payload["task"] == "settle":
            raise RuntimeError

    stage.before_task = fail
    assert stage.settle(instance) == "FAILED"
    (found,) = stage.instances.of_event("ev-1")
    assert found.problem is not None
    assert found.problem.code == "internal_error"

    stage.before_task = lambda _payload: None
    stage.clock.advance(timedelta(minutes=31))
    assert restart_forgotten(stage.instances, stage.clock.now()) == 1
    settled(stage, stage.instances.of_event("ev-1")[0])
    assert states(stage) == "final"


def test_a_round_that_was_taken_over_does_nothing_more(stage: Stage) -> None:
    stage.synchronised_event(2)
    instance = an_hour(stage)

    def take_over(payload: dict[str, Any]) -> None:
        if payload["task"] == "settle":
            stage.before_task = lambda _payload: None
            (now,) = stage.instances.of_event("ev-1")
            stage.instances.ask_again(now, stage.clock.now())

    stage.before_task = take_over
    settled(stage, instance)
    assert states(stage) == "provisional"
    settled(stage, stage.instances.of_event("ev-1")[0])
    assert attended(stage)["u-00000"] == 30


def test_an_end_that_zoom_did_not_tell_is_asked_for_and_settled(stage: Stage) -> None:
    stage.synchronised_event(2)
    session = HeldSession(stage)
    session.join(KIM)
    session.later(30)
    session.webhooks.reach_lectern = False
    instance = session.ended()
    assert instance.ended_at is None
    assert instance.due_at is not None

    stage.wait_until(instance.due_at + timedelta(seconds=1))
    assert restart_forgotten(stage.instances, stage.clock.now()) == 1
    settled(stage, session.stored())
    assert session.stored().ended_at is not None
    settled(stage, session.stored())

    assert states(stage) == "final"
    assert attended(stage)["u-00000"] == 30


def test_a_session_that_still_runs_is_asked_about_again_later(stage: Stage) -> None:
    stage.synchronised_event(2)
    session = HeldSession(stage)
    due_at = session.stored().due_at
    assert due_at is not None
    stage.wait_until(due_at + timedelta(seconds=1))
    restart_forgotten(stage.instances, stage.clock.now())
    settled(stage, session.stored())
    stored = session.stored()
    assert stored.ended_at is None
    assert stored.due_at is not None
    assert stored.due_at > stage.clock.now()


def test_a_lambda_that_dies_anywhere_is_made_up_for(stage: Stage) -> None:
    """Killed after each effect in turn; the sweep begins another round, and it comes out right."""
    stage.synchronised_event(2)
    stream = Stream()
    point = 0
    while point < len(stage.effects) + 1:
        point += 1
        for each in stage.instances.of_event("ev-1"):
            assert each.is_final
        session = HeldSession(stage)
        session.join(KIM)
        session.later(30)
        instance = session.ended()
        stage.effects.clear()
        stage.kill_after = point
        stage.settle(instance)
        stage.kill_after = None
        died = len(stage.effects) >= point
        stage.clock.advance(timedelta(hours=3))
        while restart_forgotten(stage.instances, stage.clock.now()):
            settled(
                stage, next(i for i in stage.instances.of_event("ev-1") if i.key == instance.key)
            )
            stage.clock.advance(timedelta(hours=3))
        assert attended(stage)["u-00000"] == 30 * point
        assert instance.key in stage.event().attended
        if not died:
            break
    assert point > 6
    assert len(ready_in(stream)) == point


def ready_in(stream: Stream) -> list[Notification]:
    """What the LMS is told of attendance by the changes so far."""
    return [
        notification
        for change in stream.changes()
        if change.new and change.new["SK"] == "EVENT"
        for notification in of_event(
            event_of(change.old) if change.old else None, event_of(change.new)
        )
        if notification.type == "attendance.ready"
    ]


class Starts:
    """Stands for Step Functions; keeps what was started."""

    class exceptions:  # noqa: N801 - boto3's name
        class ExecutionAlreadyExists(Exception):
            pass

    def __init__(self) -> None:
        self.names: list[str] = []

    def start_execution(self, *, name: str, **_: Any) -> None:
        if name in self.names:
            raise self.exceptions.ExecutionAlreadyExists
        self.names.append(name)


def test_the_stream_starts_one_execution_for_each_round(stage: Stage) -> None:
    stage.synchronised_event(2)
    stream, client = Stream(), Starts()
    starter = AttendanceStarter(client, "arn")  # type: ignore[arg-type]
    instance = an_hour(stage)
    stage.instances.ask_again(instance, stage.clock.now())
    changes = [change for change in stream.changes() if change.new]
    for change in [*changes, *changes[-40:]]:
        assert change.new is not None
        starter.changed(change.old, change.new)
    assert client.names == [f"ev-1-{instance.key}-1", f"ev-1-{instance.key}-2"]


def test_the_lms_is_told_once_that_it_is_final_and_again_of_a_later_run(stage: Stage) -> None:
    stage.synchronised_event(2)
    stream = Stream()
    first = an_hour(stage)
    settled(stage, first)
    again = {"task": "conclude", "event_id": "ev-1", "instance": first.key, "round": first.round}
    TASK.validate_python(again).run(stage.attendance_tools)
    settled(stage, an_hour(stage))
    told = ready_in(stream)
    assert [each.event_id for each in told] == ["ev-1", "ev-1"]
    assert len({each.identifier("any change") for each in told}) == 2
