from __future__ import annotations

from typing import Any

import pytest
from requests.models import Response

from lectern_testing.zoom.simulated_account import HOST, WEBINAR_HOST, SimulatedZoom, refusal

EMAIL = "sam@students.example"


def addresses(count: int) -> list[str]:
    return [f"s{number}@students.example" for number in range(count)]


def change(
    zoom: SimulatedZoom, webinar: dict[str, Any], action: str, **registrant: Any
) -> Response:
    body = {"action": action, "registrants": [registrant]}
    return zoom.call("PUT", f"/webinars/{webinar['id']}/registrants/status", body)


def approve(zoom: SimulatedZoom, webinar: dict[str, Any], email: str) -> Response:
    return change(zoom, webinar, "approve", email=email)


def test_a_webinar_is_created_shown_changed_listed_and_deleted() -> None:
    zoom = SimulatedZoom()
    webinar = zoom.create_webinar(agenda="Chapter 1")
    path = f"/webinars/{webinar['id']}"
    assert (webinar["type"], webinar["host_email"]) == (5, WEBINAR_HOST)
    assert zoom.call("PATCH", path, {"topic": "Geometry"}).status_code == 204
    shown = zoom.call("GET", path).json()
    assert (shown["topic"], shown["agenda"]) == ("Geometry", "Chapter 1")
    [row] = zoom.call("GET", f"/users/{WEBINAR_HOST}/webinars").json()["webinars"]
    assert row["id"] == webinar["id"]
    assert zoom.call("GET", f"/users/{WEBINAR_HOST}/meetings").json()["meetings"] == []
    assert zoom.call("DELETE", path).status_code == 204
    assert refusal(zoom.call("GET", path)) == (404, 3001)
    assert refusal(zoom.call("DELETE", path)) == (404, 3001)


def test_a_webinar_has_no_registration_unless_asked_for() -> None:
    zoom = SimulatedZoom()
    answer = zoom.call("POST", f"/users/{WEBINAR_HOST}/webinars", {"topic": "Open"}).json()
    assert answer["settings"]["approval_type"] == 2
    assert "registration_url" not in answer
    assert zoom.create_webinar()["registration_url"]
    assert zoom.create_webinar(type=6)["settings"]["approval_type"] == 2


def test_a_webinar_shows_neither_status_nor_the_fields_of_a_meeting() -> None:
    webinar = SimulatedZoom().create_webinar()
    assert not {"status", "pmi", "encrypted_password"} & webinar.keys()
    assert not {"waiting_room", "join_before_host", "use_pmi"} & webinar["settings"].keys()


@pytest.mark.parametrize("host", [HOST, "basic@acme.example", "pending@acme.example"])
def test_a_host_without_the_licence_has_no_webinars(host: str) -> None:
    zoom = SimulatedZoom()
    for method in ("GET", "POST"):
        answer = zoom.call(method, f"/users/{host}/webinars")
        assert refusal(answer) == (400, 200)
        assert answer.json()["message"].startswith("Webinar plan is missing.")


EVERY_CALL_ON_A_WEBINAR = [
    ("GET", ""),
    ("PATCH", ""),
    ("DELETE", ""),
    ("PUT", "/status"),
    ("GET", "/registrants"),
    ("POST", "/registrants"),
    ("POST", "/batch_registrants"),
    ("GET", "/registrants/x"),
    ("DELETE", "/registrants/x"),
    ("PUT", "/registrants/status"),
    ("GET", "/panelists"),
    ("POST", "/panelists"),
    ("DELETE", "/panelists/x"),
    ("POST", "/invite_links"),
]


@pytest.mark.parametrize(
    "loss",
    [
        {"users": [{"email": WEBINAR_HOST, "webinar_capacity": 0}]},
        {"users": [{"email": WEBINAR_HOST, "type": 1}]},
        {"licences": {"webinars": {}}},
        {"plan": "free"},
    ],
)
def test_every_call_is_refused_once_host_or_account_lost_the_licence(
    loss: dict[str, list[dict[str, Any]]],
) -> None:
    zoom = SimulatedZoom(limits={"scale": 10})
    webinar = zoom.create_webinar()
    zoom.control("POST", "/seed", loss)
    for method, path in EVERY_CALL_ON_A_WEBINAR:
        body = {"action": "end"} if path == "/status" else {}
        answer = zoom.call(method, f"/webinars/{webinar['id']}{path}", body)
        assert refusal(answer) == (400, 200), (method, path)
        assert "Webinar plan is missing" in answer.json()["message"]


