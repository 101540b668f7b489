"""Attendance after the end: Zoom's report waited for, read, matched, added up, and told once."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from lectern.api.attendance.erasure import forget_attendance
from lectern.attendance import report
from lectern.attendance.start import AttendanceStarter, restart_forgotten
from lectern.attendance.tasks import TASK
from lectern.domain.attendance.matching import Attendee, Instance, marks_of
from lectern.domain.errors import ZoomUnavailable
from lectern.executions import Executions
from lectern.store.attendance import AttendanceStore
from lectern_testing.aws.stream import Stream
from lectern_testing.on_stage.sessions import (
    KIM,
    HeldSession,
    an_event_at_zoom,
    an_hour,
    attended,
    reads,
    ready_in,
    settled,
    state,
)
from lectern_testing.stage import Stage


def test_the_report_is_read_after_the_delay_and_settles_who_attended(stage: Stage) -> None:
    an_event_at_zoom(stage)
    instance = an_hour(stage)
    stage.forget_calls()
    assert state(stage) == "provisional"

    final = settled(stage, instance)

    assert attended(stage) == {"u-00000": 30, "u-00001": 60, "u-host": 60, "Stranger?": 10}
    assert (state(stage), final.problem) == ("final", None)
    assert stage.waits[0] == pytest.approx(900, abs=2)
    assert stage.calls() == {"report_meeting_participants": 1, "get_past_meeting": 1}


def test_an_end_that_lies_ahead_by_zooms_clock_is_waited_for_from_when_it_was_told(
    stage: Stage,
) -> None:
    an_event_at_zoom(stage)
    instance = an_hour(stage)
    began, ahead = stage.clock.now() - timedelta(hours=1), stage.clock.now() + timedelta(hours=5)
    stage.instances.correct(instance, began, ahead)

    settled(stage, instance)

    assert state(stage) == "final"
    assert stage.waits[0] == pytest.approx(900, abs=2)


def test_nothing_raw_is_kept_of_what_is_final(stage: Stage) -> None:
    an_event_at_zoom(stage)
    settled(stage, an_hour(stage))
    items = stage.table._client.scan(TableName=stage.table._name)["Items"]
    kept = {item["SK"]["S"].partition("#")[0] for item in items if "ATTEND" in item["PK"]["S"]}
    assert kept == {"INSTANCE", "PERSON", "STRANGER"}
    assert all("ttl" in item for item in items if "ATTEND" in item["PK"]["S"])


@pytest.mark.parametrize("until_ready", ["empty", "not_found"])
def test_a_late_report_is_waited_for_with_growing_pauses(stage: Stage, until_ready: str) -> None:
    reports = {"ready_after_seconds": 7200, "complete_after_seconds": 9000}
    an_event_at_zoom(stage)
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
    an_event_at_zoom(stage)
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
    an_event_at_zoom(stage)
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


def test_each_attempt_to_settle_comes_further_than_the_one_before(
    stage: Stage, crowd: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As where a task of two minutes is too short for all who were there."""
    written: list[str] = []
    add = AttendanceStore.add

    def add_some(store: AttendanceStore, instance: Instance, attendee: Attendee) -> None:
        if len(written) in {3, 7}:
            written.append("and the task ends")
            raise ZoomUnavailable("the task", unclear=True)
        written.append(attendee.position)
        add(store, instance, attendee)

    monkeypatch.setattr(AttendanceStore, "add", add_some)
    monkeypatch.setattr(report, "_WRITERS", 1)
    settled(stage, crowd)

    people = [each for each in written if each != "and the task ends"]
    assert len(attended(stage)) == len(people) == 8


def test_a_page_token_that_ended_begins_the_report_anew(stage: Stage, crowd: Instance) -> None:
    delays = [timedelta(minutes=16)]

    def pause(payload: dict[str, Any]) -> None:
        if payload["task"] == "read_page" and payload["page_token"] and delays:
            stage.clock.advance(delays.pop())

    stage.before_task = pause
    settled(stage, crowd)
    assert len(attended(stage)) == 8
    assert reads(stage) == 5


def test_a_long_report_is_not_begun_anew_by_the_sweep(stage: Stage, crowd: Instance) -> None:
    restarted = []

    def sweep(payload: dict[str, Any]) -> None:
        if payload["task"] == "read_page":
            restarted.append(restart_forgotten(stage.instances, stage.clock.now()))
            stage.clock.advance(timedelta(minutes=6))

    stage.before_task = sweep
    assert settled(stage, crowd).is_final
    assert restarted == [0, 0, 0]


