"""The simulator answers as Zoom's own OpenAPI document has it: each operation, good and refused."""

from __future__ import annotations

from typing import Any

import pytest

from lectern.zoom import operations
from lectern_testing.zoom.checked_account import CheckedZoom
from lectern_testing.zoom.simulated_account import HOST, WEBINAR_HOST, SimulatedZoom
from lectern_testing.zoom.specification import (
    ZoomSpecification,
    zoom_specification,
)
from zoom_simulator.endpoints import HANDLERS

EMAIL = "sam@students.example"
UNDOCUMENTED = {operations.GET_PLAN_USAGE.name}
"""Operations that Zoom's public document does not have."""

DOCUMENTED = set(HANDLERS) - UNDOCUMENTED


@pytest.fixture
def specification() -> ZoomSpecification:
    return zoom_specification()


def carry_out_all_on_a_session(zoom: CheckedZoom, of: str, session_id: int, host: str) -> None:
    """Each operation on sessions of a kind but create, each with a good answer."""
    path = f"/{of}/{session_id}"
    zoom.call("GET", path)
    zoom.call("PATCH", path, {"topic": "Geometry", "settings": {"host_video": True}})
    zoom.call("GET", f"/users/{host}/{of}", type="upcoming", page_size=300)
    added = zoom.register(session_id, EMAIL, of=of, last_name="Ek", city="Lund").json()
    zoom.register(session_id, "pending@students.example", of=of)
    zoom.register_batch(session_id, ["one@students.example", "two@students.example"], of=of)
    registrant = f"{path}/registrants/{added['registrant_id']}"
    zoom.call("GET", registrant)
    zoom.call("GET", f"{path}/registrants", status="approved", page_size=2)
    for action in ("approve", "cancel"):
        person = {"id": added["registrant_id"], "email": EMAIL}
        body = {"action": action, "registrants": [person]}
        zoom.call("PUT", f"{path}/registrants/status", body)
    zoom.call("GET", f"{path}/registrants", status="denied")
    zoom.call("DELETE", registrant)
    zoom.call("POST", f"{path}/invite_links", {"attendees": [{"name": "Bo"}], "ttl": 60})
    hold(zoom, of, session_id)
    report = f"/report/{of}/{session_id}/participants"
    zoom.call("GET", report, include_fields="registrant_id", page_size=1)
    zoom.call("DELETE", path)


def hold(zoom: CheckedZoom, of: str, session_id: int) -> None:
    """Hold a session with its host, a registrant and a stranger, until its report is ready."""
    kind = of.removesuffix("s")
    named = {f"{kind}_id": session_id}
    zoom.act(f"start_{kind}", **named)
    zoom.act("participant_joined", **named, email="one@students.example")
    zoom.act("participant_joined", **named, name="Jo")
    zoom.call("PUT", f"/{of}/{session_id}/status", {"action": "end"})
    zoom.later(seconds=10)


def carry_out_all_on_users(zoom: CheckedZoom) -> None:
    """Each operation on users, each with a good answer."""
    info = {"email": "new@acme.example", "type": 1, "first_name": "New", "last_name": "Host"}
    zoom.call("POST", "/users", {"action": "ssoCreate", "user_info": info})
    zoom.call("GET", "/users/email", email="new@acme.example")
    zoom.call("PATCH", "/users/new@acme.example", {"type": 2, "timezone": "Europe/Berlin"})
    feature = {"webinar": True, "webinar_capacity": 100, "large_meeting": True}
    zoom.call("PATCH", "/users/new@acme.example/settings", {"feature": feature})
    zoom.call("GET", "/users/new@acme.example")
    for option in ({}, {"option": "meeting_security"}, {"option": "meeting_authentication"}):
        zoom.call("GET", "/users/new@acme.example/settings", **option)
    assistants = f"/users/{HOST}/assistants"
    zoom.call("POST", assistants, {"assistants": [{"email": "new@acme.example"}]})
    [assistant] = zoom.call("GET", assistants).json()["assistants"]
    zoom.call("DELETE", f"{assistants}/{assistant['id']}")


