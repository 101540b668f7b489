"""The join pages in a browser: every state, by keyboard, on a phone, in light and dark."""

from __future__ import annotations

import re
import time
import uuid
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest
import requests
from playwright.sync_api import Browser

from lectern_testing.browsing import DESKTOP, PHONE, WITHOUT_SCRIPT, visiting
from local.cloud import LocalCloud

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

DEVICES = {"desktop-light": DESKTOP, "phone-dark": PHONE}
LONG = "Warehouse-" * 12
CONTEXT = {"id": "c-9", "title": LONG, "url": "https://lms.example/courses/9"}
REQUIREMENTS = [
    {"id": "r1", "title": "Module 1", "met": False, "url": "https://lms.example/m/1"},
    {"id": "r2", "title": LONG, "met": False, "url": "https://lms.example/m/2"},
]

CONTRASTS = """() => {
  const channel = c => (c /= 255) <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  const light = text => {
    const [r, g, b] = text.match(/[\\d.]+/g).map(Number);
    return 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
  };
  const paper = light(getComputedStyle(document.body).backgroundColor);
  return [...document.querySelectorAll("h1, p, a, li, time")].map(element => {
    const ink = light(getComputedStyle(element).color);
    return (Math.max(ink, paper) + 0.05) / (Math.min(ink, paper) + 0.05);
  });
}"""
FOCUS = """() => {
  const style = getComputedStyle(document.activeElement);
  return [document.activeElement.getAttribute("href"), style.outlineStyle, style.outlineWidth];
}"""


class Lms:
    """An LMS with an event of its own."""

    def __init__(self, cloud: LocalCloud) -> None:
        self._cloud = cloud
        self.event = f"/v1/events/ev-{uuid.uuid4()}"

    def send(self, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        answer = requests.request(
            method,
            f"{self._cloud.url}{self.event}{path}",
            json=body,
            headers={"Authorization": f"Bearer {self._cloud.api_key}"},
            timeout=30,
        )
        assert answer.ok, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def makes_no_meeting(self) -> None:
        """Has Zoom tell whoever wants a meeting to wait, until all goes well again."""
        self._fault(kind="rate_limit_second", times=None)

    def makes_a_meeting_slowly(self) -> None:
        """Has Zoom take five seconds for the next meeting."""
        self._fault(kind="delay", seconds=5)

    def _fault(self, **fault: Any) -> None:
        zoom = f"{self._cloud.zoom_url}/_sim/faults"
        fault = {"operation": "create_meeting", **fault}
        requests.post(zoom, json=fault, timeout=30).raise_for_status()

    def zoom_goes_on(self) -> None:
        """Has all go well again at Zoom."""
        zoom = f"{self._cloud.zoom_url}/_sim/faults"
        requests.delete(zoom, timeout=30).raise_for_status()

    def put(self, **changes: Any) -> None:
        body = {
            "kind": "meeting", "title": f"Forklift safety {LONG}", "timezone": "Europe/Copenhagen",
            "starts_at": "2099-12-01T10:00:00+01:00", "duration_minutes": 60,
            "host": {"user_id": "u-host", "email": "anna@acme.example"},
            "url": "https://lms.example/activities/77", "context": CONTEXT,
        }  # fmt: skip
        self.send("PUT", "", body | changes)

    def enrol(self, **changes: Any) -> None:
        person = {"email": "kim@people.example", "first_name": "Kim", **changes}
        self.send("PUT", "/enrollments/u-1", person)

    def link(self, seconds: int = 600) -> str:
        body = {"user_id": "u-1", "expires_in_seconds": seconds}
        found: str = self.send("POST", "/join-links", body)["url"]
        return found

    def wait_for(self, state: str) -> None:
        until = time.monotonic() + 60
        while self.send("GET", "")["sync"]["state"] != state:
            assert time.monotonic() < until
            time.sleep(0.1)


def needs_requirements(lms: Lms) -> str:
    lms.put(access_validation=True)
    lms.enrol(access={"granted": False, "requirements": REQUIREMENTS})
    return lms.link()


def is_preparing(lms: Lms) -> str:
    lms.makes_no_meeting()
    lms.put()
    lms.enrol()
    return lms.link()


def is_soon_there(lms: Lms) -> str:
    lms.makes_a_meeting_slowly()
    lms.put()
    lms.enrol()
    return lms.link()


def is_not_enrolled(lms: Lms) -> str:
    lms.put()
    return lms.link()


def is_cancelled(lms: Lms) -> str:
    lms.put()
    lms.enrol()
    lms.send("DELETE", "")
    return lms.link()


def is_unavailable(lms: Lms) -> str:
    lms.put(host={"user_id": "u-no", "email": "nobody@acme.example"})
    lms.enrol()
    lms.wait_for("failed")
    return lms.link()


def is_forged(lms: Lms) -> str:
    lms.put()
    return lms.link() + "x"


def has_expired(lms: Lms) -> str:
    lms.put()
    link = lms.link(seconds=1)
    time.sleep(2)
    return link


STATES = {
    needs_requirements: ("See requirements", 200),
    is_preparing: ("Preparing…", 200),
    is_not_enrolled: ("Not enrolled", 200),
    is_cancelled: ("Cancelled", 200),
    is_unavailable: ("Unavailable", 200),
    is_forged: ("This link is not valid", 401),
    has_expired: ("This link has expired", 410),
}


@pytest.fixture(autouse=True)
def zoom_goes_on(cloud: LocalCloud) -> Iterator[None]:
    """Zoom lets nobody wait for what an earlier test was about."""
    yield
    Lms(cloud).zoom_goes_on()


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.__name__)
def test_every_state_is_a_sound_page(
    cloud: LocalCloud, phone: Page, faults: list[str], state: Callable[..., Any]
) -> None:
    link = state(Lms(cloud))
    heading, status = STATES[state]

    answer = phone.goto(link)

    assert answer is not None
    assert answer.status == status
    assert phone.locator("h1").all_text_contents() == [heading]
    assert phone.locator("main").count() == 1
    assert phone.title().startswith(heading)
    assert phone.locator("html").get_attribute("lang") == "en"
    for scheme in ("light", "dark"):
        phone.emulate_media(color_scheme=scheme)
        assert min(phone.evaluate(CONTRASTS)) >= 4.5
    assert phone.evaluate("document.documentElement.scrollWidth") <= 320
    expected = [] if status == 200 else [f"status of {status}"]
    unexpected = [fault for fault in faults if not any(known in fault for known in expected)]
    assert unexpected == []


