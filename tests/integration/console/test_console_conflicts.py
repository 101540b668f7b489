"""Two administrators at once, and who changed what: nothing is lost, and all of it is recorded."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest

from lectern_testing.lms.api import Lms
from lectern_testing.operator import Operator

_A_MINUTE = timedelta(minutes=1)
SECRETS = ("marked-client-secret", "marked-webhook-token", "whsec_bWFya2Vk")
APP = {
    "account_id": "acc",
    "client_id": "client",
    "client_secret": SECRETS[0],
    "webhook_secret_token": SECRETS[1],
}
SETTINGS, ACME, HISTORY = (
    "/console/settings",
    "/console/connections/acme",
    "/console/settings/history",
)


@pytest.fixture
def other(lms: Lms) -> Operator:
    """Another administrator."""
    operator = Operator(lms)
    operator.enter(role="admin", user_id="op-other")
    return operator


def form(page: Any) -> dict[str, str]:
    """What the browser would send of the page's form as it stands."""
    fields = {}
    for tag in re.findall(r"<input [^>]*>", page.text):
        name, value = (re.search(rf' {each}="([^"]*)"', tag) for each in ("name", "value"))
        if name and ('type="checkbox"' not in tag or " checked" in tag):
            fields[name[1]] = unescape(value[1]) if value else ""
    for name, options in re.findall(
        r'<select id="[^"]*" name="([^"]*)".*?>(.*?)</select>', page.text, re.DOTALL
    ):
        [fields[name]] = re.findall(r'value="([^"]*)" selected', options)
    return fields


def told(page: Any) -> dict[str, str]:
    """What the page says of each field that somebody else changed, as text."""
    found = re.findall(r'<li><a href="#([\w.]+)">[^<]*</a>:(.*?)</li>', page.text, re.DOTALL)
    return {name: " ".join(re.sub(r"<[^>]+>", "", said).split()) for name, said in found}


class TestTheSecondOfTwo:
    def test_is_told_what_differs_and_nothing_of_either_is_lost(
        self, lms: Lms, admin: Operator, other: Operator
    ) -> None:
        mine, theirs = form(admin.get(SETTINGS)), form(other.get(SETTINGS))
        other.post(
            SETTINGS,
            {**theirs, "retention_days": "30", "drift": "report", "emails.zoom_emails": "on"},
        )

        page = admin.post(
            SETTINGS, {**mine, "retention_days": "90", "notifications.url": "https://lms.example/n"}
        )

        assert page.status == 412
        assert told(page) == {
            "retention_days": "theirs, stored now: 30 ; yours, in the form: 90",
            "drift": "theirs, stored now: Report only ; it stands in the form now",
            "emails.zoom_emails": "theirs, stored now: on ; it stands in the form now",
        }
        assert "op-other" in page.text
        assert lms.get("/v1/settings").json["retention_days"] == 30
        again = admin.post(SETTINGS, form(page))
        assert again.location == f"{SETTINGS}?done=saved"
        now = lms.get("/v1/settings").json
        assert (now["retention_days"], now["drift"]) == (90, "report")
        assert now["emails"]["zoom_emails"]
        assert now["notifications"]["url"] == "https://lms.example/n"

    def test_of_whom_all_is_as_the_first_stored_it_finds_that_nothing_differs(
        self, admin: Operator, other: Operator
    ) -> None:
        mine, theirs = form(admin.get(SETTINGS)), form(other.get(SETTINGS))
        other.post(SETTINGS, {**theirs, "retention_days": "30"})

        page = admin.post(SETTINGS, {**mine, "retention_days": "30"})

        assert (page.status, told(page)) == (412, {})
        assert admin.post(SETTINGS, form(page)).location == f"{SETTINGS}?done=saved"

    def test_is_told_of_secrets_that_they_were_changed_and_has_to_enter_their_own_again(
        self, lms: Lms, admin: Operator, other: Operator
    ) -> None:
        lms.put("/v1/connections/acme", APP)
        mine, theirs = form(admin.get(ACME)), form(other.get(ACME))
        lms.parts.moment += _A_MINUTE
        other.post(ACME, {**theirs, "client_secret": "another-secret", "client_id": "theirs"})

        page = admin.post(ACME, {**mine, "client_secret": "my-own-secret"})

        assert page.status == 412
        assert told(page) == {
            "client_id": "theirs, stored now: theirs ; it stands in the form now",
            "client_secret": "was changed meanwhile. "
            "What you entered here has to be entered again.",
        }
        assert not [
            each for each in ("another-secret", "my-own-secret", *SECRETS) if each in page.text
        ]
        assert lms.parts.secrets().get("acme").client_secret == "another-secret"  # type: ignore[union-attr]

    def test_may_have_been_refused_for_a_fault_before(
        self, lms: Lms, admin: Operator, other: Operator
    ) -> None:
        faulty = admin.post(SETTINGS, {**form(admin.get(SETTINGS)), "retention_days": "0"})
        assert faulty.status == 422
        other.post(SETTINGS, {**form(other.get(SETTINGS)), "drift": "report"})

        page = admin.post(SETTINGS, {**form(faulty), "retention_days": "9"})

        assert (page.status, list(told(page))) == (412, ["drift"])
        admin.post(SETTINGS, form(page))
        now = lms.get("/v1/settings").json
        assert (now["retention_days"], now["drift"]) == (9, "report")

    @pytest.mark.parametrize("shown", ["", "no JSON", "[1]", json.dumps({"drift": 1})])
    def test_whose_form_does_not_say_what_stood_in_it_is_told_of_all_that_differs(
        self, admin: Operator, other: Operator, shown: str
    ) -> None:
        mine = form(admin.get(SETTINGS))
        other.post(SETTINGS, {**form(other.get(SETTINGS)), "drift": "report"})

        page = admin.post(SETTINGS, {**mine, "shown": shown})

        assert page.status == 412
        assert told(page)["drift"].endswith("yours, in the form: Put right")


