"""The console in a browser: every page, with script and without, by keyboard, small and large."""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from playwright.sync_api import Browser

from lectern_testing.browsing import AXE, DESKTOP, PHONE, WITHOUT_SCRIPT, visiting
from local.cloud import LocalCloud

pytestmark = pytest.mark.thorough

SURROUNDINGS = {"desktop": DESKTOP, "phone": PHONE, "without-script": WITHOUT_SCRIPT}
NAMES = [
    ("Kim", "Ng"),
    ("محمد", "عبد الرحمن"),
    ("Ольга" * 12, "Достоевская" * 5),
    ("Žofie" * 12, "Škvorecká" * 7),
    ("小龙" * 32, "李" * 64),
]
IN_ORDER, FAILED, EMPTY = "console-1", "console-2", "console-3"


class Lms:
    """An LMS that has what the console shows."""

    def __init__(self, cloud: LocalCloud) -> None:
        self.url = cloud.url
        self._session = requests.Session()
        self._session.headers["Authorization"] = f"Bearer {cloud.api_key}"

    def send(self, method: str, path: str, body: Any = None) -> Any:
        answer = self._session.request(method, f"{self.url}/v1{path}", json=body, timeout=30)
        assert answer.ok, answer.text
        return answer.json()

    def put(self, event_id: str, **changes: Any) -> None:
        body = {
            "kind": "meeting", "title": "Forklift safety", "timezone": "Europe/Copenhagen",
            "starts_at": "2099-12-01T10:00:00+01:00", "duration_minutes": 60,
            "host": {"user_id": "u-host", "email": "anna@acme.example"},
            "url": "https://lms.example/activities/77",
            "context": {"id": "c-9", "title": "Warehouse", "url": "https://lms.example/c/9"},
        }  # fmt: skip
        self.send("PUT", f"/events/{event_id}", body | changes)

    def wait_for(self, event_id: str, state: str) -> None:
        until = time.monotonic() + 60
        while self.send("GET", f"/events/{event_id}")["sync"]["state"] != state:
            assert time.monotonic() < until
            time.sleep(0.1)

    def link(self, **wanted: Any) -> Any:
        return self.send("POST", "/console-links", {"user_id": "u-host", **wanted})["url"]


@pytest.fixture(scope="module")
def lms(cloud: LocalCloud) -> Any:
    lms = Lms(cloud)
    lms.put(IN_ORDER)
    lms.put(FAILED, title="مقدمة " * 12, host={"user_id": "u-no", "email": "no@acme.example"})
    lms.put(EMPTY, title="Nobody-here-yet-" * 12, kind="meeting")
    people = [
        {"user_id": f"u-{n}", "email": f"c{n}@people.example", "first_name": first[:64],
         "last_name": last[:64]}
        for n, (first, last) in enumerate(NAMES * 11)
    ]  # fmt: skip
    people.append({"user_id": "u-twin", "email": "c1@people.example", "first_name": "Twin"})
    lms.send("POST", f"/events/{IN_ORDER}/enrollments", {"enrollments": people})
    lms.wait_for(IN_ORDER, "in_sync")
    lms.wait_for(FAILED, "failed")
    lms.wait_for(EMPTY, "in_sync")
    return lms


PAGES = {
    "overview": "",
    "events": "/events",
    "events-none": "/events?text=nothing-has-this-name",
    "events-faulty": "/events?from=yesterday",
    "event": f"/events/{IN_ORDER}",
    "event-failed": f"/events/{FAILED}",
    "event-empty": f"/events/{EMPTY}",
    "event-filtered": f"/events/{IN_ORDER}?state=failed",
    "event-nobody-found": f"/events/{IN_ORDER}?person=u-99",
    "event-why": f"/events/{FAILED}/why",
    "event-history": f"/events/{IN_ORDER}/history",
    "event-end": f"/events/{IN_ORDER}/end",
    "attendance": f"/events/{IN_ORDER}/attendance",
    "settings": "/settings",
    "settings-history": "/settings/history",
    "connections": "/connections",
    "connection": "/connections/default",
    "connection-delete": "/connections/default/delete",
    "self-tests": "/self-tests",
    "set-up": "/set-up",
    "scopes": "/scopes",
    "limits": "/limits",
    "people": "/people",
    "people-several": "/people?person=c1@people.example",
    "person": "/people/u-1",
    "person-in-event": f"/events/{IN_ORDER}/people/u-3",
    "person-twin": f"/events/{IN_ORDER}/people/u-twin",
}


