"""Whom a host adds to the panel, or beside the host, in Zoom by hand comes in all the same."""

from __future__ import annotations

from typing import Any

import pytest

from lectern.domain.enrollment import Enrollment, Person
from lectern.domain.event import Host
from lectern.domain.join.decision import JoinState
from lectern.domain.meeting import Kind
from lectern_testing.builders import a_details, an_enrollment, an_event
from lectern_testing.on_stage.clicks import click
from lectern_testing.stage import Stage

WANDA = Host(user_id="u-wanda", email="wanda@acme.example")
KIM = "kim@people.example"


@pytest.fixture
def webinar(stage: Stage) -> Stage:
    """A webinar whose host made Kim a panelist before the LMS enrolled Kim."""
    details = a_details(kind=Kind.WEBINAR, host=WANDA)
    stage.events.create(an_event(now=stage.clock.now(), details=details))
    stage.enrol(an_enrollment("early"))
    assert stage.synchronise() == "SUCCEEDED"
    stage.act(action="add_panelist", email=KIM, name="Kim, whom I know")
    stage.forget_calls()
    return stage


def again(stage: Stage, **how: Any) -> None:
    stage.events.request_sync("ev-1", stage.clock.now(), **how)
    assert stage.synchronise() == "SUCCEEDED"


def panel(stage: Stage) -> dict[str, str]:
    return {each["email"]: each["join_url"] for each in stage.zoom_meeting()["panelists"]}


@pytest.mark.parametrize("others", [0, 3])
def test_a_panelist_by_hand_is_in_by_the_panelist_s_link(webinar: Stage, others: int) -> None:
    webinar.enrol(an_enrollment("kim"), *(an_enrollment(f"u-{n}") for n in range(others)))

    assert webinar.synchronise() == "SUCCEEDED"

    assert click(webinar, "kim").url == panel(webinar)[KIM]
    assert webinar.where_people_stand() == {"registered": 2 + others}
    assert webinar.enrollment("kim").message == "Joins as a panelist."
    for how in ({}, {"verify": True}, {"retry": True}):
        webinar.forget_calls()
        again(webinar, **how)
        assert click(webinar, "kim").url == panel(webinar)[KIM]
        assert not {name for name in webinar.calls() if "batch" in name or "delete" in name}


def test_a_click_takes_them_there_at_once(webinar: Stage) -> None:
    webinar.enrol(an_enrollment("kim"))

    decision = click(webinar, "kim")

    assert (decision.state, decision.url) == (JoinState.JOIN, panel(webinar)[KIM])


def test_another_name_in_the_lms_takes_nobody_off_the_panel(webinar: Stage) -> None:
    webinar.enrol(an_enrollment("kim"))
    webinar.synchronise()
    link = panel(webinar)[KIM]

    webinar.change_enrollment("kim", person=Person(email=KIM, first_name="Kimberly"))
    webinar.synchronise()

    assert click(webinar, "kim").url == panel(webinar)[KIM] == link


def test_who_leaves_the_lms_leaves_the_panel(webinar: Stage) -> None:
    webinar.enrol(an_enrollment("kim"))
    webinar.synchronise()

    webinar.change_enrollment("kim", removed=True)
    webinar.synchronise()

    assert panel(webinar) == {}
    assert webinar.enrollment("kim").state == "removed"


def test_who_is_taken_off_the_panel_by_hand_is_registered(webinar: Stage) -> None:
    webinar.enrol(an_enrollment("kim"))
    webinar.synchronise()
    webinar.act(action="remove_panelist", email=KIM)

    again(webinar, verify=True)

    assert KIM in webinar.registrants()
    assert click(webinar, "kim").state is JoinState.JOIN


@pytest.mark.parametrize("clicks", [False, True])
def test_where_the_panel_cannot_be_read_the_person_is_told_so(
    webinar: Stage, *, clicks: bool
) -> None:
    webinar.fault(operation="list_panelists", kind="missing_scope", times=None)
    webinar.enrol(an_enrollment("kim"))

    if clicks:
        click(webinar, "kim")
    else:
        webinar.synchronise()

    kim: Enrollment = webinar.enrollment("kim")
    assert (kim.state, kim.reason) == ("failed", "zoom_rejected")
    assert "You have been invited as a panelist for the webinar" in (kim.message or "")


def test_an_alternative_host_by_hand_is_registered_once_that_is_put_right(stage: Stage) -> None:
    stage.synchronised_event(1)
    bo = Person(email="bo@acme.example", first_name="Bo")
    changes = {"settings": {"alternative_hosts": "bo@acme.example"}}
    stage.act(action="edit_meeting", changes=changes)
    stage.enrol(an_enrollment("bo", person=bo), an_enrollment("late"))

    stage.synchronise()

    stage.all_is_well(3)