def test_an_id_of_the_other_kind_is_refused_in_both_directions() -> None:
    zoom = SimulatedZoom()
    meeting, webinar = zoom.create(), zoom.create_webinar()
    for method in ("GET", "PATCH", "DELETE"):
        as_meeting = zoom.call(method, f"/meetings/{webinar['id']}")
        assert refusal(as_meeting) == (400, 3000)
        assert as_meeting.json()["message"] == "Cannot access webinar info."
        assert refusal(zoom.call(method, f"/webinars/{meeting['id']}")) == (400, 300)
    assert refusal(zoom.call("GET", "/webinars/abc")) == (400, 300)
    assert refusal(zoom.register(webinar["id"], EMAIL)) == (400, 3000)
    assert refusal(zoom.call("GET", f"/meetings/{webinar['id']}/registrants")) == (400, 300)


def test_alternative_hosts_are_separated_by_commas() -> None:
    hosts = "bo@acme.example,cleo@acme.example"
    webinar = SimulatedZoom().create_webinar(settings={"alternative_hosts": hosts})
    assert webinar["settings"]["alternative_hosts"] == hosts


@pytest.mark.parametrize("who", ["basic@acme.example", "x@other.example"])
def test_one_bad_alternative_host_has_the_whole_webinar_refused(who: str) -> None:
    zoom = SimulatedZoom()
    body = {"settings": {"alternative_hosts": f"bo@acme.example,{who}"}}
    answer = zoom.call("POST", f"/users/{WEBINAR_HOST}/webinars", body)
    assert answer.status_code == 400
    assert not zoom.world.sessions


def test_a_change_of_a_reminder_keeps_the_rest_of_it() -> None:
    zoom = SimulatedZoom()
    name = "attendees_and_panelists_reminder_email_notification"
    webinar = zoom.create_webinar(settings={name: {"enable": True, "type": 3}})
    path = f"/webinars/{webinar['id']}"
    zoom.call("PATCH", path, {"settings": {name: {"enable": False}}})
    assert zoom.call("GET", path).json()["settings"][name] == {"enable": False, "type": 3}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("type", 2),
        ("settings.registrants_restrict_number", 20_001),
        ("settings.follow_up_attendees_email_notification.type", 8),
        ("settings.panelist_authentication", "yes"),
    ],
)
def test_fields_out_of_bounds_are_named(field: str, value: int) -> None:
    *path, last = field.split(".")
    body: dict[str, Any] = {last: value}
    for name in reversed(path):
        body = {name: body}
    answer = SimulatedZoom().call("POST", f"/users/{WEBINAR_HOST}/webinars", body)
    assert refusal(answer) == (400, 300)
    assert [error["field"] for error in answer.json()["errors"]] == [field]


def test_a_single_registration_cannot_approve_so_the_person_stays_pending() -> None:
    zoom = SimulatedZoom()
    webinar = zoom.create_webinar()
    added = zoom.register(webinar["id"], EMAIL, of="webinars", auto_approve=True)
    assert added.status_code == 201
    assert "join_url" not in added.json()
    [pending] = zoom.registrants(webinar["id"], "pending", of="webinars")
    assert pending["email"] == EMAIL
    assert approve(zoom, webinar, EMAIL).status_code == 204
    [approved] = zoom.registrants(webinar["id"], of="webinars")
    assert zoom.follow(approved["join_url"]).json()["email"] == EMAIL


def test_a_batch_approves_and_gives_links_but_no_pin_codes() -> None:
    zoom = SimulatedZoom()
    webinar = zoom.create_webinar()
    answer = zoom.register_batch(webinar["id"], addresses(2), of="webinars")
    assert answer.status_code == 201
    for row in answer.json()["registrants"]:
        assert set(row) == {"email", "registrant_id", "join_url"}
        assert zoom.follow(row["join_url"]).json()["webinar_id"] == webinar["id"]


def test_batches_are_for_single_webinars_only() -> None:
    zoom = SimulatedZoom()
    webinar = zoom.create_webinar(type=9, recurrence={"type": 1, "end_times": 3})
    assert refusal(zoom.register_batch(webinar["id"], [EMAIL], of="webinars")) == (400, 300)
    assert zoom.register(webinar["id"], EMAIL, of="webinars").status_code == 201


