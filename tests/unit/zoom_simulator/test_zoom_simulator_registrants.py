from __future__ import annotations

from typing import Any

import pytest
from requests.models import Response

from lectern_testing.zoom.simulated_account import HOST, SimulatedZoom, refusal

EMAIL = "sam@students.example"


def emails(registrants: list[dict[str, Any]]) -> list[str]:
    return [registrant["email"] for registrant in registrants]


def addresses(count: int) -> list[str]:
    return [f"s{number}@students.example" for number in range(count)]


def test_auto_approval_gives_a_personal_link_that_lets_that_person_in() -> None:
    zoom = SimulatedZoom()
    answer = zoom.register(zoom.create()["id"], EMAIL)
    assert answer.status_code == 201
    admitted = zoom.follow(answer.json()["join_url"]).json()
    assert (admitted["admitted"], admitted["email"]) == (True, EMAIL)


def test_with_manual_approval_a_registrant_stays_pending_without_a_link() -> None:
    zoom = SimulatedZoom()
    meeting = zoom.create()
    answer = zoom.register(meeting["id"], EMAIL, auto_approve=False)
    assert answer.status_code == 201
    assert "join_url" not in answer.json()
    assert emails(zoom.registrants(meeting["id"], "pending")) == [EMAIL]
    assert zoom.registrants(meeting["id"]) == []


def test_automatic_approval_lets_everyone_in_at_once() -> None:
    zoom = SimulatedZoom()
    meeting = zoom.create(settings={"approval_type": 0})
    assert "join_url" in zoom.register(meeting["id"], EMAIL, auto_approve=False).json()


def test_registering_again_gives_the_same_id_and_link() -> None:
    zoom = SimulatedZoom()
    meeting = zoom.create()
    first = zoom.register(meeting["id"], EMAIL)
    second = zoom.register(meeting["id"], EMAIL.upper())
    assert second.status_code == 201
    assert second.json() == first.json()
    assert len(zoom.registrants(meeting["id"])) == 1


def test_nobody_can_register_where_registration_is_off() -> None:
    zoom = SimulatedZoom()
    meeting = zoom.create(settings={"approval_type": 2})
    answer = zoom.register(meeting["id"], EMAIL)
    assert refusal(answer) == (400, 404)
    expected = f"Registration has not been enabled for this meeting: {meeting['id']}."
    assert answer.json()["message"] == expected
    assert refusal(zoom.register_batch(meeting["id"], [EMAIL])) == (400, 404)
    assert refusal(zoom.call("DELETE", f"/meetings/{meeting['id']}/registrants/x")) == (400, 300)


def test_a_basic_host_cannot_have_registrants() -> None:
    zoom = SimulatedZoom()
    meeting = zoom.create(host="basic@acme.example")
    assert refusal(zoom.register(meeting["id"], EMAIL)) == (400, 200)


def test_hosts_cannot_be_registrants() -> None:
    zoom = SimulatedZoom()
    meeting = zoom.create(settings={"alternative_hosts": "bo@acme.example"})
    assert refusal(zoom.register(meeting["id"], HOST)) == (400, 3027)
    assert refusal(zoom.register(meeting["id"], "Bo@acme.example")) == (400, 3000)


def test_a_host_in_a_batch_has_the_whole_batch_refused() -> None:
    zoom = SimulatedZoom()
    meeting = zoom.create()
    assert refusal(zoom.register_batch(meeting["id"], [EMAIL, HOST])) == (400, 3027)
    assert zoom.registrants(meeting["id"]) == []


def test_a_batch_registers_thirty_people_and_answers_by_address() -> None:
    zoom = SimulatedZoom()
    meeting = zoom.create()
    answer = zoom.register_batch(meeting["id"], addresses(30))
    assert answer.status_code == 201
    assert emails(answer.json()["registrants"]) == addresses(30)
    assert all(row["join_url"] for row in answer.json()["registrants"])


def test_a_batch_takes_no_more_than_thirty() -> None:
    zoom = SimulatedZoom()
    answer = zoom.register_batch(zoom.create()["id"], addresses(31))
    assert refusal(answer) == (400, 300)


def test_one_bad_address_fails_the_whole_batch_and_is_named() -> None:
    zoom = SimulatedZoom()
    meeting = zoom.create()
    answer = zoom.register_batch(meeting["id"], [*addresses(3), "no address"])
    assert refusal(answer) == (400, 300)
    assert answer.json()["message"] == "Validation Failed."
    assert [error["field"] for error in answer.json()["errors"]] == ["registrants[3].email"]
    assert zoom.registrants(meeting["id"]) == []


