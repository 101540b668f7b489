"""What an account and its registration form ask of people who are to be registered."""

from __future__ import annotations

from typing import Any

import pytest
from requests.models import Response

from lectern_testing.zoom.simulated_account import HOST, WEBINAR_HOST, SimulatedZoom, refusal

SAM, KIM = "sam@school.example", "kim@school.example"
each_kind = pytest.mark.parametrize("of", ["meetings", "webinars"])


def account(of: str, **policy: Any) -> tuple[SimulatedZoom, int]:
    """An account in which one host has a policy, and a session of that host."""
    host = HOST if of == "meetings" else WEBINAR_HOST
    zoom = SimulatedZoom(users=[{"email": host, "policy": policy}])
    create = zoom.create if of == "meetings" else zoom.create_webinar
    return zoom, create()["id"]


def errors_of(answer: Response) -> dict[str, str]:
    assert refusal(answer) == (400, 300)
    assert answer.json()["message"] == "Validation Failed."
    return {error["field"]: error["message"] for error in answer.json()["errors"]}


def nobody_is_registered(zoom: SimulatedZoom, session_id: int, of: str) -> bool:
    return not zoom.registrants(session_id, of=of) + zoom.registrants(session_id, "pending", of=of)


@each_kind
def test_a_required_question_refuses_single_registrations_and_batches_and_is_named(of: str) -> None:
    zoom, session_id = account(of, required_questions=["Which school?", "Dietary needs"])
    for answer in (
        zoom.register(session_id, SAM, of=of),
        zoom.register_batch(session_id, [SAM, KIM], of=of),
    ):
        errors = errors_of(answer)
        assert list(errors) == ["custom_questions"]
        assert "Which school?; Dietary needs" in errors["custom_questions"]
    assert nobody_is_registered(zoom, session_id, of)


@each_kind
def test_a_required_field_of_zoom_s_own_is_named_by_itself(of: str) -> None:
    zoom, session_id = account(of, required_questions=["phone", "org", "Which school?"])
    assert list(errors_of(zoom.register(session_id, SAM, of=of, org="Acme"))) == [
        "phone",
        "custom_questions",
    ]
    batch = errors_of(zoom.register_batch(session_id, [SAM], of=of))
    assert list(batch) == ["phone", "org", "custom_questions"]


@each_kind
def test_who_answers_all_that_is_required_is_registered(of: str) -> None:
    zoom, session_id = account(of, required_questions=["phone", "Which school?"])
    answers = [{"title": "Which school?", "value": "Acme"}]
    answer = zoom.register(session_id, SAM, of=of, phone="1", custom_questions=answers)
    assert answer.status_code == 201
    unanswered = [{"title": "Which school?", "value": ""}]
    refused = zoom.register(session_id, KIM, of=of, phone="1", custom_questions=unanswered)
    assert list(errors_of(refused)) == ["custom_questions"]


def test_a_question_that_is_required_later_refuses_whoever_comes_then() -> None:
    zoom, meeting = account("meetings")
    assert zoom.register(meeting, SAM).status_code == 201
    zoom.act("change_user", email=HOST, policy={"required_questions": ["Which school?"]})
    assert list(errors_of(zoom.register(meeting, KIM))) == ["custom_questions"]
    assert [each["email"] for each in zoom.registrants(meeting)] == [SAM]


def test_a_person_cannot_register_alone_either_without_the_answers() -> None:
    zoom, meeting = account("meetings", required_questions=["Which school?"])
    page = zoom.call("GET", f"/meetings/{meeting}").json()["registration_url"]
    assert zoom.follow(page, email=SAM, first_name="Sam").status_code == 400


@each_kind
def test_a_required_last_name_is_named_with_the_person_of_a_batch(of: str) -> None:
    zoom, session_id = account(of, last_name_required=True)
    assert list(errors_of(zoom.register(session_id, SAM, of=of))) == ["last_name"]
    people = [
        {"email": SAM, "first_name": "Sam", "last_name": "Ek"},
        {"email": KIM, "first_name": "Kim"},
    ]
    path = f"/{of}/{session_id}/batch_registrants"
    refused = zoom.call("POST", path, {"auto_approve": True, "registrants": people})
    assert list(errors_of(refused)) == ["registrants[1].last_name"]
    assert nobody_is_registered(zoom, session_id, of)
    assert zoom.register(session_id, SAM, of=of, last_name="Ek").status_code == 201


def requires_sign_in(zoom: SimulatedZoom, of: str, session_id: int, **settings: Any) -> None:
    body = {"settings": {"meeting_authentication": True} | settings}
    assert zoom.call("PATCH", f"/{of}/{session_id}", body).status_code == 204


