"""The set-up guide: each step is ticked by what Lectern can see, and by nothing else."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest

from lectern.domain.meeting import Kind
from lectern.domain.scopes import SCOPES
from lectern.store.table import Table
from lectern.store.webhooks import WebhookStore
from lectern_testing.console import as_accepted, as_in_sync, as_refused, as_tested
from lectern_testing.lms.api import Lms, an_event_body
from lectern_testing.operator import Operator
from lectern_testing.table import TABLE_NAME

STEPS = ["app", "scopes", "credentials", "features", "webhooks", "self_test", "event"]
APP = {"account_id": "a", "client_id": "c", "client_secret": "s-1", "webhook_secret_token": "w-1"}


def done(page: Any) -> Any:
    """The steps that are ticked, in order."""
    found = re.findall(r'id="step-(\w+)"(.*?)<h2.*?class="badge (\w*)">', page.text, re.DOTALL)
    assert [name for name, _, _ in found] == STEPS
    ticked = [name for name, _, kind in found if kind == "good"]
    assert [name for name, moves, _ in found if "data-live" not in moves] == ticked
    return ticked


def hear(lms: Lms, kind: str, connection: str = "default") -> None:
    WebhookStore(Table(lms.client, TABLE_NAME)).heard(connection, kind, lms.parts.now())  # type: ignore[arg-type]


def grant(lms: Lms, *, but: Any = (), connection: str = "default") -> None:
    scopes = [scope.name for scope in SCOPES if scope.name not in but]
    lms.parts.scopes().granted(connection, scopes, lms.parts.now())


def test_of_an_empty_platform_says_what_to_do(admin: Operator) -> None:
    page = admin.get("/console/set-up")

    assert done(page) == ["features"]
    assert 'value="https://api.example/live/webhook/zoom-meeting"' in page.text
    assert 'value="https://api.example/live/webhook/zoom-webinar"' in page.text
    assert "\n".join(scope.name for scope in SCOPES) in page.text
    assert "choose these 45" in page.text
    assert "1 of 7 steps done" in page.text
    assert "/console/settings#zoom" in page.links("#zoom")[0]
    assert "/console/set-up" in admin.get("/console").links("set-up$")


def test_each_step_is_ticked_once_it_is_seen(lms: Lms, admin: Operator) -> None:
    lms.put("/v1/settings", {"zoom": APP | {"webhook_secret_token": None}})
    assert done(admin.get("/console/set-up")) == ["features"]

    as_accepted(lms, "default")
    page = admin.get("/console/set-up")
    assert done(page) == ["app", "features"]
    assert "secret token is not entered yet" in page.text

    grant(lms)
    assert done(admin.get("/console/set-up")) == [*STEPS[:2], "features"]
    lms.put("/v1/settings", {"zoom": APP})
    as_accepted(lms, "default")
    assert done(admin.get("/console/set-up")) == STEPS[:4]
    hear(lms, Kind.MEETING)
    assert done(admin.get("/console/set-up")) == STEPS[:5]
    as_tested(lms)
    assert done(admin.get("/console/set-up")) == STEPS[:6]
    lms.put_event()
    as_in_sync(lms, "ev-1")
    page = admin.get("/console/set-up")
    assert done(page) == STEPS
    assert "Everything is set up" in page.text
    assert "data-live" not in page.text
    assert "http-equiv" not in page.text


def test_an_event_that_was_cancelled_is_no_first_event(lms: Lms, admin: Operator) -> None:
    lms.put_event()
    as_in_sync(lms, "ev-1")
    assert "event" in done(admin.get("/console/set-up"))

    lms.delete("/v1/events/ev-1")
    as_in_sync(lms, "ev-1")

    assert "event" not in done(admin.get("/console/set-up"))


def test_scopes_that_are_missing_are_counted_unless_nothing_uses_them(
    lms: Lms, admin: Operator
) -> None:
    lms.put("/v1/settings", {"zoom": APP})
    as_accepted(lms, "default")
    used = next(scope.name for scope in SCOPES if scope.name.startswith("meeting:write"))
    unused = next(scope.name for scope in SCOPES if scope.name.startswith("webinar:write"))

    grant(lms, but={unused})
    assert "scopes" in done(admin.get("/console/set-up"))
    lms.parts.moment += timedelta(seconds=1)
    lms.parts.scopes().refused("default", used, lms.parts.now())
    page = admin.get("/console/set-up")

    assert "scopes" not in done(page)
    assert "1 scope is still missing" in page.text


def test_webinars_have_to_be_heard_of_where_they_are_on(lms: Lms, admin: Operator) -> None:
    lms.put("/v1/settings", {"zoom": APP, "features": {"webinars": True}})
    hear(lms, Kind.MEETING)
    assert "webhooks" not in done(admin.get("/console/set-up"))

    hear(lms, Kind.WEBINAR)
    assert "webhooks" in done(admin.get("/console/set-up"))


def test_with_nothing_switched_on_there_is_nothing_to_hear_of(lms: Lms, admin: Operator) -> None:
    lms.put("/v1/settings", {"features": {"meetings": False}})

    assert done(admin.get("/console/set-up")) == []


def test_credentials_that_zoom_refuses_are_no_longer_ticked_and_say_why(
    lms: Lms, admin: Operator
) -> None:
    lms.put("/v1/settings", {"zoom": APP})
    as_accepted(lms, "default")
    grant(lms)
    as_refused(lms, "default", "Invalid client_id or client_secret")

    page = admin.get("/console/set-up")

    assert done(page) == ["features"]
    assert "Invalid client_id or client_secret" in page.text


def test_a_self_test_that_failed_ticks_nothing(lms: Lms, admin: Operator) -> None:
    as_tested(lms, passed=False)

    page = admin.get("/console/set-up")

    assert "self_test" not in done(page)
    assert ">Failed</span>" in page.text


def test_it_has_no_secret(lms: Lms, admin: Operator) -> None:
    lms.put("/v1/settings", {"zoom": APP})

    page = admin.get("/console/set-up").text

    assert not [secret for secret in ("s-1", "w-1") if re.search(rf"\b{secret}\b", page)]


@pytest.mark.parametrize("path", ["/console/set-up"])
def test_it_is_for_administrators(operator: Operator, path: str) -> None:
    assert operator.get(path).status == 403
    assert operator.get("/console").links("set-up") == []


class TestOfAnotherConnection:
    HERE = "/console/set-up?connection=acme"

    def test_each_step_is_ticked_by_what_is_seen_of_that_one_alone(
        self, lms: Lms, admin: Operator
    ) -> None:
        lms.put("/v1/settings", {"zoom": APP})
        lms.put("/v1/connections/acme", APP | {"webhook_secret_token": None})
        as_accepted(lms, "default")
        grant(lms)
        hear(lms, Kind.MEETING)
        as_tested(lms)
        lms.put_event()
        as_in_sync(lms, "ev-1")
        assert done(admin.get("/console/set-up")) == STEPS
        assert done(admin.get(self.HERE)) == ["features"]

        as_accepted(lms, "acme")
        assert done(admin.get(self.HERE)) == ["app", "features"]
        grant(lms, connection="acme")
        assert done(admin.get(self.HERE)) == [*STEPS[:2], "features"]
        lms.put("/v1/connections/acme", {"webhook_secret_token": "w-2"})
        as_accepted(lms, "acme")
        assert done(admin.get(self.HERE)) == STEPS[:4]
        hear(lms, Kind.MEETING, "acme")
        assert done(admin.get(self.HERE)) == STEPS[:5]
        as_tested(lms, connection="acme")
        assert done(admin.get(self.HERE)) == STEPS[:6]
        lms.put("/v1/events/ev-2", an_event_body(connection="acme"))
        as_in_sync(lms, "ev-2")
        assert done(admin.get(self.HERE)) == STEPS

    def test_everything_leads_to_that_one(self, lms: Lms, admin: Operator) -> None:
        lms.put("/v1/connections/acme", APP)
        as_accepted(lms, "acme")

        page = admin.get(self.HERE)

        assert page.links("#app") == ["/console/connections/acme#app"]
        assert "/console/scopes?connection=acme" in page.links()
        assert "/console/self-tests?connection=acme" in page.links()
        assert "<code>acme</code>" in page.text
        for place in ("/console/connections", "/console/connections/acme"):
            assert self.HERE in admin.get(place).links("set-up")

    def test_an_event_that_is_over_ticks_its_step_as_well(self, lms: Lms, admin: Operator) -> None:
        lms.put("/v1/connections/acme", APP)
        lms.put("/v1/events/ev-2", an_event_body(connection="acme"))
        as_in_sync(lms, "ev-2")
        lms.parts.moment += timedelta(days=400)
        admin.enter(role="admin", user_id="op-admin")

        assert "event" in done(admin.get(self.HERE))

    def test_of_one_that_is_not_there_is_not_found(self, admin: Operator) -> None:
        assert admin.get(self.HERE).status == 404
