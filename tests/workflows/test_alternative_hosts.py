"""Instructors of meetings are alternative hosts where Zoom lets them, and participants else."""

from __future__ import annotations

from datetime import timedelta

import pytest

from lectern.domain.enrollment import Person, Role
from lectern.domain.event import Host, Instructor
from lectern.domain.join.decision import JoinRole, JoinState
from lectern.domain.meeting import Kind
from lectern.domain.settings import HostRules, InstructorsAs
from lectern.sync.instructors.finding import LicensedUser
from lectern_testing.builders import HOST_EMAIL, an_enrollment
from lectern_testing.on_stage.clicks import click
from lectern_testing.on_stage.instructors import (
    BASIC,
    BO,
    CLEO,
    GUEST,
    WANDA,
    again,
    alternative_hosts,
    panelists,
    synchronised,
)
from lectern_testing.stage import Stage


def test_licensed_users_are_made_such_with_the_meeting(stage: Stage) -> None:
    student = an_enrollment("kim", now=stage.clock.now())

    synchronised(stage, student, instructors=(BO, CLEO))

    assert alternative_hosts(stage) == {"bo@acme.example", "cleo@acme.example"}
    assert set(stage.registrants()) == {"kim@people.example"}
    assert stage.calls() == {
        "get_user": 3,
        "create_meeting": 1,
        "get_meeting": 1,
        "add_meeting_registrant": 1,
    }


def test_each_click_fetches_an_invite_link(stage: Stage) -> None:
    synchronised(stage, instructors=(BO,))
    stage.forget_calls()

    first, second = click(stage, "u-bo"), click(stage, "u-bo")

    assert (first.state, first.role) == (JoinState.JOIN, JoinRole.INSTRUCTOR)
    assert first.url
    assert first.url != second.url
    assert stage.calls() == {"make_meeting_invite_links": 2}


@pytest.mark.parametrize("instructor", [BASIC, GUEST], ids=["unlicensed", "of no account"])
def test_one_who_cannot_be_one_is_a_participant_and_stops_nothing(
    stage: Stage, instructor: Instructor
) -> None:
    synchronised(stage, instructors=(BO, instructor))

    assert alternative_hosts(stage) == {"bo@acme.example"}
    assert set(stage.registrants()) == {instructor.email}
    decision = click(stage, instructor.user_id)
    assert (decision.state, decision.role) == (JoinState.JOIN, JoinRole.INSTRUCTOR)
    assert "no active, licensed user" in (stage.enrollment(instructor.user_id).message or "")
    assert stage.where_people_stand() == {}
    again(stage, verify=False)
    assert stage.calls() == {}


def test_one_who_was_given_a_licence_is_taken_up(stage: Stage) -> None:
    synchronised(stage, instructors=(BASIC,))
    stage.seed(users=[{"email": BASIC.email, "type": 2}])

    again(stage, verify=True)

    assert alternative_hosts(stage) == {BASIC.email}
    assert stage.registrants() == {}
    assert click(stage, BASIC.user_id).state is JoinState.JOIN


def test_one_who_lost_the_licence_does_not_stop_the_meeting(stage: Stage) -> None:
    synchronised(stage, instructors=(BO,))
    stage.change_details(instructors=(CLEO,))
    # Another event saw the licence a moment before it was taken away.
    now = stage.clock.now()
    seen = LicensedUser(is_able=True, seen_at=now)
    stage.dependencies.answers.keep(
        "default", f"USER#{CLEO.email}", seen, now + timedelta(minutes=5)
    )
    stage.seed(users=[{"email": "cleo@acme.example", "type": 1}])

    again(stage)

    assert alternative_hosts(stage) == set()
    assert set(stage.registrants()) == {"cleo@acme.example"}
    assert stage.event().sync.problem is None
    assert click(stage, "u-cleo").state is JoinState.JOIN


def test_what_is_refused_for_other_reasons_is_not_put_down_to_them(stage: Stage) -> None:
    synchronised(stage, instructors=(BO,))
    stage.fault(
        operation="update_meeting",
        kind="status",
        status=400,
        body={"code": 3000, "message": "No."},
        times=4,
    )

    stage.change_details(title="Another", instructors=(BO, CLEO))
    assert stage.synchronise() == "SUCCEEDED"
    assert stage.event().sync.state == "failed"

    again(stage, retry=True)
    assert alternative_hosts(stage) == {"bo@acme.example", "cleo@acme.example"}


