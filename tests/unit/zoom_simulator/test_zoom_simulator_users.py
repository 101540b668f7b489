from __future__ import annotations

import pytest

from lectern_testing.zoom.simulated_account import SimulatedZoom, refusal


def test_a_user_is_found_by_id_and_by_address_in_any_case() -> None:
    zoom = SimulatedZoom()
    by_address = zoom.call("GET", "/users/Anna@Acme.Example").json()
    by_id = zoom.call("GET", f"/users/{by_address['id']}").json()
    assert by_address == by_id
    assert (by_id["type"], by_id["status"]) == (2, "active")


def test_a_user_who_is_not_there_is_404_with_code_1001() -> None:
    answer = SimulatedZoom().call("GET", "/users/nobody@acme.example")
    assert refusal(answer) == (404, 1001)
    assert answer.json()["message"] == "User does not exist: nobody@acme.example."


@pytest.mark.parametrize("status", ["pending", "inactive"])
def test_users_who_are_not_active_are_shown_with_their_status(status: str) -> None:
    answer = SimulatedZoom().call("GET", f"/users/{status}@acme.example")
    assert answer.json()["status"] == status


def test_an_expired_invitation_has_a_code_of_its_own() -> None:
    users = [{"email": "late@acme.example", "status": "invitation_expired"}]
    assert refusal(SimulatedZoom(users=users).call("GET", "/users/late@acme.example")) == (
        400,
        1120,
    )


def test_settings_tell_the_capacity() -> None:
    zoom = SimulatedZoom(users=[{"email": "big@acme.example", "meeting_capacity": 1000}])
    answer = zoom.call("GET", "/users/big@acme.example/settings").json()
    assert answer["feature"]["meeting_capacity"] == 1000


@pytest.mark.parametrize("who", ["pending", "inactive", "unassigned"])
def test_who_has_no_hosting_right_cannot_schedule(who: str) -> None:
    answer = SimulatedZoom().call("POST", f"/users/{who}@acme.example/meetings", {})
    assert refusal(answer) == (400, 3161)


def test_seeding_a_user_again_changes_only_what_is_named() -> None:
    zoom = SimulatedZoom()
    before = zoom.call("GET", "/users/bo@acme.example").json()
    zoom.control("POST", "/seed", {"users": [{"email": "bo@acme.example", "type": 1}]})
    assert zoom.call("GET", "/users/bo@acme.example").json() == before | {"type": 1}
