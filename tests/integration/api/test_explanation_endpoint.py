"""Why, over the API: read from what is stored, of the event and of one person."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from lectern.domain.enrollment import EnrollmentState
from lectern.domain.limits.attempts import DailyAttempts
from lectern.domain.meeting import Kind
from lectern.domain.problems import EventProblem, event_problem
from lectern.domain.settings import Connection
from lectern.store.webhooks import Heard, heard_about
from lectern_testing.builders import a_meeting, a_registration
from lectern_testing.lms.api import MORNING, Answered, Lms

WHY = "/v1/events/ev-1/explanation"
FIELDS = {
    *("code", "severity", "concerns", "message", "remedy", "who", "since", "next_attempt_at"),
}


@pytest.fixture
def connected(lms: Lms) -> Lms:
    """An LMS with a connection whose webhooks are heard of."""
    connection = Connection(
        account_id="a",
        client_id="c",
        client_secret_changed_at=MORNING,
        webhook_secret_changed_at=MORNING,
    )
    lms.parts.settings().put_connection(connection, was_version=0)
    heard = Heard(at=MORNING)
    for kind in Kind:
        lms.parts.answers().keep("default", heard_about(kind), heard, MORNING + timedelta(days=9))
    lms.put_event()
    return lms


def codes(answered: Answered) -> list[str]:
    return [finding["code"] for finding in answered.json["findings"]]


def in_sync(lms: Lms, **changes: Any) -> None:
    """Brings the event in sync, as the workflow does."""
    leases, now = lms.parts.leases(), lms.parts.now()
    event = leases.take_lease("ev-1", "me", now, now + timedelta(minutes=1))
    assert event is not None
    leases.held_by("ev-1", "me").record_meeting(a_meeting(event.details, **changes), ())
    done = leases.held_by("ev-1", "me").finish(
        event.planned,
        participants=event.participants,
        problem=None,
        now=now,
    )
    assert done


def test_a_new_event_is_being_prepared(connected: Lms) -> None:
    answered = connected.get(WHY)

    assert answered.status == 200
    assert set(answered.json) == {"event_id", "user_id", "can_join", "summary", "findings"}
    assert (answered.json["event_id"], answered.json["user_id"]) == ("ev-1", None)
    assert answered.json["can_join"] is None
    [finding] = answered.json["findings"]
    assert set(finding) == FIELDS
    assert (finding["code"], finding["severity"]) == ("event_not_ready", "waits")
    assert finding["since"] == "2026-11-30T09:00:00Z"


def test_nothing_is_in_the_way_of_an_event_in_sync(connected: Lms) -> None:
    in_sync(connected)

    answered = connected.get(WHY)

    assert answered.json["findings"] == []
    assert answered.json["summary"].startswith("The meeting begins in ")


def test_a_person_is_told_what_the_join_button_says(connected: Lms) -> None:
    connected.enrol("kim")
    in_sync(connected)

    answered = connected.get(WHY, query={"user_id": "kim"})

    assert (answered.json["user_id"], answered.json["can_join"]) == ("kim", False)
    assert codes(answered) == ["registration_pending"]
    person = connected.enrollment_as_stored("kim")
    registration = a_registration(person.person)
    stands = EnrollmentState.REGISTERED
    connected.parts.enrollments().record(person, state=stands, registration=registration)
    answered = connected.get(WHY, query={"user_id": "kim"})
    assert (answered.json["can_join"], answered.json["findings"]) == (True, [])
    assert "zoom.example" not in answered.text


def test_host_and_stranger_are_explained_too(connected: Lms) -> None:
    in_sync(connected)

    host = connected.get(WHY, query={"user_id": "u-1"})
    stranger = connected.get(WHY, query={"user_id": "nobody"})

    assert (host.json["can_join"], codes(host)) == (True, [])
    assert (stranger.json["can_join"], codes(stranger)) == (False, ["not_enrolled"])
    assert stranger.json["findings"][0]["who"] == "lms"


def test_a_problem_lasts_since_it_was_first_noted(connected: Lms) -> None:
    leases, now = connected.parts.leases(), connected.parts.now()
    event = leases.take_lease("ev-1", "me", now, now + timedelta(minutes=1))
    assert event is not None
    problem = event_problem(EventProblem.HOST_NOT_LICENSED)
    leases.held_by("ev-1", "me").record_lasting(event.sync.lasting_with(problem, now))
    leases.held_by("ev-1", "me").record_problem(problem)
    leases.held_by("ev-1", "me").abandon(problem, attempts=1, look_at=now)

    [finding] = connected.get(WHY).json["findings"]

    assert (finding["code"], finding["who"]) == ("host_not_licensed", "zoom_admin")
    assert finding["since"] == "2026-11-30T09:00:00Z"


def test_what_is_closed_is_told_with_its_end(connected: Lms) -> None:
    connected.enrol("kim")
    in_sync(connected)
    now = connected.parts.now()
    connected.parts.budgets().close_day("default", now, "heavy", now + timedelta(hours=3))
    enrollments = connected.parts.enrollments()
    person = connected.enrollment_as_stored("kim").person
    enrollments.claim_address("ev-1", person.address, "kim")
    until = now + timedelta(hours=2)
    meeting = connected.event_as_stored().meeting
    assert meeting is not None
    sends = DailyAttempts(zoom_id=meeting.zoom_id, day=now.date(), count=3, closed_until=until)
    enrollments.sends.put("ev-1", person.address, sends)

    answered = connected.get(WHY, query={"user_id": "kim"})

    assert codes(answered) == ["registration_pending", "zoom_daily_limit"]
    for finding in answered.json["findings"]:
        assert finding["next_attempt_at"] == "2026-11-30T12:00:00Z"


@pytest.mark.parametrize("name", ["create_webinar", "light_of_webinar"])
def test_what_is_closed_for_the_other_kind_does_not_matter(connected: Lms, name: str) -> None:
    in_sync(connected)
    now = connected.parts.now()
    connected.parts.budgets().close_day("default", now, name, now + timedelta(hours=3))

    assert codes(connected.get(WHY)) == []


def test_a_scope_that_zoom_refused_is_named(connected: Lms) -> None:
    in_sync(connected)
    scope = "meeting:update:meeting:admin"
    connected.parts.scopes().refused("default", scope, connected.parts.now())

    [finding] = connected.get(WHY).json["findings"]

    assert (finding["code"], finding["severity"]) == ("zoom_scope_missing", "notes")
    assert scope in finding["message"]


def test_an_event_without_a_connection_says_so(lms: Lms) -> None:
    lms.put_event()
    assert codes(lms.get(WHY))[0] == "zoom_credentials_invalid"


def test_webhooks_that_were_never_heard_of_are_found(connected: Lms) -> None:
    in_sync(connected)
    connected.parts.answers().forget("default", heard_about(Kind.MEETING))
    connected.parts.moment += timedelta(hours=1)

    assert codes(connected.get(WHY)) == ["webhooks_never_heard"]


def test_it_costs_no_call_and_no_write(connected: Lms) -> None:
    connected.enrol("kim")
    _, writes = connected.writes(lambda: connected.get(WHY, query={"user_id": "kim"}))
    assert writes == []
    assert connected.parts.click.steps == []


def test_what_is_asked_amiss_is_refused(connected: Lms) -> None:
    assert connected.get("/v1/events/nobody/explanation").status == 404
    assert connected.get(WHY, query={"user_id": "no id"}).pointers == ["/user_id"]
    assert connected.get(WHY, query={"more": "1"}).pointers == ["/more"]
