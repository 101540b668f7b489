"""Answers that are no answers, values that Zoom never documented, and at whom faults are aimed."""

from __future__ import annotations

import json
from typing import Any

import pytest
import requests

from lectern_testing.zoom.simulated_account import HOST, WEBINAR_HOST, SimulatedZoom, refusal

SAM, KIM = "sam@students.example", "kim@students.example"
BO = "bo@acme.example"


@pytest.fixture
def zoom() -> SimulatedZoom:
    return SimulatedZoom()


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        ({"code": 300, "message": "Validation Failed."}, {}),
        ([], {}),
        ("", {}),
        ("<error>no</error>", {"Content-Type": "application/xml"}),
        ("not now", {"Content-Type": "text/plain", "Retry-After": "7"}),
        ({"code": 1, "message": "m" * 100_000}, {}),
    ],
)
@pytest.mark.parametrize("status", [200, 302, 404, 418, 599])
def test_any_status_comes_with_any_body_and_any_headers(
    zoom: SimulatedZoom, status: int, body: dict[str, Any] | list[Any], headers: dict[str, Any]
) -> None:
    zoom.fault("status", "get_user", status=status, body=body, headers=headers)
    answer = zoom.session.get(
        f"{zoom.world.base_url}/v2/users/{HOST}", allow_redirects=False, timeout=1
    )
    assert answer.status_code == status
    assert answer.text == (body if isinstance(body, str) else json.dumps(body))
    assert headers.items() <= answer.headers.items()


def test_an_error_in_a_good_answer_may_come_after_the_effect(zoom: SimulatedZoom) -> None:
    zoom.fault("status_after", "create_meeting", status=200, body={"code": 300, "message": "No."})
    assert refusal(zoom.call("POST", f"/users/{HOST}/meetings", {})) == (200, 300)
    assert len(zoom.world.sessions) == 1


def test_an_operation_may_be_named_by_a_pattern(zoom: SimulatedZoom) -> None:
    meeting = zoom.create()
    zoom.fault("status", "*_meeting", status=503)
    assert zoom.call("GET", f"/users/{HOST}").status_code == 200
    assert zoom.call("GET", f"/meetings/{meeting['id']}").status_code == 503


@pytest.mark.parametrize("pattern", ["*", "oauth_*"])
def test_no_pattern_means_the_token_endpoint(zoom: SimulatedZoom, pattern: str) -> None:
    zoom.fault("status", pattern)
    assert zoom.token().status_code == 200


def test_a_fault_is_aimed_at_one_session(zoom: SimulatedZoom) -> None:
    mine, other = zoom.create()["id"], zoom.create()["id"]
    zoom.fault("status", session=mine, times=None, status=503)
    statuses = [zoom.call("GET", f"/meetings/{each}").status_code for each in (other, mine, mine)]
    assert statuses == [200, 503, 503]
    assert zoom.call("GET", f"/users/{HOST}").status_code == 200


def test_a_fault_is_aimed_at_what_one_session_was_when_it_was_held(zoom: SimulatedZoom) -> None:
    meeting = zoom.create()["id"]
    uuid = zoom.act("start_meeting", meeting_id=meeting)["uuid"]
    zoom.act("end_meeting", meeting_id=meeting)
    zoom.fault("status", "get_past_meeting", session=meeting, status=503)
    assert zoom.call("GET", f"/past_meetings/{uuid}").status_code == 503


@pytest.mark.parametrize("named", ["address", "id"])
def test_a_fault_is_aimed_at_a_host_and_all_sessions_of_the_host(
    zoom: SimulatedZoom, named: str
) -> None:
    own, other = zoom.create()["id"], zoom.create(host=BO)["id"]
    found = zoom.world.find_user(HOST)
    assert found is not None
    host = HOST.upper() if named == "address" else found.id
    zoom.fault("status", host=host, times=None, status=503)
    paths = (f"/users/{HOST}", f"/meetings/{own}", f"/users/{BO}", f"/meetings/{other}")
    assert [zoom.call("GET", path).status_code for path in paths] == [503, 503, 200, 200]