def test_registration_that_is_off_is_refused_in_the_words_of_each_call() -> None:
    zoom = SimulatedZoom()
    webinar = zoom.create_webinar(settings={"approval_type": 2})
    single = zoom.register(webinar["id"], EMAIL, of="webinars")
    assert refusal(single) == (400, 3000)
    assert "does not have registration as required" in single.json()["message"]
    batch = zoom.register_batch(webinar["id"], [EMAIL], of="webinars")
    assert refusal(batch) == (400, 3000)
    assert "not been enabled for this webinar" in batch.json()["message"]
    assert refusal(change(zoom, webinar, "deny", email=EMAIL)) == (400, 300)


def test_hosts_cannot_be_registrants() -> None:
    zoom = SimulatedZoom()
    webinar = zoom.create_webinar(settings={"alternative_hosts": "bo@acme.example"})
    assert refusal(zoom.register(webinar["id"], WEBINAR_HOST, of="webinars")) == (400, 3027)
    assert refusal(zoom.register(webinar["id"], "bo@acme.example", of="webinars")) == (400, 3000)


@pytest.mark.parametrize("restricted_by", ["licence", "setting"])
def test_a_full_webinar_refuses_each_way_in_with_its_own_code(restricted_by: str) -> None:
    zoom = SimulatedZoom(users=[{"email": "wilma@acme.example", "webinar_capacity": 100}])
    settings = {"registrants_restrict_number": 30} if restricted_by == "setting" else {}
    webinar = zoom.create_webinar(host="wilma@acme.example", settings=settings)
    people = addresses(30 if settings else 100)
    for first in range(0, len(people), 30):
        batch = zoom.register_batch(webinar["id"], people[first : first + 30], of="webinars")
        assert batch.status_code == 201
    single = zoom.register(webinar["id"], EMAIL, of="webinars")
    assert refusal(single) == (400, 3000)
    assert single.json()["message"].startswith("You have reached the limit for the number of")
    assert refusal(zoom.register_batch(webinar["id"], [EMAIL], of="webinars")) == (400, 3043)
    change(zoom, webinar, "cancel", email=people[0])
    assert zoom.register(webinar["id"], EMAIL, of="webinars").status_code == 201
    assert refusal(approve(zoom, webinar, people[0])) == (400, 3035)


def test_a_webinar_that_is_over_takes_nobody() -> None:
    zoom = SimulatedZoom()
    webinar = zoom.create_webinar()
    zoom.later(hours=2)
    zoom.authorize()
    assert refusal(zoom.register(webinar["id"], EMAIL, of="webinars")) == (400, 3038)
    assert refusal(zoom.register_batch(webinar["id"], [EMAIL], of="webinars")) == (400, 3038)


def test_a_registrant_who_is_not_there_has_a_code_for_each_call() -> None:
    zoom = SimulatedZoom()
    path = f"/webinars/{zoom.create_webinar()['id']}/registrants/nobody"
    assert refusal(zoom.call("GET", path)) == (400, 3079)
    assert refusal(zoom.call("DELETE", path)) == (400, 3000)


def test_a_limit_of_a_registrant_names_the_webinar() -> None:
    zoom = SimulatedZoom()
    webinar = zoom.create_webinar()
    for _ in range(3):
        zoom.register(webinar["id"], EMAIL, of="webinars")
    answer = zoom.register(webinar["id"], EMAIL, of="webinars")
    assert refusal(answer) == (429, 429)
    assert "Add webinar registrant" in answer.json()["message"]


def test_meetings_and_webinars_share_the_hundred_writes_of_a_host() -> None:
    zoom = SimulatedZoom(limits={"host_writes_per_day": 2})
    webinar = zoom.create_webinar()
    zoom.create(host=WEBINAR_HOST)
    answer = zoom.call("PATCH", f"/webinars/{webinar['id']}", {"topic": "Third"})
    assert refusal(answer) == (429, 429)


def test_a_webinar_is_ended_but_not_recovered_by_the_api() -> None:
    zoom = SimulatedZoom()
    webinar = zoom.create_webinar()
    zoom.act("start_webinar", webinar_id=webinar["id"])
    path = f"/webinars/{webinar['id']}"
    assert refusal(zoom.call("DELETE", path)) == (400, 3002)
    ended = zoom.call("PUT", f"{path}/status", {"action": "end"})
    assert (ended.status_code, ended.content) == (200, b"")
    assert zoom.call("DELETE", path).status_code == 204
    assert refusal(zoom.call("PUT", f"{path}/status", {"action": "recover"})) == (400, 300)
    zoom.act("recover_webinar", webinar_id=webinar["id"])
    assert zoom.call("GET", path).status_code == 200