def test_good_answers_are_as_documented_for_every_operation(
    specification: ZoomSpecification,
) -> None:
    zoom = CheckedZoom(specification)
    carry_out_all_on_users(zoom)
    meeting = zoom.create(
        agenda="Chapter 1",
        password="abc123",
        timezone="Europe/Berlin",
        settings={
            "alternative_hosts": "bo@acme.example",
            "meeting_invitees": [{"email": EMAIL}],
            "authentication_exception": [{"email": EMAIL, "name": "Sam"}],
        },
        tracking_fields=[{"field": "course", "value": "A1"}],
    )
    carry_out_all_on_a_session(zoom, "meetings", meeting["id"], HOST)
    zoom.call("GET", f"/past_meetings/{meeting['id']}")
    webinar = zoom.create_webinar(
        agenda="Chapter 2",
        password="abc123",
        timezone="Europe/Berlin",
        settings={
            "alternative_hosts": "bo@acme.example,cleo@acme.example",
            "attendees_and_panelists_reminder_email_notification": {"enable": True, "type": 2},
            "registrants_restrict_number": 100,
        },
        tracking_fields=[{"field": "course", "value": "A1"}],
    )
    panelists = f"/webinars/{webinar['id']}/panelists"
    people = [{"email": "bo@acme.example", "name": "Bo", "name_tag_pronouns": "they"}]
    zoom.call("POST", panelists, {"panelists": people})
    [panelist] = zoom.call("GET", panelists).json()["panelists"]
    zoom.call("DELETE", f"{panelists}/{panelist['id']}")
    carry_out_all_on_a_session(zoom, "webinars", webinar["id"], WEBINAR_HOST)
    zoom.call("GET", f"/past_webinars/{webinar['id']}/participants")

    calls = zoom.world.calls.since(0)
    assert {call["operation"] for call in calls} >= DOCUMENTED
    assert all(call["status"] < 300 for call in calls)


@pytest.mark.parametrize("kind", [5, 6, 9])
def test_webinars_of_every_type_are_as_documented(
    specification: ZoomSpecification, kind: int
) -> None:
    fields: dict[str, Any] = {"recurrence": {"type": 1, "end_times": 3}} if kind == 9 else {}
    zoom = CheckedZoom(specification)
    webinar = zoom.create_webinar(type=kind, **fields)
    zoom.call("GET", f"/webinars/{webinar['id']}")
    zoom.call("GET", f"/users/{WEBINAR_HOST}/webinars")


@pytest.mark.parametrize("kind", [1, 2, 3, 8])
def test_meetings_of_every_type_are_as_documented(
    specification: ZoomSpecification, kind: int
) -> None:
    fields: dict[str, Any] = (
        {"recurrence": {"type": 2, "weekly_days": "2,4", "end_times": 3}} if kind == 8 else {}
    )
    zoom = CheckedZoom(specification)
    meeting = zoom.create(type=kind, settings={"use_pmi": True}, **fields)
    zoom.call("GET", f"/meetings/{meeting['id']}")
    zoom.call("GET", f"/users/{HOST}/meetings")


@pytest.mark.parametrize("who", ["basic", "pending", "inactive", "unassigned"])
def test_users_of_every_kind_are_as_documented(specification: ZoomSpecification, who: str) -> None:
    zoom = CheckedZoom(specification)
    zoom.call("GET", f"/users/{who}@acme.example")
    zoom.call("GET", f"/users/{who}@acme.example/settings")
    zoom.call("POST", f"/users/{who}@acme.example/meetings", {"topic": "x"})


def calls_on_sessions(of: str, session_id: int, user: str) -> list[tuple[str, str, Any]]:
    """A call of each operation on meetings, or on webinars."""
    session = f"/{of}/{session_id}"
    person = {"email": EMAIL, "first_name": "Sam"}
    return [
        ("GET", f"/users/{user}/{of}", None),
        ("POST", f"/users/{user}/{of}", {"topic": "x"}),
        ("GET", f"/report/{of}/{session_id}/participants", None),
        ("GET", session, None),
        ("PATCH", session, {"topic": "x"}),
        ("GET", f"{session}/registrants", None),
        ("POST", f"{session}/registrants", person),
        ("POST", f"{session}/batch_registrants", {"registrants": [person]}),
        ("GET", f"{session}/registrants/x", None),
        ("DELETE", f"{session}/registrants/x", None),
        ("PUT", f"{session}/registrants/status", {"action": "deny", "registrants": [person]}),
        ("POST", f"{session}/invite_links", {"attendees": [{"name": "Bo"}]}),
        ("PUT", f"{session}/status", {"action": "end"}),
        ("DELETE", session, None),
    ]


