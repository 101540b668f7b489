"""What Zoom said is used up until a time is tried by nobody before then.

Other apps of the account use it as well, so Zoom's limits end before Lectern's own count does.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

import pytest

from lectern.domain.attendance.presence import Source
from lectern.domain.errors import ZoomDailyLimit
from lectern.domain.event import Event, Host
from lectern.domain.join.decision import JoinState
from lectern.domain.meeting import Kind
from lectern.domain.problems import EventProblem
from lectern_testing.builders import a_details, an_enrollment, an_event
from lectern_testing.lms.api import an_event_body
from lectern_testing.on_stage.clicks import click
from lectern_testing.on_stage.lms import lms_on
from lectern_testing.on_stage.waiting_executions import Watch
from lectern_testing.stage import Stage

ANNA = Host(user_id="u-host", email="anna@acme.example")
WANDA = Host(user_id="u-wanda", email="wanda@acme.example")
HOSTS = {Kind.MEETING: ANNA, Kind.WEBINAR: WANDA}


def refusal(words: str) -> dict[str, Any]:
    """Zoom's refusal for a daily limit, as it comes without headers."""
    message = f"You have exceeded the daily rate limit {words}. You may resume at GMT 00:00:00."
    return {"kind": "status", "status": 429, "body": {"code": 429, "message": message}}


HOST_DAY = refusal("(100) of Meeting Create/Update API requests permitted for this particular user")


def midnight(stage: Stage) -> datetime:
    now = stage.clock.now()
    return datetime.combine(now.date() + timedelta(days=1), time(), now.tzinfo)


def an_event_of(stage: Stage, host: Host, event_id: str, kind: Kind = Kind.MEETING) -> Event:
    event = an_event(event_id, now=stage.clock.now(), details=a_details(host=host, kind=kind))
    stage.events.create(event)
    return event


def tell_to_wait(stage: Stage, until: datetime, event_id: str = "ev-1") -> None:
    """The event says what it waits for, and until when."""
    sync = stage.event(event_id).sync
    assert sync.problem is not None
    assert (sync.state, sync.problem.code) == ("waiting", "zoom_daily_limit")
    assert sync.next_attempt_at == until


