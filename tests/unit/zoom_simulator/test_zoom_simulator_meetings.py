from __future__ import annotations

from typing import Any

import pytest

from lectern_testing.zoom.simulated_account import HOST, SimulatedZoom, refusal


def settings_of(zoom: SimulatedZoom, meeting_id: int) -> dict[str, Any]:
    found: dict[str, Any] = zoom.call("GET", f"/meetings/{meeting_id}").json()["settings"]
    return found


def test_registration_is_off_by_default() -> None:
    meeting = SimulatedZoom().create(settings={"approval_type": 2})
    assert meeting["settings"]["approval_type"] == 2
    assert "registration_url" not in meeting


def test_registration_that_is_asked_for_has_a_page() -> None:
    meeting = SimulatedZoom().create(settings={"approval_type": 1})
    assert meeting["settings"]["approval_type"] == 1
    assert meeting["registration_url"]


@pytest.mark.parametrize("kind", [1, 3])
def test_registration_is_silently_off_where_there_is_no_fixed_time(kind: int) -> None:
    assert SimulatedZoom().create(type=kind)["settings"]["approval_type"] == 2


def test_registration_is_silently_off_with_a_basic_host() -> None:
    meeting = SimulatedZoom().create(host="basic@acme.example")
    assert meeting["settings"]["approval_type"] == 2


def test_a_local_start_is_answered_in_utc() -> None:
    meeting = SimulatedZoom().create(start_time="2030-07-01T10:00:00", timezone="Europe/Berlin")
    assert meeting["start_time"] == "2030-07-01T08:00:00Z"


def test_a_start_with_z_is_utc_whatever_the_timezone() -> None:
    meeting = SimulatedZoom().create(start_time="2030-07-01T10:00:00Z", timezone="Europe/Berlin")
    assert meeting["start_time"] == "2030-07-01T10:00:00Z"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("topic", "x" * 201),
        ("agenda", "x" * 2001),
        ("duration", 0),
        ("duration", 1441),
        ("duration", "60"),
        ("password", "x" * 11),
        ("start_time", "2030-07-01 10:00"),
        ("start_time", "2030-07-01T10:00:00+02:00"),
        ("timezone", "Mars/Olympus"),
        ("type", 4),
    ],
)
def test_fields_out_of_bounds_are_named(field: str, value: str) -> None:
    answer = SimulatedZoom().call("POST", f"/users/{HOST}/meetings", {field: value})
    assert refusal(answer) == (400, 300)
    assert [error["field"] for error in answer.json()["errors"]] == [field]


def test_the_limits_themselves_are_allowed() -> None:
    fields: dict[str, Any] = {
        "topic": "x" * 200,
        "agenda": "x" * 2000,
        "duration": 1440,
        "password": "x" * 10,
    }
    assert SimulatedZoom().create(**fields)["topic"] == "x" * 200


def test_a_body_that_is_not_json_is_refused() -> None:
    zoom = SimulatedZoom()
    url = f"{zoom.world.base_url}/v2/users/{HOST}/meetings"
    assert refusal(zoom.session.post(url, data="{")) == (400, 300)


def test_an_update_changes_only_what_is_given() -> None:
    zoom = SimulatedZoom()
    meeting = zoom.create(agenda="before", settings={"mute_upon_entry": True})
    path = f"/meetings/{meeting['id']}"
    body = {"topic": "Geometry", "settings": {"waiting_room": True}}
    answer = zoom.call("PATCH", path, body)
    assert (answer.status_code, answer.content) == (204, b"")
    after = zoom.call("GET", path).json()
    assert (after["topic"], after["agenda"]) == ("Geometry", "before")
    assert after["start_time"] == meeting["start_time"]
    assert after["settings"] == meeting["settings"] | {"waiting_room": True}


def test_an_update_to_the_past_is_ignored_without_a_word() -> None:
    zoom = SimulatedZoom()
    meeting = zoom.create()
    path = f"/meetings/{meeting['id']}"
    body = {"start_time": "2020-01-01T10:00:00Z", "duration": 30}
    assert zoom.call("PATCH", path, body).status_code == 204
    after = zoom.call("GET", path).json()
    assert (after["start_time"], after["duration"]) == (meeting["start_time"], 30)


def test_an_update_takes_fewer_characters_in_a_password_than_a_create() -> None:
    zoom = SimulatedZoom()
    meeting = zoom.create(password="a#1")
    answer = zoom.call("PATCH", f"/meetings/{meeting['id']}", {"password": "a#2"})
    assert refusal(answer) == (400, 300)


def test_a_refused_update_changes_nothing() -> None:
    zoom = SimulatedZoom()
    meeting = zoom.create()
    path = f"/meetings/{meeting['id']}"
    body = {"topic": "New", "settings": {"alternative_hosts": "nobody@acme.example"}}
    assert zoom.call("PATCH", path, body).status_code == 400
    assert zoom.call("GET", path).json()["topic"] == "Algebra"


