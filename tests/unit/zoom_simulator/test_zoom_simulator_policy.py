"""What an account's administrators decide of meetings and webinars, for all hosts or for one."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError
from requests.models import Response

from lectern_testing.zoom.simulated_account import HOST, WEBINAR_HOST, SimulatedZoom, refusal
from zoom_simulator.account.passcodes import PasscodeRequirement
from zoom_simulator.account.policy import Policy

KINDS = [("meetings", HOST), ("webinars", WEBINAR_HOST)]
each_kind = pytest.mark.parametrize(("of", "host"), KINDS)

NUMERIC = {"only_allow_numeric": True, "length": 6}
LONG = {"length": 9}
STRONG = {
    "length": 8,
    "have_letter": True,
    "have_number": True,
    "have_special_character": True,
    "have_upper_and_lower_characters": True,
    "consecutive_characters_length": 4,
    "weak_enhance_detection": True,
}


def create(zoom: SimulatedZoom, of: str = "meetings", host: str = HOST, **fields: Any) -> Response:
    return zoom.call("POST", f"/users/{host}/{of}", {"topic": "Algebra", **fields})


def read(zoom: SimulatedZoom, of: str, session_id: int) -> dict[str, Any]:
    found: dict[str, Any] = zoom.call("GET", f"/{of}/{session_id}").json()
    return found


def settings(zoom: SimulatedZoom, host: str = HOST, **query: Any) -> Response:
    return zoom.call("GET", f"/users/{host}/settings", **query)


def fields_of(answer: Response) -> list[str]:
    return [error["field"] for error in answer.json()["errors"]]


@pytest.mark.parametrize(
    ("required", "refused", "taken"),
    [
        (NUMERIC, "abc12345", "123456"),
        (LONG, "12345678", "123456789"),
        ({"have_letter": True}, "123456", "12345a"),
        ({"have_number": True}, "abcdef", "abcde1"),
        ({"have_special_character": True}, "abc123", "abc12@"),
        ({"have_upper_and_lower_characters": True}, "abc123", "Abc123"),
        ({"consecutive_characters_length": 4}, "abcd19", "abc1x@8fdh"),
        ({"consecutive_characters_length": 4}, "194321", "193218"),
        ({"weak_enhance_detection": True}, "111111", "111112"),
        ({"weak_enhance_detection": True}, "123456", "123457"),
    ],
)
@each_kind
def test_a_passcode_that_does_not_fit_is_refused_by_its_field(
    of: str, host: str, required: dict[str, Any], refused: str, taken: str
) -> None:
    zoom = SimulatedZoom(policy={"passcode": required})
    answer = create(zoom, of, host, password=refused)
    assert refusal(answer) == (400, 300)
    assert answer.json()["message"] == "Validation Failed."
    assert fields_of(answer) == ["password"]
    made = create(zoom, of, host, password=taken)
    assert made.json()["password"] == taken
    path = f"/{of}/{made.json()['id']}"
    assert fields_of(zoom.call("PATCH", path, {"password": refused})) == ["password"]
    assert read(zoom, of, made.json()["id"])["password"] == taken


@pytest.mark.parametrize("required", [NUMERIC, LONG, STRONG])
def test_the_passcode_that_zoom_makes_fits(required: dict[str, Any]) -> None:
    zoom = SimulatedZoom(policy={"passcode": required})
    made = create(zoom).json()["password"]
    assert made
    assert PasscodeRequirement(**required).complaints(made) == []


def test_what_no_passcode_can_meet_is_no_requirement() -> None:
    with pytest.raises(ValidationError, match="digits alone"):
        PasscodeRequirement(only_allow_numeric=True, have_letter=True)


def test_what_passcodes_have_to_be_like_is_in_both_forms_of_the_settings() -> None:
    zoom = SimulatedZoom(policy={"passcode": STRONG})
    told = PasscodeRequirement(**STRONG).model_dump()
    plain = settings(zoom).json()["schedule_meeting"]
    security = settings(zoom, option="meeting_security").json()["meeting_security"]
    assert plain["meeting_password_requirement"] == told
    assert security["meeting_password_requirement"] == told
    assert refusal(settings(zoom, option="everything")) == (400, 300)


def test_settings_that_leave_the_requirement_out() -> None:
    zoom = SimulatedZoom(policy={"passcode": LONG, "passcode_told": "left_out"})
    security = settings(zoom, option="meeting_security").json()["meeting_security"]
    assert "meeting_password_requirement" not in security
    assert "meeting_password_requirement" not in settings(zoom).json()["schedule_meeting"]
    assert refusal(create(zoom, password="123456")) == (400, 300)


@pytest.mark.parametrize("seed", [{"policy": {"passcode_told": "refused"}}, {"plan": "free"}])
def test_settings_of_security_that_are_refused_as_in_basic_accounts(seed: dict[str, Any]) -> None:
    zoom = SimulatedZoom(**seed)
    assert refusal(settings(zoom, option="meeting_security")) == (400, 200)
    assert settings(zoom).status_code == 200


def test_a_user_has_rules_that_differ_from_the_account_s_in_what_they_name() -> None:
    zoom = SimulatedZoom(
        policy={"passcode": NUMERIC, "locked": {"mute_upon_entry": True}},
        users=[{"email": HOST, "policy": {"passcode": LONG}}],
    )
    other = "bo@acme.example"
    assert refusal(create(zoom, host=HOST, password="123456")) == (400, 300)
    assert create(zoom, host=other, password="123456").status_code == 201
    for host in (HOST, other):
        assert create(zoom, host=host).json()["settings"]["mute_upon_entry"] is True
    assert Policy().but(Policy(passcode_told="left_out")).passcode_told == "left_out"


LOCKED = {
    "waiting_room": True,
    "meeting_authentication": True,
    "auto_recording": "cloud",
    "mute_upon_entry": True,
    "registrants_email_notification": True,
    "registrants_confirmation_email": True,
}
ASKED = {
    "waiting_room": False,
    "join_before_host": True,
    "meeting_authentication": False,
    "auto_recording": "none",
    "mute_upon_entry": False,
    "registrants_email_notification": False,
    "registrants_confirmation_email": False,
}


@each_kind
def test_locked_settings_are_overwritten_without_a_word(of: str, host: str) -> None:
    zoom = SimulatedZoom(policy={"locked": LOCKED})
    made = create(zoom, of, host, settings=ASKED)
    assert made.status_code == 201
    path = f"/{of}/{made.json()['id']}"
    assert zoom.call("PATCH", path, {"settings": ASKED}).status_code == 204
    shown = read(zoom, of, made.json()["id"])["settings"]
    assert {name: shown[name] for name in LOCKED if name in shown} == {
        name: value for name, value in LOCKED.items() if name in shown
    }
    assert ("waiting_room" in shown) == (of == "meetings")
    assert shown.get("join_before_host", False) is False


def test_a_lock_that_comes_later_holds_at_once_for_that_host_and_is_told_nobody() -> None:
    zoom = SimulatedZoom(
        webhooks={"subscriptions": [{"url": "http://lms.example/zoom", "challenge": False}]}
    )
    mine, other = zoom.create(), zoom.create(host="bo@acme.example")
    told = len(zoom.control("GET", "/webhooks").json()["deliveries"])
    zoom.act("change_user", email=HOST, policy={"locked": {"mute_upon_entry": True}})
    assert read(zoom, "meetings", mine["id"])["settings"]["mute_upon_entry"] is True
    assert read(zoom, "meetings", other["id"])["settings"]["mute_upon_entry"] is False
    zoom.control("POST", "/seed", {"policy": {"locked": {"auto_recording": "local"}}})
    assert read(zoom, "meetings", other["id"])["settings"]["auto_recording"] == "local"
    assert len(zoom.control("GET", "/webhooks").json()["deliveries"]) == told


def test_locked_values_are_in_the_settings_of_the_user_and_the_locks_are_not() -> None:
    zoom = SimulatedZoom(
        policy={"locked": LOCKED | {"waiting_room": False, "join_before_host": True}}
    )
    shown = settings(zoom).json()
    assert shown["schedule_meeting"]["join_before_host"] is True
    assert shown["recording"]["auto_recording"] == "cloud"
    assert shown["in_meeting"]["waiting_room"] is False
    asked = settings(zoom, option="meeting_authentication").json()
    assert asked["meeting_authentication"] is True


@each_kind
def test_registration_that_is_locked_off_stays_off_with_a_licensed_host(of: str, host: str) -> None:
    zoom = SimulatedZoom(users=[{"email": host, "policy": {"locked": {"approval_type": 2}}}])
    made = create(zoom, of, host, settings={"approval_type": 1}).json()
    assert made["settings"]["approval_type"] == 2
    assert "registration_url" not in made
    path = f"/{of}/{made['id']}"
    zoom.call("PATCH", path, {"settings": {"approval_type": 1}})
    assert read(zoom, of, made["id"])["settings"]["approval_type"] == 2
    code = 404 if of == "meetings" else 3000
    assert refusal(zoom.register_batch(made["id"], ["sam@school.example"], of=of)) == (400, code)
    assert refusal(zoom.register(made["id"], "sam@school.example", of=of)) == (400, code)


@pytest.mark.parametrize(
    "locked", [{"wating_room": True}, {"waiting_room": "yes"}, {"approval_type": 1}]
)
def test_what_cannot_be_locked_is_not_understood(locked: dict[str, Any]) -> None:
    answer = SimulatedZoom().control("POST", "/seed", {"policy": {"locked": locked}})
    assert answer.status_code == 400
    assert answer.json()["errors"]


@each_kind
def test_a_timezone_that_zoom_does_not_know_is_refused_by_its_field(of: str, host: str) -> None:
    zoom = SimulatedZoom(policy={"refused_timezones": ["Asia/Manila"]})
    answer = create(zoom, of, host, timezone="Asia/Manila")
    assert refusal(answer) == (400, 300)
    assert fields_of(answer) == ["timezone"]
    made = create(zoom, of, host, timezone="Asia/Singapore").json()
    path = f"/{of}/{made['id']}"
    assert fields_of(zoom.call("PATCH", path, {"timezone": "Asia/Manila"})) == ["timezone"]


@each_kind
def test_a_timezone_comes_back_by_the_name_that_zoom_has_for_it(of: str, host: str) -> None:
    zoom = SimulatedZoom(policy={"timezone_aliases": {"Europe/Kyiv": "Europe/Kiev"}})
    start = {"start_time": "2030-07-01T10:00:00", "timezone": "Europe/Kyiv"}
    made = create(zoom, of, host, **start).json()
    assert (made["timezone"], made["start_time"]) == ("Europe/Kiev", "2030-07-01T07:00:00Z")
    zoom.call("PATCH", f"/{of}/{made['id']}", {"timezone": "Europe/Berlin"})
    zoom.call("PATCH", f"/{of}/{made['id']}", {"timezone": "Europe/Kyiv"})
    assert read(zoom, of, made["id"])["timezone"] == "Europe/Kiev"


UNTIDY = " One\r\nTwo\u0007  three\rfour\tfive \n"


@pytest.mark.parametrize(
    ("texts", "kept"),
    [
        ("as_sent", UNTIDY),
        ("tidied", "One\nTwo  three\nfour\tfive"),
        ("squeezed", "One\nTwo three\nfour five"),
    ],
)
@each_kind
def test_texts_come_back_as_zoom_keeps_them(of: str, host: str, texts: str, kept: str) -> None:
    zoom = SimulatedZoom(policy={"texts": texts})
    made = create(zoom, of, host, topic=UNTIDY, agenda=UNTIDY).json()
    assert (made["topic"], made["agenda"]) == (kept, kept)
    path = f"/{of}/{made['id']}"
    zoom.call("PATCH", path, {"topic": "Geometry", "agenda": ""})
    zoom.call("PATCH", path, {"topic": UNTIDY, "agenda": UNTIDY})
    shown = read(zoom, of, made["id"])
    assert (shown["topic"], shown["agenda"]) == (kept, kept)


@each_kind
def test_a_start_in_the_past_becomes_now_where_zoom_has_it_so(of: str, host: str) -> None:
    zoom = SimulatedZoom(policy={"past_start_is_now": True})
    assert create(zoom, of, host, start_time="2029-01-01T10:00:00Z").json()["start_time"] == (
        "2030-03-17T17:46:40Z"
    )
    later = "2030-03-17T17:46:41Z"
    assert create(zoom, of, host, start_time=later).json()["start_time"] == later
    kept = create(SimulatedZoom(), of, host, start_time="2029-01-01T10:00:00Z").json()
    assert kept["start_time"] == "2029-01-01T10:00:00Z"


@pytest.mark.parametrize(
    ("recovery", "refused"), [("not_found", (404, 3001)), ("refused", (400, 3000))]
)
def test_what_was_never_deleted_is_not_recovered_where_zoom_says_so(
    recovery: str, refused: tuple[int, int]
) -> None:
    zoom = SimulatedZoom(
        users=[{"email": "bo@acme.example", "policy": {"undeleted_recovery": recovery}}]
    )
    status = {"action": "recover"}
    meeting = zoom.create(host="bo@acme.example")
    path = f"/meetings/{meeting['id']}"
    assert refusal(zoom.call("PUT", f"{path}/status", status)) == refused
    zoom.call("DELETE", path)
    assert zoom.call("PUT", f"{path}/status", status).status_code == 204
    assert read(zoom, "meetings", meeting["id"])["id"] == meeting["id"]
    of_another = zoom.create()["id"]
    assert zoom.call("PUT", f"/meetings/{of_another}/status", status).status_code == 204
