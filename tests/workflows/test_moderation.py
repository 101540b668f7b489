"""What a host takes back while the session is on stands until it has ended."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from lectern.domain.enrollment import Access, Enrollment, Role
from lectern.domain.event import Host, Phase
from lectern.domain.join.decision import JoinState
from lectern.domain.meeting import Kind
from lectern.domain.people.moderation import concerns_moderation
from lectern.domain.phase import PhaseReport
from lectern.domain.settings import AccessValidation, Settings
from lectern_testing.builders import a_details, an_enrollment, an_event
from lectern_testing.on_stage.clicks import click
from lectern_testing.on_stage.logins import note_login
from lectern_testing.stage import Stage

HOSTS = {
    Kind.MEETING: Host(user_id="u-host", email="anna@acme.example"),
    Kind.WEBINAR: Host(user_id="u-wanda", email="wanda@acme.example"),
}
KIM = "kim@people.example"
kinds = pytest.mark.parametrize("kind", Kind)
deeds = pytest.mark.parametrize("deed", ["deny", "cancel", "delete"])


class Session:
    """A session with Kim and Lee in it, on a stage."""

    def __init__(self, stage: Stage, kind: Kind, *people: Enrollment) -> None:
        self.stage = stage
        details = a_details(
            kind=kind,
            host=HOSTS[kind],
            starts_at=stage.clock.now().replace(microsecond=0) + timedelta(minutes=30),
        )
        stage.events.create(an_event(now=stage.clock.now(), details=details))
        people = people or (an_enrollment("kim"), an_enrollment("lee"))
        stage.enrol(*people)
        assert stage.synchronise() == "SUCCEEDED"
        stage.wait(1800)
        stage.forget_calls()

    def is_now(self, now: Phase, at: datetime | None = None) -> None:
        """Zoom tells where the session is."""
        stage = self.stage
        event, at = stage.event(), at or stage.clock.now()
        stage.events.record_phase(event, now, at, "uuid==")
        if concerns_moderation(PhaseReport(phase=now, at=at, instance="uuid=="), event):
            self.synchronise()

    def synchronise(self, **how: Any) -> None:
        self.stage.events.request_sync("ev-1", self.stage.clock.now(), **how)
        assert self.stage.synchronise() == "SUCCEEDED"

    def take_back(self, deed: str, email: str = KIM) -> None:
        self.stage.wait(5)
        self.stage.act(action=f"{deed}_registrant", email=email)

    def is_kept_out(self, user_id: str = "kim") -> None:
        person = self.stage.enrollment(user_id)
        assert (person.state, person.reason) == ("failed", "denied_in_zoom")
        assert "while the session is on" in (person.message or "")
        assert f"{user_id}@people.example" not in self.stage.registrants()
        decision = click(self.stage, user_id)
        assert (decision.state, decision.reason) == (JoinState.UNAVAILABLE, "denied_in_zoom")
        assert self.stage.event().sync.state == "in_sync"


@kinds
@deeds
def test_who_is_put_out_stays_out_whatever_is_asked_for(
    stage: Stage, kind: Kind, deed: str
) -> None:
    session = Session(stage, kind)
    session.is_now(Phase.LIVE)
    session.take_back(deed)

    session.synchronise(verify=True)
    session.is_kept_out()
    for how in ({"verify": True}, {"retry": True}, {}):
        session.synchronise(**how)
        session.is_kept_out()
    note_login(stage, "kim")
    session.synchronise()
    session.is_kept_out()
    assert set(stage.registrants()) == {"lee@people.example"}
    assert stage.where_people_stand() == {"registered": 1, "failed": 1}


@kinds
@deeds
def test_it_does_not_stand_any_more_once_the_session_has_ended(
    stage: Stage, kind: Kind, deed: str
) -> None:
    session = Session(stage, kind)
    session.is_now(Phase.LIVE)
    session.take_back(deed)
    session.synchronise(verify=True)

    stage.wait(60)
    session.is_now(Phase.ENDED)

    assert stage.where_people_stand() == {"registered": 2}
    assert KIM in stage.registrants()


@kinds
@deeds
def test_a_login_finds_it_as_a_verification_does(stage: Stage, kind: Kind, deed: str) -> None:
    session = Session(stage, kind)
    session.is_now(Phase.LIVE)
    session.take_back(deed)

    note_login(stage, "kim")
    session.synchronise()

    session.is_kept_out()


@kinds
@deeds
def test_that_it_began_may_be_told_later(stage: Stage, kind: Kind, deed: str) -> None:
    """The registration was given back before it was known that the session was on."""
    session = Session(stage, kind)
    began = stage.clock.now()
    session.take_back(deed)
    session.synchronise(verify=True)
    assert KIM in stage.registrants()

    session.is_now(Phase.LIVE, began)

    session.is_kept_out()


@kinds
@deeds
def test_what_was_taken_back_before_is_put_right(stage: Stage, kind: Kind, deed: str) -> None:
    session = Session(stage, kind)
    session.take_back(deed)
    session.synchronise(verify=True)
    stage.wait(5)

    session.is_now(Phase.LIVE)
    session.synchronise(verify=True)

    assert stage.where_people_stand() == {"registered": 2}
    assert len(stage.registrants()) == 2


@kinds
@deeds
@pytest.mark.parametrize(
    "given",
    [
        lambda kim, now: kim.given_access(Access(), now),
        lambda kim, now: kim.changed({"removed": True}, now).changed({"removed": False}, now),
        lambda kim, now: kim.changed({"access": Access(granted=False)}, now).changed(
            {"access": Access()}, now
        ),
    ],
)
def test_the_lms_can_give_access_anew(
    stage: Stage, kind: Kind, deed: str, given: Callable[[Enrollment, datetime], Enrollment]
) -> None:
    session = Session(stage, kind)
    session.is_now(Phase.LIVE)
    session.take_back(deed)
    session.synchronise(verify=True)
    kim = stage.enrollment("kim")

    changed = given(kim, stage.clock.now())
    stage.enrollments.replace_desired(kim, changed)
    session.synchronise()

    assert set(stage.registrants()) == {KIM, "lee@people.example"}
    assert click(stage, "kim").state is JoinState.JOIN


@kinds
def test_another_name_is_no_access_given_anew(stage: Stage, kind: Kind) -> None:
    session = Session(stage, kind)
    session.is_now(Phase.LIVE)
    session.take_back("deny")
    session.synchronise(verify=True)
    kim = stage.enrollment("kim")

    renamed = kim.person.model_copy(update={"last_name": "Another"})
    stage.enrollments.replace_desired(kim, kim.changed({"person": renamed}, stage.clock.now()))
    session.synchronise()

    session.is_kept_out()


@kinds
def test_a_host_may_think_better_of_it(stage: Stage, kind: Kind) -> None:
    session = Session(stage, kind)
    session.is_now(Phase.LIVE)
    session.take_back("deny")
    session.synchronise(verify=True)

    stage.act(action="approve_registrant", email=KIM)
    session.synchronise(verify=True)

    assert stage.where_people_stand() == {"registered": 2}
    assert click(stage, "kim").state is JoinState.JOIN


def test_a_panelist_who_is_put_off_the_panel_stays_off_it(stage: Stage) -> None:
    teacher = an_enrollment("kim", role=Role.INSTRUCTOR)
    session = Session(stage, Kind.WEBINAR, teacher, an_enrollment("lee"))
    session.is_now(Phase.LIVE)
    stage.wait(5)
    stage.act(action="remove_panelist", email=KIM)

    session.synchronise(verify=True)
    session.is_kept_out()
    session.synchronise(verify=True, retry=True)
    session.is_kept_out()
    assert stage.calls()["add_panelists"] == 0

    stage.wait(60)
    session.is_now(Phase.ENDED)
    assert click(stage, "kim").state is JoinState.JOIN
    assert stage.calls()["add_panelists"] == 1


def test_who_has_requirements_to_meet_sees_them_first(stage: Stage) -> None:
    stage.settings.put(Settings(access_validation=AccessValidation(enabled=True)), was_revision=0)
    session = Session(stage, Kind.MEETING)
    session.is_now(Phase.LIVE)
    session.take_back("deny")
    session.synchronise(verify=True)

    stage.change_enrollment("kim", access=Access(granted=False))
    session.synchronise()

    assert stage.enrollment("kim").state == "blocked"


def test_one_list_without_a_panelist_takes_nobody_off_the_panel(stage: Stage) -> None:
    teacher = an_enrollment("kim", role=Role.INSTRUCTOR)
    session = Session(stage, Kind.WEBINAR, teacher)
    link = click(stage, "kim").url
    stage.fault(operation="list_panelists", kind="odd_values", set={"panelists": []})

    session.synchronise(verify=True)

    assert click(stage, "kim").url == link
    assert stage.calls()["add_panelists"] == 0
