"""What Zoom refuses, limits, loses and breaks; and what people change at the same time."""

from __future__ import annotations

from datetime import timedelta

import pytest

from lectern.domain.enrollment import Person
from lectern.domain.event import Host, Status, SyncRecord
from lectern.domain.meeting import Kind
from lectern.sync.triggers.start import execution_name
from lectern_testing.builders import a_details, an_enrollment, an_event
from lectern_testing.on_stage.waiting_executions import once
from lectern_testing.stage import Stage

FIRST_CALLS = ["get_user", "create_meeting", "get_meeting", "batch_meeting_registrants"]
FAULTS = ["rate_limit_second", "html_500", "cut_before", "cut_after", "expired_token"]


@pytest.mark.parametrize("kind", FAULTS)
@pytest.mark.parametrize("operation", FIRST_CALLS)
def test_a_fault_at_any_call_is_survived(stage: Stage, operation: str, kind: str) -> None:
    stage.fault(operation=operation, kind=kind, times=2)
    stage.event_with_people(3)

    assert stage.synchronise() == "SUCCEEDED"

    stage.all_is_well(3)


@pytest.mark.parametrize("operation", ["delete_meeting_registrant", "add_meeting_registrant"])
@pytest.mark.parametrize("kind", FAULTS)
def test_a_fault_at_a_later_call_is_survived(stage: Stage, operation: str, kind: str) -> None:
    stage.event_with_people(2)
    stage.synchronise()
    stage.fault(operation=operation, kind=kind, times=2)

    stage.change_enrollment("u-00000", removed=True)
    stage.enrol(an_enrollment("late"))
    assert stage.synchronise() == "SUCCEEDED"

    assert set(stage.registrants()) == {"late@people.example", "u-00001@people.example"}


@pytest.mark.parametrize("operation", ["update_meeting", "delete_meeting"])
@pytest.mark.parametrize("kind", FAULTS)
def test_a_fault_at_a_change_of_the_meeting_is_survived(
    stage: Stage, operation: str, kind: str
) -> None:
    stage.event_with_people(1)
    stage.synchronise()
    stage.fault(operation=operation, kind=kind, times=2)

    if operation == "update_meeting":
        stage.change_details(title="Another")
    else:
        stage.change_event(status=Status.CANCELLED)
    assert stage.synchronise() == "SUCCEEDED"

    titles = [meeting["topic"] for meeting in stage.open_meetings().values()]
    assert titles == (["Another"] if operation == "update_meeting" else [])


def test_limits_at_every_call_only_take_time(stage: Stage) -> None:
    stage.seed(limits={"classes": {"heavy": {"per_second": 1}, "light": {"per_second": 1}}})
    stage.event_with_people(100)

    assert stage.synchronise() == "SUCCEEDED"

    stage.all_is_well(100)
    assert any(wait > 0 for wait in stage.waits)


def test_a_change_during_a_run_ends_in_the_later_state(stage: Stage) -> None:
    stage.event_with_people(2)
    stage.before_task = once("finish", lambda: stage.change_details(title="Later"))

    assert stage.synchronise() == "SUCCEEDED"

    assert stage.zoom_meeting()["topic"] == "Later"
    assert stage.event().sync.synced_version == 2
    assert stage.event().sync.state == "in_sync"


def test_an_enrollment_during_a_run_is_taken_along(stage: Stage) -> None:
    stage.event_with_people(2)
    stage.before_task = once("finish", lambda: stage.enrol(an_enrollment("late")))

    stage.synchronise()

    assert len(stage.registrants()) == 3


def test_a_cancellation_during_a_run_leaves_no_meeting(stage: Stage) -> None:
    stage.event_with_people(3)
    stage.before_task = once("plan_page", lambda: stage.change_event(status=Status.CANCELLED))

    stage.synchronise()

    assert stage.open_meetings() == {}
    assert stage.event().sync.state == "in_sync"


def test_a_second_execution_leaves_an_event_at_work_alone(stage: Stage) -> None:
    stage.event_with_people(2)
    stage.dependencies.leases.take_lease(
        "ev-1", "another", stage.clock.now(), stage.clock.now() + timedelta(seconds=900)
    )

    assert stage.synchronise() == "SUCCEEDED"

    assert stage.tasks == {"reconcile": 1, "take_lease": 1}
    assert stage.calls() == {}


