"""Instructors are at Zoom what they should be, by one synchronisation and with the fewest calls."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from lectern.domain.enrolment import Access, Enrolment, Person, Role
from lectern.domain.event import Host, Instructor
from lectern.domain.join import JoinRole, JoinState
from lectern.domain.meeting import Kind
from lectern.domain.settings import HostRules, InstructorsAs
from lectern.sync.instructors import LicensedUser
from lectern_testing.builders import HOST_EMAIL, a_details, an_enrolment, an_event
from lectern_testing.clicking import click
from lectern_testing.stage import Stage

WANDA = Host(user_id="u-wanda", email="wanda@acme.example")
BO = Instructor(user_id="u-bo", email="Bo@acme.example", name="Bo Lund")
CLEO = Instructor(user_id="u-cleo", email="cleo@acme.example", name="Cleo Marsh")
BASIC = Instructor(user_id="u-basic", email="basic@acme.example", name="Basic")
GUEST = Instructor(user_id="u-guest", email="guest@elsewhere.example", name="A Guest")


def synchronised(
    stage: Stage, *people: Enrolment, instructors: tuple[Instructor, ...] = (), **changes: Any
) -> None:
    """An event in sync, with the calls that it took."""
    details = a_details(instructors=instructors, **changes)
    stage.events.create(an_event(now=stage.clock.now(), details=details))
    if people:
        stage.enrol(*people)
    assert stage.synchronise() == "SUCCEEDED"
    assert stage.event().sync.state == "in_sync"


def again(stage: Stage, **how: Any) -> None:
    """A further synchronisation, with the calls that it takes."""
    stage.forget_calls()
    if how:
        stage.events.request_sync("ev-1", stage.clock.now(), **how)
    assert stage.synchronise() == "SUCCEEDED"
    assert stage.event().sync.state == "in_sync"


def panelists(stage: Stage) -> dict[str, str]:
    """Who is on the panel at Zoom: links by address."""
    return {each["email"]: each["join_url"] for each in stage.zoom_meeting()["panelists"]}


def alternative_hosts(stage: Stage) -> set[str]:
    """Who is an alternative host at Zoom."""
    text: str = stage.zoom_meeting()["settings"]["alternative_hosts"]
    return set(filter(None, text.replace(",", ";").split(";")))


class TestPanelists:
    def test_listed_and_enrolled_ones_are_on_the_panel_and_no_registrants(
        self, stage: Stage
    ) -> None:
        teacher = an_enrolment("u-teacher", now=stage.clock.now(), role=Role.INSTRUCTOR)
        student = an_enrolment("u-student", now=stage.clock.now())

        synchronised(
            stage, teacher, student, kind=Kind.WEBINAR, host=WANDA, instructors=(BO, GUEST)
        )

        calls = stage.calls()
        assert (calls["add_panelists"], calls["list_panelists"]) == (1, 1)
        assert set(panelists(stage)) == {
            "Bo@acme.example",
            "guest@elsewhere.example",
            "u-teacher@people.example",
        }
        assert set(stage.registrants()) == {"u-student@people.example"}
        assert stage.where_people_stand() == {"registered": 2}
        assert stage.enrolment("u-teacher").message == "Joins as a panelist."

    def test_each_joins_by_the_panelist_s_own_link(self, stage: Stage) -> None:
        synchronised(stage, kind=Kind.WEBINAR, host=WANDA, instructors=(BO, GUEST))
        stage.forget_calls()

        decision = click(stage, "u-guest")

        assert (decision.state, decision.role) == (JoinState.JOIN, JoinRole.INSTRUCTOR)
        assert decision.url == panelists(stage)["guest@elsewhere.example"]
        assert stage.calls() == {}
        assert click(stage, "u-stranger").state is JoinState.NOT_ENROLLED

    def test_thirty_five_take_two_calls_and_a_list_and_a_second_time_none(
        self, stage: Stage
    ) -> None:
        instructors = tuple(
            Instructor(user_id=f"i-{n}", email=f"i-{n}@acme.example", name=f"No {n}")
            for n in range(20)
        )
        enrolled = [
            an_enrolment(f"u-{n}", now=stage.clock.now(), role=Role.INSTRUCTOR) for n in range(15)
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

    def test_a_student_becomes_an_instructor_and_back(self, stage: Stage) -> None:
        synchronised(
            stage, an_enrolment("kim", now=stage.clock.now()), kind=Kind.WEBINAR, host=WANDA
        )

        stage.change_enrolment("kim", role=Role.INSTRUCTOR)
        again(stage)
        assert stage.calls() == {
            "delete_webinar_registrant": 1,
            "add_panelists": 1,
            "list_panelists": 1,
        }
        assert set(panelists(stage)) == {"kim@people.example"}
        assert stage.registrants() == {}
        assert click(stage, "kim").role is JoinRole.INSTRUCTOR

        stage.change_enrolment("kim", role=Role.PARTICIPANT)
        again(stage)
        assert stage.calls() == {"delete_panelist": 1, "batch_webinar_registrants": 1}
        assert panelists(stage) == {}
        assert set(stage.registrants()) == {"kim@people.example"}
        assert stage.enrolment("kim").panelist is None
        assert stage.enrolment("kim").message is None

    def test_an_instructor_with_another_address_is_replaced(self, stage: Stage) -> None:
        synchronised(stage, kind=Kind.WEBINAR, host=WANDA, instructors=(GUEST,))
        former = click(stage, "u-guest").url

        moved = GUEST.model_copy(update={"email": "guest@new.example"})
        stage.change_details(instructors=(moved,))
        again(stage)

        assert stage.calls() == {"delete_panelist": 1, "add_panelists": 1, "list_panelists": 1}
        assert set(panelists(stage)) == {"guest@new.example"}
        assert click(stage, "u-guest").url == panelists(stage)["guest@new.example"] != former

    def test_who_is_listed_no_more_is_taken_away_and_nothing_is_kept(self, stage: Stage) -> None:
        synchronised(stage, kind=Kind.WEBINAR, host=WANDA, instructors=(BO, GUEST))

        stage.change_details(instructors=(BO,))
        again(stage)

        assert stage.calls() == {"delete_panelist": 1}
        assert set(panelists(stage)) == {"Bo@acme.example"}
        assert stage.enrolments.get("ev-1", "u-guest") is None
        assert stage.enrolments.holders_of_addresses("ev-1", [GUEST.email]) == {}
        assert click(stage, "u-guest").state is JoinState.NOT_ENROLLED

    def test_of_two_with_one_address_the_second_waits_for_the_first(self, stage: Stage) -> None:
        twin = Instructor(user_id="u-twin", email=GUEST.email.upper(), name="Twin")
        synchronised(stage, kind=Kind.WEBINAR, host=WANDA, instructors=(GUEST, twin))

        assert len(panelists(stage)) == 1
        second = click(stage, "u-twin")
        assert (second.state, second.reason) == (JoinState.UNAVAILABLE, "duplicate_email")

        stage.change_details(instructors=(twin,))
        again(stage)
        assert click(stage, "u-twin").state is JoinState.JOIN

    def test_one_whom_zoom_refuses_holds_up_nobody(self, stage: Stage) -> None:
        stage.seed(blocked_domains=["elsewhere.example"])

        synchronised(stage, kind=Kind.WEBINAR, host=WANDA, instructors=(BO, GUEST, CLEO))

        assert set(panelists(stage)) == {"Bo@acme.example", "cleo@acme.example"}
        refused = click(stage, "u-guest")
        assert (refused.state, refused.role) == (JoinState.UNAVAILABLE, JoinRole.INSTRUCTOR)
        again(stage, verify=False)
        assert stage.calls() == {}

    def test_who_finds_the_panel_full_is_told(self, stage: Stage) -> None:
        stage.seed(panelist_capacity=1)

        synchronised(stage, kind=Kind.WEBINAR, host=WANDA, instructors=(BO, GUEST, CLEO))

        assert len(panelists(stage)) == 1
        assert click(stage, "u-cleo").reason == "capacity_reached"
        assert stage.calls()["add_panelists"] == 3

    def test_what_was_changed_in_zoom_by_hand_is_put_right(self, stage: Stage) -> None:
        kim = an_enrolment("kim", now=stage.clock.now())
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

    def test_who_has_no_access_is_not_on_the_panel(self, stage: Stage) -> None:
        barred = an_enrolment(
            "kim", now=stage.clock.now(), role=Role.INSTRUCTOR, access=Access(granted=False)
        )
        synchronised(stage, barred, kind=Kind.WEBINAR, host=WANDA, access_validation=True)
        assert panelists(stage) == {}

        stage.change_enrolment("kim", access=Access())
        again(stage)
        assert set(panelists(stage)) == {"kim@people.example"}

        stage.change_enrolment("kim", access=Access(granted=False))
        again(stage)
        assert panelists(stage) == {}
        assert click(stage, "kim").state is JoinState.SEE_REQUIREMENTS


class TestAlternativeHosts:
    def test_licensed_users_are_made_such_with_the_meeting(self, stage: Stage) -> None:
        student = an_enrolment("kim", now=stage.clock.now())

        synchronised(stage, student, instructors=(BO, CLEO))

        assert alternative_hosts(stage) == {"bo@acme.example", "cleo@acme.example"}
        assert set(stage.registrants()) == {"kim@people.example"}
        assert stage.calls() == {
            "get_user": 3,
            "create_meeting": 1,
            "get_meeting": 1,
            "add_meeting_registrant": 1,
        }

    def test_each_click_fetches_an_invite_link(self, stage: Stage) -> None:
        synchronised(stage, instructors=(BO,))
        stage.forget_calls()

        first, second = click(stage, "u-bo"), click(stage, "u-bo")

        assert (first.state, first.role) == (JoinState.JOIN, JoinRole.INSTRUCTOR)
        assert first.url
        assert first.url != second.url
        assert stage.calls() == {"make_meeting_invite_links": 2}

    @pytest.mark.parametrize("instructor", [BASIC, GUEST], ids=["unlicensed", "of no account"])
    def test_one_who_cannot_be_one_is_a_participant_and_stops_nothing(
        self, stage: Stage, instructor: Instructor
    ) -> None:
        synchronised(stage, instructors=(BO, instructor))

        assert alternative_hosts(stage) == {"bo@acme.example"}
        assert set(stage.registrants()) == {instructor.email}
        decision = click(stage, instructor.user_id)
        assert (decision.state, decision.role) == (JoinState.JOIN, JoinRole.INSTRUCTOR)
        assert "no active, licensed user" in (stage.enrolment(instructor.user_id).message or "")
        assert stage.where_people_stand() == {}
        again(stage, verify=False)
        assert stage.calls() == {}

    def test_one_who_was_given_a_licence_is_taken_up(self, stage: Stage) -> None:
        synchronised(stage, instructors=(BASIC,))
        stage.seed(users=[{"email": BASIC.email, "type": 2}])

        again(stage, verify=True)

        assert alternative_hosts(stage) == {BASIC.email}
        assert stage.registrants() == {}
        assert click(stage, BASIC.user_id).state is JoinState.JOIN

    def test_one_who_lost_the_licence_does_not_stop_the_meeting(self, stage: Stage) -> None:
        synchronised(stage, instructors=(BO,))
        stage.change_details(instructors=(CLEO,))
        # Another event saw the licence a moment before it was taken away.
        now = stage.clock.now()
        seen = LicensedUser(is_able=True, seen_at=now)
        stage.tools.answers.keep("default", f"USER#{CLEO.email}", seen, now + timedelta(minutes=5))
        stage.seed(users=[{"email": "cleo@acme.example", "type": 1}])

        again(stage)

        assert alternative_hosts(stage) == set()
        assert set(stage.registrants()) == {"cleo@acme.example"}
        assert stage.event().sync.problem is None
        assert click(stage, "u-cleo").state is JoinState.JOIN

    def test_what_is_refused_for_other_reasons_is_not_put_down_to_them(self, stage: Stage) -> None:
        synchronised(stage, instructors=(BO,))
        stage.fault(
            operation="update_meeting",
            kind="status",
            status=400,
            body={"code": 3000, "message": "No."},
            times=2,
        )

        stage.change_details(title="Another", instructors=(BO, CLEO))
        assert stage.synchronise() == "SUCCEEDED"
        assert stage.event().sync.state == "failed"

        again(stage, retry=True)
        assert alternative_hosts(stage) == {"bo@acme.example", "cleo@acme.example"}

    def test_without_the_scope_to_look_them_up_the_rest_goes_on(self, stage: Stage) -> None:
        synchronised(stage, an_enrolment("kim", now=stage.clock.now()), instructors=(BO,))
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

    def test_a_student_becomes_an_instructor_and_back(self, stage: Stage) -> None:
        person = Person(email="bo@acme.example", first_name="Bo")
        bo = an_enrolment("u-bo", now=stage.clock.now(), person=person)
        synchronised(stage, bo)

        stage.change_enrolment("u-bo", role=Role.INSTRUCTOR)
        again(stage)
        assert stage.calls() == {
            "get_user": 1,
            "delete_meeting_registrant": 1,
            "update_meeting": 1,
        }
        assert (alternative_hosts(stage), stage.registrants()) == ({"bo@acme.example"}, {})
        assert stage.enrolment("u-bo").message == "Joins as an alternative host."

        stage.change_enrolment("u-bo", role=Role.PARTICIPANT)
        again(stage)
        assert stage.calls() == {"update_meeting": 1, "add_meeting_registrant": 1}
        assert alternative_hosts(stage) == set()
        assert set(stage.registrants()) == {"bo@acme.example"}

    def test_the_host_becomes_a_participant_and_back(self, stage: Stage) -> None:
        anna = an_enrolment(
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

    def test_the_host_among_the_instructors_stays_the_host(self, stage: Stage) -> None:
        anna = Instructor(user_id="u-anna", email=HOST_EMAIL.upper(), name="Anna")

        synchronised(stage, instructors=(anna,))

        assert alternative_hosts(stage) == set()
        assert stage.enrolments.get("ev-1", "u-anna") is None

    def test_participants_with_the_address_of_one_are_not_sent(self, stage: Stage) -> None:
        person = Person(email="bo@acme.example", first_name="Bo")
        double = an_enrolment("u-double", now=stage.clock.now(), person=person)

        synchronised(stage, double, instructors=(BO,))

        assert stage.registrants() == {}
        assert stage.enrolment("u-double").reason == "duplicate_email"

    def test_as_the_settings_say_they_are_participants(self, stage: Stage) -> None:
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
