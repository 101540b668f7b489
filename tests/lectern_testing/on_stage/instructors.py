"""Events with instructors on a stage, and what Zoom makes of them."""

from __future__ import annotations

from typing import Any

from lectern.domain.enrollment import Enrollment
from lectern.domain.event import Host, Instructor
from lectern_testing.builders import a_details, an_event
from lectern_testing.stage import Stage

WANDA = Host(user_id="u-wanda", email="wanda@acme.example")
BO = Instructor(user_id="u-bo", email="Bo@acme.example", name="Bo Lund")
CLEO = Instructor(user_id="u-cleo", email="cleo@acme.example", name="Cleo Marsh")
BASIC = Instructor(user_id="u-basic", email="basic@acme.example", name="Basic")
GUEST = Instructor(user_id="u-guest", email="guest@elsewhere.example", name="A Guest")


def synchronised(
    stage: Stage, *people: Enrollment, instructors: tuple[Instructor, ...] = (), **changes: Any
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