def test_a_waiting_room_disables_joining_before_the_host() -> None:
    settings = {"waiting_room": True, "join_before_host": True}
    assert SimulatedZoom().create(settings=settings)["settings"]["join_before_host"] is False


@pytest.mark.parametrize("separator", [";", ",", "; "])
def test_alternative_hosts_are_taken_with_both_separators(separator: str) -> None:
    hosts = separator.join(["bo@acme.example", "cleo@acme.example"])
    meeting = SimulatedZoom().create(settings={"alternative_hosts": hosts})
    assert meeting["settings"]["alternative_hosts"] == "bo@acme.example;cleo@acme.example"


@pytest.mark.parametrize("who", ["basic@acme.example", "inactive@acme.example", "x@other.example"])
def test_one_bad_alternative_host_has_the_whole_call_refused(who: str) -> None:
    zoom = SimulatedZoom()
    body = {"settings": {"alternative_hosts": f"bo@acme.example;{who}"}}
    assert zoom.call("POST", f"/users/{HOST}/meetings", body).status_code == 400
    assert not zoom.world.sessions


@pytest.mark.parametrize(
    ("loss", "left"),
    [({"type": 1}, "bo@acme.example;cleo@acme.example"), (None, "cleo@acme.example")],
)
def test_alternative_hosts_who_lost_what_they_need_refuse_no_other_update(
    loss: dict[str, int] | None, left: str
) -> None:
    zoom = SimulatedZoom()
    hosts = "bo@acme.example;cleo@acme.example"
    path = f"/meetings/{zoom.create(settings={'alternative_hosts': hosts})['id']}"
    if loss:
        zoom.act("change_user", email="bo@acme.example", **loss)
    else:
        zoom.act("delete_user", email="bo@acme.example")
    assert zoom.call("PATCH", path, {"topic": "New"}).status_code == 204
    shown = zoom.call("GET", path).json()
    assert (shown["topic"], shown["settings"]["alternative_hosts"]) == ("New", left)
    again = zoom.call("PATCH", path, {"topic": "Newer", "settings": {"alternative_hosts": hosts}})
    assert again.status_code == 400
    assert zoom.call("GET", path).json()["topic"] == "New"


def test_scheduling_for_someone_else_needs_a_privilege_that_nobody_has() -> None:
    body = {"schedule_for": "bo@acme.example"}
    answer = SimulatedZoom().call("POST", f"/users/{HOST}/meetings", body)
    assert refusal(answer) == (400, 3000)


def test_the_personal_meeting_id_is_used_only_when_asked_for() -> None:
    zoom = SimulatedZoom()
    pmi = zoom.call("GET", f"/users/{HOST}").json()["pmi"]
    assert "pmi" not in zoom.create()
    assert zoom.create(settings={"use_pmi": True})["pmi"] == str(pmi)
    assert refusal(zoom.call("DELETE", f"/meetings/{pmi}")) == (400, 3018)


def test_a_host_may_have_the_personal_meeting_id_as_default() -> None:
    zoom = SimulatedZoom(users=[{"email": HOST, "use_pmi_by_default": True}])
    assert "pmi" in zoom.create()
    assert "pmi" not in zoom.create(settings={"use_pmi": False})


def test_each_look_gives_a_fresh_start_link_that_lasts_two_hours() -> None:
    zoom = SimulatedZoom()
    meeting = zoom.create()
    link = zoom.call("GET", f"/meetings/{meeting['id']}").json()["start_url"]
    assert link != meeting["start_url"]
    assert zoom.follow(link).json()["role"] == "host"
    zoom.later(hours=2)
    assert zoom.follow(link).status_code == 403


def test_a_deleted_meeting_is_gone() -> None:
    zoom = SimulatedZoom()
    path = f"/meetings/{zoom.create()['id']}"
    assert zoom.call("DELETE", path).status_code == 204
    assert refusal(zoom.call("GET", path)) == (404, 3001)
    assert refusal(zoom.call("DELETE", path)) == (404, 3001)


def test_a_meeting_that_is_going_on_cannot_be_deleted() -> None:
    zoom = SimulatedZoom()
    meeting = zoom.create()
    zoom.act("start_meeting", meeting_id=meeting["id"])
    assert zoom.call("GET", f"/meetings/{meeting['id']}").json()["status"] == "started"
    assert refusal(zoom.call("DELETE", f"/meetings/{meeting['id']}")) == (400, 3002)


def test_the_meetings_of_a_deleted_host_are_gone_as_a_missing_user() -> None:
    zoom = SimulatedZoom()
    meeting = zoom.create()
    zoom.act("delete_user", email=HOST)
    assert refusal(zoom.call("GET", f"/meetings/{meeting['id']}")) == (404, 1001)


def test_a_host_who_loses_the_licence_to_host_blocks_the_meeting() -> None:
    zoom = SimulatedZoom()
    meeting = zoom.create()
    zoom.act("change_user", email=HOST, type=4)
    assert refusal(zoom.call("PATCH", f"/meetings/{meeting['id']}", {})) == (400, 3161)


