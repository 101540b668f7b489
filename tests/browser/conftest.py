"""A browser, where there is one: Playwright drives the machine's own Chromium."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from local.cloud import LocalCloud

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ConsoleMessage, Page

CHROMIUM = (
    os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    playwright = pytest.importorskip(
        "playwright.sync_api", reason="the playwright package is not installed"
    )
    if CHROMIUM is None:
        pytest.skip("there is no chromium on this machine (apt-get install chromium)")
    with playwright.sync_playwright() as running:
        browser = running.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def cloud(browser: Browser) -> Iterator[LocalCloud]:
    """Lectern whole; only started where there is a browser to look at it."""
    with LocalCloud(parameters={"FoldSeconds": "3"}, warm=False) as cloud:
        yield cloud


@pytest.fixture
def faults() -> list[str]:
    """What goes wrong in the phone's page."""
    return []


@pytest.fixture
def phone(browser: Browser, faults: list[str]) -> Iterator[Page]:
    """A page of a small phone."""
    context = browser.new_context(viewport={"width": 320, "height": 640}, locale="en-GB")
    page = context.new_page()

    def said(line: ConsoleMessage) -> None:
        if line.type == "error":
            faults.append(line.text)

    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", said)
    yield page
    context.close()