def test_without_the_scope_to_look_them_up_the_rest_goes_on(stage: Stage) -> None:
    synchronised(stage, an_enrollment("kim", now=stage.clock.now()), instructors=(BO,))
    stage.fault(operation="get_user", kind="missing_scope", times=None)

    stage.change_details(title="Another", instructors=(BO, CLEO))
    assert stage.synchronise() == "SUCCEEDED"

    assert alternative_hosts(stage) == {"bo@acme.example"}
    assert stage.zoom_meeting()["topic"] == "Another"
    problem = stage.event().sync.problem
    assert problem
    assert (problem.code, "user:read:user:admin" in problem.message) == (
        "zoom_scope_missing",
        True,
    )


def test_a_student_becomes_an_instructor_and_back(stage: Stage) -> None:
    person = Person(email="bo@acme.example", first_name="Bo")
    bo = an_enrollment("u-bo", now=stage.clock.now(), person=person)
    synchronised(stage, bo)

    stage.change_enrollment("u-bo", role=Role.INSTRUCTOR)
    again(stage)
    assert stage.calls() == {
        "get_user": 1,
        "delete_meeting_registrant": 1,
        "update_meeting": 1,
    }
    assert (alternative_hosts(stage), stage.registrants()) == ({"bo@acme.example"}, {})
    assert stage.enrollment("u-bo").message == "Joins as an alternative host."

    stage.change_enrollment("u-bo", role=Role.PARTICIPANT)
    again(stage)
    assert stage.calls() == {"update_meeting": 1, "add_meeting_registrant": 1}
    assert alternative_hosts(stage) == set()
    assert set(stage.registrants()) == {"bo@acme.example"}


def test_the_host_becomes_a_participant_and_back(stage: Stage) -> None:
    anna = an_enrollment(
        "u-host",
        now=stage.clock.now(),
        person=Person(email=HOST_EMAIL, first_name="Anna"),
    )
    synchronised(stage, anna, instructors=(BO,))
    assert stage.registrants() == {}

    stage.change_details(host=Host(user_id="u-bo", email="bo@acme.example"))
    again(stage)
    assert set(stage.registrants()) == {HOST_EMAIL}
    assert alternative_hosts(stage) == set()
    assert click(stage, "u-bo").role is JoinRole.HOST

    stage.change_details(host=Host(user_id="u-host", email=HOST_EMAIL))
    again(stage)
    assert stage.registrants() == {}
    assert alternative_hosts(stage) == {"bo@acme.example"}
    assert click(stage, "u-host").role is JoinRole.HOST


def test_the_host_among_the_instructors_stays_the_host(stage: Stage) -> None:
    anna = Instructor(user_id="u-anna", email=HOST_EMAIL.upper(), name="Anna")

    synchronised(stage, instructors=(anna,))

    assert alternative_hosts(stage) == set()
    assert stage.enrollments.get("ev-1", "u-anna") is None


def test_participants_with_the_address_of_one_are_not_sent(stage: Stage) -> None:
    person = Person(email="bo@acme.example", first_name="Bo")
    double = an_enrollment("u-double", now=stage.clock.now(), person=person)

    synchronised(stage, double, instructors=(BO,))

    assert stage.registrants() == {}
    assert stage.enrollment("u-double").reason == "duplicate_email"


def test_as_the_settings_say_they_are_participants(stage: Stage) -> None:
    rules = HostRules(instructors_as=InstructorsAs.PARTICIPANTS)
    settings, revision = stage.settings.get()
    stage.settings.put(settings.model_copy(update={"hosts": rules}), was_revision=revision)

    synchronised(stage, instructors=(BO,))

    assert alternative_hosts(stage) == set()
    assert set(stage.registrants()) == {"Bo@acme.example"}
    assert click(stage, "u-bo").role is JoinRole.INSTRUCTOR
    assert stage.calls()["get_user"] == 1


def test_a_meeting_becomes_a_webinar_and_back(stage: Stage) -> None:
    synchronised(stage, instructors=(BO, GUEST), host=WANDA)
    assert set(stage.registrants()) == {GUEST.email}

    stage.change_details(kind=Kind.WEBINAR)
    again(stage)
    assert set(panelists(stage)) == {"Bo@acme.example", GUEST.email}
    assert stage.registrants() == {}

    stage.change_details(kind=Kind.MEETING)
    again(stage)
    assert alternative_hosts(stage) == {"bo@acme.example"}
    assert set(stage.registrants()) == {GUEST.email}
    assert click(stage, "u-guest").state is JoinState.JOIN
