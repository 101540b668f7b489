from __future__ import annotations

import json
from datetime import UTC, datetime
from io import BytesIO
from typing import Any, cast

import pytest
import requests
from requests.adapters import BaseAdapter
from requests.models import PreparedRequest, Response

from lectern.api.connections.credentials import ZoomCredentialsCheck, webinar_faults
from lectern.domain.errors import (
    LimitScope,
    ZoomCredentialsInvalid,
    ZoomDailyLimit,
    ZoomNotFound,
    ZoomRateLimited,
    ZoomRejected,
    ZoomScopeMissing,
    ZoomUnavailable,
)
from lectern.domain.limits.plan_usage import PlanUsage
from lectern.zoom.account import ZoomAccount
from lectern.zoom.oauth import GrantedToken


class TokenEndpoint(BaseAdapter):
    """Answers every token request alike, or not at all."""

    def __init__(self, status: int, body: bytes | dict[str, Any]) -> None:
        super().__init__()
        self.status, self.body = status, body
        self.asked: list[PreparedRequest] = []

    def send(self, request: PreparedRequest, *_args: Any, **_: Any) -> Response:
        self.asked.append(request)
        response = requests.Response()
        response.status_code = self.status
        content = self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()
        response.raw = BytesIO(content)
        return response

    def close(self) -> None:
        """Nothing is open."""


def check(status: int, body: bytes | dict[str, Any]) -> tuple[ZoomCredentialsCheck, TokenEndpoint]:
    session = requests.Session()
    endpoint = TokenEndpoint(status, body)
    session.mount("https://", endpoint)
    account = AccountOf(PlanUsage())
    return ZoomCredentialsCheck(
        session, "https://zoom.example/oauth/token", account.as_zoom
    ), endpoint


def as_zoom(account: AccountOf) -> ZoomAccount:
    """The account where one of Zoom's is wanted; only its usage is asked for."""
    return cast("ZoomAccount", account)


class AccountOf:
    """An account whose plan usage is known, or not to be had."""

    def __init__(self, usage: ZoomUnavailable | PlanUsage) -> None:
        self.usage = usage
        self.tokens: list[str] = []

    def as_zoom(self, granted: GrantedToken) -> ZoomAccount:
        return as_zoom(self.of(granted))

    def of(self, granted: GrantedToken) -> AccountOf:
        self.tokens.append(granted.access_token)
        return self

    def plan_usage(self) -> PlanUsage:
        if isinstance(self.usage, Exception):
            raise self.usage
        return self.usage


def test_credentials_that_zoom_gives_a_token_for_have_no_fault() -> None:
    credentials, endpoint = check(200, {"access_token": "t", "expires_in": 3600, "scope": ""})
    assert credentials.faults("acc", "cid", "hush") == []
    assert endpoint.asked[0].body == "grant_type=account_credentials&account_id=acc"


@pytest.mark.parametrize(
    ("reason", "pointer"),
    [
        ("Invalid client_id or client_secret", "/zoom/client_secret"),
        ("Invalid client_id", "/zoom/client_id"),
        ("The account does not exist", "/zoom/account_id"),
        ("", "/zoom/client_secret"),
    ],
)
def test_the_fault_is_where_zoom_s_reason_points(reason: str, pointer: str) -> None:
    credentials, _ = check(400, {"reason": reason, "error": "invalid_client"})
    (fault,) = credentials.faults("acc", "cid", "hush")
    assert fault.pointer == pointer
    assert (reason or "HTTP 400") in fault.detail
    assert "hush" not in fault.detail


def test_zooms_reason_is_told_without_what_is_private_and_in_short() -> None:
    reason = "kim@acme.example may not. " + "x " * 5000
    credentials, _ = check(400, {"reason": reason, "error": "invalid_client"})
    (fault,) = credentials.faults("acc", "cid", "hush")
    assert "(an address) may not." in fault.detail
    assert len(fault.detail) < 600


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [(500, b"", ZoomUnavailable), (200, b"<html>", ZoomUnavailable), (429, {}, ZoomRateLimited)],
)
def test_what_is_no_answer_says_nothing_of_the_credentials(
    status: int, body: bytes, error: type[Any]
) -> None:
    credentials, _ = check(status, body)
    with pytest.raises(error):
        credentials.faults("acc", "cid", "hush")


def test_the_plan_is_looked_at_with_the_token_that_the_credentials_gave() -> None:
    session = requests.Session()
    granted = {"access_token": "new", "expires_in": 3600, "scope": ""}
    session.mount("https://", TokenEndpoint(200, granted))
    account = AccountOf(PlanUsage(has_webinars=False))
    credentials = ZoomCredentialsCheck(session, "https://zoom.example/oauth/token", account.as_zoom)

    assert credentials.faults("acc", "cid", "hush") == []
    (fault,) = credentials.faults("acc", "cid", "hush", webinars=True)

    assert fault.pointer == "/features/webinars"
    assert account.tokens == ["new"]


@pytest.mark.parametrize(
    "usage",
    [
        PlanUsage(has_webinars=True),
        PlanUsage(),
        ZoomScopeMissing("get_plan_usage", scopes=("billing:read:plan_usage:admin",)),
        ZoomRejected("get_plan_usage", status=400, code=200),
        ZoomNotFound("get_plan_usage", status=404),
        ZoomCredentialsInvalid("get_plan_usage"),
        ZoomDailyLimit("get_plan_usage", resume_at=datetime.now(UTC), scope=LimitScope.ACCOUNT),
    ],
)
def test_only_an_account_that_is_known_to_have_no_webinars_is_refused(usage: PlanUsage) -> None:
    assert webinar_faults(as_zoom(AccountOf(usage))) == []


def test_a_zoom_that_does_not_answer_says_nothing_of_webinars() -> None:
    with pytest.raises(ZoomUnavailable):
        webinar_faults(as_zoom(AccountOf(ZoomUnavailable("get_plan_usage", unclear=True))))