@pytest.mark.parametrize("surroundings", SURROUNDINGS)
@pytest.mark.parametrize("name", PAGES)
def test_every_page_is_sound(lms: Any, browser: Browser, name: str, surroundings: Any) -> None:
    with visiting(browser, lms.url, **SURROUNDINGS[surroundings]) as visitor:  # type: ignore[arg-type]
        answer = visitor.page.goto(lms.link(path=f"/console{PAGES[name]}", role="admin"))

        assert answer.status == 200  # type: ignore[union-attr]
        visitor.check(f"console-{name}-{surroundings}")


@pytest.mark.parametrize("language", ["da-DK", "de-DE", "fr-FR", "es-ES"])
def test_it_speaks_the_visitor_s_language(lms: Any, browser: Browser, language: str) -> None:
    with visiting(browser, lms.url, **PHONE, locale=language) as visitor:
        visitor.page.goto(lms.link(path=f"/console/events/{IN_ORDER}"))

        assert visitor.page.locator("html").get_attribute("lang") == language[:2]
        visitor.check(f"console-event-{language}")


@pytest.mark.parametrize("surroundings", ["desktop", "without-script"])
def test_whoever_is_not_let_in_is_told_so(lms: Any, browser: Browser, surroundings: Any) -> None:
    used = lms.link()
    requests.get(used, timeout=30)
    refused = {lms.link() + "x": 401, used: 410, f"{lms.url}/console": 401}
    for link, status in refused.items():
        with visiting(browser, lms.url, **SURROUNDINGS[surroundings]) as visitor:  # type: ignore[arg-type]
            assert visitor.page.goto(link).status == status  # type: ignore[union-attr]
            visitor.faults = [f for f in visitor.faults if f"status of {status}" not in f]
            visitor.check(f"console-refused-{status}-{surroundings}")


def test_by_keyboard_alone_an_event_is_found_and_synchronised(lms: Any, browser: Browser) -> None:
    with visiting(browser, lms.url, **DESKTOP) as visitor:
        page = visitor.page
        page.goto(lms.link())
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip"
        reach(page, "Events")
        page.keyboard.press("Enter")
        page.wait_for_url("**/console/events")
        reach(page, "text")
        page.keyboard.type("forklift")
        page.keyboard.press("Enter")
        page.wait_for_url("**text=forklift**")
        reach(page, "Forklift safety")
        page.keyboard.press("Enter")
        page.wait_for_url(f"**/events/{IN_ORDER}")
        reach(page, "Synchronise now")
        page.keyboard.press("Enter")
        page.wait_for_url("**done=sync")

        assert "A synchronisation was asked for" in page.locator("main").inner_text()
        assert visitor.faults == []


def test_by_keyboard_alone_a_setting_is_refused_put_right_and_saved(
    lms: Any, browser: Browser
) -> None:
    with visiting(browser, lms.url, **DESKTOP) as visitor:
        page = visitor.page
        page.goto(lms.link(path="/console/settings", role="admin"))
        reach(page, "retention_days")
        page.keyboard.type("0")
        page.keyboard.press("Enter")
        page.locator("[role=alert]").wait_for()
        assert page.evaluate("document.activeElement.name") == "retention_days"
        page.keyboard.press("Control+A")
        page.keyboard.type("364")
        page.keyboard.press("Enter")
        page.wait_for_url("**done=saved")

        assert lms.send("GET", "/settings")["retention_days"] == 364
        assert lms.send("GET", "/settings")["zoom"]["client_secret"]["set"]


def reach(page: Any, wanted: Any) -> None:
    """Goes on by Tab until what is wanted has the focus, which shows at every stop."""
    for _ in range(60):
        page.keyboard.press("Tab")
        name, style, width = page.evaluate("""() => {
          const {name, textContent} = document.activeElement, {outlineStyle, outlineWidth} =
            getComputedStyle(document.activeElement);
          return [name || textContent.trim(), outlineStyle, parseFloat(outlineWidth)];
        }""")
        assert (style, width >= 2) == ("solid", True), f"the focus does not show at {name}"
        if name == wanted:
            return
    raise AssertionError(f"{wanted} cannot be reached by keyboard")


