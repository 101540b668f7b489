import json
from datetime import UTC, datetime
from io import BytesIO

import pytest
import requests
from requests.adapters import BaseAdapter

from lectern.api.settings.credentials import CredentialsCheck, webinar_faults
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


class TokenEndpoint(BaseAdapter):
    """Answers every token request alike, or not at all."""

    def __init__(self, status, body):
        super().__init__()
        self.status, self.body, self.asked = status, body, []

    def send(self, request, **_):
        self.asked.append(request)
        response = requests.Response()
        response.status_code = self.status
        content = self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()
        response.raw = BytesIO(content)
        return response

    def close(self):
        """Nothing is open."""


def check(status, body):
    session = requests.Session()
    endpoint = TokenEndpoint(status, body)
    session.mount("https://", endpoint)
    account = AccountOf(PlanUsage())
    return CredentialsCheck(session, "https://zoom.example/oauth/token", account.of), endpoint


class AccountOf:
    """An account whose plan usage is known, or not to be had."""

    def __init__(self, usage):
        self.usage, self.tokens = usage, []

    def of(self, granted):
        self.tokens.append(granted.access_token)
        return self

    def plan_usage(self):
        if isinstance(self.usage, Exception):
            raise self.usage
        return self.usage


def test_credentials_that_zoom_gives_a_token_for_have_no_fault():
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
def test_the_fault_is_where_zoom_s_reason_points(reason, pointer):
    credentials, _ = check(400, {"reason": reason, "error": "invalid_client"})
    (fault,) = credentials.faults("acc", "cid", "hush")
    assert fault.pointer == pointer
    assert (reason or "HTTP 400") in fault.detail
    assert "hush" not in fault.detail


def test_zooms_reason_is_told_without_what_is_private_and_in_short():
    reason = "kim@acme.example may not. " + "x " * 5000
    credentials, _ = check(400, {"reason": reason, "error": "invalid_client"})
    (fault,) = credentials.faults("acc", "cid", "hush")
    assert "(an address) may not." in fault.detail
    assert len(fault.detail) < 600


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [(500, b"", ZoomUnavailable), (200, b"<html>", ZoomUnavailable), (429, {}, ZoomRateLimited)],
)
def test_what_is_no_answer_says_nothing_of_the_credentials(status, body, error):
    credentials, _ = check(status, body)
    with pytest.raises(error):
        credentials.faults("acc", "cid", "hush")


def test_the_plan_is_looked_at_with_the_token_that_the_credentials_gave():
    session = requests.Session()
    granted = {"access_token": "new", "expires_in": 3600, "scope": ""}
    session.mount("https://", TokenEndpoint(200, granted))
    account = AccountOf(PlanUsage(has_webinars=False))
    credentials = CredentialsCheck(session, "https://zoom.example/oauth/token", account.of)

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
def test_only_an_account_that_is_known_to_have_no_webinars_is_refused(usage):
    assert webinar_faults(AccountOf(usage)) == []


def test_a_zoom_that_does_not_answer_says_nothing_of_webinars():
    with pytest.raises(ZoomUnavailable):
        webinar_faults(AccountOf(ZoomUnavailable("get_plan_usage", unclear=True)))
