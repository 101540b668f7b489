"""A visitor with a browser: everything that goes wrong in it is kept, and nothing is let pass."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from lectern_testing.table import REPOSITORY

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

AXE = REPOSITORY / "tests" / "browser" / "vendor" / "axe.min.js"
SCREENSHOTS = REPOSITORY / "build" / "screenshots"
"""Not under version control: to be looked at after the tests."""

DESKTOP = {"viewport": {"width": 1280, "height": 900}, "color_scheme": "light"}
PHONE = {"viewport": {"width": 320, "height": 640}, "color_scheme": "dark", "has_touch": True}
WITHOUT_SCRIPT = {**DESKTOP, "color_scheme": "dark", "java_script_enabled": False}

_GRAVE = {"serious", "critical"}
_RUN_AXE = """async () => (await axe.run(document, {resultTypes: ["violations"]})).violations
  .map(({id, impact, nodes}) => ({id, impact, where: nodes.map(node => node.html.slice(0, 99))}))"""


class Visitor:
    """A page in a browser of its own.

    Attributes:
        faults: Errors of scripts and of the console.
        foreign: What was asked for from another site.
    """

    def __init__(self, context: BrowserContext, own: str, *, has_script: bool) -> None:
        self._has_script = has_script
        self.page: Page = context.new_page()
        self.faults: list[str] = []
        self.foreign: list[str] = []
        self._own = urlsplit(own).netloc
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("console", self._heard)
        self.page.on("request", self._asked)

    def _heard(self, line: Any) -> None:
        if line.type == "error":
            self.faults.append(line.text)

    def _asked(self, request: Any) -> None:
        if urlsplit(request.url).netloc != self._own:
            self.foreign.append(request.url)

    def check(self, name: str) -> None:
        """Looks whether the page is sound, and keeps a picture of it.

        Raises:
            AssertionError: It is not.
        """
        page = self.page
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=SCREENSHOTS / f"{name}.png", full_page=True)
        assert self.faults == [], self.faults
        assert self.foreign == [], self.foreign
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "it is too wide"
        assert page.locator("h1").count() == 1
        assert page.locator("main").count() == 1
        barriers = self.barriers()
        assert barriers == [], barriers

    def barriers(self) -> list[Any]:
        """What axe-core finds that keeps people out; it is a script, and needs a page with one."""
        if not self._has_script:
            return []
        self.page.evaluate(Path(AXE).read_text(encoding="utf-8"))
        return [each for each in self.page.evaluate(_RUN_AXE) if each["impact"] in _GRAVE]


@contextmanager
def visiting(browser: Browser, own: str, **surroundings: Any) -> Iterator[Visitor]:
    """A visitor of a site.

    Args:
        browser: The browser.
        own: The address of the site.
        surroundings: What the visitor's device is like.
    """
    context = browser.new_context(**surroundings)
    try:
        yield Visitor(context, own, has_script=surroundings.get("java_script_enabled", True))
    finally:
        context.close()
