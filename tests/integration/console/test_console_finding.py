"""Finding a person by user id or address: across events, and within one."""

from __future__ import annotations

from typing import Any

import pytest

from lectern.store.keys import enrollment
from lectern.store.table import Table
from lectern_testing.aws.moto_shortcut import asked_of
from lectern_testing.lms.api import Lms
from lectern_testing.operator import Operator
from lectern_testing.table import TABLE_NAME


@pytest.fixture
def people(lms: Lms) -> None:
    """Kim in two events, somebody whose id is Kim's address in one, and a host."""
    lms.put_event("ev-1", host={"user_id": "u-anna", "email": "Anna@acme.example"})
    lms.put_event("ev-2", starts_at="2026-12-05T09:00:00Z")
    lms.enrol("u-kim", email="Kim@acme.example", first_name="Kim")
    lms.enrol("u-lee", email="lee@acme.example", first_name="Lee")
    for user_id, email in (("u-kim", "kim@acme.example"), ("kim@acme.example", "else@x.example")):
        entry = {"user_id": user_id, "email": email, "first_name": "K"}
        lms.post("/v1/events/ev-2/enrollments", {"enrollments": [entry]})


@pytest.mark.parametrize(
    ("wanted", "place"),
    [
        ("u-kim", "/console/people/u-kim"),
        ("LEE@acme.example", "/console/people/u-lee"),
        ("+lee@acme.example+", "/console/people/u-lee"),
        ("u-anna", "/console/people/u-anna"),
        ("anna@ACME.example", "/console/people/u-anna"),
        ("else@x.example", "/console/people/kim@acme.example"),
    ],
)
def test_a_person_is_found_across_events(
    people: Any, operator: Operator, wanted: str, place: str
) -> None:
    found = operator.get(f"/console/people?person={wanted}")

    assert (found.status, found.location) == (303, place)
    assert operator.get(place).status == 200


def test_where_several_are_meant_all_are_shown(people: Any, operator: Operator) -> None:
    """An LMS may use addresses as ids: here the id of one is the address of another."""
    page = operator.get("/console/people?person=kim@acme.example")

    assert page.status == 200
    assert page.links("/people/") == [
        "/console/people/u-kim", "/console/people/kim@acme.example",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "wanted",
    ["u-nobody", "nobody@acme.example", "Kim", "<script>alert(1)</script>", "a@b@c", "x" * 3000,
     "%00", "@", "%F0%9F%98%80@acme.example", "kim@%E2%82%AC.example"],
)  # fmt: skip
def test_nobody_is_said_at_the_field(people: Any, operator: Operator, wanted: str) -> None:
    page = operator.get(f"/console/people?person={wanted}")

    assert page.status == 404
    assert "Nobody has this id or address." in page.text
    assert 'aria-invalid="true"' in page.text
    assert "<script>alert" not in page.text


def test_before_anybody_is_looked_for_there_is_the_form(operator: Operator) -> None:
    page = operator.get("/console/people")

    assert page.status == 200
    assert "aria-invalid" not in page.text
    assert "/console/people" in page.links()


def test_within_an_event_who_is_not_registered_yet_is_found_as_well(
    people: Any, operator: Operator
) -> None:
    found = operator.get("/console/events/ev-1/people?person=kim@ACME.example")

    assert found.location == "/console/events/ev-1/people/u-kim"
    elsewhere = operator.get("/console/events/ev-1/people?person=else@x.example")
    assert elsewhere.location == "/console/events/ev-1?person=else%40x.example"


def test_who_is_erased_is_found_no_more(people: Any, lms: Lms, operator: Operator) -> None:
    Table(lms.client, TABLE_NAME).delete(enrollment("ev-1", "u-lee"))

    assert operator.get("/console/people?person=lee@acme.example").status == 404


@pytest.mark.parametrize(("wanted", "reads"), [("u-kim", 1), ("lee@acme.example", 5)])
def test_to_find_somebody_takes_few_reads(
    people: Any, lms: Lms, operator: Operator, wanted: str, reads: int
) -> None:
    with asked_of(lms.client) as asked:
        assert operator.get(f"/console/people?person={wanted}").status == 303

    of_the_session = 1
    assert len(asked) <= reads + of_the_session, asked
    assert "Scan" not in asked