class TestTheAccountsDay:
    @pytest.mark.parametrize("kind", Kind)
    def test_is_tried_by_no_batch_no_sweep_no_click_and_not_by_hand(
        self, stage: Stage, kind: Kind
    ) -> None:
        operation = f"batch_{kind}_registrants"
        single = "batch_webinar_registrants" if kind is Kind.WEBINAR else "add_meeting_registrant"
        stage.fault(operation=operation, kind="rate_limit_daily", times=None)
        an_event_of(stage, HOSTS[kind], "ev-1", kind)
        stage.enrol(*(an_enrollment(f"u-{n:05}") for n in range(200)))
        until, watch = midnight(stage), Watch(stage)

        def meanwhile() -> None:
            tell_to_wait(stage, until)
            # Of seven batches four are sent at a time, and could not know of each other's answer.
            assert stage.calls()[operation] <= 4
            stage.world.faults.clear()
            stage.forget_calls()
            stage.events.request_sync("ev-1", stage.clock.now(), verify=True, retry=True)
            assert stage.run("by-hand") == "SUCCEEDED"
            tell_to_wait(stage, until)
            stage.clock.advance(timedelta(minutes=6))
            assert stage.sweep()["restarted"] == 0
            if single == operation:
                decision = click(stage, "u-00000")
                assert decision.reason is EventProblem.DAILY_LIMIT
                seconds = (until - stage.clock.now()).total_seconds()
                assert decision.retry_after_seconds == pytest.approx(seconds, abs=2)
            assert stage.calls()[operation] == 0

        watch.once.append(meanwhile)
        assert stage.synchronise() == "SUCCEEDED"

        assert stage.clock.now() >= until
        assert len(stage.registrants()) == 200
        assert stage.event().sync.state == "in_sync"

    def test_of_one_class_holds_up_no_other(self, stage: Stage) -> None:
        stage.synchronised_event(1)
        stage.enrol(*(an_enrollment(f"late-{n}") for n in range(2)))
        stage.fault(operation="batch_meeting_registrants", kind="rate_limit_daily")

        def meanwhile() -> None:
            stage.change_details(title="Another")
            assert stage.run("another") == "SUCCEEDED"
            assert stage.zoom_meeting()["topic"] == "Another"
            assert click(stage, "late-0").state is JoinState.JOIN

        watch = Watch(stage)
        watch.once.append(meanwhile)
        stage.synchronise()
        stage.all_is_well(3)

    def test_is_known_to_whoever_wants_the_same_of_another_event(self, stage: Stage) -> None:
        stage.fault(operation="report_meeting_participants", kind="rate_limit_daily")
        connection = stage.settings.connection("default")
        assert connection is not None
        reports = stage.dependencies.zoom(connection).reports
        for uuid in ("one==", "two=="):
            with pytest.raises(ZoomDailyLimit) as caught:
                reports.page(Kind.MEETING, Source.REPORT, uuid, "")
            assert caught.value.resume_at == midnight(stage)

        assert stage.calls()["report_meeting_participants"] == 1

    def test_of_something_that_zoom_gives_no_class_for_closes_that_alone(
        self, stage: Stage
    ) -> None:
        connection = stage.settings.connection("default")
        assert connection is not None
        users = stage.dependencies.zoom(connection).users
        stage.fault(operation="create_user", **refusal("(50) of Create User API requests"))
        for n in range(2):
            with pytest.raises(ZoomDailyLimit):
                users.create(f"new-{n}@acme.example", by_sso=False)

        assert stage.calls()["create_user"] == 1
        assert users.find(ANNA.email).id

    def test_that_ends_after_midnight_is_kept_until_then(self, stage: Stage) -> None:
        until = midnight(stage) + timedelta(hours=2)
        now = stage.clock.now()
        stage.budgets.close_day("default", now, "heavy", until)
        stage.budgets.close_host("default", now, "h-1", until)

        for moment in (now, until - timedelta(seconds=1)):
            assert not stage.budgets.take_day("default", moment, "heavy", None)
            assert not stage.budgets.take_host("default", moment, "h-1", 100)
            assert stage.budgets.day_reopens_at("default", moment, "heavy") == until
            assert stage.budgets.host_reopens_at("default", moment, "h-1", 100) == until
        assert stage.budgets.take_day("default", until, "heavy", None)
        assert stage.budgets.take_host("default", until, "h-1", 100)


class TestAHostsDay:
    @pytest.mark.parametrize("kind", Kind)
    def test_is_known_to_all_events_of_the_host(self, stage: Stage, kind: Kind) -> None:
        an_event_of(stage, HOSTS[kind], "ev-1", kind)
        assert stage.synchronise() == "SUCCEEDED"
        stage.fault(operation=f"update_{kind}", **HOST_DAY)
        stage.change_details(title="Another")
        stage.enrol(an_enrollment("kim"))
        stage.forget_calls()
        until, watch = midnight(stage), Watch(stage)

        def meanwhile() -> None:
            tell_to_wait(stage, until)
            assert stage.enrollment("kim").state == "registered"
            an_event_of(stage, HOSTS[kind], "ev-2", kind)
            stage.events.request_sync("ev-1", stage.clock.now(), verify=True, retry=True)
            watch.once.append(lambda: tell_to_wait(stage, until, "ev-2"))
            assert stage.run("by-hand") == "SUCCEEDED"
            tell_to_wait(stage, until)
            an_event_of(stage, Host(user_id="u-bo", email="bo@acme.example"), "ev-3")
            assert stage.synchronise("ev-3") == "SUCCEEDED"
            assert stage.event("ev-3").sync.state == "in_sync"
            assert stage.clock.now() < until
            assert stage.calls()[f"update_{kind}"] == 1

        watch.once.append(meanwhile)
        assert stage.synchronise() == "SUCCEEDED"
        assert stage.synchronise("ev-2") == "SUCCEEDED"

        assert stage.clock.now() >= until
        assert stage.zoom_meeting()["topic"] == "Another"
        assert stage.event("ev-2").sync.state == "in_sync"

    def test_is_told_by_the_check_and_the_budget(self, stage: Stage) -> None:
        stage.fault(operation="create_meeting", **HOST_DAY)
        an_event_of(stage, ANNA, "ev-1")
        watch, lms = Watch(stage), lms_on(stage)

        def meanwhile() -> None:
            starts_at = (stage.clock.now() + timedelta(days=2)).replace(microsecond=0).isoformat()
            body = an_event_body(starts_at=starts_at)
            found = lms.post("/v1/events/ev-9/check", body).json["problems"]
            assert [each["code"] for each in found] == ["zoom_daily_limit"]
            budget = lms.get("/v1/budget").json
            (host,) = budget["hosts"]
            assert (host["used"], host["left"]) == (1, 0)
            until = midnight(stage).isoformat().replace("+00:00", "Z")
            told = {"concerns": "host", "name": host["host_id"], "until": until}
            assert budget["closed"] == [told]

        watch.once.append(meanwhile)
        assert stage.synchronise() == "SUCCEEDED"
        assert watch.once == []
        assert lms.get("/v1/budget").json["closed"] == []


