"""A browser, where there is one: Playwright drives the machine's own Chromium."""

import os
import shutil

import pytest

from local.cloud import LocalCloud

CHROMIUM = (
    os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
)


@pytest.fixture(scope="session")
def browser():
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
def cloud(browser):
    """Lectern whole; only started where there is a browser to look at it."""
    with LocalCloud(parameters={"FoldSeconds": "3"}) as cloud:
        yield cloud


@pytest.fixture
def phone(browser):
    """A page of a small phone, that keeps what goes wrong in it."""
    context = browser.new_context(viewport={"width": 320, "height": 640}, locale="en-GB")
    page = context.new_page()
    page.faults = []
    page.on("pageerror", lambda error: page.faults.append(str(error)))
    page.on("console", lambda line: page.faults.append(line.text) if line.type == "error" else None)
    yield page
    context.close()