def calls_on_panelists(webinar_id: int) -> list[tuple[str, str, Any]]:
    """A call of each operation on panelists."""
    panelists = f"/webinars/{webinar_id}/panelists"
    person = {"email": "bo@acme.example", "name": "Bo"}
    return [
        ("GET", panelists, None),
        ("POST", panelists, {"panelists": [person]}),
        ("DELETE", f"{panelists}/x", None),
    ]


def every_call(
    meeting_id: int, webinar_id: int, user: str, webinar_user: str
) -> list[tuple[str, str, Any]]:
    """A call of each operation."""
    info = {"email": "new@acme.example", "type": 1}
    return [
        ("GET", f"/users/{user}", None),
        ("POST", "/users", {"action": "create", "user_info": info}),
        ("PATCH", f"/users/{user}", {"first_name": "Anna"}),
        ("GET", "/users/email", None),
        ("GET", f"/users/{user}/settings", None),
        ("PATCH", f"/users/{user}/settings", {"feature": {"webinar": True}}),
        ("GET", f"/users/{user}/assistants", None),
        ("POST", f"/users/{user}/assistants", {"assistants": [{"email": "bo@acme.example"}]}),
        ("DELETE", f"/users/{user}/assistants/x", None),
        *calls_on_sessions("meetings", meeting_id, user),
        *calls_on_panelists(webinar_id),
        *calls_on_sessions("webinars", webinar_id, webinar_user),
        ("GET", f"/past_meetings/{meeting_id}", None),
        ("GET", f"/past_webinars/{webinar_id}/participants", None),
    ]


def make_every_call(
    zoom: SimulatedZoom,
    meeting_id: int = 1,
    webinar_id: int = 1,
    *,
    user: str = HOST,
    webinar_user: str = WEBINAR_HOST,
) -> dict[str, int]:
    """The HTTP status of each, by method and path."""
    calls = every_call(meeting_id, webinar_id, user, webinar_user)
    assert len(calls) == len(DOCUMENTED)
    return {f"{call[0]} {call[1]}": zoom.call(*call).status_code for call in calls}


def of_sessions(statuses: dict[str, int]) -> set[int]:
    """Only those of calls on meetings and webinars."""
    return {
        status
        for call, status in statuses.items()
        if call.split()[1].startswith(("/meetings/", "/webinars/"))
    }


def test_what_is_not_there_is_refused_as_documented(specification: ZoomSpecification) -> None:
    zoom = CheckedZoom(specification)
    zoom.check_requests = False
    nobody = "nobody@acme.example"
    statuses = make_every_call(zoom, user=nobody, webinar_user=nobody)
    of_account = {"POST /users": 201, "GET /users/email": 400}
    assert {call: status for call, status in statuses.items() if status != 404} == of_account


def test_a_bad_token_is_refused_as_documented(specification: ZoomSpecification) -> None:
    zoom = CheckedZoom(specification)
    zoom.check_requests = False
    zoom.token()
    assert set(make_every_call(zoom).values()) == {401}


def test_a_missing_scope_is_refused_as_documented(specification: ZoomSpecification) -> None:
    zoom = CheckedZoom(specification, scopes=[])
    zoom.check_requests = False
    assert set(make_every_call(zoom).values()) == {400}


def test_what_was_held_is_refused_as_documented(specification: ZoomSpecification) -> None:
    zoom = CheckedZoom(specification, limits={"scale": 100})
    meeting, webinar = zoom.create()["id"], zoom.create_webinar()["id"]
    zoom.register_batch(meeting, ["one@students.example"])
    hold(zoom, "meetings", meeting)
    zoom.act("start_webinar", webinar_id=webinar)
    zoom.act("end_webinar", webinar_id=webinar)
    paths = [
        f"/past_meetings/{meeting}",
        f"/report/meetings/{meeting}/participants",
        f"/report/webinars/{webinar}/participants",
    ]
    zoom.control("POST", "/seed", {"plan": "free"})
    assert {zoom.call("GET", path).json()["code"] for path in paths} == {200}
    assert zoom.call("GET", f"/past_webinars/{webinar}/participants").json()["code"] == 200
    zoom.control("POST", "/seed", {"plan": "pro"})
    assert zoom.call("GET", f"/past_meetings/{webinar}").json()["code"] == 300
    zoom.later(days=366)
    zoom.authorize()
    assert {zoom.call("GET", path).json()["code"] for path in paths} == {12702}
    zoom.act("delete_user", email=HOST)
    assert zoom.call("GET", paths[1]).json()["code"] == 1010


