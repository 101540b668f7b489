from __future__ import annotations

from typing import Any

import pytest
from requests.models import Response

from lectern_testing.zoom.simulated_account import HOST, WEBINAR_HOST, SimulatedZoom, refusal

NEW = "new@acme.example"


def create(
    zoom: SimulatedZoom, email: str = NEW, *, action: str = "create", kind: int = 1, **info: Any
) -> Response:
    body = {"action": action, "user_info": {"email": email, "type": kind} | info}
    return zoom.call("POST", "/users", body)


def give(zoom: SimulatedZoom, user: str, **feature: Any) -> Response:
    return zoom.call("PATCH", f"/users/{user}/settings", {"feature": feature})


def feature_of(zoom: SimulatedZoom, user: str) -> dict[str, Any]:
    found: dict[str, Any] = zoom.call("GET", f"/users/{user}/settings").json()["feature"]
    return found


def usage(zoom: SimulatedZoom, account: str = "me") -> Response:
    return zoom.call("GET", f"/accounts/{account}/plans/usage")


@pytest.mark.parametrize(
    ("action", "status"), [("create", "pending"), ("ssoCreate", "active"), ("autoCreate", "active")]
)
def test_a_user_who_is_created_is_invited_or_active_at_once(action: str, status: str) -> None:
    zoom = SimulatedZoom()
    password: dict[str, Any] = {"password": "correct horse"} if action == "autoCreate" else {}
    answer = create(zoom, action=action, first_name="Nia", last_name="New", **password)
    assert answer.status_code == 201
    user_id = answer.json()["id"]
    shown = zoom.call("GET", f"/users/{user_id}").json()
    assert (shown["email"], shown["status"], shown["first_name"]) == (NEW, status, "Nia")


def test_an_invited_user_hosts_once_the_invitation_is_accepted() -> None:
    zoom = SimulatedZoom()
    create(zoom)
    assert refusal(zoom.call("POST", f"/users/{NEW}/meetings", {})) == (400, 3161)
    zoom.act("change_user", email=NEW, status="active")
    assert zoom.create(host=NEW)["host_email"] == NEW


def test_whose_invitation_ran_out_is_added_again_as_another_user() -> None:
    zoom = SimulatedZoom()
    first = create(zoom).json()["id"]
    zoom.act("change_user", email=NEW, status="invitation_expired")
    assert zoom.call("GET", "/users/email", email=NEW).json() == {"existed_email": False}
    second = create(zoom).json()["id"]
    assert second != first
    assert refusal(zoom.call("GET", f"/users/{first}")) == (404, 1001)
    assert zoom.call("GET", f"/users/{NEW}").json()["status"] == "pending"


@pytest.mark.parametrize(
    ("seed", "asked", "expected"),
    [
        ({}, {"email": HOST.upper()}, (409, 1005)),
        ({}, {"email": "pending@acme.example"}, (409, 1005)),
        ({"users_elsewhere": ["New@Acme.example"]}, {}, (400, 1009)),
        ({"blocked_domains": ["acme.example"]}, {}, (400, 1107)),
        ({"single_sign_on": False}, {"action": "ssoCreate"}, (400, 2002)),
        ({}, {"action": "custCreate"}, (400, 200)),
        ({}, {"action": "autoCreate"}, (400, 300)),
        ({"plan": "free"}, {}, (400, 200)),
        ({}, {"action": "invite"}, (400, 300)),
        ({}, {"kind": 3}, (400, 300)),
        ({}, {"email": "no address"}, (400, 300)),
        ({}, {"first_name": "学" * 6}, (400, 300)),
    ],
)
def test_who_cannot_be_created_is_refused_with_the_reason(
    seed: dict[str, Any], asked: dict[str, Any], expected: tuple[int, int]
) -> None:
    zoom = SimulatedZoom(**seed)
    before = len(zoom.world.users)
    assert refusal(create(zoom, **asked)) == expected
    assert len(zoom.world.users) == before


def test_invitations_have_a_daily_limit_which_single_sign_on_has_not() -> None:
    zoom = SimulatedZoom(limits={"invitations_per_day": 1})
    assert create(zoom, "one@acme.example").status_code == 201
    assert refusal(create(zoom, "two@acme.example")) == (429, 429)
    assert create(zoom, "two@acme.example", action="ssoCreate").status_code == 201


def test_licences_run_out_for_new_users_and_for_others() -> None:
    zoom = SimulatedZoom()
    used = usage(zoom).json()["plan_base"]["usage"]
    zoom.control("POST", "/seed", {"licences": {"hosts": used + 1}})
    assert create(zoom, kind=2).status_code == 201
    refused = create(zoom, "late@acme.example", kind=2)
    assert refusal(refused) == (400, 3412)
    assert f'"{used + 1}" paying users' in refused.json()["message"]
    basic = "/users/basic@acme.example"
    assert refusal(zoom.call("PATCH", basic, {"type": 2})) == (400, 3412)
    zoom.call("PATCH", f"/users/{NEW}", {"type": 1})
    assert zoom.call("PATCH", basic, {"type": 2}).status_code == 204
    assert zoom.call("GET", basic).json()["type"] == 2