@pytest.fixture
def slow_zoom(cloud: LocalCloud) -> Iterator[None]:
    """Zoom takes five seconds for the next meeting, so that somebody sees it made."""
    faults = f"{cloud.zoom_url}/_sim/faults"
    fault = {"operation": "create_meeting", "kind": "delay", "seconds": 5}
    requests.post(faults, json=fault, timeout=30).raise_for_status()
    yield
    requests.delete(faults, timeout=30).raise_for_status()


@pytest.mark.usefixtures("slow_zoom")
def test_a_running_synchronisation_moves_by_itself(lms: Any, browser: Browser) -> None:
    lms.put("console-moving")
    with visiting(browser, lms.url, **DESKTOP) as visitor:
        page = visitor.page
        page.goto(lms.link(path="/console/events/console-moving"))
        assert page.locator("#standing").get_attribute("data-live"), "it is in order already"
        page.evaluate("window.sameDocument = true")

        page.locator("#standing .badge.good").first.wait_for(timeout=60_000)

        assert page.evaluate("window.sameDocument"), "the page was loaded anew"
        assert page.locator("#standing").get_attribute("data-live") is None
        assert page.locator("#told").inner_text() == "In order"
        visitor.check("console-event-moved")


def test_without_a_script_everything_is_there_and_times_say_their_zone(
    lms: Any, browser: Browser
) -> None:
    lms.put("console-still")
    with visiting(browser, lms.url, **WITHOUT_SCRIPT) as visitor:
        page = visitor.page
        page.goto(lms.link(path="/console/events/console-still"))
        assert "1 Dec 2099, 09:00 UTC" in page.locator("main").inner_text()
        assert "1 Dec 2099, 10:00 Europe/Copenhagen" in page.locator("main").inner_text()

        page.get_by_role("button", name="Synchronise now").click()

        assert page.url.endswith("done=sync")
        page.get_by_role("link", name="Look again").click()
        lms.wait_for("console-still", "in_sync")
        page.reload()
        assert page.locator("#standing .badge.good").first.inner_text() == "In order"


def test_times_are_in_the_visitor_s_zone_and_form(lms: Any, browser: Browser) -> None:
    surroundings = {**DESKTOP, "timezone_id": "America/New_York", "locale": "en-GB"}
    with visiting(browser, lms.url, **surroundings) as visitor:
        visitor.page.goto(lms.link(path=f"/console/events/{IN_ORDER}"))

        told = visitor.page.locator("main time").first.inner_text()
        assert re.fullmatch(r"1 Dec 2099, 04:00 (GMT-5|EST)", told)


def test_the_own_join_link_is_shown_and_can_be_copied(lms: Any, browser: Browser) -> None:
    with visiting(browser, lms.url, **DESKTOP, permissions=["clipboard-write"]) as visitor:
        page = visitor.page
        page.goto(lms.link(path=f"/console/events/{IN_ORDER}"))
        page.get_by_role("button", name="My join link").click()

        assert page.locator("#link").input_value().startswith(f"{lms.url}/join/")
        page.get_by_role("button", name="Copy").click()
        page.locator("#told", has_text="Copied").wait_for()
        page.locator("#link").evaluate("link => link.value = 'the own link'")
        visitor.check("console-join-link")


def test_log_out_ends_the_session(lms: Any, browser: Browser) -> None:
    with visiting(browser, lms.url, **DESKTOP) as visitor:
        page = visitor.page
        page.goto(lms.link())
        page.get_by_role("button", name="Log out").click()

        visitor.check("console-left")
        assert page.goto(f"{lms.url}/console").status == 401  # type: ignore[union-attr]


def test_the_vendored_checker_is_the_one_that_is_named() -> None:
    readme = (AXE.parent / "README.md").read_text(encoding="utf-8")
    assert hashlib.sha256(AXE.read_bytes()).hexdigest() in readme
    assert "4.14.1" in AXE.read_text(encoding="utf-8")[:200]