def test_its_links_are_reached_by_keyboard_in_order_and_show_the_focus(
    cloud: LocalCloud, phone: Page
) -> None:
    phone.goto(needs_requirements(Lms(cloud)))

    reached = []
    for _ in range(4):
        phone.keyboard.press("Tab")
        href, style, width = phone.evaluate(FOCUS)
        assert style == "solid"
        assert float(width.removesuffix("px")) >= 2
        reached.append(href)

    assert reached == [
        "https://lms.example/m/1",
        "https://lms.example/m/2",
        "https://lms.example/activities/77",
        "https://lms.example/courses/9",
    ]


def test_while_preparing_it_leads_to_zoom_by_itself(cloud: LocalCloud, phone: Page) -> None:
    phone.goto(is_soon_there(Lms(cloud)))
    assert phone.locator("h1").text_content() == "Preparing…"

    phone.wait_for_url(re.compile(r"/j/\d+\?tk="), timeout=60_000)

    assert '"kim@people.example"' in phone.content()


def test_while_preparing_it_needs_no_script_to_lead_to_zoom(
    cloud: LocalCloud, browser: Browser
) -> None:
    with visiting(browser, cloud.url, **WITHOUT_SCRIPT) as visitor:
        visitor.page.goto(is_soon_there(Lms(cloud)))
        visitor.page.wait_for_url(re.compile(r"/j/\d+\?tk="), timeout=60_000)


def test_it_speaks_the_visitor_s_language(cloud: LocalCloud, browser: Browser) -> None:
    with browser.new_context(locale="de-CH") as context:
        page = context.new_page()
        page.goto(is_not_enrolled(Lms(cloud)))
        assert page.locator("h1").text_content() == "Nicht angemeldet"
        assert page.locator("html").get_attribute("lang") == "de"


def test_without_scripts_it_is_the_same(cloud: LocalCloud, browser: Browser) -> None:
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(needs_requirements(Lms(cloud)))
        assert page.locator("li a").count() == 4


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize("state", [needs_requirements, is_preparing, is_unavailable])
def test_axe_finds_no_barrier(cloud: LocalCloud, browser: Browser, state: str, device: Any) -> None:
    link = state(Lms(cloud))  # type: ignore[operator]
    with visiting(browser, cloud.url, **DEVICES[device]) as visitor:  # type: ignore[arg-type]
        visitor.page.goto(link)
        visitor.check(f"join-{state.__name__}-{device}")  # type: ignore[attr-defined]


def test_the_time_is_the_visitor_s(cloud: LocalCloud, browser: Browser) -> None:
    link = is_not_enrolled(Lms(cloud))
    device = {**DESKTOP, "locale": "en-US", "timezone_id": "America/New_York"}
    with visiting(browser, cloud.url, **device) as visitor:
        visitor.page.goto(link)
        time_shown = visitor.page.locator("time")
        assert time_shown.text_content() == (
            "Tuesday, December 1, 2099 at 4:00 AM Eastern Standard Time"
        )
        assert time_shown.get_attribute("title") == "2099-12-01 10:00 (Europe/Copenhagen)"
        assert visitor.faults == []


def test_without_a_script_the_time_is_the_event_s_in_the_visitor_s_language(
    cloud: LocalCloud, browser: Browser
) -> None:
    link = is_not_enrolled(Lms(cloud))
    device = {**WITHOUT_SCRIPT, "locale": "da-DK", "timezone_id": "America/New_York"}
    with visiting(browser, cloud.url, **device) as visitor:
        visitor.page.goto(link)
        assert visitor.page.locator("time").text_content() == (
            "tirsdag den 1. december 2099, 10.00 (Centraleuropæisk normaltid)"
        )
        assert visitor.page.locator("main").count() == 1


@pytest.mark.parametrize(
    "title", ["تدريب الرافعة الشوكية (2)", "בטיחות מלגזה", "フォークリフトの安全"]
)
def test_a_title_is_written_in_its_own_direction(
    cloud: LocalCloud, browser: Browser, title: str
) -> None:
    lms = Lms(cloud)
    lms.put(title=title)
    with visiting(browser, cloud.url, **PHONE) as visitor:
        visitor.page.goto(lms.link())
        assert visitor.page.locator(".event strong").text_content() == title
        assert visitor.page.locator(".event").evaluate(
            "element => getComputedStyle(element).unicodeBidi"
        ) == "plaintext"  # fmt: skip
        visitor.check("join-title")
