"""Requests are signed as Standard Webhooks wants it."""

from __future__ import annotations

from datetime import UTC, datetime

from lectern.notify.signature import signed_headers

MOMENT = datetime.fromtimestamp(1731705121, UTC)


def test_the_signature_is_the_one_of_a_known_example() -> None:
    headers = signed_headers(
        "whsec_plJ3nmyCDGBKInavdOK15jsl",
        "msg_loFOjxBNrRLzqYUf",
        MOMENT,
        b'{"event_type":"ping","data":{"success":true}}',
    )
    assert headers == {
        "webhook-id": "msg_loFOjxBNrRLzqYUf",
        "webhook-timestamp": "1731705121",
        "webhook-signature": "v1,rAvfW3dJ/X/qxhsaXPOyyCGmRKsaKWcsNccKXlIktD0=",
    }


def test_without_a_secret_a_request_is_not_signed() -> None:
    headers = signed_headers(None, "msg_1", MOMENT, b"{}")
    assert headers == {"webhook-id": "msg_1", "webhook-timestamp": "1731705121"}
