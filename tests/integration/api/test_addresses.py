"""Addresses over HTTP: other letters make no other person, and other mailboxes make no host."""

from __future__ import annotations

from datetime import timedelta

import pytest

from lectern.domain.join.decision import JoinStep
from lectern_testing.builders import a_meeting
from lectern_testing.lms.api import Answered, Lms

EVENT = "/v1/events/ev-1"
HOST = "jess.kim@uni-giessen.example"
HOST_IN_OTHER_LETTERS = [
    "JESS.Kim@Uni-Giessen.EXAMPLE",
    "  jess.kim@uni-giessen.example ",
]
LOOK_ALIKES = [
    "jess.kim@uni-gießen.example",
    "jess.kim@uni-g\u0131essen.example",
    "je\u017fs.kim@uni-giessen.example",
    "jeß.kim@uni-giessen.example",
    "jess.\u212aim@uni-giessen.example",
    "jess.k\u0131m@uni-giessen.example",
    "jess.kİm@uni-giessen.example",
    "\uff4aess.kim@uni-giessen.example",
    "jess.kim@uni-gie\u017f\u017fen.example",
    "jess.kim@\uff55ni-giessen.example",
]


@pytest.fixture
def hosted(lms: Lms) -> None:
    """An event with its meeting."""
    lms.put_event(host={"user_id": "u-host", "email": HOST})
    event, now = lms.event_as_stored(), lms.parts.now()
    leases = lms.parts.leases()
    leases.take_lease("ev-1", "test", now, now + timedelta(minutes=1))
    leases.held_by("ev-1", "test").record_meeting(a_meeting(event.details), ())


def roles(lms: Lms) -> tuple[str, str, bool]:
    """What u-77 is told to be: by the button, on a course page and at a click."""
    button = lms.get(f"{EVENT}/join", query={"user_id": "u-77"}).json
    path = "/v1/users/u-77/join-decisions"
    (item,) = lms.post(path, {"event_ids": ["ev-1"]}).json["items"]
    link = lms.post(f"{EVENT}/join-links", {"user_id": "u-77", "expires_in_seconds": 60}).json
    lms.get(link["url"].removeprefix("https://api.example/live"))
    fetched = JoinStep.FETCH_START_LINK in lms.parts.click.steps
    return button["role"], item["role"], fetched


@pytest.mark.usefixtures("hosted")
class TestTheHost:
    @pytest.mark.parametrize("email", HOST_IN_OTHER_LETTERS)
    def test_is_known_by_the_address_however_it_is_written(self, lms: Lms, email: str) -> None:
        assert lms.enrol(email=email).status == 202
        assert roles(lms) == ("host", "host", True)

    @pytest.mark.parametrize("email", LOOK_ALIKES)
    def test_is_nobody_whose_address_only_looks_alike(self, lms: Lms, email: str) -> None:
        assert lms.enrol(email=email).status in {202, 422}
        assert "host" not in roles(lms)
        assert JoinStep.FETCH_START_LINK not in lms.parts.click.steps

    @pytest.mark.parametrize("email", LOOK_ALIKES)
    def test_is_no_instructor_whose_address_only_looks_alike(self, lms: Lms, email: str) -> None:
        instructor = {"user_id": "u-77", "email": email, "name": "Mallory"}
        lms.put_event(host={"user_id": "u-host", "email": HOST}, instructors=[instructor])
        assert "host" not in roles(lms)
        assert JoinStep.FETCH_START_LINK not in lms.parts.click.steps


def test_a_domain_in_its_own_letters_is_the_one_in_ascii(lms: Lms) -> None:
    lms.put_event(host={"user_id": "u-host", "email": "anna@bücher.example"})
    lms.enrol(email="ANNA@xn--bcher-kva.example")
    assert lms.get(f"{EVENT}/join", query={"user_id": "u-77"}).json["role"] == "host"


class TestOtherLettersAreNoChange:
    def test_of_an_enrollment(self, lms: Lms) -> None:
        lms.put_event()
        lms.enrol(email="Kim@acme.example")
        answer, writes = lms.writes(lambda: lms.enrol(email=" kim@ACME.example\t"))
        assert (answer.status, writes) == (200, [])
        assert answer.json["email"] == "Kim@acme.example"

    @pytest.mark.parametrize("method", ["post", "put"])
    def test_of_people_in_bulk(self, lms: Lms, method: str) -> None:
        lms.put_event()
        lms.enrol(email="Kim@acme.example")
        entry = {"user_id": "u-77", "email": " KIM@acme.example", "first_name": "Kim"}
        path = f"{EVENT}/enrollments"
        answer, writes = lms.writes(lambda: getattr(lms, method)(path, {"enrollments": [entry]}))
        assert (answer.status, answer.json["items"][0]["status"], writes) == (200, 200, [])

    def test_of_a_host_and_of_instructors_with_and_without_a_name(self, lms: Lms) -> None:
        def put(host: str, *instructors: str) -> Answered:
            people = [{"user_id": f"u-{email[-1]}", "email": email} for email in instructors]
            people[0] |= {"name": "Bo Berg"}
            return lms.put_event(host={"user_id": "u-1", "email": host}, instructors=people)

        first = put("anna@acme.example", "bo@acme.a", "cleo@acme.b")
        answer, writes = lms.writes(lambda: put(" Anna@Acme.example", "BO@acme.a", "Cleo@ACME.b"))
        assert (answer.status, writes) == (200, [])
        assert answer.json == lms.get(EVENT).json
        assert answer.headers["ETag"] == first.headers["ETag"]

    def test_of_a_user(self, lms: Lms) -> None:
        lms.put_event(instructors=[{"user_id": "u-77", "email": "kim@acme.example"}])
        lms.enrol(email="kim@acme.example")
        change = {"email": " KIM@acme.example "}
        answer, writes = lms.writes(lambda: lms.put("/v1/users/u-77", change))
        assert (answer.status, answer.json, writes) == (200, {"enrollments": 0}, [])

    def test_but_another_mailbox_is_one(self, lms: Lms) -> None:
        lms.put_event()
        lms.enrol(email="jess@acme.example")
        assert lms.enrol(email="je\u017fs@acme.example").status == 202


def test_an_address_that_is_too_long_is_counted_in_characters(lms: Lms) -> None:
    lms.put_event()
    person = {"email": f"{'k' * 60}@{'a' * 60}.example", "first_name": "Kim"}

    refused = lms.put(f"{EVENT}/enrollments/u-77", person)

    assert refused.pointers == ["/email"]
    assert "128 characters" in refused.json["errors"][0]["detail"]
