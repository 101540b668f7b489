"""Requests are signed as AWS's own client signs them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from botocore import auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from hypothesis import given
from hypothesis import strategies as st

from lectern.aws.signature import Signer

NOW = 1_900_000_000.0
HEADERS = {
    "content-type": "application/x-amz-json-1.0",
    "host": "sqs.eu-west-1.amazonaws.com",
    "x-amz-target": "AmazonSQS.SendMessage",
}


def signed_by_aws(signer: Signer, body: bytes) -> str:
    credentials = Credentials(signer.key_id, signer.secret_key, signer.token)
    url = f"https://{HEADERS['host']}/"
    request = AWSRequest("POST", url, headers=dict(HEADERS), data=body)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(auth, "get_current_datetime", lambda: datetime.fromtimestamp(NOW, UTC))
        auth.SigV4Auth(credentials, signer.service, signer.region).add_auth(request)
    return str(request.headers["Authorization"])


@given(
    body=st.binary(max_size=200),
    secret_key=st.text(st.characters(codec="ascii"), min_size=1, max_size=40),
    token=st.none() | st.text("AZaz09+/=", min_size=1, max_size=40),
)
def test_the_signature_is_that_of_awss_own_client(
    body: bytes, secret_key: str, token: str | None
) -> None:
    signer = Signer("sqs", "eu-west-1", "AKIDEXAMPLE", secret_key, token)
    signed = signer.signed(HEADERS, body, NOW)
    assert signed["authorization"] == signed_by_aws(signer, body)
    assert signed["x-amz-date"] == "20300317T174640Z"
    assert signed.get("x-amz-security-token") == token


def test_no_key_and_no_token_is_in_what_is_shown_of_it() -> None:
    shown = repr(Signer("sqs", "eu-west-1", "AKIDEXAMPLE", "the-key", "the-token"))
    assert "the-key" not in shown
    assert "the-token" not in shown
