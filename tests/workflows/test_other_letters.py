"""Addresses at Zoom: other letters are no work there, and look-alikes are people of their own."""

from __future__ import annotations

import pytest

from lectern.domain.enrollment import Access, Person
from lectern.domain.event import Host, Instructor
from lectern.domain.meeting import Kind
from lectern_testing.builders import a_details, an_enrollment, an_event
from lectern_testing.on_stage.instructors import (
    BO,
    WANDA,
    again,
    alternative_hosts,
    panelists,
    synchronised,
)
from lectern_testing.stage import Stage

KELVIN = "\u212a"
KIM = "kim@acme.example"


def as_kim(email: str, **names: str) -> Person:
    return Person(**{"email": email, "first_name": "Kim"} | names)


def test_an_address_in_other_letters_registers_nobody_again(stage: Stage) -> None:
    synchronised(stage, an_enrollment("kim", person=as_kim(KIM), now=stage.clock.now()))

    stage.change_enrollment("kim", person=as_kim("Kim@ACME.example"), access=Access())
    again(stage)

    assert stage.calls() == {}
    assert stage.registrants().keys() == {KIM}
    assert stage.where_people_stand() == {"registered": 1}


def test_a_change_that_counts_beside_it_does(stage: Stage) -> None:
    synchronised(stage, an_enrollment("kim", person=as_kim(KIM), now=stage.clock.now()))

    stage.change_enrollment("kim", person=as_kim("Kim@ACME.example", last_name="Ng"))
    again(stage)

    assert stage.calls() == {"delete_meeting_registrant": 1, "add_meeting_registrant": 1}


def test_a_host_in_other_letters_keeps_the_meeting(stage: Stage) -> None:
    synchronised(stage)

    stage.change_details(host=Host(user_id="u-host", email="ANNA@Acme.example"))
    again(stage)

    assert stage.calls() == {}


@pytest.mark.parametrize(
    ("kind", "host"), [(Kind.MEETING, None), (Kind.WEBINAR, WANDA)], ids=["beside", "on the panel"]
)
def test_an_instructor_in_other_letters_stays_in_place(
    stage: Stage, kind: Kind, host: Host | None
) -> None:
    synchronised(stage, instructors=(BO,), kind=kind, **({"host": host} if host else {}))
    links = panelists(stage) if host else {}

    louder = BO.model_copy(update={"email": BO.email.upper()})
    stage.change_details(instructors=(louder,))
    again(stage)

    assert stage.calls() == {}
    if host:
        assert panelists(stage) == links
    else:
        assert alternative_hosts(stage) == {"bo@acme.example"}


def test_two_mailboxes_that_look_alike_are_two_people(stage: Stage) -> None:
    emails = ("jess@acme.example", "je\u017fs@acme.example", "jeß@acme.example")
    synchronised(
        stage,
        *(
            an_enrollment(f"u-{place}", person=as_kim(email), now=stage.clock.now())
            for place, email in enumerate(emails)
        ),
    )

    assert stage.where_people_stand() == {"registered": 3}
    assert set(stage.registrants()) == set(emails)

    again(stage, verify=True)

    assert stage.where_people_stand() == {"registered": 3}


def test_a_host_is_no_user_whose_address_only_looks_alike(stage: Stage) -> None:
    """Zoom may take one for the other when a user is looked up; Lectern does not."""
    stage.seed(users=[{"email": KIM, "first_name": "Kim"}])
    details = a_details(host=Host(user_id="u-mallory", email=f"{KELVIN}im@acme.example"))
    stage.events.create(an_event(now=stage.clock.now(), details=details))

    assert stage.synchronise() == "SUCCEEDED"

    problem = stage.event().sync.problem
    assert problem is not None
    assert problem.code == "host_not_in_zoom"
    assert stage.open_meetings() == {}


def test_nor_is_an_alternative_host(stage: Stage) -> None:
    stage.seed(users=[{"email": KIM, "first_name": "Kim"}])
    mallory = Instructor(user_id="u-mallory", email=f"{KELVIN}im@acme.example", name="Mallory")

    synchronised(stage, instructors=(mallory,))

    assert alternative_hosts(stage) == set()
    message = stage.enrollment("u-mallory").message
    assert message is not None
    assert message.startswith("Joins as a participant")
