import json

import pytest
import requests
from requests.adapters import BaseAdapter

from lectern.api.credentials import CredentialsCheck
from lectern.domain.errors import ZoomRateLimited, ZoomUnavailable


class TokenEndpoint(BaseAdapter):
    """Answers every token request alike, or not at all."""

    def __init__(self, status, body):
        super().__init__()
        self.status, self.body, self.asked = status, body, []

    def send(self, request, **_):
        self.asked.append(request)
        response = requests.Response()
        response.status_code = self.status
        response._content = (
            self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()
        )
        return response

    def close(self):
        """Nothing is open."""


def check(status, body):
    session = requests.Session()
    endpoint = TokenEndpoint(status, body)
    session.mount("https://", endpoint)
    return CredentialsCheck(session, "https://zoom.example/oauth/token"), endpoint


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


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [(500, b"", ZoomUnavailable), (200, b"<html>", ZoomUnavailable), (429, {}, ZoomRateLimited)],
)
def test_what_is_no_answer_says_nothing_of_the_credentials(status, body, error):
    credentials, _ = check(status, body)
    with pytest.raises(error):
        credentials.faults("acc", "cid", "hush")
