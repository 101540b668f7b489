"""What administrators do: two at once, what is on record of them, and another account."""

from __future__ import annotations

from typing import Any

import pytest
import requests
from playwright.sync_api import Browser

from lectern_testing.browsing import DESKTOP, PHONE, WITHOUT_SCRIPT, visiting
from local.cloud import SIMULATOR_SETTINGS, LocalCloud

pytestmark = pytest.mark.thorough

SURROUNDINGS = {"desktop": DESKTOP, "phone": PHONE, "without-script": WITHOUT_SCRIPT}


def link(cloud: LocalCloud, user_id: str, path: str = "/console/settings") -> str:
    answer = requests.post(
        f"{cloud.url}/v1/console-links",
        json={"user_id": user_id, "role": "admin", "path": path},
        headers={"Authorization": f"Bearer {cloud.api_key}"},
        timeout=30,
    )
    return str(answer.json()["url"])


@pytest.mark.parametrize("surroundings", SURROUNDINGS)
def test_the_second_sees_what_differs_and_saves_again(
    cloud: LocalCloud, browser: Browser, surroundings: Any
) -> None:
    device: Any = SURROUNDINGS[surroundings]
    with (
        visiting(browser, cloud.url, **DESKTOP) as first,
        visiting(browser, cloud.url, **device) as second,
    ):
        first.page.goto(link(cloud, "op-first"))
        second.page.goto(link(cloud, "op-second"))
        days = int(first.page.get_by_label("Days that events are kept").input_value())
        first.page.get_by_label("Days that events are kept").fill(f"{days - 1}")
        first.page.get_by_role("button", name="Save").click()
        first.page.wait_for_url("**done=saved")
        second.page.get_by_label("Days that events are kept").fill(f"{days - 2}")
        second.page.get_by_role("button", name="Save").click()

        told = second.page.get_by_role("alert")
        told.wait_for()
        assert f"theirs, stored now: {days - 1}" in told.inner_text()
        assert f"yours, in the form: {days - 2}" in told.inner_text()
        assert "op-first" in told.inner_text()
        # A browser tells the console of each answer that is none of the good ones.
        second.faults[:] = [each for each in second.faults if "412" not in each]
        second.check(f"console-conflict-{surroundings}")
        second.page.get_by_role("button", name="Save").click()
        second.page.wait_for_url("**done=saved")

        second.page.get_by_role("link", name="Who changed what").click()
        second.page.wait_for_url("**/settings/history")
        entry = second.page.locator("li.panel").first.inner_text()
        assert "op-second" in entry
        assert f"{days - 1}" in entry
        assert f"{days - 2}" in entry
        second.check(f"console-history-{surroundings}")


@pytest.mark.parametrize("surroundings", SURROUNDINGS)
def test_another_account_is_connected_has_its_own_guide_and_is_deleted(
    cloud: LocalCloud, browser: Browser, surroundings: Any
) -> None:
    device: Any = SURROUNDINGS[surroundings]
    name = f"acme-{surroundings}"
    app: Any = SIMULATOR_SETTINGS["zoom"]
    with visiting(browser, cloud.url, **device) as visitor:
        page = visitor.page
        page.goto(link(cloud, "op-first", "/console/connections"))
        page.get_by_label("Name of the connection").fill(name)
        page.get_by_label("Account id").fill(app["account_id"])
        page.get_by_label("Client id").fill(app["client_id"])
        page.get_by_label("Client secret").fill(app["client_secret"])
        page.get_by_role("button", name="Add a connection").click()
        page.wait_for_url(f"**/connections/{name}?done=saved")
        visitor.check(f"console-connection-added-{surroundings}")

        page.locator("main").get_by_role("link", name="Set-up").click()
        page.wait_for_url(f"**/set-up?connection={name}")
        ticked = page.locator(".steps > li:has(h2 .badge.good)")
        page.locator("#step-app h2 .badge.good").wait_for(timeout=30_000)
        done = [each.get_attribute("id") for each in ticked.all()]
        assert done == ["step-app", "step-scopes", "step-features"]
        visitor.check(f"console-set-up-of-another-{surroundings}")

        page.get_by_role("link", name="Enter them at the connection").click()
        page.get_by_role("link", name="Delete the connection").click()
        page.get_by_role("button", name="Delete the connection").click()
        page.wait_for_url("**/connections?done=deleted")
        assert name not in page.locator("main").inner_text()