def test_batches_are_for_scheduled_meetings_only() -> None:
    zoom = SimulatedZoom()
    meeting = zoom.create(type=8, recurrence={"type": 1, "end_times": 3})
    assert refusal(zoom.register_batch(meeting["id"], [EMAIL])) == (400, 303)
    assert zoom.register(meeting["id"], EMAIL).status_code == 201


@pytest.mark.parametrize(
    ("field", "value"),
    [("email", "x" * 120 + "@a.example"), ("first_name", "x" * 65), ("first_name", "")],
)
def test_fields_of_a_registrant_have_their_limits(field: str, value: str) -> None:
    zoom = SimulatedZoom()
    body = {"email": EMAIL, "first_name": "Sam", field: value}
    answer = zoom.call("POST", f"/meetings/{zoom.create()['id']}/registrants", body)
    assert refusal(answer) == (400, 300)
    assert answer.json()["errors"][0]["field"] == field


def test_a_full_meeting_takes_nobody_new_and_part_of_a_batch_is_not_taken() -> None:
    zoom = SimulatedZoom(registrant_capacity=2)
    meeting = zoom.create()
    assert zoom.register(meeting["id"], EMAIL).status_code == 201
    assert refusal(zoom.register_batch(meeting["id"], addresses(2))) == (400, 3043)
    assert emails(zoom.registrants(meeting["id"])) == [EMAIL]
    assert zoom.register_batch(meeting["id"], [EMAIL, *addresses(1)]).status_code == 201


def test_a_meeting_that_is_over_takes_nobody() -> None:
    zoom = SimulatedZoom()
    meeting = zoom.create()
    zoom.later(hours=2)
    zoom.authorize()
    assert refusal(zoom.register(meeting["id"], EMAIL)) == (400, 3038)


def test_blocked_domains_fail_the_call() -> None:
    zoom = SimulatedZoom(blocked_domains=["students.example"])
    answer = zoom.register(zoom.create()["id"], EMAIL)
    assert refusal(answer) == (400, 3000)
    assert "students.example" in answer.json()["message"]


def test_missing_meetings_have_another_code_for_a_single_registration() -> None:
    zoom = SimulatedZoom()
    assert refusal(zoom.register(1, EMAIL)) == (404, 1001)
    assert refusal(zoom.register_batch(1, [EMAIL])) == (404, 3001)


def change(
    zoom: SimulatedZoom, meeting: dict[str, Any], action: str, **registrant: Any
) -> Response:
    body = {"action": action, "registrants": [registrant]}
    return zoom.call("PUT", f"/meetings/{meeting['id']}/registrants/status", body)


def test_a_cancelled_registrant_is_denied_and_stays_blocked_until_approved() -> None:
    zoom = SimulatedZoom()
    meeting = zoom.create()
    link = zoom.register(meeting["id"], EMAIL).json()["join_url"]
    assert change(zoom, meeting, "cancel", email=EMAIL).status_code == 204
    assert emails(zoom.registrants(meeting["id"], "denied")) == [EMAIL]
    assert zoom.follow(link).status_code == 403

    assert "join_url" not in zoom.register(meeting["id"], EMAIL).json()
    assert emails(zoom.registrants(meeting["id"], "denied")) == [EMAIL]

    change(zoom, meeting, "approve", email=EMAIL)
    assert zoom.follow(link).status_code == 200


def test_a_deleted_registrants_link_stops_working_and_a_new_one_is_another() -> None:
    zoom = SimulatedZoom()
    meeting = zoom.create()
    first = zoom.register(meeting["id"], EMAIL).json()
    path = f"/meetings/{meeting['id']}/registrants/{first['registrant_id']}"
    assert zoom.call("DELETE", path).status_code == 204
    assert zoom.follow(first["join_url"]).status_code == 403
    assert refusal(zoom.call("DELETE", path)) == (400, 300)

    second = zoom.register(meeting["id"], EMAIL).json()
    assert second["registrant_id"] != first["registrant_id"]
    assert zoom.follow(second["join_url"]).status_code == 200


def test_denied_people_can_be_deleted_and_registered_anew() -> None:
    zoom = SimulatedZoom()
    meeting = zoom.create()
    first = zoom.register(meeting["id"], EMAIL).json()
    zoom.act("deny_registrant", meeting_id=meeting["id"], email=EMAIL)
    zoom.act("delete_registrant", meeting_id=meeting["id"], email=EMAIL)
    assert zoom.register(meeting["id"], EMAIL).json()["join_url"] != first["join_url"]


def test_the_link_for_everyone_lets_nobody_in_where_registration_is_on() -> None:
    zoom = SimulatedZoom()
    assert zoom.follow(zoom.create()["join_url"]).status_code == 403
    open_meeting = zoom.create(settings={"approval_type": 2})
    assert zoom.follow(open_meeting["join_url"]).json()["role"] == "guest"


