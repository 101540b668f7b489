"""The example LMS against Lectern whole: what a person does there, and what becomes of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests

from lectern_testing.waiting import eventually
from local.cloud import LocalCloud
from local.example import example_beside

pytestmark = pytest.mark.thorough  # it changes settings that others in the cloud go by

UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"


class Person:
    """Somebody with a browser of their own."""

    def __init__(self, site: str, user_id: str) -> None:
        self.site, self._http = site, requests.Session()
        self.post("/login", user_id=user_id)

    def get(self, path: str, **settings: Any) -> Any:
        return self._http.get(self.site + path, timeout=60, **settings)

    def post(self, path: str, /, **form: Any) -> Any:
        return self._http.post(self.site + path, data=form, timeout=60)


@pytest.fixture(scope="module")
def site(cloud: LocalCloud) -> Iterator[Any]:
    with example_beside(cloud) as url:
        yield url
        told = {"access_validation": {"enabled": False}, "notifications": {"url": None}}
        requests.put(
            f"{cloud.url}/v1/settings",
            json=told,
            headers={"Authorization": f"Bearer {cloud.api_key}"},
            timeout=60,
        ).raise_for_status()


@pytest.fixture
def anna(site: str) -> Any:
    return Person(site, "anna")


def save_event(admin: Any, course: Any, *, days: int = 9, **changes: Any) -> Any:
    """Saves an event by its form, so many days ahead; the answer, and the event's id."""
    form = admin.get(f"/courses/{course}/events/new").text
    action = re.search(rf'action="(/courses/{course}/events/({UUID}))"', form)
    starts_at = datetime.now(UTC) + timedelta(days=days)
    fields = {
        "title": "Forklift", "kind": "meeting", "duration_minutes": "60",
        "starts_at": f"{starts_at:%Y-%m-%dT%H:%M}", **changes,
    }  # fmt: skip
    return admin.post(action[1], **fields), action[2]  # type: ignore[index]


def shows(person: Any, course: Any, text: str) -> Any:
    return eventually(lambda: text in person.get(f"/courses/{course}").text, seconds=60)


def test_from_an_event_to_the_click_that_leads_to_zoom(site: str, anna: Any) -> None:
    kim = Person(site, "kim")
    kim.post("/courses/warehouse/enrollment", wanted="in")
    saved, event_id = save_event(anna, "warehouse", days=20, title="Forklift safety")
    assert saved.ok, saved.text

    shows(kim, "warehouse", "See requirements")
    refused = kim.get(f"/events/{event_id}/join")
    assert "Module 1: lifting safely" in refused.text

    kim.post("/courses/warehouse/requirements", met="module-1")
    shows(kim, "warehouse", f'href="/events/{event_id}/join"')
    led = kim.get(f"/events/{event_id}/join")
    assert "/j/" in led.url
    assert "kim@people.example" in led.text

    shows(anna, "warehouse", "Join as host")
    assert "registered" in anna.get(f"/events/{event_id}").text
    eventually(lambda: "enrollment.registered" in anna.get("/news").text, seconds=60)
    assert "event.ready" in anna.get("/news").text

    kim.post("/courses/warehouse/requirements")
    shows(kim, "warehouse", "See requirements")
    kim.post("/courses/warehouse/enrollment", wanted="out")
    shows(kim, "warehouse", "Not enrolled")
    anna.post(f"/events/{event_id}/cancel")
    shows(kim, "warehouse", "Cancelled")


def test_what_saving_would_run_into_is_said_before(anna: Any) -> None:
    save_event(anna, "first-aid")
    warned, event_id = save_event(anna, "first-aid", title="The same hour")
    assert warned.status_code == 409
    assert "host_busy" in warned.text
    assert anna.get(f"/events/{event_id}").status_code == 502

    saved, _ = save_event(anna, "first-aid", title="The same hour", anyway="on")
    assert saved.ok


def test_what_is_refused_is_said_at_its_field(anna: Any) -> None:
    refused, _ = save_event(anna, "first-aid", duration_minutes="5000")
    assert refused.status_code == 409
    assert "/duration_minutes" in refused.text
    assert "Save it all the same" not in refused.text


def test_the_console_is_opened_or_its_absence_is_said(anna: Any) -> None:
    answer = anna.post("/console", path="/console")
    assert answer.ok or "There is no console" in answer.text


def test_a_learner_is_no_administrator(site: str) -> None:
    lei = Person(site, "lei")
    assert lei.get("/news").status_code == 403
    assert lei.post("/console").status_code == 403
    assert lei.get("/courses/first-aid/events/new").status_code == 403


def test_a_forged_notification_is_refused(site: str, anna: Any) -> None:
    forged = requests.post(
        f"{site}/lectern/notifications",
        data=b'{"type": "event.ready", "timestamp": "x", "data": {"event_id": "forged"}}',
        headers={"webhook-id": "1", "webhook-timestamp": "1", "webhook-signature": "v1,eA=="},
        timeout=60,
    )
    assert forged.status_code == 401
    assert "forged" not in anna.get("/news").text
