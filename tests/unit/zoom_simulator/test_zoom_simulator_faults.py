from __future__ import annotations

import pytest
import requests

from lectern_testing.zoom.simulated_account import HOST, SimulatedZoom, refusal

USER = f"/users/{HOST}"
EMAIL = "sam@students.example"


def outcomes(zoom: SimulatedZoom, count: int) -> list[int]:
    return [zoom.call("GET", USER).status_code for _ in range(count)]


def test_a_fault_strikes_so_many_calls_after_so_many() -> None:
    zoom = SimulatedZoom()
    zoom.fault("status", "get_user", status=503, after=1, times=2)
    assert outcomes(zoom, 4) == [200, 503, 503, 200]


def test_a_fault_without_end_strikes_until_it_is_removed() -> None:
    zoom = SimulatedZoom()
    zoom.fault("status", times=None)
    assert outcomes(zoom, 3) == [500, 500, 500]
    zoom.control("DELETE", "/faults")
    assert outcomes(zoom, 1) == [200]


def test_a_fault_strikes_only_its_operation() -> None:
    zoom = SimulatedZoom()
    zoom.fault("status", "get_meeting")
    assert outcomes(zoom, 1) == [200]


def test_faults_that_end_a_call_take_turns() -> None:
    zoom = SimulatedZoom()
    zoom.fault("status", status=502)
    zoom.fault("status", status=503)
    assert outcomes(zoom, 3) == [502, 503, 200]


def test_a_cut_before_the_effect_leaves_nothing_behind() -> None:
    zoom = SimulatedZoom()
    zoom.fault("cut_before", "create_meeting")
    with pytest.raises(requests.ConnectionError):
        zoom.create()
    assert not zoom.world.sessions


def test_a_cut_after_the_effect_leaves_the_meeting_behind() -> None:
    zoom = SimulatedZoom()
    zoom.fault("cut_after", "create_meeting")
    with pytest.raises(requests.ConnectionError):
        zoom.create()
    assert len(zoom.world.sessions) == 1
    assert zoom.world.calls.since(0)[-1]["status"] is None


def test_an_error_may_come_after_the_effect() -> None:
    zoom = SimulatedZoom()
    zoom.fault("status_after", "create_meeting", status=502, body="<html>")
    answer = zoom.call("POST", f"{USER}/meetings", {})
    assert (answer.status_code, answer.text) == (502, "<html>")
    assert len(zoom.world.sessions) == 1


def test_an_error_may_come_with_http_200() -> None:
    zoom = SimulatedZoom()
    zoom.fault("error_body_200", "get_user")
    assert refusal(zoom.call("GET", USER)) == (200, 300)


def test_a_proxy_may_answer_in_html() -> None:
    zoom = SimulatedZoom()
    zoom.fault("html_500", "get_user")
    answer = zoom.call("GET", USER)
    assert answer.status_code == 500
    assert answer.headers["Content-Type"].startswith("text/html")


def test_limits_can_be_hit_without_using_them_up() -> None:
    zoom = SimulatedZoom()
    zoom.fault("rate_limit_second", "get_user")
    zoom.fault("rate_limit_daily", "get_user")
    zoom.fault("rate_limit_daily", "get_user", retry_after="seconds")
    zoom.fault("rate_limit_daily", "get_user", retry_after="none")
    answers = [zoom.call("GET", USER) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [429] * 4
    retry_after = [answer.headers.get("Retry-After") for answer in answers]
    assert retry_after == [None, "2030-03-18T00:00:00Z", "22401", None]


def test_a_token_may_be_refused_although_it_is_good() -> None:
    zoom = SimulatedZoom()
    zoom.fault("expired_token", "get_user")
    assert refusal(zoom.call("GET", USER)) == (401, 124)


def test_a_scope_may_be_missing_for_one_call() -> None:
    zoom = SimulatedZoom()
    zoom.fault("missing_scope", "get_user")
    assert refusal(zoom.call("GET", USER)) == (400, 4711)


def test_a_join_link_may_come_late() -> None:
    zoom = SimulatedZoom()
    meeting = zoom.create()
    zoom.fault("late_join_url", "add_meeting_registrant", seconds=60)
    assert "join_url" not in zoom.register(meeting["id"], EMAIL).json()
    assert "join_url" not in zoom.registrants(meeting["id"])[0]
    zoom.later(seconds=60)
    assert "join_url" in zoom.registrants(meeting["id"])[0]


def test_a_join_link_may_never_come() -> None:
    zoom = SimulatedZoom()
    meeting = zoom.create()
    zoom.fault("late_join_url", "batch_meeting_registrants")
    zoom.register_batch(meeting["id"], [EMAIL])
    zoom.later(days=365)
    zoom.authorize()
    assert "join_url" not in zoom.registrants(meeting["id"])[0]


def test_registration_may_be_ignored_at_creation() -> None:
    zoom = SimulatedZoom()
    zoom.fault("registration_ignored", "create_meeting")
    assert zoom.create()["settings"]["approval_type"] == 2


def test_the_token_endpoint_has_faults_of_its_own() -> None:
    zoom = SimulatedZoom()
    zoom.fault("html_500", times=None)
    assert zoom.token().status_code == 200
    zoom.fault("status", "oauth_token", status=503)
    assert zoom.token().status_code == 503


def test_a_delay_comes_before_the_answer() -> None:
    zoom = SimulatedZoom()
    zoom.fault("delay", "get_user", seconds=0.02)
    zoom.fault("status", "get_user", status=503)
    assert zoom.call("GET", USER).status_code == 503
    assert zoom.world.calls.since(0)[-1]["faults"] == ("delay", "status")


def test_the_token_endpoint_may_be_cut_off() -> None:
    zoom = SimulatedZoom()
    zoom.fault("cut_after", "oauth_token")
    with pytest.raises(requests.ConnectionError):
        zoom.token()
    assert refusal(zoom.call("GET", USER)) == (401, 124)


def test_calls_at_the_same_moment_may_be_too_many() -> None:
    zoom = SimulatedZoom()
    zoom.fault("concurrent", "update_user")
    answer = zoom.call("PATCH", f"/users/{HOST}", {"first_name": "Ann"})
    assert refusal(answer) == (429, 429)
    assert answer.json()["message"].startswith("Too many concurrent requests.")
    assert zoom.call("PATCH", f"/users/{HOST}", {"first_name": "Ann"}).status_code == 204