@each_kind
def test_who_has_no_zoom_account_is_refused_where_people_sign_in(of: str) -> None:
    zoom, session_id = account(of, zoom_accounts=[KIM.upper(), "@known.example"])
    zoom.control("POST", "/seed", {"users_elsewhere": ["x@other.example"]})
    assert zoom.register(session_id, "early@school.example", of=of).status_code == 201
    requires_sign_in(zoom, of, session_id)
    for answer in (
        zoom.register(session_id, SAM, of=of),
        zoom.register_batch(session_id, [KIM, SAM], of=of),
    ):
        assert refusal(answer) == (404, 1001)
        words = "The email address has not been used as a Zoom account."
        assert answer.json()["message"] == words
    known = [KIM, "a@known.example", "x@other.example", "bo@acme.example"]
    assert zoom.register_batch(session_id, known, of=of).status_code == 201


def test_sign_in_that_is_locked_on_asks_for_accounts_and_exceptions_need_none() -> None:
    zoom, meeting = account("meetings", zoom_accounts=[], locked={"meeting_authentication": True})
    assert refusal(zoom.register(meeting, SAM)) == (404, 1001)
    excepted = {"authentication_exception": [{"email": SAM.upper(), "name": "Sam"}]}
    requires_sign_in(zoom, "meetings", meeting, **excepted)
    assert zoom.register(meeting, SAM).status_code == 201


def test_everybody_has_an_account_unless_it_is_said_who_has() -> None:
    zoom, meeting = account("meetings")
    requires_sign_in(zoom, "meetings", meeting)
    assert zoom.register(meeting, SAM).status_code == 201


@pytest.mark.parametrize(("of", "code"), [("meetings", 3051), ("webinars", 3034)])
def test_an_address_that_is_nobody_s_at_work_is_refused_where_that_is_wanted(
    of: str, code: int
) -> None:
    zoom, session_id = account(of, private_domains=["mail.example"])
    answer = zoom.register(session_id, "sam@Mail.example", of=of)
    assert refusal(answer) == (400, code)
    assert "work email address" in answer.json()["message"]
    batch = zoom.register_batch(session_id, [KIM, "sam@mail.example"], of=of)
    assert refusal(batch) == (400, code)
    assert nobody_is_registered(zoom, session_id, of)
    assert zoom.register(session_id, SAM, of=of).status_code == 201


@each_kind
def test_a_domain_that_one_host_blocks_refuses_the_whole_batch_of_that_host_alone(of: str) -> None:
    zoom, session_id = account(of, blocked_domains=["Bad.example"])
    zoom.control("POST", "/seed", {"blocked_domains": ["worse.example"]})
    for domain in ("bad.example", "worse.example"):
        batch = zoom.register_batch(session_id, [SAM, f"sam@{domain}"], of=of)
        assert refusal(batch) == (400, 3000)
        assert batch.json()["message"].startswith(f"Users in '{domain}' have been blocked from")
    assert nobody_is_registered(zoom, session_id, of)
    of_another = zoom.create(host="bo@acme.example")["id"]
    assert zoom.register(of_another, "sam@bad.example").status_code == 201


@pytest.mark.parametrize(
    ("full_is_not_found", "refused"), [(False, (400, 3043)), (True, (404, 3043))]
)
@each_kind
def test_a_full_session_is_not_found_where_the_older_document_holds(
    of: str, *, full_is_not_found: bool, refused: tuple[int, int]
) -> None:
    zoom, session_id = account(of, full_is_not_found=full_is_not_found)
    zoom.control("POST", "/seed", {"registrant_capacity": 1})
    if of == "webinars":
        body = {"settings": {"registrants_restrict_number": 1}}
        zoom.call("PATCH", f"/webinars/{session_id}", body)
    batch = zoom.register_batch(session_id, [SAM, KIM], of=of)
    assert refusal(batch) == refused
    kind = of.removesuffix("s").capitalize()
    assert batch.json()["message"] == f"{kind} has reached maximum attendee capacity."


@each_kind
def test_registration_ends_with_the_planned_end_also_while_it_goes_on_and_reopens_with_it(
    of: str,
) -> None:
    zoom, session_id = account(of)
    kind = of.removesuffix("s")
    zoom.later(hours=1)
    zoom.act(f"start_{kind}", **{f"{kind}_id": session_id})
    zoom.later(minutes=59)
    zoom.authorize()
    assert zoom.register(session_id, SAM, of=of).status_code == 201
    zoom.later(minutes=1)
    assert refusal(zoom.register(session_id, KIM, of=of)) == (400, 3038)
    assert refusal(zoom.register_batch(session_id, [KIM], of=of)) == (400, 3038)
    zoom.call("PATCH", f"/{of}/{session_id}", {"duration": 90})
    assert zoom.register_batch(session_id, [KIM], of=of).status_code == 201
