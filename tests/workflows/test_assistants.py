"""Instructors as assistants of the host: shared by the host's events, and never somebody else's."""

from __future__ import annotations

import pytest

from lectern.domain.enrollment import Person, Role
from lectern.domain.event import Host, Instructor, Status
from lectern.domain.join.decision import JoinRole, JoinState
from lectern.domain.settings import HostRules, InstructorsAs
from lectern_testing.builders import a_details, an_enrollment, an_event
from lectern_testing.on_stage.clicks import click
from lectern_testing.stage import Stage

BO = Instructor(user_id="u-bo", email="bo@acme.example", name="Bo Lund")
CLEO = Instructor(user_id="u-cleo", email="cleo@acme.example", name="Cleo Marsh")
GUEST = Instructor(user_id="u-guest", email="guest@elsewhere.example", name="A Guest")


@pytest.fixture(autouse=True)
def _as_assistants(stage: Stage) -> None:
    settings, revision = stage.settings.get()
    rules = HostRules(instructors_as=InstructorsAs.ASSISTANTS)
    stage.settings.put(settings.model_copy(update={"hosts": rules}), was_revision=revision)


def synchronised(stage: Stage, *instructors: Instructor, event_id: str = "ev-1") -> None:
    """An event with these instructors in sync, with the calls that it took."""
    stage.forget_calls()
    details = a_details(instructors=instructors)
    stage.events.create(an_event(event_id, now=stage.clock.now(), details=details))
    again(stage, event_id)


def again(stage: Stage, event_id: str = "ev-1") -> None:
    assert stage.synchronise(event_id) == "SUCCEEDED"
    assert stage.event(event_id).sync.state == "in_sync"


def assistants(stage: Stage, email: str = "anna@acme.example") -> set[str]:
    """Whose assistants the host has at Zoom: their addresses."""
    users = stage.world.users
    (host,) = [each for each in users.values() if each.email == email]
    return {users[each].email for each in host.assistants}


def test_licensed_ones_are_assistants_and_registered_for_a_link(stage: Stage) -> None:
    synchronised(stage, BO, CLEO, GUEST)

    assert assistants(stage) == {"bo@acme.example", "cleo@acme.example"}
    assert set(stage.registrants()) == {BO.email, CLEO.email, GUEST.email}
    calls = stage.calls()
    assert (calls["list_assistants"], calls["add_assistants"]) == (1, 1)
    decision = click(stage, "u-bo")
    assert (decision.state, decision.role) == (JoinState.JOIN, JoinRole.INSTRUCTOR)
    assert stage.enrollment("u-bo").message == "Joins as an assistant of the host."

    stage.forget_calls()
    stage.events.request_sync("ev-1", stage.clock.now())
    again(stage)
    assert stage.calls() == {}


def test_the_last_event_that_lets_go_takes_the_assistant_away(stage: Stage) -> None:
    synchronised(stage, BO)
    synchronised(stage, BO, event_id="ev-2")
    assert stage.calls()["add_assistants"] == 0

    stage.change_details(instructors=())
    again(stage)
    assert assistants(stage) == {"bo@acme.example"}
    assert stage.enrollments.get("ev-1", "u-bo") is None

    stage.change_event("ev-2", status=Status.CANCELLED)
    again(stage, "ev-2")
    assert assistants(stage) == set()


def test_one_who_was_made_one_by_hand_stays(stage: Stage) -> None:
    stage._control(
        "POST",
        "/actions",
        {
            "action": "add_assistant",
            "email": "anna@acme.example",
            "assistant_email": "bo@acme.example",
        },
    )
    synchronised(stage, BO)
    assert stage.calls()["add_assistants"] == 0

    stage.change_details(instructors=())
    again(stage)
    assert assistants(stage) == {"bo@acme.example"}
    assert stage.calls()["delete_assistant"] == 0


def test_another_host_has_other_assistants(stage: Stage) -> None:
    synchronised(stage, BO)

    stage.change_details(host=Host(user_id="u-cleo", email="cleo@acme.example"))
    again(stage)

    assert assistants(stage) == set()
    assert assistants(stage, "cleo@acme.example") == {"bo@acme.example"}


def test_a_student_becomes_an_assistant_and_back_and_keeps_the_link(stage: Stage) -> None:
    stage.events.create(an_event(now=stage.clock.now()))
    person = Person(email="bo@acme.example", first_name="Bo")
    stage.enrol(an_enrollment("u-bo", now=stage.clock.now(), person=person))
    again(stage)
    link = click(stage, "u-bo").url

    stage.change_enrollment("u-bo", role=Role.INSTRUCTOR)
    again(stage)
    assert assistants(stage) == {"bo@acme.example"}
    assert click(stage, "u-bo").url == link

    stage.change_enrollment("u-bo", role=Role.PARTICIPANT)
    again(stage)
    assert assistants(stage) == set()
    assert click(stage, "u-bo").url == link


def test_one_whom_zoom_refuses_is_a_participant_and_stops_nobody(stage: Stage) -> None:
    # Without a licence by now, as another event did not see yet.
    synchronised(stage, event_id="ev-0")
    stage.events.create(an_event(details=a_details(instructors=(BO, CLEO))))

    def take_the_licence(payload: dict[str, object]) -> None:
        if payload["task"] == "ensure_instructors":
            stage.seed(users=[{"email": "bo@acme.example", "type": 1}])

    stage.before_task = take_the_licence
    again(stage)

    assert assistants(stage) == {"cleo@acme.example"}
    assert set(stage.registrants()) == {BO.email, CLEO.email}
    assert "Zoom refuses this user" in (stage.enrollment("u-bo").message or "")


def test_one_who_was_taken_away_by_hand_is_added_again(stage: Stage) -> None:
    synchronised(stage, BO)
    for host in stage.world.users.values():
        host.assistants.clear()

    stage.events.request_sync("ev-1", stage.clock.now(), verify=True)
    again(stage)

    assert assistants(stage) == {"bo@acme.example"}