def test_a_fault_is_aimed_at_a_person_wherever_the_call_names_the_person(
    zoom: SimulatedZoom,
) -> None:
    meeting = zoom.create(settings={"alternative_hosts": f"{BO};cleo@acme.example"})["id"]
    zoom.register_batch(meeting, [SAM, KIM])
    sam, kim = (each["id"] for each in zoom.registrants(meeting))
    people = f"/meetings/{meeting}/registrants"
    zoom.fault("status", person=SAM.upper(), times=None, status=503)
    zoom.fault("status", person=BO, times=None, status=503)
    answers = {
        "batch": zoom.register_batch(meeting, [KIM, SAM]),
        "batch without": zoom.register_batch(meeting, [KIM, f"not-{SAM}"]),
        "single": zoom.register(meeting, SAM),
        "by id": zoom.call("DELETE", f"{people}/{sam}"),
        "another id": zoom.call("DELETE", f"{people}/{kim}"),
        "query": zoom.call("GET", "/users/email", email=SAM),
        "among hosts": zoom.call(
            "PATCH",
            f"/meetings/{meeting}",
            {"settings": {"alternative_hosts": f"{BO};x@y.example"}},
        ),
    }
    refused = {name for name, answer in answers.items() if answer.status_code == 503}
    assert refused == {"batch", "single", "by id", "query", "among hosts"}


def test_only_calls_that_a_fault_is_aimed_at_are_counted(zoom: SimulatedZoom) -> None:
    mine, other = zoom.create()["id"], zoom.create()["id"]
    zoom.fault("status", session=mine, after=1, times=2)
    statuses = [
        zoom.call("GET", f"/meetings/{each}").status_code
        for each in (other, mine, other, mine, mine, mine)
    ]
    assert statuses == [200, 200, 200, 500, 500, 200]


@pytest.mark.parametrize("of", ["meetings", "webinars"])
def test_a_healthy_session_may_be_gone_for_one_call(zoom: SimulatedZoom, of: str) -> None:
    session = zoom.create() if of == "meetings" else zoom.create_webinar()
    path = f"/{of}/{session['id']}"
    zoom.fault("session_not_found", session=session["id"])
    answer = zoom.call("GET", f"{path}/registrants")
    assert refusal(answer) == (404, 3001)
    assert answer.json()["message"].startswith(of.removesuffix("s").capitalize())
    assert zoom.call("GET", f"{path}/registrants").status_code == 200


# Odd and empty values.


def test_values_are_set_and_taken_out_at_their_places(zoom: SimulatedZoom) -> None:
    meeting = zoom.create()["id"]
    zoom.register_batch(meeting, [SAM, KIM])
    zoom.fault(
        "odd_values",
        "list_meeting_registrants",
        set={
            "registrants[*].last_name": None,
            "registrants[1].first_name": "",
            "total_records": "2",
            "unheard_of": {"a": [1]},
        },
        remove=["registrants[*].join_url", "page_size"],
    )
    path = f"/meetings/{meeting}/registrants"
    odd, sound = (zoom.call("GET", path).json() for _ in range(2))
    assert [each["last_name"] for each in odd["registrants"]] == [None, None]
    assert [each["first_name"] for each in odd["registrants"]] == ["Sam", ""]
    assert not any("join_url" in each for each in odd["registrants"])
    assert (odd["total_records"], odd["unheard_of"]) == ("2", {"a": [1]})
    assert "page_size" not in odd
    assert all("join_url" in each for each in sound["registrants"])


