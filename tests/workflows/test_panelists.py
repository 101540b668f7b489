"""Instructors of webinars are panelists, by one synchronisation and with the fewest calls."""

from __future__ import annotations

from lectern.domain.enrollment import Access, Role
from lectern.domain.event import Instructor
from lectern.domain.join.decision import JoinRole, JoinState
from lectern.domain.meeting import Kind
from lectern_testing.builders import an_enrollment
from lectern_testing.on_stage.clicks import click
from lectern_testing.on_stage.instructors import (
    BO,
    CLEO,
    GUEST,
    WANDA,
    again,
    panelists,
    synchronised,
)
from lectern_testing.stage import Stage


def test_listed_and_enrolled_ones_are_on_the_panel_and_no_registrants(stage: Stage) -> None:
    teacher = an_enrollment("u-teacher", now=stage.clock.now(), role=Role.INSTRUCTOR)
    student = an_enrollment("u-student", now=stage.clock.now())

    synchronised(stage, teacher, student, kind=Kind.WEBINAR, host=WANDA, instructors=(BO, GUEST))

    calls = stage.calls()
    assert (calls["add_panelists"], calls["list_panelists"]) == (1, 1)
    assert set(panelists(stage)) == {
        "Bo@acme.example",
        "guest@elsewhere.example",
        "u-teacher@people.example",
    }
    assert set(stage.registrants()) == {"u-student@people.example"}
    assert stage.where_people_stand() == {"registered": 2}
    assert stage.enrollment("u-teacher").message == "Joins as a panelist."


def test_each_joins_by_the_panelist_s_own_link(stage: Stage) -> None:
    synchronised(stage, kind=Kind.WEBINAR, host=WANDA, instructors=(BO, GUEST))
    stage.forget_calls()

    decision = click(stage, "u-guest")

    assert (decision.state, decision.role) == (JoinState.JOIN, JoinRole.INSTRUCTOR)
    assert decision.url == panelists(stage)["guest@elsewhere.example"]
    assert stage.calls() == {}
    assert click(stage, "u-stranger").state is JoinState.NOT_ENROLLED


def test_thirty_five_take_two_calls_and_a_list_and_a_second_time_none(stage: Stage) -> None:
    instructors = tuple(
        Instructor(user_id=f"i-{n}", email=f"i-{n}@acme.example", name=f"No {n}") for n in range(20)
    )
    enrolled = [
        an_enrollment(f"u-{n}", now=stage.clock.now(), role=Role.INSTRUCTOR) for n in range(15)
    ]

    synchronised(stage, *enrolled, kind=Kind.WEBINAR, host=WANDA, instructors=instructors)
    calls = stage.calls()
    assert (calls["add_panelists"], calls["list_panelists"]) == (2, 1)
    assert len(panelists(stage)) == 35

    again(stage, verify=False)
    assert stage.calls() == {}
    again(stage, verify=True)
    assert stage.calls() == {
        "get_webinar": 1,
        "get_user_settings": 1,
        "list_panelists": 1,
        "list_webinar_registrants": 1,
    }


def test_a_student_becomes_an_instructor_and_back(stage: Stage) -> None:
    synchronised(stage, an_enrollment("kim", now=stage.clock.now()), kind=Kind.WEBINAR, host=WANDA)

    stage.change_enrollment("kim", role=Role.INSTRUCTOR)
    again(stage)
    assert stage.calls() == {
        "delete_webinar_registrant": 1,
        "add_panelists": 1,
        "list_panelists": 1,
    }
    assert set(panelists(stage)) == {"kim@people.example"}
    assert stage.registrants() == {}
    assert click(stage, "kim").role is JoinRole.INSTRUCTOR

    stage.change_enrollment("kim", role=Role.PARTICIPANT)
    again(stage)
    assert stage.calls() == {"delete_panelist": 1, "batch_webinar_registrants": 1}
    assert panelists(stage) == {}
    assert set(stage.registrants()) == {"kim@people.example"}
    assert stage.enrollment("kim").panelist is None
    assert stage.enrollment("kim").message is None