def test_a_uuid_with_slashes_is_found(stage: Stage) -> None:
    stage.seed(uuids_with_slashes=True)
    an_event_at_zoom(stage)
    instance = an_hour(stage)
    assert "/" in instance.uuid
    settled(stage, instance)
    assert attended(stage)["u-00000"] == 30


def test_runs_are_settled_apart_and_add_up(stage: Stage) -> None:
    an_event_at_zoom(stage)
    first = an_hour(stage)
    second = HeldSession(stage)
    second.join(KIM)
    second.later(20)
    settled(stage, first)
    assert (state(stage), stage.event().attended) == ("live", frozenset())

    ended = second.ended()
    settled(stage, ended)

    assert attended(stage)["u-00000"] == 50
    assert state(stage) == "final"
    assert stage.event().attended == {first.key, ended.key}


def test_a_rehearsal_is_not_waited_for_once_the_session_was_held(stage: Stage) -> None:
    """Its report never comes, and that is no matter: the LMS is told of the session alone."""
    an_event_at_zoom(stage)
    stream = Stream()
    starts_at = stage.event().details.starts_at
    stage.wait_until(starts_at - timedelta(hours=2))
    rehearsal = an_hour(stage)
    stage.wait_until(starts_at)
    session = an_hour(stage)

    settled(stage, session)

    assert stage.event().attended == {session.key}
    assert len(ready_in(stream)) == 1
    settled(stage, rehearsal)
    assert stage.event().attended == {session.key}
    assert ready_in(stream) == []


def test_who_is_erased_before_the_report_is_read_is_not_in_it(stage: Stage) -> None:
    an_event_at_zoom(stage)
    instance = an_hour(stage)
    parts: Any = SimpleNamespace(
        instances=lambda: stage.instances, attendance=lambda: stage.attendance
    )
    registration = stage.enrollment("u-00000").registration
    assert registration is not None
    marks = marks_of(
        registrants=[registration.registrant_id], addresses=[registration.person.email]
    )
    forget_attendance("ev-1", "u-00000", marks, parts)
    stage.change_enrollment("u-00000", removed=True, erase=True)
    stage.synchronise()
    assert stage.enrollments.get("ev-1", "u-00000") is None

    settled(stage, instance)

    assert attended(stage) == {"u-00001": 60, "u-host": 60, "Stranger?": 10}
    items = str(stage.table._client.scan(TableName=stage.table._name)["Items"])
    assert KIM not in items
    assert "erased" not in items


def test_someone_alone_is_final_by_what_was_seen(stage: Stage) -> None:
    """Zoom makes no report of one participant."""
    an_event_at_zoom(stage)
    session = HeldSession(stage)
    session.later(20)
    instance = session.ended()

    final = settled(stage, instance)

    assert (state(stage), final.problem) == ("final", None)
    assert reads(stage) == 1


def test_one_seen_live_of_two_who_were_there_is_waited_for(stage: Stage) -> None:
    """Zoom counts two, so what was told of the other was lost: the report will come."""
    an_event_at_zoom(stage)
    stage.seed(reports={"ready_after_seconds": 7200, "complete_after_seconds": 7200})
    session = HeldSession(stage)
    session.webhooks.reach_lectern = False
    session.join(KIM)
    session.later(20)
    session.end()
    now = stage.clock.now()
    stage.instances.end(
        session.stored(), now, told_at=now, due_at=now, expires_at=now + timedelta(days=9)
    )
    settled(stage, session.stored())
    assert attended(stage) == {"u-00000": 20, "u-host": 20}


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
    an_event_at_zoom(stage)
    stream, client = Stream(), Starts()
    starter = AttendanceStarter(Executions(client, "arn"))  # type: ignore[arg-type]
    instance = an_hour(stage)
    stage.instances.ask_again(instance, stage.clock.now())
    changes = [change for change in stream.changes() if change.new]
    for change in [*changes, *changes[-40:]]:
        assert change.new is not None
        starter.changed(change.old, change.new)
    assert client.names == [f"ev-1-{instance.key}-1", f"ev-1-{instance.key}-2"]


def test_the_lms_is_told_once_that_it_is_final_and_again_of_a_later_run(stage: Stage) -> None:
    an_event_at_zoom(stage)
    stream = Stream()
    first = an_hour(stage)
    settled(stage, first)
    again = {"task": "conclude", "event_id": "ev-1", "instance": first.key, "round": first.round}
    TASK.validate_python(again).run(stage.attendance_dependencies)
    settled(stage, an_hour(stage))
    told = ready_in(stream)
    assert [each.event_id for each in told] == ["ev-1", "ev-1"]
    assert len({each.identifier("any change") for each in told}) == 2
