"""What the simulated account's own rules refuse is in forms that Zoom's document knows."""

from __future__ import annotations

from typing import Any

import pytest

from lectern_testing.zoom.checked_account import CheckedZoom
from lectern_testing.zoom.simulated_account import HOST
from lectern_testing.zoom.specification import ZoomSpecification, zoom_specification

EMAIL = "sam@students.example"


@pytest.fixture
def specification() -> ZoomSpecification:
    return zoom_specification()


@pytest.mark.parametrize(
    "policy",
    [
        {"required_questions": ["phone", "Which school?"], "last_name_required": True},
        {"zoom_accounts": [], "locked": {"meeting_authentication": True}},
        {"private_domains": ["students.example"]},
        {"full_is_not_found": True},
        {"passcode": {"length": 9}, "passcode_told": "refused"},
        {"refused_timezones": ["Asia/Manila"], "undeleted_recovery": "not_found"},
    ],
)
def test_what_a_policy_refuses_is_refused_as_documented(
    specification: ZoomSpecification, policy: dict[str, Any]
) -> None:
    zoom = CheckedZoom(specification, policy=policy, registrant_capacity=0)
    zoom.call("GET", f"/users/{HOST}/settings", option="meeting_security")
    odd = {"password": "123456", "timezone": "Asia/Manila"}
    meeting, webinar = zoom.create(), zoom.create_webinar()
    zoom.call("PUT", f"/meetings/{meeting['id']}/status", {"action": "recover"})
    for of, session in (("meetings", meeting), ("webinars", webinar)):
        zoom.call("POST", f"/users/{session['host_email']}/{of}", odd)
        zoom.call("PATCH", f"/{of}/{session['id']}", odd)
        zoom.register(session["id"], EMAIL, of=of)
        zoom.register_batch(session["id"], [EMAIL], of=of)