@pytest.mark.parametrize(
    ("change", "body"),
    [
        ({"set": {"$": []}}, []),
        ({"set": {"registrants": None}}, {"registrants": None}),
        ({"remove": ["registrants[*]"]}, {"registrants": []}),
        ({"remove": ["$"]}, None),
        ({"set": {"no.such.place": 1, "registrants[7]": 1}, "remove": ["nor[*].this"]}, {}),
    ],
)
def test_any_part_of_an_answer_may_be_anything(
    zoom: SimulatedZoom, change: dict[str, Any], body: dict[str, Any] | list[Any]
) -> None:
    meeting = zoom.create()["id"]
    zoom.register_batch(meeting, [SAM, KIM])
    path = f"/meetings/{meeting}/registrants"
    before = zoom.call("GET", path).json()
    zoom.fault("odd_values", "list_meeting_registrants", **change)
    assert zoom.call("GET", path).json() == (before | body if isinstance(body, dict) else body)


def test_odd_values_change_the_answer_and_nothing_else(zoom: SimulatedZoom) -> None:
    zoom.fault("odd_values", "create_meeting", set={"topic": "", "settings.waiting_room": "yes"})
    made = zoom.create()
    assert (made["topic"], made["settings"]["waiting_room"]) == ("", "yes")
    read = zoom.call("GET", f"/meetings/{made['id']}").json()
    assert (read["topic"], read["settings"]["waiting_room"]) == ("Algebra", False)


def test_a_refusal_has_no_odd_values(zoom: SimulatedZoom) -> None:
    zoom.fault("odd_values", "get_meeting", set={"message": ""})
    assert zoom.call("GET", "/meetings/81234567890").json()["message"]


def test_a_token_may_be_odd_too(zoom: SimulatedZoom) -> None:
    zoom.fault("odd_values", "oauth_token", set={"expires_in": "soon"}, remove=["access_token"])
    answer = zoom.token().json()
    assert (answer["expires_in"], "access_token" in answer) == ("soon", False)


@pytest.mark.parametrize("path", ["", "a..b", "a[x]", "[0]", "a.", "$.a", "a[*"])
def test_a_path_that_is_none_is_refused(zoom: SimulatedZoom, path: str) -> None:
    for fault in ({"set": {path: 1}}, {"remove": [path]}):
        answer = zoom.control("POST", "/faults", {"kind": "odd_values", **fault})
        assert answer.status_code == 400
    assert not zoom.world.faults.waiting()


# Answers without an end, or without a beginning.


def test_an_answer_may_be_cut_in_half(zoom: SimulatedZoom) -> None:
    zoom.fault("truncated", "get_user")
    answer = zoom.call("GET", f"/users/{HOST}")
    assert (answer.status_code, answer.text[0]) == (200, "{")
    with pytest.raises(requests.JSONDecodeError):
        answer.json()


def test_an_answer_may_be_empty_although_all_was_done(zoom: SimulatedZoom) -> None:
    zoom.fault("empty_body", "create_meeting")
    answer = zoom.call("POST", f"/users/{HOST}/meetings", {})
    assert (answer.status_code, answer.content) == (201, b"")
    assert len(zoom.world.sessions) == 1


def test_an_answer_may_be_huge(zoom: SimulatedZoom) -> None:
    zoom.fault("odd_values", "get_user", set={"padding": "x" * 5_000_000})
    assert len(zoom.call("GET", f"/users/{HOST}").content) > 5_000_000


def test_a_list_may_have_no_end(zoom: SimulatedZoom) -> None:
    meeting = zoom.create()["id"]
    zoom.register_batch(meeting, [SAM, KIM])
    zoom.fault("endless_pages", "list_meeting_registrants", times=None)
    path, token = f"/meetings/{meeting}/registrants", ""
    for _ in range(3):
        page = zoom.call("GET", path, page_size=1, next_page_token=token).json()
        assert [each["email"] for each in page["registrants"]] == [SAM]
        token = page["next_page_token"]
        assert token


# Replicas that lag behind.