def test_an_execution_that_lost_its_lease_stops_without_a_trace(stage: Stage) -> None:
    stage.event_with_people(3)

    def taken_over() -> None:
        stage.clock.advance(timedelta(seconds=1000))
        now = stage.clock.now()
        stage.leases.take_lease("ev-1", "another", now, now + timedelta(seconds=900))

    stage.before_task = once("plan_page", taken_over)

    assert stage.synchronise() == "SUCCEEDED"
    assert stage.event().sync.lease_owner == "another"
    assert stage.calls()["batch_meeting_registrants"] == 0


def test_an_invalid_address_blocks_that_person_and_nobody_else(stage: Stage) -> None:
    stage.event_with_people(39)
    stage.enrol(an_enrollment("bad", person=Person(email="no-address", first_name="Bad")))

    stage.synchronise()

    assert len(stage.registrants()) == 39
    assert stage.enrollment("bad").state == "failed"
    assert stage.enrollment("bad").reason == "invalid_email"
    assert stage.event().sync.state == "in_sync"


def test_what_failed_for_good_is_not_tried_again_before_it_changes(stage: Stage) -> None:
    stage.event_with_people(2)
    stage.enrol(an_enrollment("bad", person=Person(email="no-address", first_name="Bad")))
    stage.synchronise()
    stage.forget_calls()

    stage.events.request_sync("ev-1", stage.clock.now())
    stage.synchronise()
    assert stage.calls() == {}

    stage.change_enrollment("bad", person=Person(email="good@people.example", first_name="Good"))
    stage.synchronise()
    assert stage.calls() == {"add_meeting_registrant": 1}
    assert stage.enrollment("bad").state == "registered"


def test_the_second_of_two_with_one_address_fails_until_the_first_leaves(stage: Stage) -> None:
    now = stage.clock.now()
    stage.events.create(an_event(now=now))
    stage.enrol(
        # By user the second comes first; by enrollment it does not.
        an_enrollment(
            "a", now=now + timedelta(microseconds=1), person=one_address("Kim@x.example")
        ),
        an_enrollment("b", now=now, person=one_address("kim@x.example")),
    )
    stage.synchronise()
    assert (stage.enrollment("b").state, stage.enrollment("a").state) == ("registered", "failed")
    assert stage.enrollment("a").reason == "duplicate_email"

    stage.change_enrollment("b", removed=True)
    stage.synchronise()

    assert stage.enrollment("a").state == "registered"
    assert len(stage.registrants()) == 1


def one_address(email: str) -> Person:
    return Person(email=email, first_name="Kim")


def test_who_comes_too_late_for_the_capacity_gets_in_when_a_place_is_free(stage: Stage) -> None:
    stage.seed(registrant_capacity=3)
    stage.event_with_people(5)
    stage.synchronise()
    counts = stage.where_people_stand()
    assert counts == {"registered": 3, "failed": 2}

    registered = next(
        u for u in ("u-00000", "u-00001") if stage.enrollment(u).state == "registered"
    )
    stage.change_enrollment(registered, removed=True)
    stage.synchronise()

    assert stage.where_people_stand() == {"registered": 3, "failed": 1, "removed": 1}


@pytest.mark.parametrize(
    ("host", "code"),
    [
        ("nobody@acme.example", "host_not_in_zoom"),
        ("pending@acme.example", "host_not_in_zoom"),
        ("inactive@acme.example", "host_not_in_zoom"),
        ("basic@acme.example", "host_not_licensed"),
    ],
)
def test_a_host_who_cannot_host_is_a_problem_with_a_remedy(
    stage: Stage, host: str, code: str
) -> None:
    stage.events.create(
        an_event(now=stage.clock.now(), details=a_details(host=Host(user_id="h", email=host)))
    )
    stage.enrol(an_enrollment("u-1"))

    assert stage.synchronise() == "SUCCEEDED"

    sync = stage.event().sync
    assert sync.state == "failed"
    assert sync.problem is not None
    assert sync.problem.code == code
    assert sync.problem.remedy
    assert stage.enrollment("u-1").state == "pending"
    assert stage.enrollment("u-1").reason == "event_not_ready"
    assert stage.open_meetings() == {}


def test_registration_that_zoom_will_not_switch_on_lets_nobody_be_registered(stage: Stage) -> None:
    stage.fault(operation="*", kind="registration_ignored", times=None)
    stage.event_with_people(2)

    assert stage.synchronise() == "SUCCEEDED"

    problem = stage.event().sync.problem
    assert problem is not None
    assert problem.code == "registration_off"
    assert stage.calls()["batch_meeting_registrants"] == 0
    assert "registered" not in stage.where_people_stand()


