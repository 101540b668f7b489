"""Marked secrets and personal links stand on no page, whoever looks, and whatever it says."""

from __future__ import annotations

import re
from typing import Any

import pytest

from lectern.console.http.guard import GuardedRoute
from lectern.console.routes import GUARDED
from lectern.domain.enrollment import EnrollmentState
from lectern.domain.meeting import Meeting
from lectern_testing.builders import a_meeting, a_registration
from lectern_testing.console import as_tested, held
from lectern_testing.lms.api import Lms
from lectern_testing.operator import Operator

CLIENT_SECRET, WEBHOOK_SECRET = "marked-client-secret", "marked-webhook-secret"
SIGNING_SECRET = "whsec_bWFya2Vk"
OWN_LINK, MEETING_LINK = "https://zoom.example/w/marked-own", "https://zoom.example/j/marked-all"
PASSCODE = "mrkd-7"
MARKED = (CLIENT_SECRET, WEBHOOK_SECRET, SIGNING_SECRET, OWN_LINK, MEETING_LINK, PASSCODE)
APP = {
    "account_id": "acc",
    "client_id": "client",
    "client_secret": CLIENT_SECRET,
    "webhook_secret_token": WEBHOOK_SECRET,
}
LOOKED_AT = [route for route in GUARDED if route.method == "GET"]


@pytest.fixture
def marked(lms: Lms) -> Any:
    """A platform whose secrets, links and passcode are marked; the ids that pages are about."""
    lms.put("/v1/settings", {"zoom": APP, "notifications": {"secret": SIGNING_SECRET}})
    lms.put("/v1/connections/acme", APP)
    lms.put_event("ev-1", options={"passcode": PASSCODE})
    lms.enrol("u-77")
    event = lms.parts.events().get("ev-1")
    assert event
    meeting: Meeting = a_meeting(event.details, join_url=MEETING_LINK)
    held(lms, "ev-1").record_meeting(meeting, retired=())
    stored = lms.enrollment_as_stored()
    registration = a_registration(stored.person, zoom_id=meeting.zoom_id, join_url=OWN_LINK)
    lms.parts.enrollments().record(
        stored, state=EnrollmentState.REGISTERED, registration=registration
    )
    return {
        "event_id": "ev-1",
        "user_id": "u-77",
        "connection_id": "acme",
        "validation_id": as_tested(lms),
    }


@pytest.mark.parametrize("route", LOOKED_AT, ids=lambda route: route.path)
def test_no_page_has_a_secret_or_somebody_s_link(
    marked: dict[str, str], admin: Operator, route: GuardedRoute
) -> None:
    path = re.sub(r"{(\w+)}", lambda named: marked[named[1]], route.path)
    if path.endswith("/people"):
        path += "?person=u-77"

    shown = admin.get(path)

    assert shown.status in {200, 303}, shown.text
    told = shown.text + str(shown.headers)
    assert [each for each in MARKED if each in told] == []


def test_the_marks_are_where_they_belong(marked: dict[str, str], lms: Lms) -> None:
    assert lms.enrollment_as_stored().registration.join_url == OWN_LINK  # type: ignore[union-attr]
    event = lms.parts.events().get(marked["event_id"])
    assert event
    assert event.meeting
    assert event.meeting.join_url == MEETING_LINK
    assert PASSCODE in event.model_dump_json()
    assert lms.parts.secrets().get("acme").client_secret == CLIENT_SECRET  # type: ignore[union-attr]
