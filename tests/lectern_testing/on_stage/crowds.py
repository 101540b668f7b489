"""Events of either kind with people in them, on a stage."""

from __future__ import annotations

from typing import Any

import pytest

from lectern.domain.enrollment import Enrollment, Person
from lectern.domain.event import Host
from lectern.domain.meeting import Kind
from lectern_testing.builders import a_details, an_enrollment, an_event
from lectern_testing.stage import Stage

WANDA = Host(user_id="u-wanda", email="wanda@acme.example")
HOSTS = {Kind.MEETING: Host(user_id="u-host", email="anna@acme.example"), Kind.WEBINAR: WANDA}
REGISTERING = {
    Kind.MEETING: ("batch_meeting_registrants", "add_meeting_registrant"),
    Kind.WEBINAR: ("batch_webinar_registrants", "add_webinar_registrant"),
}
kinds = pytest.mark.parametrize("kind", Kind)


def an_event_of(stage: Stage, kind: Kind, *people: Enrollment, **details: Any) -> None:
    """An event of a kind with these people, not synchronised yet."""
    described = a_details(kind=kind, host=HOSTS[kind], **details)
    stage.events.create(an_event(now=stage.clock.now(), details=described))
    if people:
        stage.enrol(*people)


def some(count: int, *, domain: str = "people.example", last_name: str = "Ng") -> list[Enrollment]:
    """People with an address each, ``u-0`` first."""
    people = [(f"u-{n}", f"Kim{n}") for n in range(count)]
    return [
        an_enrollment(
            user, person=Person(email=f"{user}@{domain}", first_name=first, last_name=last_name)
        )
        for user, first in people
    ]


def another(user_id: str, email: str, **names: str) -> Enrollment:
    """One more person, with a name or address of their own."""
    person = {"first_name": user_id, "last_name": "Ng", "email": email} | names
    return an_enrollment(user_id, person=Person(**person))


def told(stage: Stage, user_id: str) -> tuple[str, str | None, str]:
    """Where somebody stands, with reason and message."""
    person = stage.enrollment(user_id)
    return person.state, person.reason, person.message or ""


def registering_calls(stage: Stage, kind: Kind) -> int:
    """How many calls registered people of a kind, or tried to."""
    return sum(stage.calls()[name] for name in REGISTERING[kind])


def late_comers(stage: Stage, kind: Kind, *late: Enrollment, **details: Any) -> None:
    """People enrolled in an event that is in sync, who are to click."""
    an_event_of(stage, kind, another("early", "early@acme.example"), **details)
    assert stage.synchronise() == "SUCCEEDED"
    stage.enrol(*late)
    stage.forget_calls()