def test_a_missing_scope_is_named_and_heals_once_granted(stage: Stage) -> None:
    stage.fault(operation="create_meeting", kind="missing_scope")
    stage.event_with_people(1)
    stage.synchronise()
    problem = stage.event().sync.problem
    assert problem is not None
    assert problem.code == "zoom_scope_missing"
    assert "meeting:write:meeting:admin" in problem.message

    stage.events.request_sync("ev-1", stage.clock.now(), verify=True, retry=True)
    stage.synchronise()

    stage.all_is_well(1)


def test_what_a_scope_is_missing_for_heals_by_itself_and_all_else_goes_on(stage: Stage) -> None:
    granted = sorted(stage.world.seed.scopes)
    stage.seed(scopes=[scope for scope in granted if scope != "webinar:write:webinar:admin"])
    host = Host(user_id="w", email="wanda@acme.example")
    webinar = a_details(kind=Kind.WEBINAR, host=host)
    stage.events.create(an_event("ev-2", now=stage.clock.now(), details=webinar))
    stage.synchronise("ev-2")
    problem = stage.event("ev-2").sync.problem
    assert problem is not None
    assert (problem.code, problem.message.endswith("webinar:write:webinar:admin.")) == (
        "zoom_scope_missing",
        True,
    )
    stage.synchronised_event(1)

    # It is granted, which is in the next token; nobody asks for anything.
    stage.seed(scopes=granted)
    stage.clock.advance(timedelta(minutes=5))
    stage.sweep()
    assert stage.event("ev-2").sync.is_due
    stage.synchronise("ev-2")

    assert stage.event("ev-2").sync.state == "in_sync"
    assert stage.zoom_meeting("ev-2")["type"] == 5


def test_wrong_credentials_are_a_problem_of_the_event(stage: Stage) -> None:
    stage.seed(credentials={"client_secret": "another"})
    stage.event_with_people(1)

    stage.synchronise()

    problem = stage.event().sync.problem
    assert problem is not None
    assert problem.code == "zoom_credentials_invalid"


def test_a_daily_limit_is_waited_out(stage: Stage) -> None:
    stage.fault(operation="create_meeting", kind="rate_limit_daily")
    stage.event_with_people(2)

    def look(payload: dict[str, object]) -> None:
        if payload["task"] == "take_lease" and stage.event().sync.state == "waiting":
            seen.append(stage.event().sync)

    seen: list[SyncRecord] = []
    stage.before_task = look
    assert stage.synchronise() == "SUCCEEDED"

    stage.all_is_well(2)
    waiting = seen[0]
    assert waiting.state == "waiting"
    assert waiting.problem is not None
    assert waiting.problem.code == "zoom_daily_limit"
    assert waiting.next_attempt_at is not None
    assert waiting.next_attempt_at.strftime("%H:%M:%S") == "00:00:00"
    assert waiting.lease_owner is None


def test_an_outage_is_waited_out(stage: Stage) -> None:
    stage.fault(operation="*", kind="html_500", times=25)
    stage.event_with_people(2)

    assert stage.synchronise() == "SUCCEEDED"

    stage.all_is_well(2)
    assert stage.tasks["postpone"] >= 1


def test_while_an_execution_waits_another_can_work(stage: Stage) -> None:
    stage.fault(operation="create_meeting", kind="rate_limit_daily")
    stage.event_with_people(2)

    def by_hand(payload: dict[str, object]) -> None:
        if payload["task"] == "take_lease" and stage.event().sync.state == "waiting":
            stage.before_task = lambda _payload: None
            stage.change_details(title="Changed meanwhile")
            assert stage.run("another") == "SUCCEEDED"

    stage.before_task = by_hand
    stage.synchronise()

    stage.all_is_well(2)
    assert stage.zoom_meeting()["topic"] == "Changed meanwhile"


def test_an_unexpected_fault_is_said_on_the_event_and_frees_it(stage: Stage) -> None:
    stage.event_with_people(2)

    def broken(payload: dict[str, object]) -> None:
        if payload["task"] == "plan_page":
            raise KeyError("something")

    stage.before_task = broken
    assert stage.synchronise() == "FAILED"

    sync = stage.event().sync
    assert sync.state == "failed"
    assert sync.problem is not None
    assert sync.problem.code == "internal_error"
    assert sync.lease_owner is None


def test_names_of_executions_tell_events_apart_that_look_alike() -> None:
    names = {execution_name(event_id, 1) for event_id in ("a:b", "a@b", "a.b", "x" * 128)}

    assert len(names) == 4
    assert all(len(name) <= 70 for name in names)