def test_links_into_a_deleted_meeting_let_nobody_in() -> None:
    zoom = SimulatedZoom()
    meeting = zoom.create()
    link = zoom.register(meeting["id"], EMAIL).json()["join_url"]
    zoom.call("DELETE", f"/meetings/{meeting['id']}")
    assert zoom.follow(link).status_code == 403


@pytest.mark.parametrize(("approval", "status"), [(0, "approved"), (1, "pending")])
def test_the_registration_page_goes_by_the_approval_type(approval: int, status: str) -> None:
    zoom = SimulatedZoom()
    page = zoom.create(settings={"approval_type": approval})["registration_url"]
    assert zoom.follow(page).json()["approval_type"] == approval
    answer = zoom.follow(page, email=EMAIL, first_name="Sam").json()
    assert answer["status"] == status
    assert ("join_url" in answer) == (status == "approved")


def test_a_page_whose_meeting_has_registration_no_longer_is_gone() -> None:
    zoom = SimulatedZoom()
    meeting = zoom.create()
    body = {"settings": {"approval_type": 2}}
    zoom.call("PATCH", f"/meetings/{meeting['id']}", body)
    assert zoom.follow(meeting["registration_url"]).status_code == 404


def test_pages_of_registrants_follow_each_other() -> None:
    zoom = SimulatedZoom()
    meeting = zoom.create()
    path = f"/meetings/{meeting['id']}/registrants"
    zoom.register_batch(meeting["id"], addresses(5))
    first = zoom.call("GET", path, page_size=3).json()
    second = zoom.call("GET", path, page_size=3, next_page_token=first["next_page_token"]).json()
    assert emails(first["registrants"] + second["registrants"]) == addresses(5)
    assert first["total_records"] == 5
    assert second["next_page_token"] == ""


def test_a_page_token_lives_fifteen_minutes_and_for_its_own_list() -> None:
    zoom = SimulatedZoom()
    meeting = zoom.create()
    path = f"/meetings/{meeting['id']}/registrants"
    zoom.register_batch(meeting["id"], addresses(2))
    token = zoom.call("GET", path, page_size=1).json()["next_page_token"]
    other = zoom.call("GET", path, page_size=1, next_page_token=token, status="pending")
    assert refusal(other) == (400, 300)
    zoom.later(minutes=15)
    late = zoom.call("GET", path, page_size=1, next_page_token=token)
    assert refusal(late) == (400, 300)
    assert late.json()["message"] == "The next page token is invalid or expired."


@pytest.mark.parametrize("query", [{"page_size": 301}, {"page_size": 0}, {"status": "cancelled"}])
def test_a_list_refuses_what_it_does_not_know(query: dict[str, int]) -> None:
    zoom = SimulatedZoom()
    answer = zoom.call("GET", f"/meetings/{zoom.create()['id']}/registrants", **query)
    assert refusal(answer) == (400, 300)


def test_one_registrant_is_shown_with_what_was_registered() -> None:
    zoom = SimulatedZoom()
    meeting = zoom.create()
    added = zoom.register(meeting["id"], EMAIL, city="Lund", last_name="Ek").json()
    path = f"/meetings/{meeting['id']}/registrants/{added['registrant_id']}"
    shown = zoom.call("GET", path).json()
    assert (shown["city"], shown["last_name"], shown["status"]) == ("Lund", "Ek", "approved")
    assert shown["join_url"] == added["join_url"]
    assert refusal(zoom.call("GET", f"{path}x")) == (400, 300)


def test_the_registration_page_refuses_what_the_api_would() -> None:
    zoom = SimulatedZoom()
    page = zoom.create()["registration_url"]
    assert zoom.follow(page, email=EMAIL).status_code == 400
    assert zoom.follow(page, email=HOST, first_name="Anna").status_code == 400
    assert zoom.follow(f"{page}x", email=EMAIL, first_name="Sam").status_code == 404


def test_approving_a_denied_person_needs_room() -> None:
    zoom = SimulatedZoom(registrant_capacity=1)
    meeting = zoom.create()
    zoom.register(meeting["id"], EMAIL)
    change(zoom, meeting, "deny", email=EMAIL)
    zoom.register(meeting["id"], "other@students.example")
    assert refusal(change(zoom, meeting, "approve", email=EMAIL)) == (400, 3043)


def test_a_status_change_for_nobody_is_passed_over() -> None:
    zoom = SimulatedZoom()
    assert change(zoom, zoom.create(), "approve", email=EMAIL).status_code == 204
