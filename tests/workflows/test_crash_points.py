"""The Lambda is killed after each single call at Zoom and each single write to the table."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from lectern.domain.enrollment import Person, Role
from lectern.domain.event import Host
from lectern.domain.meeting import Kind
from lectern.domain.settings import HostRules, Licence, MissingHost, Settings
from lectern_testing.builders import a_details, an_enrollment, an_event
from lectern_testing.stage import Stage, staged

MOST_EFFECTS = 200
PARTS = 4
"""Every fourth point is a test of its own, so that several processors share the work."""


def creation(stage: Stage) -> None:
    """A new event with three people."""
    stage.event_with_people(3)


def change(stage: Stage) -> None:
    """An event in sync, of which everything changes: title, who leaves, comes and moves."""
    stage.synchronised_event(3)
    stage.forget_calls()
    stage.change_details(title="Another")
    stage.change_enrollment("u-00000", removed=True)
    stage.change_enrollment("u-00001", person=Person(email="new@people.example", first_name="N"))
    stage.enrol(an_enrollment("late", now=stage.clock.now()))


def expect_creation(stage: Stage) -> None:
    stage.all_is_well(3)
    calls = stage.calls()
    assert (calls["create_meeting"], calls["batch_meeting_registrants"]) == (1, 1)


def expect_change(stage: Stage) -> None:
    assert len(stage.open_meetings()) == 1
    assert stage.zoom_meeting()["topic"] == "Another"
    assert set(stage.registrants()) == {
        "new@people.example",
        "late@people.example",
        "u-00002@people.example",
    }
    assert stage.where_people_stand() == {"registered": 3, "removed": 1}
    assert stage.event().sync.state == "in_sync"
    calls = stage.calls()
    assert calls["batch_meeting_registrants"] == 1
    # Only the call whose answer was lost with the Lambda may be repeated; it changes nothing twice.
    assert calls["update_meeting"] + calls["delete_meeting_registrant"] <= 3 + 1


def at_each_point(
    begin: Callable[[Stage], None],
    restart: Callable[[Stage], None],
    expect: Callable[[Stage], None],
    part: int,
) -> int:
    """Kills at each effect of a part, until a run ends by itself; how many effects that has."""
    for point in range(1 + part, MOST_EFFECTS, PARTS):
        with staged() as stage:
            begin(stage)
            stage.effects.clear()
            stage.kill_after = point
            status = stage.synchronise()
            if len(stage.effects) < point:
                return len(stage.effects)
            restart(stage)
            killed_after = stage.effects[point - 1]
            assert status == "SUCCEEDED", killed_after
            expect(stage)
    raise AssertionError(MOST_EFFECTS)


@pytest.mark.parametrize("part", range(PARTS))
def test_a_killed_task_is_taken_up_by_the_same_execution(part: int) -> None:
    assert at_each_point(change, lambda _stage: None, expect_change, part) >= 25


def webinar_of_a_new_host(stage: Stage) -> None:
    """A webinar whose host has to be made and licensed first."""
    rules = HostRules(missing_host=MissingHost.CREATE_SSO, licence=Licence.ASSIGN)
    stage.settings.put(Settings(hosts=rules), was_revision=0)
    host = Host(user_id="u-new", email="new@acme.example")
    details = a_details(kind=Kind.WEBINAR, host=host)
    stage.events.create(an_event(now=stage.clock.now(), details=details))


def expect_webinar(stage: Stage) -> None:
    meeting = stage.event().meeting
    assert meeting is not None
    assert list(stage.open_meetings()) == [meeting.zoom_id]
    assert stage.event().sync.state == "in_sync"
    calls = stage.calls()
    made = ("create_user", "update_user", "update_user_settings", "create_webinar")
    assert [calls[name] for name in made] == [1, 1, 1, 1]


@pytest.mark.parametrize("part", range(PARTS))
def test_a_host_who_is_made_and_licensed_is_so_once(part: int) -> None:
    points = at_each_point(webinar_of_a_new_host, lambda _stage: None, expect_webinar, part)
    assert points >= 15


def exchange(stage: Stage) -> None:
    """A webinar in sync, whose panelist and participant change places."""
    host = Host(user_id="u-wanda", email="wanda@acme.example")
    details = a_details(kind=Kind.WEBINAR, host=host)
    stage.events.create(an_event(now=stage.clock.now(), details=details))
    stage.enrol(an_enrollment("kim"), an_enrollment("lee", role=Role.INSTRUCTOR))
    assert stage.synchronise() == "SUCCEEDED"
    stage.forget_calls()
    stage.change_enrollment("kim", role=Role.INSTRUCTOR)
    stage.change_enrollment("lee", role=Role.PARTICIPANT)
    stage.dangerous_task = "ensure_instructors"


def expect_exchange(stage: Stage) -> None:
    panel = {each["email"]: each["join_url"] for each in stage.zoom_meeting()["panelists"]}
    kim = stage.enrollment("kim").panelist
    assert kim is not None
    assert panel == {"kim@people.example": kim.join_url}
    assert set(stage.registrants()) == {"lee@people.example"}
    assert stage.enrollment("lee").panelist is None
    assert stage.where_people_stand() == {"registered": 2}
    assert stage.event().sync.state == "in_sync"
    calls = stage.calls()
    assert (calls["add_panelists"], calls["batch_webinar_registrants"]) == (1, 1)


@pytest.mark.parametrize("part", range(PARTS))
def test_panelist_and_participant_change_places_whatever_dies(part: int) -> None:
    assert at_each_point(exchange, lambda _stage: None, expect_exchange, part) >= 10


@pytest.mark.parametrize("part", range(PARTS))
def test_a_killed_execution_is_taken_up_by_another_once_its_lease_has_ended(part: int) -> None:
    def begin(stage: Stage) -> None:
        creation(stage)
        point_of_death = stage.before_task

        def before(payload: dict[str, object]) -> None:
            point_of_death(payload)
            dead = stage.kill_after is not None and len(stage.effects) >= stage.kill_after
            if dead and payload["owner"] != "restarted":
                # The execution is gone as well: nothing of it runs any more.
                raise _Gone

        stage.before_task = before

    def restart(stage: Stage) -> None:
        stage.clock.advance(timedelta(seconds=901))
        if stage.event().sync.is_due:
            assert stage.run("restarted") == "SUCCEEDED"

    class _Gone(Exception):
        pass

    _Gone.__name__ = "LeaseLost"  # The state machine ends without a trace at this one.

    assert at_each_point(begin, restart, expect_creation, part) >= 20
