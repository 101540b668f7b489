"""What the simulator's webhooks tell of what is planned: sessions and registrations."""

from __future__ import annotations

from typing import Any

import pytest

from lectern_testing.zoom.simulated_account import HOST
from lectern_testing.zoom.webhook_endpoint import TellingZoom

EMAIL = "sam@students.example"
OWNER = {"operator": "owner@acme.example", "operator_id": "local-owner"}


@pytest.fixture(params=["meetings", "webinars"])
def zoom(request: pytest.FixtureRequest) -> TellingZoom:
    return TellingZoom(request.param)


def names(told: list[dict[str, Any]]) -> list[str]:
    return [each["event"].partition(".")[2] for each in told]


def test_what_the_api_does_is_told_in_the_name_of_the_owner(zoom: TellingZoom) -> None:
    session = zoom._create(zoom.what, zoom.host, {"topic": "Algebra"})
    [event] = zoom.told()
    assert event["event"] == f"{zoom.kind}.created"
    payload = event["payload"]
    assert payload.items() >= OWNER.items()
    assert payload["operation"] == "single"
    assert payload["object"]["id"] == session["id"]
    assert payload["object"]["join_url"] == session["join_url"]
    assert payload["object"]["creation_source"] == "open_api"


def test_what_a_host_does_by_hand_is_told_in_the_name_of_the_host(zoom: TellingZoom) -> None:
    session = zoom.schedule()
    zoom.by_hand(f"edit_{zoom.kind}", session, changes={"topic": "Geometry"})
    [event] = zoom.told()
    assert event["payload"]["operator"] == zoom.host


def test_an_update_tells_only_what_changed_with_what_it_was(zoom: TellingZoom) -> None:
    session = zoom.schedule(topic="Algebra", agenda="One")
    changes = {"topic": "Geometry", "settings": {"auto_recording": "cloud"}}
    zoom.call("PATCH", f"/{zoom.what}/{session['id']}", {**changes, "agenda": "One"})
    [event] = zoom.told()
    assert names([event]) == ["updated"]
    payload = event["payload"]
    assert payload["object"] == {"id": session["id"], **changes}
    old = {"topic": "Algebra", "settings": {"auto_recording": "none"}}
    assert payload["old_object"] == {"id": session["id"], **old}
    assert payload["scope"] == "single"
    assert payload["time_stamp"] == event["event_ts"]


def test_an_update_that_changes_nothing_tells_nothing(zoom: TellingZoom) -> None:
    session = zoom.schedule(topic="Algebra")
    zoom.call("PATCH", f"/{zoom.what}/{session['id']}", {"topic": "Algebra"})
    assert zoom.told() == []


def test_what_an_update_takes_away_is_told_as_it_was(zoom: TellingZoom) -> None:
    session = zoom.schedule()
    zoom.by_hand(f"edit_{zoom.kind}", session, changes={"settings": {"approval_type": 2}})
    [event] = zoom.told()
    assert event["payload"]["old_object"]["registration_url"] == session["registration_url"]
    assert "registration_url" not in event["payload"]["object"]


def test_a_call_that_is_refused_tells_nothing(zoom: TellingZoom) -> None:
    session = zoom.schedule()
    zoom.call("PATCH", f"/{zoom.what}/{session['id']}", {"settings": {"alternative_hosts": "x"}})
    zoom.register(session["id"], zoom.host, of=zoom.what)
    assert zoom.told() == []


def test_a_call_whose_answer_is_lost_is_told_all_the_same(zoom: TellingZoom) -> None:
    zoom.fault("status_after")
    zoom.call("POST", f"/users/{zoom.host}/{zoom.what}", {"topic": "x"})
    assert names(zoom.told()) == ["created"]


def test_deletion_recovery_and_loss_are_told(zoom: TellingZoom) -> None:
    session = zoom.schedule()
    zoom.call("DELETE", f"/{zoom.what}/{session['id']}")
    zoom.by_hand(f"recover_{zoom.kind}", session)
    zoom.by_hand(f"delete_{zoom.kind}", session)
    told = zoom.told()
    assert names(told) == ["deleted", "recovered", "deleted"]
    assert {event["payload"]["object"]["id"] for event in told} == {session["id"]}
    zoom.later(days=6, hours=23)
    assert zoom.told() == []
    zoom.later(hours=1)
    assert names(zoom.told()) == ["permanently_deleted"]
    zoom.later(days=7)
    assert zoom.told() == []