def test_an_update_changes_only_what_is_given() -> None:
    zoom = SimulatedZoom()
    before = zoom.call("GET", f"/users/{HOST}").json()
    zoom.call("PATCH", f"/users/{HOST}", {"last_name": "Berg"})
    after = zoom.call("GET", f"/users/{HOST}").json()
    assert after == before | {"last_name": "Berg", "display_name": "Anna Berg"}


def test_a_licence_that_is_given_makes_a_host_with_registration() -> None:
    zoom = SimulatedZoom()
    basic = "basic@acme.example"
    assert zoom.create(host=basic)["settings"]["approval_type"] == 2
    zoom.call("PATCH", f"/users/{basic}", {"type": 2})
    assert zoom.create(host=basic)["settings"]["approval_type"] == 1


def test_a_host_who_is_no_longer_licensed_loses_webinars_and_large_meetings() -> None:
    zoom = SimulatedZoom()
    give(zoom, WEBINAR_HOST, large_meeting=True, large_meeting_capacity=1000)
    zoom.call("PATCH", f"/users/{WEBINAR_HOST}", {"type": 1})
    zoom.call("PATCH", f"/users/{WEBINAR_HOST}", {"type": 2})
    feature = feature_of(zoom, WEBINAR_HOST)
    assert (feature["webinar"], feature["large_meeting"]) == (False, False)


def test_the_webinar_feature_is_given_with_a_capacity_and_taken_away() -> None:
    zoom = SimulatedZoom()
    assert give(zoom, HOST, webinar=True, webinar_capacity=1000).status_code == 204
    feature = feature_of(zoom, HOST)
    assert (feature["webinar"], feature["webinar_capacity"]) == (True, 1000)
    assert zoom.create_webinar(host=HOST)["host_email"] == HOST
    give(zoom, HOST, webinar=False)
    assert feature_of(zoom, HOST)["webinar"] is False


def test_without_a_capacity_the_smallest_is_given_and_a_held_one_stays() -> None:
    zoom = SimulatedZoom()
    give(zoom, HOST, webinar=True)
    assert feature_of(zoom, HOST)["webinar_capacity"] == 100
    give(zoom, WEBINAR_HOST, webinar=True)
    assert feature_of(zoom, WEBINAR_HOST)["webinar_capacity"] == 500
    give(zoom, WEBINAR_HOST, meeting_capacity=500)
    feature = feature_of(zoom, WEBINAR_HOST)
    assert (feature["webinar_capacity"], feature["meeting_capacity"]) == (500, 500)


def test_a_capacity_without_the_feature_is_passed_over() -> None:
    zoom = SimulatedZoom()
    assert give(zoom, HOST, webinar_capacity=500).status_code == 204
    assert feature_of(zoom, HOST)["webinar"] is False


def test_webinars_are_for_licensed_users() -> None:
    answer = give(SimulatedZoom(), "basic@acme.example", webinar=True, webinar_capacity=100)
    assert refusal(answer) == (400, 1122)
    large = give(SimulatedZoom(), "basic@acme.example", large_meeting=True)
    assert refusal(large) == (400, 1108)


@pytest.mark.parametrize(
    ("licences", "most"), [({"webinars": {500: 1}}, 1), ({"webinars": {100: 5}}, 0)]
)
def test_webinar_licences_of_a_capacity_run_out(licences: dict[str, Any], most: int) -> None:
    zoom = SimulatedZoom(licences=licences)
    answer = give(zoom, HOST, webinar=True, webinar_capacity=500)
    assert refusal(answer) == (400, 200)
    assert answer.json()["message"] == f"You can add max {most} Webinar 500 users."
    assert feature_of(zoom, HOST)["webinar"] is False
    assert give(zoom, WEBINAR_HOST, webinar=True, webinar_capacity=500).status_code == 204


def test_a_refused_change_of_features_changes_none() -> None:
    zoom = SimulatedZoom(licences={"large_meetings": {500: 0}})
    answer = give(zoom, HOST, webinar=True, large_meeting=True, large_meeting_capacity=500)
    assert refusal(answer) == (400, 200)
    assert answer.json()["message"] == "You can add max 0 Large 500 users."
    assert feature_of(zoom, HOST)["webinar"] is False


def test_an_account_without_webinars_has_no_webinar_to_give() -> None:
    zoom = SimulatedZoom(licences={"webinars": {}})
    assert refusal(give(zoom, HOST, webinar=True)) == (400, 200)
    assert feature_of(zoom, WEBINAR_HOST)["webinar"] is False