@pytest.mark.parametrize("limit", ["per_second", "per_day"])
def test_limits_are_refused_as_documented(specification: ZoomSpecification, limit: str) -> None:
    none = {limit: 0}
    classes = {"light": none, "medium": none, "heavy": none}
    zoom = CheckedZoom(specification, limits={"classes": classes})
    zoom.check_requests = False
    assert set(make_every_call(zoom).values()) == {429}


def test_sessions_without_registration_refuse_as_documented(
    specification: ZoomSpecification,
) -> None:
    zoom = CheckedZoom(specification)
    zoom.check_requests = False
    off = {"approval_type": 2}
    make_every_call(zoom, zoom.create(settings=off)["id"], zoom.create_webinar(settings=off)["id"])
    make_every_call(zoom, zoom.create(host="basic@acme.example")["id"])


def test_a_host_who_is_gone_or_may_not_host_refuses_as_documented(
    specification: ZoomSpecification,
) -> None:
    zoom = CheckedZoom(specification)
    zoom.check_requests = False
    meeting, webinar = zoom.create(), zoom.create_webinar()
    zoom.act("change_user", email=HOST, type=4)
    zoom.act("change_user", email=WEBINAR_HOST, webinar_capacity=0)
    assert of_sessions(make_every_call(zoom, meeting["id"], webinar["id"])) == {400}
    zoom.act("delete_user", email=HOST)
    zoom.act("delete_user", email=WEBINAR_HOST)
    assert of_sessions(make_every_call(zoom, meeting["id"], webinar["id"])) == {404}


def test_a_user_of_another_account_is_refused_as_documented(
    specification: ZoomSpecification,
) -> None:
    zoom = CheckedZoom(specification)
    zoom.check_requests = False
    meeting, webinar = zoom.create(), zoom.create_webinar()
    zoom.act("change_user", email=HOST, status="elsewhere")
    zoom.act("change_user", email=WEBINAR_HOST, status="elsewhere")
    assert of_sessions(make_every_call(zoom, meeting["id"], webinar["id"])) == {400}


def test_a_session_of_the_other_kind_is_refused_as_documented(
    specification: ZoomSpecification,
) -> None:
    zoom = CheckedZoom(specification)
    zoom.check_requests = False
    meeting, webinar = zoom.create(), zoom.create_webinar()
    for call in calls_on_sessions("meetings", webinar["id"], "nobody@acme.example"):
        assert zoom.call(*call).status_code in {400, 404}
    for call in [
        *calls_on_sessions("webinars", meeting["id"], "nobody@acme.example"),
        *calls_on_panelists(meeting["id"]),
    ]:
        assert zoom.call(*call).status_code in {400, 404}


def test_people_who_cannot_register_are_refused_as_documented(
    specification: ZoomSpecification,
) -> None:
    zoom = CheckedZoom(specification, registrant_capacity=1, blocked_domains=["bad.example"])
    meeting = zoom.create(settings={"alternative_hosts": "bo@acme.example"})
    for email in (HOST, "bo@acme.example", "x@bad.example"):
        assert zoom.register(meeting["id"], email).status_code == 400
        assert zoom.register_batch(meeting["id"], [email]).status_code == 400
    zoom.register(meeting["id"], EMAIL)
    assert zoom.register_batch(meeting["id"], ["full@x.example"]).status_code == 400
    zoom.later(hours=3)
    zoom.authorize()
    assert zoom.register(meeting["id"], "late@x.example").status_code == 400
    assert zoom.register_batch(meeting["id"], ["late@x.example"]).status_code == 400


def test_bad_fields_are_refused_as_documented(specification: ZoomSpecification) -> None:
    zoom = CheckedZoom(specification)
    zoom.check_requests = False
    meeting = zoom.create()
    path = f"/meetings/{meeting['id']}"
    bad = {"email": "no address"}
    assert zoom.call("POST", f"/users/{HOST}/meetings", {"duration": 0}).status_code == 400
    assert zoom.call("PATCH", path, {"password": "#"}).status_code == 400
    assert zoom.call("POST", f"{path}/registrants", bad).status_code == 400
    assert zoom.call("POST", f"{path}/batch_registrants", {"registrants": [bad]}).status_code == 400
    assert zoom.call("PUT", f"{path}/registrants/status", {}).status_code == 400
    assert zoom.call("GET", f"{path}/registrants", page_size=301).status_code == 400
    assert zoom.call("GET", f"/users/{HOST}/meetings", type="x").status_code == 400
