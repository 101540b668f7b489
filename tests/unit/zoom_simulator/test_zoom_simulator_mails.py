from __future__ import annotations

from typing import Any

import pytest

from lectern_testing.zoom.simulated_account import HOST, SimulatedZoom

EMAIL = "sam@students.example"
BO = "bo@acme.example"
QUIET = {
    "alternative_hosts_email_notification": False,
    "email_notification": False,
    "registrants_confirmation_email": False,
    "registrants_email_notification": False,
}


def mails(zoom: SimulatedZoom) -> list[tuple[str, str]]:
    answer = zoom.control("GET", "/mails").json()
    zoom.control("DELETE", "/mails")
    return [(mail["kind"], mail["to"]) for mail in answer["mails"]]


def cancel(zoom: SimulatedZoom, of: str, session: dict[str, Any]) -> None:
    body = {"action": "cancel", "registrants": [{"email": EMAIL}]}
    zoom.call("PUT", f"/{of}/{session['id']}/registrants/status", body)


def test_zoom_writes_to_everyone_unless_it_is_told_not_to() -> None:
    zoom = SimulatedZoom()
    meeting = zoom.create(settings={"alternative_hosts": BO})
    assert mails(zoom) == [("alternative_host", BO)]
    zoom.register(meeting["id"], EMAIL)
    zoom.register(meeting["id"], EMAIL)
    assert mails(zoom) == [("registration_confirmation", EMAIL)]
    cancel(zoom, "meetings", meeting)
    assert mails(zoom) == [("registration_cancelled", EMAIL)]
    zoom.call("DELETE", f"/meetings/{meeting['id']}")
    assert mails(zoom) == [("cancellation", HOST), ("cancellation", BO)]


def test_with_every_switch_off_zoom_writes_to_nobody() -> None:
    zoom = SimulatedZoom()
    meeting = zoom.create(settings=QUIET | {"alternative_hosts": BO})
    zoom.register(meeting["id"], EMAIL)
    cancel(zoom, "meetings", meeting)
    path = f"/meetings/{meeting['id']}"
    zoom.call("DELETE", path, schedule_for_reminder="false", cancel_meeting_reminder="false")
    assert mails(zoom) == []


@pytest.mark.parametrize(
    "switch", ["registrants_confirmation_email", "registrants_email_notification"]
)
def test_a_confirmation_needs_both_switches(switch: str) -> None:
    zoom = SimulatedZoom()
    zoom.register(zoom.create(settings={switch: False})["id"], EMAIL)
    assert mails(zoom) == []


def test_who_is_pending_has_no_confirmation_until_approved() -> None:
    zoom = SimulatedZoom()
    webinar = zoom.create_webinar()
    zoom.register(webinar["id"], EMAIL, of="webinars")
    assert mails(zoom) == []
    zoom.register_batch(webinar["id"], [EMAIL], of="webinars")
    assert mails(zoom) == [("registration_confirmation", EMAIL)]


def test_a_batch_for_a_meeting_can_do_without_confirmations() -> None:
    zoom = SimulatedZoom()
    person = {"email": EMAIL, "first_name": "Sam"}
    body = {"auto_approve": True, "registrants_confirmation_email": False, "registrants": [person]}
    meeting, webinar = zoom.create(), zoom.create_webinar()
    zoom.call("POST", f"/meetings/{meeting['id']}/batch_registrants", body)
    assert mails(zoom) == []
    zoom.call("POST", f"/webinars/{webinar['id']}/batch_registrants", body)
    assert mails(zoom) == [("registration_confirmation", EMAIL)]


@pytest.mark.parametrize("switch", [True, False])
def test_panelists_are_invited_by_the_switch_of_the_webinar(*, switch: bool) -> None:
    zoom = SimulatedZoom()
    settings = {"panelists_invitation_email_notification": switch, "alternative_hosts": BO}
    webinar = zoom.create_webinar(settings=settings)
    body = {"panelists": [{"email": EMAIL, "name": "Sam"}]}
    zoom.call("POST", f"/webinars/{webinar['id']}/panelists", body)
    assert mails(zoom) == ([("panelist_invitation", EMAIL)] if switch else [])


def test_registrants_of_a_webinar_hear_of_changes_and_its_end_only_on_request() -> None:
    zoom = SimulatedZoom()
    webinar = zoom.create_webinar()
    path = f"/webinars/{webinar['id']}"
    zoom.register_batch(webinar["id"], [EMAIL], of="webinars")
    zoom.call("POST", f"{path}/panelists", {"panelists": [{"email": BO, "name": "Bo"}]})
    mails(zoom)
    zoom.call("PATCH", path, {"topic": "Geometry"})
    assert mails(zoom) == []
    zoom.call("PATCH", path, {"topic": "Algebra", "settings": {"notify_registrants": True}})
    assert mails(zoom) == [("webinar_updated", EMAIL)]
    assert "notify_registrants" not in zoom.call("GET", path).json()["settings"]
    zoom.call("DELETE", path, cancel_webinar_reminder="true")
    assert mails(zoom) == [("cancellation", EMAIL), ("cancellation", BO)]


def test_only_new_alternative_hosts_are_written_to() -> None:
    zoom = SimulatedZoom()
    path = f"/meetings/{zoom.create(settings={'alternative_hosts': BO})['id']}"
    mails(zoom)
    hosts = {"alternative_hosts": f"{BO};cleo@acme.example"}
    zoom.call("PATCH", path, {"settings": hosts})
    assert mails(zoom) == [("alternative_host", "cleo@acme.example")]


@pytest.mark.parametrize("action", ["create", "ssoCreate"])
def test_a_user_who_is_created_is_invited_by_mail_but_not_with_single_sign_on(action: str) -> None:
    zoom = SimulatedZoom()
    info = {"email": "new@acme.example", "type": 1}
    zoom.call("POST", "/users", {"action": action, "user_info": info})
    expected = [("account_invitation", "new@acme.example")] if action == "create" else []
    assert mails(zoom) == expected