def test_plan_usage_counts_what_is_held() -> None:
    zoom = SimulatedZoom(licences={"hosts": 10, "webinars": {500: 2}, "large_meetings": {500: 1}})
    zoom.control("POST", "/seed", {"users": [{"email": "old@acme.example", "status": "inactive"}]})
    give(zoom, HOST, large_meeting=True, large_meeting_capacity=500)
    shown = usage(zoom).json()
    assert shown == {
        "plan_base": {"type": "business_yearly", "hosts": 10, "usage": 7},
        "plan_webinar": [{"type": "webinar500_yearly", "hosts": 2, "usage": 1}],
        "plan_large_meeting": [{"type": "large500_yearly", "hosts": 1, "usage": 1}],
    }
    assert usage(zoom, "local-account").json() == shown
    state = zoom.control("GET", "/state").json()
    assert state["licences_in_use"]["webinars"] == {"500": 1}


def test_plan_usage_is_told_to_paid_accounts_of_themselves() -> None:
    zoom = SimulatedZoom(plan="pro")
    assert usage(zoom).json()["plan_base"]["type"] == "yearly"
    assert refusal(usage(zoom, "another-account")) == (400, 200)
    zoom.control("POST", "/seed", {"plan": "free"})
    zoom.later(seconds=1)
    assert refusal(usage(zoom)) == (400, 200)


@pytest.mark.parametrize(
    ("email", "known"),
    [
        (HOST.upper(), True),
        ("pending@acme.example", True),
        ("x@other.example", True),
        (NEW, False),
    ],
)
def test_an_address_is_known_in_this_account_or_in_another(email: str, *, known: bool) -> None:
    zoom = SimulatedZoom(users_elsewhere=["x@other.example"])
    answer = zoom.call("GET", "/users/email", email=email)
    assert answer.json() == {"existed_email": known}


def test_an_id_is_no_address() -> None:
    zoom = SimulatedZoom()
    user_id = zoom.call("GET", f"/users/{HOST}").json()["id"]
    assert zoom.call("GET", "/users/email", email=user_id).json() == {"existed_email": False}
    assert refusal(zoom.call("GET", "/users/email")) == (400, 300)
    assert refusal(zoom.call("GET", "/users/x@other.example")) == (404, 1001)


def assist(zoom: SimulatedZoom, *assistants: str, user: str = HOST) -> Response:
    named = [{"email": each} if "@" in each else {"id": each} for each in assistants]
    return zoom.call("POST", f"/users/{user}/assistants", {"assistants": named})


def assistants_of(zoom: SimulatedZoom, user: str = HOST) -> list[str]:
    answer = zoom.call("GET", f"/users/{user}/assistants").json()
    return [each["email"] for each in answer["assistants"]]


def test_assistants_are_added_listed_and_taken_away() -> None:
    zoom = SimulatedZoom()
    cleo = zoom.call("GET", "/users/cleo@acme.example").json()["id"]
    answer = assist(zoom, "Bo@acme.example", cleo)
    assert answer.status_code == 201
    assert answer.json()["ids"].split(",")[1] == cleo
    assert assistants_of(zoom) == ["bo@acme.example", "cleo@acme.example"]
    path = f"/users/{HOST}/assistants/{cleo}"
    assert zoom.call("DELETE", path).status_code == 204
    assert assistants_of(zoom) == ["bo@acme.example"]
    assert refusal(zoom.call("DELETE", path)) == (404, 1001)


@pytest.mark.parametrize(
    ("user", "assistant", "message"),
    [
        (HOST, HOST, "Can't assign scheduling privilege to yourself."),
        (HOST, "x@other.example", "Can't find user x@other.example."),
        (HOST, "basic@acme.example", "must either be a Licensed user"),
        (HOST, "pending@acme.example", "must either be a Licensed user"),
        (HOST, "cleo@acme.example", "has already granted scheduling privilege."),
        ("basic@acme.example", HOST, "must either be a Licensed user"),
    ],
)
def test_who_cannot_be_an_assistant_has_the_whole_call_refused(
    user: str, assistant: str, message: str
) -> None:
    zoom = SimulatedZoom()
    assist(zoom, "cleo@acme.example")
    answer = assist(zoom, "bo@acme.example", assistant, user=user)
    assert refusal(answer) == (400, 200)
    assert message in answer.json()["message"]
    assert assistants_of(zoom) == ["cleo@acme.example"]


def test_assistants_need_a_paid_account_and_come_thirty_at_a_time() -> None:
    assert refusal(assist(SimulatedZoom(plan="free"), "bo@acme.example")) == (400, 200)
    assert refusal(assist(SimulatedZoom(), *["bo@acme.example"] * 31)) == (400, 300)
    nameless: dict[str, Any] = {"assistants": [{}]}
    answer = SimulatedZoom().call("POST", f"/users/{HOST}/assistants", nameless)
    assert refusal(answer) == (400, 300)


def test_assistants_by_hand_and_those_who_left_the_account() -> None:
    zoom = SimulatedZoom()
    zoom.act("add_assistant", email=HOST, assistant_email="bo@acme.example")
    zoom.act("add_assistant", email=HOST, assistant_email="cleo@acme.example")
    zoom.act("remove_assistant", email=HOST, assistant_email="bo@acme.example")
    assert assistants_of(zoom) == ["cleo@acme.example"]
    zoom.act("delete_user", email="cleo@acme.example")
    assert assistants_of(zoom) == []
