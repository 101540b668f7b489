"""A click on Join, beside the workflow: one person registered on the spot, with one call."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import requests

from lectern.domain.enrollment import Access, EnrollmentState, Person, Requirement
from lectern.domain.event import Host
from lectern.domain.join.decision import JoinDecision, JoinRole, JoinState
from lectern.domain.meeting import Kind
from lectern.domain.problems import EnrollmentProblem, EventProblem
from lectern.domain.settings import AccessValidation, Settings
from lectern_testing.builders import a_details, an_enrollment, an_event
from lectern_testing.on_stage.clicks import click
from lectern_testing.stage import Stage

REGISTER = "add_meeting_registrant"


class ALateComer:
    """Someone who is enrolled in an event that is in sync, but not registered yet."""

    def __init__(self, stage: Stage, **details: Any) -> None:
        self.stage = stage
        wanted = a_details(**details)
        stage.events.create(an_event(now=stage.clock.now(), details=wanted))
        stage.enrol(an_enrollment("early", now=stage.clock.now()))
        assert stage.synchronise() == "SUCCEEDED"
        stage.enrol(an_enrollment("late", now=stage.clock.now()))
        stage.forget_calls()

    def clicks(self, user_id: str = "late") -> JoinDecision:
        return click(self.stage, user_id)

    def link_at_zoom(self, email: str = "late@people.example") -> str:
        registrants = self.stage.zoom_meeting()["registrants"]
        (link,) = [each["join_url"] for each in registrants if each["email"] == email]
        found: str = link
        return found


@pytest.fixture
def late(stage: Stage) -> ALateComer:
    return ALateComer(stage)


def test_a_click_registers_the_person_with_one_call(late: ALateComer, stage: Stage) -> None:
    decision = late.clicks()

    assert (decision.state, decision.role) == (JoinState.JOIN, JoinRole.PARTICIPANT)
    assert decision.url == late.link_at_zoom()
    assert stage.calls() == {REGISTER: 1}
    assert stage.enrollment("late").state == "registered"
    assert stage.where_people_stand() == {"registered": 2}


def test_a_webinar_is_joined_with_one_call_too(stage: Stage) -> None:
    wanda = Host(user_id="u-host", email="wanda@acme.example")
    late = ALateComer(stage, kind=Kind.WEBINAR, host=wanda)

    decision = late.clicks()
    start = late.clicks("u-host")

    assert decision.state is JoinState.JOIN
    assert decision.url == late.link_at_zoom()
    assert (start.state, start.role) == (JoinState.JOIN, JoinRole.HOST)
    assert start.url
    assert stage.calls() == {"batch_webinar_registrants": 1, "get_webinar": 1}


def test_the_second_click_takes_no_call(late: ALateComer, stage: Stage) -> None:
    first = late.clicks()
    stage.forget_calls()

    assert late.clicks() == first
    assert stage.calls() == {}


def test_the_workflow_finds_nothing_left_to_do(late: ALateComer, stage: Stage) -> None:
    link = late.clicks().url
    stage.forget_calls()

    assert stage.synchronise() == "SUCCEEDED"
    assert stage.calls() == {}
    assert stage.event().sync.state == "in_sync"
    assert late.clicks().url == link


def test_who_has_no_access_is_not_registered(late: ALateComer, stage: Stage) -> None:
    settings = Settings(access_validation=AccessValidation(enabled=True))
    stage.settings.put(settings, was_revision=0)
    requirement = Requirement(id="r1", title="Module 1", met=False)
    stage.change_enrollment("late", access=Access(granted=False, requirements=(requirement,)))

    decision = late.clicks()

    assert (decision.state, decision.requirements) == (JoinState.SEE_REQUIREMENTS, (requirement,))
    assert stage.calls() == {}


def test_the_host_gets_a_fresh_start_link_each_time_and_it_is_stored_nowhere(
    late: ALateComer, stage: Stage
) -> None:
    first, second = late.clicks("u-host"), late.clicks("u-host")

    assert (first.state, first.role) == (JoinState.JOIN, JoinRole.HOST)
    assert first.url != second.url
    assert stage.calls() == {"get_meeting": 2}
    for decision in (first, second):
        assert decision.url
        assert stage.session.get(decision.url).json()["role"] == "host"
    pages = stage.events._table._client.scan(TableName="lectern-test")
    assert "zak=" not in str(pages)


def test_who_has_someone_else_s_address_is_told_so_without_a_call(
    late: ALateComer, stage: Stage
) -> None:
    twin = Person(email="EARLY@people.example", first_name="Twin")
    stage.enrol(an_enrollment("twin", now=stage.clock.now(), person=twin))

    decision = late.clicks("twin")

    assert decision.state is JoinState.UNAVAILABLE
    assert decision.reason is EnrollmentProblem.DUPLICATE_EMAIL
    assert stage.calls() == {}


def test_whom_zoom_refuses_is_told_why_and_not_sent_again(late: ALateComer, stage: Stage) -> None:
    stage.seed(registrant_capacity=1)

    assert late.clicks().reason is EnrollmentProblem.CAPACITY_REACHED
    assert late.clicks().state is JoinState.UNAVAILABLE
    assert stage.calls() == {REGISTER: 1}
    assert stage.where_people_stand() == {"registered": 1, "failed": 1}


def test_before_there_is_a_meeting_it_is_preparing_and_asked_for(stage: Stage) -> None:
    late = ALateComer(stage)
    stage.synchronise()
    stage.delete_in_zoom()
    stage.leases.take_lease("ev-1", "test", stage.clock.now(), stage.clock.now())
    stage.leases.held_by("ev-1", "test").forget_meeting(())
    stage.forget_calls()
    requested = stage.event().sync.requested

    assert late.clicks().state is JoinState.PREPARING
    assert late.clicks().state is JoinState.PREPARING

    assert stage.calls() == {}
    assert stage.event().sync.requested == requested + 1, "asked for once, however often clicked"
    stage.synchronise()
    assert late.clicks().url == late.link_at_zoom()


@pytest.mark.parametrize(
    ("fault", "code", "seconds"),
    [
        ({"kind": "rate_limit_second", "times": None}, EventProblem.RATE_LIMITED, 5),
        ({"kind": "status", "status": 503}, EventProblem.UNAVAILABLE, 15),
        ({"kind": "cut_before"}, EventProblem.UNAVAILABLE, 15),
        ({"kind": "html_500"}, EventProblem.UNAVAILABLE, 15),
    ],
    ids=["429", "503", "cut", "HTML"],
)
def test_zoom_s_bad_moments_only_take_time(
    late: ALateComer, stage: Stage, fault: dict[str, object], code: EventProblem, seconds: int
) -> None:
    stage.fault(operation=REGISTER, **fault)

    decision = late.clicks()

    assert (decision.state, decision.reason) == (JoinState.PREPARING, code)
    assert decision.retry_after_seconds == seconds
    assert decision.role is JoinRole.PARTICIPANT
    assert stage.event().sync.is_due


def test_a_day_s_limit_says_when_it_ends(late: ALateComer, stage: Stage) -> None:
    stage.fault(operation=REGISTER, kind="rate_limit_daily")
    midnight = (stage.clock.now() + timedelta(days=1)).replace(
        hour=0, minute=0, second=0, microsecond=0
    )

    decision = late.clicks()

    assert decision.reason is EventProblem.DAILY_LIMIT
    assert decision.retry_after_seconds == pytest.approx(
        (midnight - stage.clock.now()).total_seconds(), abs=2
    )


def test_a_lost_answer_is_cleared_up_by_looking(late: ALateComer, stage: Stage) -> None:
    stage.fault(operation=REGISTER, kind="cut_after")

    assert late.clicks().state is JoinState.PREPARING
    assert stage.event().sync.verify

    assert stage.synchronise() == "SUCCEEDED"
    assert late.clicks().url == late.link_at_zoom()
    assert len(stage.registrants()) == 2


def test_a_link_that_zoom_gives_late_is_looked_for(late: ALateComer, stage: Stage) -> None:
    stage.fault(operation=REGISTER, kind="late_join_url", seconds=1)

    assert late.clicks().state is JoinState.PREPARING
    assert stage.event().sync.verify

    stage.wait(5)
    assert stage.synchronise() == "SUCCEEDED"
    assert late.clicks().url == late.link_at_zoom()


def test_a_licence_that_was_taken_is_named_and_not_asked_about_again(
    late: ALateComer, stage: Stage
) -> None:
    stage.seed(users=[{"email": "anna@acme.example", "type": 1}])
    assert late.clicks().state is JoinState.PREPARING
    stage.synchronise()

    decision = late.clicks()

    assert decision.state is JoinState.UNAVAILABLE
    assert decision.reason == EventProblem.HOST_NOT_LICENSED
    assert not stage.event().sync.is_due

    stage.seed(users=[{"email": "anna@acme.example", "type": 2}])
    assert late.clicks().state is JoinState.JOIN


def test_a_missing_scope_is_named(late: ALateComer, stage: Stage) -> None:
    stage.fault(operation=REGISTER, kind="missing_scope")

    decision = late.clicks()

    assert (decision.state, decision.reason) == (JoinState.UNAVAILABLE, EventProblem.SCOPE_MISSING)


@pytest.mark.parametrize("user_id", ["late", "u-host"])
def test_a_meeting_that_was_deleted_in_zoom_is_made_anew(
    late: ALateComer, stage: Stage, user_id: str
) -> None:
    stage.synchronise()
    stage.enrol(an_enrollment("later", now=stage.clock.now()))
    stage.delete_in_zoom()

    decision = late.clicks("later" if user_id == "late" else user_id)

    assert (decision.state, decision.reason) == (
        JoinState.PREPARING,
        EnrollmentProblem.EVENT_NOT_READY,
    )
    assert stage.event().sync.verify
    stage.synchronise()
    assert late.clicks(user_id).state is JoinState.JOIN


def test_after_the_host_has_changed_nobody_gets_a_link_of_the_old_meeting(
    late: ALateComer, stage: Stage
) -> None:
    stage.synchronise()
    old = late.clicks().url
    stage.change_details(host=Host(user_id="u-bo", email="bo@acme.example"))

    assert late.clicks().state is JoinState.PREPARING
    stage.synchronise()

    assert late.clicks().url not in {old, None}


class TestAtTheSameMoment:
    def test_the_workflow_and_a_click_make_one_registrant(
        self, late: ALateComer, stage: Stage
    ) -> None:
        """The click comes when the workflow has read the person, and is about to register."""
        clicks: list[JoinDecision | None] = []

        def click_before_the_call(request: requests.Request, **_: object) -> None:
            if request.url.endswith("/registrants") and not clicks:
                clicks.append(None)  # the click's own call comes this way as well
                clicks.append(late.clicks())

        self._before_each_call(stage, click_before_the_call)
        assert stage.synchronise() == "SUCCEEDED"

        decision = clicks.pop()
        assert decision
        assert decision.url == late.link_at_zoom()
        assert late.clicks().url == late.link_at_zoom()
        assert len(stage.registrants()) == 2
        stage.synchronise()
        assert stage.where_people_stand() == {"registered": 2}

    def test_a_link_is_not_lost_to_an_answer_without_one(
        self, late: ALateComer, stage: Stage
    ) -> None:
        """The workflow has read the person and gets an answer whose link is late."""
        read = stage.enrollment("late")
        link = late.clicks().url
        registration = stage.enrollment("late").registration
        assert registration is not None

        without = registration.model_copy(update={"join_url": None})
        stage.enrollments.record(read, state=EnrollmentState.PENDING, registration=without)

        assert late.clicks().url == link

    def test_a_link_that_comes_second_is_added(self, late: ALateComer, stage: Stage) -> None:
        read = stage.enrollment("late")
        link = late.clicks().url
        registration = stage.enrollment("late").registration
        assert registration is not None
        without = registration.model_copy(update={"join_url": None})
        stage.enrollments.record_registration("ev-1", read.user_id, without)

        stage.enrollments.record(read, state=EnrollmentState.REGISTERED, registration=registration)

        assert late.clicks().url == link

    def test_who_is_removed_during_the_click_is_removed_at_zoom_too(
        self, late: ALateComer, stage: Stage
    ) -> None:
        """The removal is synchronised, with nothing to remove, before the click's call ends."""
        stage.synchronise()
        stage.enrol(an_enrollment("gone", now=stage.clock.now()))
        removed: list[str] = []

        def remove_before_the_call(request: requests.Request, **_: object) -> None:
            if request.url.endswith("/registrants") and not removed:
                removed.append("gone")
                stage.change_enrollment("gone", removed=True)
                stage.synchronise()

        self._before_each_call(stage, remove_before_the_call)
        assert late.clicks("gone").state is JoinState.NOT_ENROLLED
        assert "gone@people.example" in stage.registrants()

        assert stage.synchronise() == "SUCCEEDED"
        assert "gone@people.example" not in stage.registrants()
        assert stage.enrollment("gone").registration is None

    def test_two_clicks_of_one_person_make_one_registrant(
        self, late: ALateComer, stage: Stage
    ) -> None:
        barrier = threading.Barrier(2)
        decisions: list[JoinDecision] = []

        def click() -> None:
            barrier.wait()
            decisions.append(late.clicks())

        threads = [threading.Thread(target=click) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert {decision.url for decision in decisions} == {late.link_at_zoom()}
        assert len(stage.registrants()) == 2
        stage.synchronise()
        assert stage.where_people_stand() == {"registered": 2}

    def _before_each_call(self, stage: Stage, do: Callable[..., object]) -> None:
        send = stage.session.send

        def sending(request: requests.PreparedRequest, **options: Any) -> requests.Response:
            if request.method == "POST":
                do(request, **options)
            return send(request, **options)

        stage.session.send = sending  # type: ignore[method-assign]


def test_a_click_waits_for_the_new_address_rather_than_give_the_old_one_s_link(
    late: ALateComer, stage: Stage
) -> None:
    old = late.clicks().url
    stage.change_enrollment("late", person=Person(email="new@people.example", first_name="Late"))

    assert late.clicks().state is JoinState.PREPARING
    stage.synchronise()

    assert late.clicks().url == late.link_at_zoom("new@people.example") != old


def test_details_of_the_event_do_not_matter_to_the_link(late: ALateComer, stage: Stage) -> None:
    link = late.clicks().url
    starts_at = a_details().starts_at + timedelta(days=1)
    stage.change_details(title="Forklift safety II", starts_at=starts_at)

    assert late.clicks().url == link