def test_a_conversion_is_named_after_what_it_was() -> None:
    zoom = TellingZoom(users=[{"email": HOST, "webinar_capacity": 500}])
    meeting = zoom.schedule()
    zoom.act("convert_to_webinar", meeting_id=meeting["id"])
    zoom.act("convert_to_meeting", webinar_id=meeting["id"])
    told = zoom.told()
    assert [each["event"] for each in told] == [
        "meeting.converted_to_webinar",
        "webinar.converted_to_meeting",
    ]
    assert [each["payload"]["object"]["type"] for each in told] == [5, 2]


def test_each_person_of_a_batch_is_told_with_the_personal_link(zoom: TellingZoom) -> None:
    session = zoom.schedule()
    answer = zoom.register_batch(session["id"], ["a@x.example", "b@x.example"], of=zoom.what)
    told = zoom.told()
    assert names(told) == ["registration_created"] * 2
    assert "operator" not in told[0]["payload"]
    people = [event["payload"]["object"]["registrant"] for event in told]
    registered = answer.json()["registrants"]
    assert [person["id"] for person in people] == [each["registrant_id"] for each in registered]
    assert [person["join_url"] for person in people] == [each["join_url"] for each in registered]
    assert {person["status"] for person in people} == {"approved"}


def test_who_is_registered_again_is_not_told_again(zoom: TellingZoom) -> None:
    session = zoom.schedule()
    zoom.register_batch(session["id"], [EMAIL], of=zoom.what)
    zoom.told()
    zoom.register_batch(session["id"], [EMAIL.upper()], of=zoom.what)
    assert zoom.told() == []


def test_who_registers_on_the_page_is_pending_and_has_no_link(zoom: TellingZoom) -> None:
    session = zoom.schedule()
    zoom.follow(session["registration_url"], email=EMAIL, first_name="Sam")
    [event] = zoom.told()
    person = event["payload"]["object"]["registrant"]
    assert (person["status"], person["join_url"], person["email"]) == ("pending", "", EMAIL)


def test_changes_of_status_are_told_each_by_its_name(zoom: TellingZoom) -> None:
    session = zoom.schedule()
    zoom.by_hand("self_register", session, email=EMAIL, first_name="Sam")
    for action in ("approve", "approve", "cancel", "deny", "approve", "deny"):
        zoom.by_hand(f"{action}_registrant", session, email=EMAIL)
    told = zoom.told()
    assert names(told) == [
        "registration_created",
        "registration_approved",
        "registration_cancelled",
        "registration_approved",
        "registration_denied",
    ]
    approved, cancelled = (each["payload"]["object"]["registrant"] for each in told[1:3])
    assert approved["join_url"]
    assert "join_url" not in cancelled


def test_a_registration_that_is_taken_away_is_told_as_cancelled(zoom: TellingZoom) -> None:
    session = zoom.schedule()
    [person] = zoom.register_batch(session["id"], [EMAIL], of=zoom.what).json()["registrants"]
    zoom.told()
    zoom.call("DELETE", f"/{zoom.what}/{session['id']}/registrants/{person['registrant_id']}")
    [event] = zoom.told()
    assert names([event]) == ["registration_cancelled"]
    assert event["payload"]["object"]["registrant"]["id"] == person["registrant_id"]


def test_a_link_that_is_late_is_late_in_the_news_too(zoom: TellingZoom) -> None:
    session = zoom.schedule()
    zoom.fault("late_join_url", seconds=60)
    zoom.register_batch(session["id"], [EMAIL], of=zoom.what)
    [event] = zoom.told()
    assert event["payload"]["object"]["registrant"]["join_url"] == ""


def test_events_can_come_in_the_shapes_of_the_examples() -> None:
    zoom = TellingZoom("meetings")
    zoom.endpoint.subscribe(shapes="reported")
    session = zoom.schedule()
    zoom.by_hand("start_meeting", session)
    started, joined = zoom.told()
    assert started["payload"]["object"]["id"] == session["id"]
    participant = joined["payload"]["object"]["participant"]
    assert participant["date_time"]
    assert "join_time" not in participant

    zoom = TellingZoom("webinars")
    zoom.endpoint.subscribe(shapes="reported")
    session = zoom.schedule(topic="Algebra")
    zoom.by_hand("edit_webinar", session, changes={"topic": "Geometry"})
    zoom.by_hand("self_register", session, email=EMAIL, first_name="Sam")
    zoom.by_hand("deny_registrant", session, email=EMAIL)
    updated, _, denied = (each["payload"] for each in zoom.told())
    assert updated["object"]["old_object"]["topic"] == "Algebra"
    assert updated.keys().isdisjoint({"old_object", "time_stamp"})
    assert "operator" not in denied