def test_what_a_host_does_by_hand_is_seen_by_the_api() -> None:
    zoom = SimulatedZoom()
    meeting = zoom.create()
    zoom.act("edit_meeting", meeting_id=meeting["id"], changes={"topic": "By hand"})
    assert zoom.call("GET", f"/meetings/{meeting['id']}").json()["topic"] == "By hand"
    zoom.act("delete_meeting", meeting_id=meeting["id"])
    assert zoom.call("GET", f"/meetings/{meeting['id']}").status_code == 404
    zoom.act("recover_meeting", meeting_id=meeting["id"])
    assert zoom.call("GET", f"/meetings/{meeting['id']}").status_code == 200


def listed(zoom: SimulatedZoom, **query: Any) -> list[str]:
    answer = zoom.call("GET", f"/users/{HOST}/meetings", **query)
    return [meeting["topic"] for meeting in answer.json()["meetings"]]


def test_lists_go_by_type() -> None:
    zoom = SimulatedZoom()
    zoom.create(topic="over")
    zoom.later(hours=3)
    zoom.authorize()
    live = zoom.create(topic="live")
    zoom.create(topic="instant", type=1)
    zoom.act("start_meeting", meeting_id=live["id"])
    assert listed(zoom) == ["over", "live"]
    assert listed(zoom, type="upcoming") == ["live"]
    assert listed(zoom, type="live") == ["live"]
    assert listed(zoom, type="previous_meetings") == ["over"]


def test_lists_are_limited_to_days() -> None:
    zoom = SimulatedZoom()
    for day in ("01", "02", "03"):
        zoom.create(topic=day, start_time=f"2031-05-{day}T10:00:00Z")
    assert listed(zoom, **{"from": "2031-05-02", "to": "2031-05-02"}) == ["02"]


def test_meetings_expire_thirty_days_after_their_end() -> None:
    zoom = SimulatedZoom()
    zoom.create(topic="old")
    zoom.later(days=31)
    zoom.authorize()
    assert listed(zoom) == []


@pytest.mark.parametrize("query", [{"type": "webinars"}, {"page_size": 301}, {"from": "today"}])
def test_a_list_refuses_what_it_does_not_know(query: dict[str, Any]) -> None:
    answer = SimulatedZoom().call("GET", f"/users/{HOST}/meetings", **query)
    assert refusal(answer) == (400, 300)


def test_blocked_domains_cannot_be_invited() -> None:
    zoom = SimulatedZoom(blocked_domains=["bad.example"])
    body = {"settings": {"meeting_invitees": [{"email": "x@BAD.example"}]}}
    answer = zoom.call("POST", f"/users/{HOST}/meetings", body)
    assert refusal(answer) == (400, 3000)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"schedule_for": "nobody@acme.example"}, 300),
        ({"schedule_for": "bo@acme.example", "type": 1}, 3000),
        ({"type": 8}, 300),
    ],
)
def test_what_no_meeting_can_have_is_refused(body: dict[str, Any], code: int) -> None:
    answer = SimulatedZoom().call("POST", f"/users/{HOST}/meetings", body)
    assert refusal(answer) == (400, code)


def test_a_host_may_be_scheduled_for_as_oneself() -> None:
    assert SimulatedZoom().create(schedule_for=HOST)["host_email"] == HOST


def test_an_update_moves_the_start_in_its_new_timezone() -> None:
    zoom = SimulatedZoom()
    path = f"/meetings/{zoom.create()['id']}"
    body = {"start_time": "2031-07-01T10:00:00", "timezone": "Europe/Berlin"}
    assert zoom.call("PATCH", path, body).status_code == 204
    assert zoom.call("GET", path).json()["start_time"] == "2031-07-01T08:00:00Z"


def test_registration_goes_off_with_a_type_that_has_no_fixed_time() -> None:
    zoom = SimulatedZoom()
    path = f"/meetings/{zoom.create()['id']}"
    zoom.call("PATCH", path, {"type": 3})
    assert zoom.call("GET", path).json()["settings"]["approval_type"] == 2


def test_ids_that_are_none_and_occurrences_that_are_not_there_are_refused() -> None:
    zoom = SimulatedZoom()
    path = f"/meetings/{zoom.create()['id']}"
    assert refusal(zoom.call("GET", "/meetings/abc")) == (400, 300)
    assert refusal(zoom.call("DELETE", path, occurrence_id="1")) == (400, 300)
    assert zoom.call("GET", path).status_code == 200


def test_a_meeting_that_has_ended_can_be_deleted() -> None:
    zoom = SimulatedZoom()
    meeting = zoom.create()
    zoom.act("start_meeting", meeting_id=meeting["id"])
    zoom.act("end_meeting", meeting_id=meeting["id"])
    assert zoom.call("DELETE", f"/meetings/{meeting['id']}").status_code == 204