def test_an_instructor_with_another_address_is_replaced(stage: Stage) -> None:
    synchronised(stage, kind=Kind.WEBINAR, host=WANDA, instructors=(GUEST,))
    former = click(stage, "u-guest").url

    moved = GUEST.model_copy(update={"email": "guest@new.example"})
    stage.change_details(instructors=(moved,))
    again(stage)

    assert stage.calls() == {"delete_panelist": 1, "add_panelists": 1, "list_panelists": 1}
    assert set(panelists(stage)) == {"guest@new.example"}
    assert click(stage, "u-guest").url == panelists(stage)["guest@new.example"] != former


def test_who_is_listed_no_more_is_taken_away_and_nothing_is_kept(stage: Stage) -> None:
    synchronised(stage, kind=Kind.WEBINAR, host=WANDA, instructors=(BO, GUEST))

    stage.change_details(instructors=(BO,))
    again(stage)

    assert stage.calls() == {"delete_panelist": 1}
    assert set(panelists(stage)) == {"Bo@acme.example"}
    assert stage.enrollments.get("ev-1", "u-guest") is None
    assert stage.enrollments.holders_of_addresses("ev-1", [GUEST.email]) == {}
    assert click(stage, "u-guest").state is JoinState.NOT_ENROLLED


def test_of_two_with_one_address_the_second_waits_for_the_first(stage: Stage) -> None:
    twin = Instructor(user_id="u-twin", email=GUEST.email.upper(), name="Twin")
    synchronised(stage, kind=Kind.WEBINAR, host=WANDA, instructors=(GUEST, twin))

    assert len(panelists(stage)) == 1
    second = click(stage, "u-twin")
    assert (second.state, second.reason) == (JoinState.UNAVAILABLE, "duplicate_email")

    stage.change_details(instructors=(twin,))
    again(stage)
    assert click(stage, "u-twin").state is JoinState.JOIN


def test_one_whom_zoom_refuses_holds_up_nobody(stage: Stage) -> None:
    stage.seed(blocked_domains=["elsewhere.example"])

    synchronised(stage, kind=Kind.WEBINAR, host=WANDA, instructors=(BO, GUEST, CLEO))

    assert set(panelists(stage)) == {"Bo@acme.example", "cleo@acme.example"}
    refused = click(stage, "u-guest")
    assert (refused.state, refused.role) == (JoinState.UNAVAILABLE, JoinRole.INSTRUCTOR)
    again(stage, verify=False)
    assert stage.calls() == {}


def test_who_finds_the_panel_full_is_told(stage: Stage) -> None:
    stage.seed(panelist_capacity=1)

    synchronised(stage, kind=Kind.WEBINAR, host=WANDA, instructors=(BO, GUEST, CLEO))

    assert len(panelists(stage)) == 1
    assert click(stage, "u-cleo").reason == "capacity_reached"
    assert stage.calls()["add_panelists"] == 3


def test_what_was_changed_in_zoom_by_hand_is_put_right(stage: Stage) -> None:
    kim = an_enrollment("kim", now=stage.clock.now())
    synchronised(stage, kim, kind=Kind.WEBINAR, host=WANDA, instructors=(BO, GUEST))
    (webinar,) = stage.world.sessions.values()
    del webinar.panelists["guest@elsewhere.example"]
    stage.act(action="add_panelist", email="speaker@far.example", name="By hand")

    again(stage, verify=True)

    assert stage.calls()["add_panelists"] == 1
    assert set(panelists(stage)) == {
        "Bo@acme.example",
        "guest@elsewhere.example",
        "speaker@far.example",
    }
    assert click(stage, "u-guest").url == panelists(stage)["guest@elsewhere.example"]


def test_who_has_no_access_is_not_on_the_panel(stage: Stage) -> None:
    barred = an_enrollment(
        "kim", now=stage.clock.now(), role=Role.INSTRUCTOR, access=Access(granted=False)
    )
    synchronised(stage, barred, kind=Kind.WEBINAR, host=WANDA, access_validation=True)
    assert panelists(stage) == {}

    stage.change_enrollment("kim", access=Access())
    again(stage)
    assert set(panelists(stage)) == {"kim@people.example"}

    stage.change_enrollment("kim", access=Access(granted=False))
    again(stage)
    assert panelists(stage) == {}
    assert click(stage, "kim").state is JoinState.SEE_REQUIREMENTS
