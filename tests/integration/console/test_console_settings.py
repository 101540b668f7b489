"""The settings and the connections as pages: shown, filled in, refused at the field."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest

from lectern.api.http.problems import InvalidField
from lectern.console.forms.settings import CONNECTION_FIELDS, SETTINGS_FIELDS
from lectern.domain.errors import ZoomUnavailable
from lectern_testing.console import as_refused
from lectern_testing.lms.api import Lms, an_event_body
from lectern_testing.operator import Operator

SECRETS = {
    "zoom.client_secret": "the-client-secret",
    "zoom.webhook_secret_token": "the-webhook-secret",
    "notifications.secret": "whsec_c2VjcmV0",
}
FILLED = {
    "zoom.application_type": "server_to_server_oauth",
    "zoom.account_id": "acc-1",
    "zoom.client_id": "client-1",
    "features.meetings": "on",
    "access_validation.enabled": "on",
    "access_validation.lead_minutes": "90, 15 5",
    "access_validation.check_url": "https://lms.example/check",
    "emails.zoom_emails": "on",
    "drift": "report",
    "unknown_registrants": "remove",
    "hosts.missing_host": "create_sso",
    "hosts.licence": "assign",
    "hosts.instructors_as": "participants",
    "notifications.url": "https://lms.example/told",
    "retention_days": "30",
    **SECRETS,
}
APP = {"account_id": "acc-2", "client_id": "client-2", "client_secret": "the-client-secret"}
A_CONNECTION = {
    "account_id": "a",
    "client_id": "c",
    "client_secret": "s",
    "webhook_secret_token": "w",
}


def value_of(page: Any, name: str) -> Any:
    """What stands in a field."""
    found = re.search(rf'<input [^>]*id="{re.escape(name)}"[^>]*>', page.text)
    if found is None:
        return re.search(  # type: ignore[index]
            rf'<select id="{re.escape(name)}".*?value="([^"]*)" selected', page.text, re.DOTALL
        )[1]
    if 'type="checkbox"' in found[0]:
        return "on" if " checked" in found[0] else ""
    value = re.search(r'value="([^"]*)"', found[0])
    return unescape(value[1]) if value else ""


def faulty(page: Any) -> Any:
    """The fields that are marked."""
    return re.findall(r'id="([\w.]+)"[^>]* aria-invalid="true"', page.text)


class TestTheSettings:
    def test_of_an_empty_platform_show_what_holds(self, admin: Operator) -> None:
        page = admin.get("/console/settings")

        assert value_of(page, "features.meetings") == "on"
        assert value_of(page, "features.webinars") == ""
        assert value_of(page, "access_validation.lead_minutes") == "60, 10"
        assert value_of(page, "retention_days") == "365"
        assert page.text.count("Not set yet") == len(SECRETS)

    def test_are_saved_whole(self, lms: Lms, admin: Operator) -> None:
        sent = admin.post("/console/settings", FILLED)

        assert sent.location == "/console/settings?done=saved"
        told = lms.get("/v1/settings").json
        assert told["zoom"]["account_id"] == "acc-1"
        assert told["zoom"]["webhook_secret_token"]["set"]
        assert told["features"] == {"meetings": True, "webinars": False}
        assert told["access_validation"] == {
            "enabled": True, "lead_minutes": [90, 15, 5], "check_url": "https://lms.example/check",
        }  # fmt: skip
        assert told["emails"] == {"zoom_emails": True}
        assert (told["drift"], told["unknown_registrants"]) == ("report", "remove")
        assert told["hosts"] == {
            "missing_host": "create_sso", "licence": "assign", "instructors_as": "participants",
        }  # fmt: skip
        assert told["notifications"]["url"] == "https://lms.example/told"
        assert told["notifications"]["secret"]["set"]
        assert told["retention_days"] == 30
        assert lms.parts.secrets().get("default").client_secret == "the-client-secret"  # type: ignore[union-attr]
        assert lms.parts.secrets().notification_secret() == SECRETS["notifications.secret"]

    def test_show_what_was_saved_and_no_secret(self, admin: Operator) -> None:
        admin.post("/console/settings", FILLED)

        page = admin.get("/console/settings?done=saved")

        shown = {name: value_of(page, name) for name in FILLED}
        expected = {**FILLED, "access_validation.lead_minutes": "90, 15, 5"}
        assert shown == {**expected, **dict.fromkeys(SECRETS, "")}
        assert "Saved." in page.text
        assert page.text.count("leave empty to keep it") == len(SECRETS)
        assert not [secret for secret in SECRETS.values() if secret in page.text]

    def test_secrets_left_empty_stay(self, lms: Lms, admin: Operator) -> None:
        admin.post("/console/settings", FILLED)

        admin.post("/console/settings", {**FILLED, **dict.fromkeys(SECRETS, "")})

        kept = lms.parts.secrets().get("default")
        assert kept.client_secret == SECRETS["zoom.client_secret"]  # type: ignore[union-attr]
        assert kept.webhook_secret_token == SECRETS["zoom.webhook_secret_token"]  # type: ignore[union-attr]
        assert lms.parts.secrets().notification_secret() == SECRETS["notifications.secret"]

    def test_secrets_that_are_not_needed_can_be_taken_away(self, lms: Lms, admin: Operator) -> None:
        admin.post("/console/settings", FILLED)
        page = admin.get("/console/settings").text
        assert 'name="zoom.client_secret.remove"' not in page
        removed = {"zoom.webhook_secret_token.remove": "on", "notifications.secret.remove": "on"}
        assert all(f'name="{name}"' in page for name in removed)

        admin.post("/console/settings", {**FILLED, **dict.fromkeys(SECRETS, ""), **removed})

        told = lms.get("/v1/settings").json
        assert not told["zoom"]["webhook_secret_token"]["set"]
        assert not told["notifications"]["secret"]["set"]

    def test_what_is_left_empty_is_taken_away_where_it_can_be(
        self, lms: Lms, admin: Operator
    ) -> None:
        admin.post("/console/settings", FILLED)

        empty = {"access_validation.check_url": "", "notifications.url": "",
                 "access_validation.lead_minutes": ""}  # fmt: skip
        admin.post("/console/settings", {**FILLED, **empty})

        told = lms.get("/v1/settings").json
        assert told["access_validation"]["check_url"] is None
        assert told["access_validation"]["lead_minutes"] == []
        assert told["notifications"]["url"] is None

    @pytest.mark.parametrize(
        ("name", "typed"),
        [
            ("zoom.account_id", "with blanks"),
            ("access_validation.lead_minutes", "60, soon"),
            ("access_validation.lead_minutes", "60, 60"),
            ("access_validation.check_url", "http://lms.example"),
            ("access_validation.check_url", "no address"),
            ("drift", "ignore"),
            ("hosts.licence", ""),
            ("notifications.url", "ftp://lms.example"),
            ("notifications.secret", "secret"),
            ("retention_days", ""),
            ("retention_days", "many"),
            ("retention_days", "0"),
        ],
    )
    def test_what_is_refused_is_said_at_its_field_and_nothing_typed_is_lost(
        self, lms: Lms, admin: Operator, name: str, typed: Any
    ) -> None:
        before = lms.get("/v1/settings").json
        if name == "hosts.licence":
            typed = "give"

        page = admin.post("/console/settings", {**FILLED, name: typed})

        assert page.status == 422
        assert faulty(page) == [name]
        assert re.search(rf'id="{name}"[^>]*aria-describedby="[^"]*{name}-fault', page.text)
        assert re.findall(r'id="([\w.]+)"[^>]* autofocus', page.text) == [name]
        assert f'href="#{name}"' in page.text
        kept = {
            each: value_of(page, each)
            for each in FILLED
            if each not in {*SECRETS, "drift", "hosts.licence"}
        }
        assert kept == {each: {**FILLED, name: typed}[each] for each in kept}
        assert not [secret for secret in SECRETS.values() if f'"{secret}"' in page.text]
        assert lms.get("/v1/settings").json == before

    def test_what_zoom_refuses_is_said_at_its_field(self, lms: Lms, admin: Operator) -> None:
        lms.parts.zoom.faults_to_find = [
            InvalidField(pointer="/zoom/client_secret", detail="Zoom says <no>."),
            InvalidField(pointer="/features/webinars", detail="The plan has none."),
        ]

        page = admin.post("/console/settings", FILLED)

        assert faulty(page) == ["zoom.client_secret", "features.webinars"]
        assert "Zoom says &lt;no&gt;." in page.text
        assert re.findall(r'id="([\w.]+)"[^>]* autofocus', page.text) == ["zoom.client_secret"]

    def test_what_is_wrong_with_no_field_is_said_above(self, lms: Lms, admin: Operator) -> None:
        lms.parts.zoom.faults_to_find = [InvalidField(pointer="/elsewhere", detail="It is full.")]

        page = admin.post("/console/settings", FILLED)

        assert faulty(page) == []
        assert "It is full." in page.text

    def test_where_zoom_does_not_answer_nothing_is_lost(self, lms: Lms, admin: Operator) -> None:
        lms.parts.zoom.error = ZoomUnavailable("token", unclear=False)

        page = admin.post("/console/settings", FILLED)

        assert page.status == 503
        assert "Zoom does not answer" in page.text
        assert value_of(page, "zoom.account_id") == "acc-1"

    def test_every_field_of_the_api_has_one(self, lms: Lms) -> None:
        told = lms.get("/v1/settings").json
        leaves = {
            f"{section}.{name}" if isinstance(value, dict) else section
            for section, value in told.items()
            for name in (value if isinstance(value, dict) else {"": None})
        }
        assert {field.name for field in SETTINGS_FIELDS} == leaves


class TestConnections:
    def test_are_listed_with_how_they_stand(self, lms: Lms, admin: Operator) -> None:
        lms.put("/v1/connections/acme", A_CONNECTION)
        as_refused(lms, "acme", "Invalid client")

        page = admin.get("/console/connections").text

        assert "/console/connections/acme" in page
        assert "Zoom refuses the credentials" in page
        assert "Invalid client" in page

    def test_there_is_none_says_what_to_do(self, admin: Operator) -> None:
        assert "Zoom is not connected yet" in admin.get("/console/connections").text

    def test_one_is_added(self, lms: Lms, admin: Operator) -> None:
        sent = admin.post("/console/connections", {"connection_id": "acme", **APP})

        assert sent.location == "/console/connections/acme?done=saved"
        page = admin.get(sent.location)
        assert "The connection was saved" in page.text
        assert value_of(page, "account_id") == "acc-2"
        assert "the-client-secret" not in page.text
        assert lms.parts.secrets().get("acme").client_secret == "the-client-secret"  # type: ignore[union-attr]

    @pytest.mark.parametrize("name", ["", "with blanks", "x" * 129, "acme"])
    def test_one_needs_a_name_of_its_own(self, lms: Lms, admin: Operator, name: str) -> None:
        lms.put("/v1/connections/acme", A_CONNECTION)

        page = admin.post("/console/connections", {"connection_id": name, **APP})

        assert page.status == 422
        assert faulty(page) == ["connection_id"]
        assert value_of(page, "account_id") == "acc-2"
        assert lms.get("/v1/connections/acme").json["account_id"] == "a"

    def test_one_needs_its_credentials(self, admin: Operator) -> None:
        page = admin.post("/console/connections", {"connection_id": "acme", "account_id": "a"})

        assert faulty(page) == ["client_id", "client_secret"]
        empty = admin.post("/console/connections", {"connection_id": "acme"})
        assert faulty(empty) == ["account_id", "client_id", "client_secret"]

    def test_one_is_changed(self, lms: Lms, admin: Operator) -> None:
        lms.put("/v1/connections/acme", A_CONNECTION)

        sent = admin.post("/console/connections/acme", {"client_id": "another"})

        assert sent.location == "/console/connections/acme?done=saved"
        assert lms.get("/v1/connections/acme").json["client_id"] == "another"
        assert lms.parts.secrets().get("acme").client_secret == "s"  # type: ignore[union-attr]

    def test_what_zoom_refuses_is_said_at_its_field(self, lms: Lms, admin: Operator) -> None:
        lms.put("/v1/connections/acme", A_CONNECTION)
        lms.parts.zoom.faults_to_find = [
            InvalidField(pointer="/zoom/client_secret", detail="Zoom says no.")
        ]

        page = admin.post("/console/connections/acme", APP)

        assert faulty(page) == ["client_secret"]
        assert value_of(page, "account_id") == "acc-2"
        assert lms.get("/v1/connections/acme").json["account_id"] == "a"

    def test_one_is_deleted_after_being_asked(self, lms: Lms, admin: Operator) -> None:
        lms.put("/v1/connections/acme", A_CONNECTION)
        assert "for good?" in admin.get("/console/connections/acme/delete").text

        sent = admin.post("/console/connections/acme/delete")

        assert sent.location == "/console/connections?done=deleted"
        assert "was deleted" in admin.get(sent.location).text
        assert admin.get("/console/connections/acme").status == 404

    def test_one_that_events_need_is_not_deleted_and_says_why(
        self, lms: Lms, admin: Operator
    ) -> None:
        lms.put("/v1/connections/acme", A_CONNECTION)
        lms.put("/v1/events/ev-1", an_event_body(connection="acme"))

        page = admin.post("/console/connections/acme/delete")

        assert page.status == 409
        assert "1 event still needs this connection" in page.text
        assert lms.get("/v1/connections/acme").status == 200

    def test_that_does_not_exist_is_not_found(self, admin: Operator) -> None:
        for path in ("/console/connections/no", "/console/connections/no/delete"):
            assert admin.get(path).status == 404
            assert admin.post(path).status == 404

    def test_there_are_pages(self, lms: Lms, admin: Operator) -> None:
        for number in range(51):
            lms.put(f"/v1/connections/acme-{number:02}", A_CONNECTION)

        first = admin.get("/console/connections")
        [following] = first.links("cursor=")
        assert "acme-50" not in first.text
        assert "acme-50" in admin.get(following).text

    def test_every_field_of_the_app_has_one(self, lms: Lms) -> None:
        lms.put("/v1/connections/acme", A_CONNECTION)
        told = lms.get("/v1/connections/acme").json
        fields = {field.name for field in CONNECTION_FIELDS}
        assert fields == told.keys() - {"connection_id", "health"}


PATHS = ("/console/settings", "/console/connections", "/console/connections/acme",
         "/console/connections/acme/delete")  # fmt: skip


@pytest.mark.parametrize("path", PATHS)
def test_support_neither_sees_nor_changes_any_of_it(
    lms: Lms, operator: Operator, path: str
) -> None:
    lms.put("/v1/connections/acme", A_CONNECTION)

    assert operator.get(path).status == 403
    assert operator.post(path, {**FILLED, "connection_id": "x", **APP}).status == 403
    assert not lms.get("/v1/settings").json["zoom"]["client_secret"]["set"]
    assert [each["connection_id"] for each in lms.get("/v1/connections").json["items"]] == ["acme"]


@pytest.mark.parametrize("path", PATHS)
def test_a_form_of_another_session_changes_nothing(lms: Lms, admin: Operator, path: str) -> None:
    lms.put("/v1/connections/acme", A_CONNECTION)
    other = Operator(lms)
    other.enter(role="admin", user_id="op-2")
    token = other.get("/console").form_token

    assert admin.post(path, {**FILLED, "form_token": token}).status == 403
    assert not lms.get("/v1/settings").json["zoom"]["client_secret"]["set"]
    assert lms.get("/v1/connections/acme").status == 200