def test_a_meeting_is_ended_by_the_api() -> None:
    zoom = SimulatedZoom()
    meeting = zoom.create()
    zoom.act("start_meeting", meeting_id=meeting["id"])
    path = f"/meetings/{meeting['id']}"
    ended = zoom.call("PUT", f"{path}/status", {"action": "end"})
    assert (ended.status_code, ended.content) == (204, b"")
    assert zoom.call("GET", path).json()["status"] == "waiting"
    assert zoom.call("PUT", f"{path}/status", {"action": "end"}).status_code == 204


def test_a_deleted_meeting_is_recovered_within_a_week() -> None:
    zoom = SimulatedZoom()
    path = f"/meetings/{zoom.create()['id']}"
    recover = {"action": "recover"}
    zoom.call("DELETE", path)
    zoom.later(days=6, hours=23)
    zoom.authorize()
    assert zoom.call("PUT", f"{path}/status", recover).status_code == 204
    assert zoom.call("GET", path).status_code == 200
    zoom.call("DELETE", path)
    zoom.later(days=7)
    zoom.authorize()
    assert refusal(zoom.call("PUT", f"{path}/status", recover)) == (404, 3001)


def test_a_meeting_is_converted_and_keeps_its_id_its_people_and_their_links() -> None:
    zoom = SimulatedZoom()
    meeting = zoom.create(host=WEBINAR_HOST, settings={"alternative_hosts": "bo@acme.example"})
    link = zoom.register(meeting["id"], EMAIL).json()["join_url"]
    zoom.act("convert_to_webinar", meeting_id=meeting["id"])
    assert refusal(zoom.call("GET", f"/meetings/{meeting['id']}")) == (400, 3000)
    shown = zoom.call("GET", f"/webinars/{meeting['id']}").json()
    assert (shown["type"], shown["settings"]["approval_type"]) == (5, 1)
    assert shown["settings"]["alternative_hosts"] == "bo@acme.example"
    assert "waiting_room" not in shown["settings"]
    assert zoom.follow(link).json()["email"] == EMAIL
    zoom.act("convert_to_meeting", webinar_id=meeting["id"])
    assert zoom.call("GET", f"/meetings/{meeting['id']}").json()["type"] == 2


def test_a_conversion_needs_a_host_with_the_licence() -> None:
    zoom = SimulatedZoom()
    body = {"action": "convert_to_webinar", "meeting_id": zoom.create()["id"]}
    assert zoom.control("POST", "/actions", body).json()["code"] == 200


def test_what_goes_on_and_what_is_instant_is_not_converted() -> None:
    zoom = SimulatedZoom()
    instant = zoom.create(host=WEBINAR_HOST, type=1)
    live = zoom.create(host=WEBINAR_HOST)
    zoom.act("start_meeting", meeting_id=live["id"])
    for meeting in (instant, live):
        body = {"action": "convert_to_webinar", "meeting_id": meeting["id"]}
        answer = zoom.control("POST", "/actions", body)
        assert (answer.status_code, answer.json()["code"]) == (400, 3000)


@pytest.mark.parametrize(
    "action",
    [
        {"action": "delete_meeting", "webinar_id": 1},
        {"action": "delete_webinar", "meeting_id": 1},
        {"action": "convert_to_webinar", "webinar_id": 1},
        {"action": "start_webinar"},
        {"action": "start_webinar", "webinar_id": 1, "meeting_id": 1},
    ],
)
def test_an_action_takes_the_id_of_its_kind(action: dict[str, Any]) -> None:
    assert SimulatedZoom().control("POST", "/actions", action).status_code == 400


def test_the_state_has_webinars_beside_meetings() -> None:
    zoom = SimulatedZoom()
    meeting, webinar, deleted = zoom.create(), zoom.create_webinar(), zoom.create_webinar()
    zoom.call("DELETE", f"/webinars/{deleted['id']}")
    state = zoom.control("GET", "/state").json()
    assert [each["id"] for each in state["meetings"]] == [meeting["id"]]
    assert [each["id"] for each in state["webinars"]] == [webinar["id"]]
    assert state["deleted_webinars"] == [deleted["id"]]
    assert state["deleted_meetings"] == []


@pytest.mark.parametrize(
    ("host", "feature"),
    [(WEBINAR_HOST, {"webinar": True, "webinar_capacity": 500}), (HOST, {"webinar": False})],
)
def test_settings_tell_the_webinar_licence(host: str, feature: dict[str, Any]) -> None:
    shown = SimulatedZoom().call("GET", f"/users/{host}/settings").json()["feature"]
    assert {name: shown[name] for name in shown if name.startswith("webinar")} == feature
