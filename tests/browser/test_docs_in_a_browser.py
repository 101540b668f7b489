"""The page of the API's document in a browser: with a script it is a viewer, without one a list."""

from __future__ import annotations

from typing import Any

import pytest
import requests
from playwright.sync_api import Browser

from lectern_testing.browsing import DESKTOP, PHONE, WITHOUT_SCRIPT, visiting
from local.cloud import LocalCloud

pytestmark = pytest.mark.thorough


@pytest.fixture(scope="module")
def document(cloud: LocalCloud) -> Any:
    return requests.get(f"{cloud.url}/openapi.json", timeout=30).json()


def operations_of(document: Any) -> Any:
    return sum(len(methods) for methods in document["paths"].values())


@pytest.mark.parametrize("device", [DESKTOP, PHONE], ids=["desktop-light", "phone-dark"])
def test_it_shows_every_operation_and_nothing_goes_wrong(
    cloud: LocalCloud, browser: Browser, document: Any, device: Any
) -> None:
    with visiting(browser, cloud.url, **device) as visitor:
        answer = visitor.page.goto(f"{cloud.url}/docs")
        operations = visitor.page.locator(".opblock")
        operations.first.wait_for(timeout=60_000)

        webhooks = len(document["webhooks"])
        assert operations.count() == operations_of(document) + webhooks
        assert "unsafe" not in answer.headers["content-security-policy"]  # type: ignore[union-attr]
        assert visitor.page.locator("#list").count() == 0
        visitor.check(f"docs-{device['viewport']['width']}")


def test_an_operation_can_be_looked_into_and_tried_out(cloud: LocalCloud, browser: Browser) -> None:
    with visiting(browser, cloud.url, **DESKTOP) as visitor:
        page = visitor.page
        page.goto(f"{cloud.url}/docs")
        operation = page.locator("#operations-About-get_health")
        operation.locator(".opblock-summary-control").press("Enter", timeout=60_000)
        operation.get_by_role("button", name="Try it out").click()
        with page.expect_response(f"{cloud.url}/health") as answer:
            operation.get_by_role("button", name="Execute").click()
        assert answer.value.status == 200
        operation.locator(".live-responses-table").wait_for()
        assert visitor.faults == []
        assert visitor.foreign == []


OPENED = ("list_events", "put_event", "get_attendance", "erase_user", "start_validation")
"""What has parameters with choices, a body, another type of answer, or none of it."""


@pytest.mark.parametrize("device", [DESKTOP, PHONE], ids=["desktop-light", "phone-dark"])
def test_whatever_is_opened_keeps_nobody_out(
    cloud: LocalCloud, browser: Browser, device: Any
) -> None:
    with visiting(browser, cloud.url, **device) as visitor:
        visitor.page.goto(f"{cloud.url}/docs/")
        for name in OPENED:
            operation = visitor.page.locator(f"[id$='-{name}']")
            operation.locator(".opblock-summary-control").press("Enter", timeout=60_000)
            operation.get_by_role("button", name="Try it out").click()
            operation.get_by_role("button", name="Execute").wait_for()
        visitor.check(f"docs-opened-{device['viewport']['width']}")


def test_a_text_is_no_raw_markdown(cloud: LocalCloud, browser: Browser) -> None:
    with visiting(browser, cloud.url, **DESKTOP) as visitor:
        visitor.page.goto(f"{cloud.url}/docs")
        visitor.page.locator(".info li").first.wait_for(timeout=60_000)
        assert "`" not in visitor.page.locator(".info").inner_text()


def test_without_a_script_it_lists_the_operations(
    cloud: LocalCloud, browser: Browser, document: Any
) -> None:
    with visiting(browser, cloud.url, **WITHOUT_SCRIPT) as visitor:
        page = visitor.page
        page.goto(f"{cloud.url}/docs")
        assert page.locator("#list li").count() == operations_of(document)
        page.get_by_role("link", name="openapi.json").click()
        page.wait_for_url(f"{cloud.url}/openapi.json")