class TestTheHistory:
    def test_says_who_changed_what(self, lms: Lms, admin: Operator) -> None:
        lms.put("/v1/connections/acme", APP)
        lms.parts.moment += _A_MINUTE
        admin.post(SETTINGS, {**form(admin.get(SETTINGS)), "retention_days": "30",
                              "notifications.secret": SECRETS[2], "features.webinars": "on",
                              "access_validation.lead_minutes": "9 8"})  # fmt: skip

        page = admin.get(HISTORY)

        entries = re.findall(r'<li class="panel">(.*?)</li>', page.text, re.DOTALL)
        settings, added = (" ".join(re.sub(r"<[^>]+>", " ", each).split()) for each in entries)
        assert "op-admin" in settings
        assert "Webinars off → became on" in settings
        assert "Looked at again before the start (minutes) 60, 10 → became 9, 8" in settings
        assert "Days that events are kept after their end 365 → became 30" in settings
        assert "Secret they are signed with set" in settings
        assert "Connection added: acme" in added
        assert "API key key-of-the-lms" in added
        assert "Account id nothing → became acc" in added
        assert not [each for each in SECRETS if each in page.text]
        assert f"{HISTORY}" in admin.get(SETTINGS).links("history$")

    def test_of_nothing_says_so(self, admin: Operator) -> None:
        assert "Nothing was changed yet" in admin.get(HISTORY).text

    def test_has_pages(self, lms: Lms, admin: Operator) -> None:
        for number in range(51):
            lms.parts.moment += _A_MINUTE
            lms.put("/v1/settings", {"retention_days": number + 1})

        first = admin.get(HISTORY)
        [following] = first.links("cursor=")
        second = admin.get(following)

        assert first.text.count('<li class="panel">') == 50
        assert second.text.count('<li class="panel">') == 1
        assert second.links(f"{HISTORY}$")

    def test_is_for_administrators(self, operator: Operator) -> None:
        assert operator.get(HISTORY).status == 403
