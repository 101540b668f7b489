"""A newcomer: from empty settings to a passed self-test and a first event, by what is shown alone.

The Zoom account is a foreign one: the simulator, started beside the local cloud with nothing of it
filled in.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from playwright.sync_api import Browser

from lectern_testing.browsing import DESKTOP, PHONE, WITHOUT_SCRIPT, Visitor, visiting
from local.cloud import SIMULATOR_SETTINGS, LocalCloud, Ports, free_port

pytestmark = pytest.mark.thorough

APP = SIMULATOR_SETTINGS["zoom"]
"""What Zoom's own page of the app shows."""

STEPS = ["app", "scopes", "credentials", "features", "webhooks", "self_test", "event"]
_START_SECONDS, _SELF_TEST_MILLISECONDS = 30, 170_000


@pytest.fixture
def foreign(browser: Browser) -> Iterator[Any]:
    """Lectern without settings, and a Zoom that reports to it."""
    ports, zoom = Ports(), f"http://127.0.0.1:{free_port()}"
    with LocalCloud(
        ports, {"FoldSeconds": "1"}, zoom_urls=(f"{zoom}/v2", f"{zoom}/oauth/token")
    ) as cloud:
        command = [sys.executable, "-m", "zoom_simulator", "--port", zoom.rpartition(":")[2]]
        process = subprocess.Popen(
            [*command, "--webhooks-url", cloud.url], env=os.environ, stdout=subprocess.DEVNULL
        )
        try:
            _wait_for(zoom)
            yield cloud
        finally:
            process.terminate()
            process.wait(10)


def _wait_for(address: Any) -> None:
    until = time.monotonic() + _START_SECONDS
    while True:
        try:
            requests.get(address, timeout=5)
        except requests.ConnectionError:
            assert time.monotonic() < until
            time.sleep(0.1)
        else:
            return


class Newcomer:
    """Somebody who reads the guide, has Zoom's pages and the LMS open beside it, and clicks."""

    def __init__(self, cloud: LocalCloud, visitor: Visitor) -> None:
        self.page, self.visitor = visitor.page, visitor
        self._url = cloud.url
        self._key = {"Authorization": f"Bearer {cloud.api_key}"}

    def from_the_lms(self, path: str, body: Any, method: str = "POST") -> Any:
        answer = requests.request(
            method, f"{self._url}/v1{path}", json=body, headers=self._key, timeout=30
        )
        assert answer.ok, answer.text
        return answer.json()

    def click(self, role: str, name: str) -> None:
        self.page.get_by_role(role, name=name).click()  # type: ignore[arg-type]

    def fill(self, label: str, value: Any) -> None:
        self.page.get_by_label(label, exact=True).fill(value)

    def ticked(self) -> Any:
        done = self.page.locator(".steps > li:has(h2 .badge.good)")
        return [each.get_attribute("id").removeprefix("step-") for each in done.all()]  # type: ignore[union-attr]

    def guide(self) -> None:
        pages = self.page.get_by_role("navigation", name="Pages")
        pages.get_by_role("link", name="Set-up").click()

    def waits_for(self, selector: str, milliseconds: Any = 60_000) -> None:
        """Looks until something is there: by itself with a script, by the page's own refresh."""
        self.page.locator(selector).first.wait_for(timeout=milliseconds)


@pytest.mark.parametrize(
    "surroundings", [DESKTOP, PHONE, WITHOUT_SCRIPT], ids=["desktop", "phone", "without-script"]
)
def test_a_newcomer_gets_to_a_first_event_by_what_is_shown(
    foreign: Any, browser: Browser, surroundings: Any
) -> None:
    with visiting(browser, foreign.url, **surroundings) as visitor:
        newcomer, page = Newcomer(foreign, visitor), visitor.page
        body = {"user_id": "op-1", "role": "admin"}
        page.goto(newcomer.from_the_lms("/console-links", body)["url"])

        page.locator("main").get_by_role("link", name="Set-up").click()
        assert newcomer.ticked() == ["features"]
        address = page.get_by_label("Address for meetings").input_value()
        assert address == f"{foreign.url}/webhook/zoom-meeting"
        visitor.check(f"set-up-begin-{newcomer_name(surroundings)}")

        newcomer.click("link", "Enter them in the settings")
        newcomer.fill("Account id", APP["account_id"])  # type: ignore[index]
        newcomer.fill("Client id", APP["client_id"])  # type: ignore[index]
        newcomer.fill("Client secret", "mistyped")
        newcomer.fill("Webhook secret token", APP["webhook_secret_token"])  # type: ignore[index]
        newcomer.click("button", "Save")
        assert page.get_by_label("Client secret", exact=True).get_attribute("aria-invalid")
        assert page.evaluate("document.activeElement.getAttribute('aria-invalid')") == "true"
        assert page.get_by_label("Account id", exact=True).input_value() == APP["account_id"]  # type: ignore[index]
        visitor.faults = [each for each in visitor.faults if "status of 422" not in each]
        visitor.check(f"settings-refused-{newcomer_name(surroundings)}")
        newcomer.fill("Client secret", APP["client_secret"])  # type: ignore[index]
        newcomer.fill("Webhook secret token", APP["webhook_secret_token"])  # type: ignore[index]
        newcomer.click("button", "Save")
        assert "Saved." in page.locator("main").inner_text()
        assert not [each for each in ("local-secret", "local-webhook") if each in page.content()]

        newcomer.guide()
        assert newcomer.ticked() == STEPS[:4]
        newcomer.click("link", "To the self-test")
        newcomer.fill("E-mail address of the host", "anna@acme.example")
        newcomer.click("button", "Start the self-test")
        newcomer.waits_for("#self-test:not([data-live])", _SELF_TEST_MILLISECONDS)
        assert page.locator("#standing + p .badge").inner_text() == "Passed"
        visitor.check(f"self-test-passed-{newcomer_name(surroundings)}")

        newcomer.guide()
        assert newcomer.ticked() == STEPS[:6]
        newcomer.from_the_lms(
            "/events/first",
            {
                "kind": "meeting", "title": "Forklift safety", "timezone": "Europe/Copenhagen",
                "starts_at": "2099-12-01T10:00:00+01:00", "duration_minutes": 60,
                "host": {"user_id": "u-1", "email": "anna@acme.example"},
            },
            "PUT",
        )  # fmt: skip
        newcomer.waits_for("#step-event:not([data-live])")
        assert newcomer.ticked() == STEPS
        assert page.locator("#all").inner_text() == "Everything is set up"
        newcomer.click("link", "Forklift safety")
        assert page.locator("#standing .badge").first.inner_text() == "In order"


def newcomer_name(surroundings: Any) -> Any:
    """What the pictures of these surroundings are called."""
    if surroundings.get("java_script_enabled", True):
        return f"{surroundings['viewport']['width']}-{surroundings['color_scheme']}"
    return "without-script"