def test_what_is_new_is_not_there_for_a_while(zoom: SimulatedZoom) -> None:
    zoom.fault("lag", "create_meeting", seconds=5)
    meeting = zoom.create()["id"]
    path, of_host = f"/meetings/{meeting}", f"/users/{HOST}/meetings"
    assert refusal(zoom.call("GET", path)) == (404, 3001)
    assert zoom.call("GET", of_host).json()["meetings"] == []
    assert zoom.register(meeting, SAM).status_code == 201
    zoom.later(seconds=4)
    assert refusal(zoom.call("GET", f"{path}/registrants")) == (404, 3001)
    zoom.later(seconds=1)
    assert zoom.call("GET", path).status_code == 200
    assert [each["id"] for each in zoom.call("GET", of_host).json()["meetings"]] == [meeting]
    assert [each["email"] for each in zoom.registrants(meeting)] == [SAM]


def test_what_is_new_may_be_hidden_from_changes_too(zoom: SimulatedZoom) -> None:
    zoom.fault("lag", "create_meeting", seconds=5, for_all=True)
    meeting = zoom.create()["id"]
    assert zoom.register(meeting, SAM).status_code == 404
    other = zoom.create()["id"]
    assert zoom.register(other, SAM).status_code == 201
    zoom.later(seconds=5)
    assert zoom.register(meeting, SAM).status_code == 201
    assert set(zoom.world.sessions) == {meeting, other}


def test_what_has_changed_is_seen_as_it_was_for_a_while(zoom: SimulatedZoom) -> None:
    meeting = zoom.create()["id"]
    zoom.fault("lag", seconds=5, times=None)
    zoom.call("PATCH", f"/meetings/{meeting}", {"topic": "Geometry"})
    zoom.register(meeting, SAM)
    zoom.later(seconds=2)
    zoom.call("PATCH", f"/meetings/{meeting}", {"topic": "Analysis"})
    zoom.register(meeting, KIM)

    def seen() -> tuple[Any, ...]:
        topic = zoom.call("GET", f"/meetings/{meeting}").json()["topic"]
        return topic, [each["email"] for each in zoom.registrants(meeting)]

    assert seen() == ("Algebra", [])
    zoom.later(seconds=3)
    assert seen() == ("Geometry", [SAM])
    zoom.later(seconds=2)
    assert seen() == ("Analysis", [SAM, KIM])


def test_what_is_deleted_is_there_for_a_while(zoom: SimulatedZoom) -> None:
    meeting = zoom.create()["id"]
    zoom.fault("lag", "delete_meeting", seconds=5)
    zoom.call("DELETE", f"/meetings/{meeting}")
    assert zoom.call("GET", f"/meetings/{meeting}").status_code == 200
    assert zoom.control("GET", "/state").json()["meetings"] == []
    zoom.later(seconds=5)
    assert zoom.call("GET", f"/meetings/{meeting}").status_code == 404


def test_a_new_user_is_not_there_for_a_while(zoom: SimulatedZoom) -> None:
    zoom.fault("lag", "create_user", seconds=5)
    info = {"email": "new@acme.example", "type": 1}
    assert (
        zoom.call("POST", "/users", {"action": "ssoCreate", "user_info": info}).status_code == 201
    )
    assert refusal(zoom.call("GET", "/users/new@acme.example")) == (404, 1001)
    zoom.later(seconds=5)
    assert zoom.call("GET", "/users/new@acme.example").status_code == 200


def test_only_what_a_lag_is_aimed_at_lags(zoom: SimulatedZoom) -> None:
    zoom.fault("lag", host=WEBINAR_HOST, seconds=5, times=None)
    meeting, webinar = zoom.create()["id"], zoom.create_webinar()["id"]
    assert zoom.call("GET", f"/meetings/{meeting}").status_code == 200
    assert zoom.call("GET", f"/webinars/{webinar}").status_code == 404


def test_a_start_link_of_a_lagging_replica_starts_the_meeting(zoom: SimulatedZoom) -> None:
    meeting = zoom.create()["id"]
    zoom.fault("lag", "update_meeting", seconds=5)
    zoom.call("PATCH", f"/meetings/{meeting}", {"topic": "Geometry"})
    link = zoom.call("GET", f"/meetings/{meeting}").json()["start_url"]
    assert zoom.follow(link).json()["role"] == "host"