def use_up_at_zoom(stage: Stage, address: str) -> None:
    """Somebody else registers a person three times a day."""
    meeting = stage.event().meeting
    assert meeting is not None
    session = stage.world.sessions[int(meeting.zoom_id)]
    for _ in range(3):
        stage.world.limits.take_registrations(session, [address], stage.clock.now())


@pytest.mark.parametrize("others", [0, 2])
def test_a_persons_day_is_tried_once_and_holds_up_nobody_else(stage: Stage, others: int) -> None:
    stage.synchronised_event(1)
    use_up_at_zoom(stage, "kim@people.example")
    stage.enrol(an_enrollment("kim"), *(an_enrollment(f"late-{n}") for n in range(others)))
    until, watch = midnight(stage), Watch(stage)

    def meanwhile() -> None:
        tell_to_wait(stage, until)
        assert len(stage.registrants()) == 1 + others
        stage.forget_calls()
        stage.events.request_sync("ev-1", stage.clock.now(), verify=True, retry=True)
        assert stage.run("by-hand") == "SUCCEEDED"
        tell_to_wait(stage, until)
        assert click(stage, "kim").reason is EventProblem.DAILY_LIMIT
        assert stage.calls()["add_meeting_registrant"] == 0
        assert stage.calls()["batch_meeting_registrants"] == 0

    watch.once.append(meanwhile)
    assert stage.synchronise() == "SUCCEEDED"

    assert stage.clock.now() >= until
    stage.all_is_well(2 + others)


def test_what_a_click_learns_of_a_person_the_next_click_knows(stage: Stage) -> None:
    stage.synchronised_event(1)
    use_up_at_zoom(stage, "kim@people.example")
    stage.enrol(an_enrollment("kim"))
    stage.forget_calls()

    told = [click(stage, "kim").reason for _ in range(3)]

    assert told == [EventProblem.DAILY_LIMIT] * 3
    assert stage.calls() == {"add_meeting_registrant": 1}


def test_a_status_that_zoom_does_not_change_any_more_is_tried_once(stage: Stage) -> None:
    stage.synchronised_event(1)
    meeting = stage.event().meeting
    assert meeting is not None
    session, address = stage.world.sessions[int(meeting.zoom_id)], "u-00000@people.example"
    for _ in range(10):
        stage.world.limits.take_status_changes(session, [address], stage.clock.now())
    stage.act(action="deny_registrant", email=address)
    stage.events.request_sync("ev-1", stage.clock.now(), verify=True)
    stage.forget_calls()
    until, watch = midnight(stage), Watch(stage)

    def meanwhile() -> None:
        tell_to_wait(stage, until)
        stage.events.request_sync("ev-1", stage.clock.now(), verify=True, retry=True)
        assert stage.run("by-hand") == "SUCCEEDED"
        assert stage.calls()["update_meeting_registrant_status"] == 1

    watch.once.append(meanwhile)
    assert stage.synchronise() == "SUCCEEDED"
    stage.all_is_well(1)
