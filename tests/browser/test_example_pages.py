"""The example LMS in a browser: what it shows an administrator, and a learner."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser

from lectern_testing.browsing import DESKTOP, PHONE, visiting
from local.cloud import LocalCloud
from local.example import example_beside

pytestmark = pytest.mark.thorough


@pytest.fixture(scope="module")
def site(cloud: LocalCloud) -> Iterator[Any]:
    with example_beside(cloud) as url:
        yield url


@pytest.mark.parametrize(
    ("device", "learner"), [(DESKTOP, "نور"), (PHONE, "雷")], ids=["desktop-light", "phone-dark"]
)
def test_every_page_is_sound(site: str, browser: Browser, device: Any, learner: Any) -> None:
    width = device["viewport"]["width"]
    with visiting(browser, site, **device) as visitor:
        page = visitor.page
        page.goto(site)
        visitor.check(f"example-home-{width}")
        page.get_by_role("button", name="Anna Andersen").click()
        page.get_by_role("link", name="Warehouse induction").click()
        visitor.check(f"example-course-{width}")

        page.get_by_role("link", name="New event").click()
        visitor.check(f"example-form-{width}")
        page.get_by_label("Title").fill("تدريب الرافعة الشوكية")
        page.get_by_label("Starts at").fill(f"2099-12-0{1 + width % 7}T10:00")
        page.get_by_role("button", name="Save").click()
        page.get_by_role("heading", name="People").wait_for()
        visitor.check(f"example-event-{width}")

        page.get_by_role("link", name="What Lectern told").click()
        visitor.check(f"example-news-{width}")
        page.get_by_role("link", name="Example LMS").click()
        page.get_by_role("button", name=learner).click()
        page.get_by_role("link", name="Warehouse induction").click()
        page.get_by_role("button", name="Enrol", exact=True).click()
        page.get_by_label("Module 1").wait_for()
        page.get_by_role("button", name="See requirements").first.wait_for()
        visitor.check(f"example-learner-{width}")
