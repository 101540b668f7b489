"""Whatever arrives at the webhook addresses: what is answered, and what is kept."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lectern.inbox import DoesNotFit
from lectern.webhook_intake.receiver import MOST_BYTES, IntakeMetric
from lectern_testing.webhooks.deliveries import (
    a_webhook,
    body_of,
    proxy_event,
    signature,
    signed_headers,
)
from lectern_testing.webhooks.intake import BODY, NOW, Reception, challenge, proof


def test_a_signed_delivery_is_kept_as_it_was_signed_and_answered_with_nothing(
    reception: Reception,
) -> None:
    outcome = reception.receive()

    assert (outcome.answer["statusCode"], outcome.answer["body"]) == (200, "")
    assert outcome.counted is IntakeMetric.STORED
    assert reception.kept == [("default", BODY.decode())]


def test_the_signature_is_over_the_bytes_and_not_over_what_they_mean(reception: Reception) -> None:
    spaced = b'{ "event":"meeting.started",\n "payload":{} }'

    assert reception.status(spaced) == 200
    assert reception.kept == [("default", spaced.decode())]
    resent = body_of(json.loads(spaced))
    stamp = signed_headers(spaced, NOW)
    assert reception.status(resent, headers=stamp) == 401


@pytest.mark.parametrize("path", ["/webhook/zoom-meeting", "/webhook/zoom-webinar"])
@pytest.mark.parametrize("encoding", [{}, {"as_base64": True}])
def test_either_address_and_either_encoding_will_do(
    reception: Reception, path: str, encoding: dict[str, bool]
) -> None:
    body = body_of(a_webhook(topic="Sikkerhed på gaffeltruck: æøå 🚜"))

    assert reception.status(body, path=path, **encoding) == 200
    assert reception.kept == [("default", body.decode())]


def test_names_of_headers_have_no_case(reception: Reception) -> None:
    headers = {name.title(): value for name, value in signed_headers(BODY, NOW).items()}

    outcome = reception.receiver.receive(proxy_event(BODY, headers))

    assert outcome.answer["statusCode"] == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"x-zm-signature": ""},
        {"x-zm-signature": "v0="},
        {"x-zm-signature": "v0=" + "0" * 64},
        {"x-zm-signature": signature(BODY, str(int(NOW)))[3:]},
        {"x-zm-signature": signature(BODY, str(int(NOW))).upper()},
        {"x-zm-signature": signature(BODY, str(int(NOW)), "another secret")},
        {"x-zm-signature": "v0=ærlig\udc80"},
        {"x-zm-request-timestamp": ""},
        {"x-zm-request-timestamp": "yesterday"},
        {"x-zm-request-timestamp": str(int(NOW) + 1)},
        {"x-zm-request-timestamp": "1" * 400},
    ],
)
def test_whatever_is_malformed_is_a_failed_signature(
    reception: Reception, headers: dict[str, str]
) -> None:
    outcome = reception.receive(headers=headers)

    assert outcome.answer["statusCode"] == 401
    assert outcome.answer["headers"]["Content-Type"] == "application/problem+json"
    assert json.loads(outcome.answer["body"])["code"] == "invalid_signature"
    assert outcome.counted is IntakeMetric.NOT_SIGNED
    assert reception.kept == []


@pytest.mark.parametrize(
    "stamp", ["\uff11900000000", " 1900000000", "1_900_000_000", "+1900000000"]
)
def test_a_time_that_only_looks_like_one_is_none_even_if_it_is_signed(
    reception: Reception, stamp: str
) -> None:
    headers = {"x-zm-request-timestamp": stamp, "x-zm-signature": signature(BODY, stamp)}

    assert reception.status(headers=headers) == 401


@pytest.mark.parametrize("missing", ["x-zm-signature", "x-zm-request-timestamp"])
def test_a_missing_header_is_a_failed_signature(reception: Reception, missing: str) -> None:
    headers = signed_headers(BODY, NOW)
    del headers[missing]

    assert reception.receiver.receive(proxy_event(BODY, headers)).answer["statusCode"] == 401
    assert reception.receiver.receive(proxy_event(None, {})).answer["statusCode"] == 401


@pytest.mark.parametrize(
    ("seconds", "status"),
    [(-7200, 200), (-7201, 401), (300, 200), (301, 401), (-85 * 60, 200), (NOW, 401)],
)
def test_the_window_of_time_is_two_hours_back_and_five_minutes_ahead(
    reception: Reception, seconds: float, status: int
) -> None:
    assert reception.status(at=NOW + seconds) == status


@given(content=st.binary(max_size=300), changed=st.integers(min_value=0, max_value=10_000))
def test_a_delivery_with_any_bit_changed_is_refused(content: bytes, changed: int) -> None:
    reception = Reception()
    body = BODY + content
    place, bit = divmod(changed % (8 * len(body)), 8)
    tampered = bytearray(body)
    tampered[place] ^= 1 << bit

    headers = signed_headers(body, NOW)
    assert reception.status(bytes(tampered), headers=headers, as_base64=True) == 401
    assert reception.kept == []


@given(body=st.binary(max_size=300))
def test_a_signed_delivery_is_never_refused_for_its_shape(body: bytes) -> None:
    reception = Reception()

    outcome = reception.receive(body, as_base64=True)

    assert outcome.answer["statusCode"] == 200
    assert outcome.counted in {
        IntakeMetric.STORED,
        IntakeMetric.UNREADABLE,
        IntakeMetric.CHALLENGE_FAILED,
    }


@pytest.mark.parametrize("body", [b"", b"null", b"[]", b'"text"', b"[" * 100_000, b"\xff", b"{"])
def test_what_is_signed_but_no_object_is_dropped_and_counted(
    reception: Reception, body: bytes
) -> None:
    outcome = reception.receive(body, as_base64=True)

    assert outcome.answer["statusCode"] == 200
    assert outcome.counted is IntakeMetric.UNREADABLE
    assert reception.kept == []


def test_what_cannot_be_stored_whole_is_too_large(reception: Reception) -> None:
    filled = b'{"event": "' + b"x" * (MOST_BYTES - 13) + b'"}'

    assert reception.status(filled) == 200
    outcome = reception.receive(filled + b" ")
    assert outcome.answer["statusCode"] == 413
    assert json.loads(outcome.answer["body"])["code"] == "body_too_large"
    assert len(reception.kept) == 1


def test_what_does_not_fit_where_it_is_kept_is_too_large_as_well(
    reception: Reception, monkeypatch: pytest.MonkeyPatch
) -> None:
    def put(_connection: str, _body: bytes) -> None:
        raise DoesNotFit

    monkeypatch.setattr(reception, "put", put)

    outcome = reception.receive()

    assert outcome.answer["statusCode"] == 413
    assert json.loads(outcome.answer["body"])["code"] == "body_too_large"
    assert outcome.counted is None


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "OPTIONS"])
def test_another_method_is_answered_with_the_one_that_there_is(
    reception: Reception, method: str
) -> None:
    outcome = reception.receive(method=method)

    assert outcome.answer["statusCode"] == 405
    assert outcome.answer["headers"]["Allow"] == "POST"
    assert reception.kept == []


# The challenge.


def test_a_challenge_is_met_with_the_proof_and_not_kept(reception: Reception) -> None:
    outcome = reception.receive(challenge("qgg8vlvZRS6UYooatFL8Aw"))

    assert outcome.answer["statusCode"] == 200
    assert outcome.answer["headers"]["Content-Type"] == "application/json"
    assert json.loads(outcome.answer["body"]) == {
        "plainToken": "qgg8vlvZRS6UYooatFL8Aw",
        "encryptedToken": proof("qgg8vlvZRS6UYooatFL8Aw"),
    }
    assert outcome.counted is IntakeMetric.CHALLENGE_MET
    assert reception.kept == []


def test_a_challenge_without_a_signature_is_met_if_its_token_is_like_one(
    reception: Reception,
) -> None:
    outcome = reception.receiver.receive(proxy_event(challenge("aZ0_-+/="), {}))

    assert json.loads(outcome.answer["body"])["encryptedToken"] == proof("aZ0_-+/=")
    assert outcome.counted is IntakeMetric.CHALLENGE_MET


@pytest.mark.parametrize(
    "token",
    [
        f"v0:{int(NOW)}:" + BODY.decode(),
        "v0:1:{}",
        "a b",
        "a\n",
        "é",
        "",
        "x" * 257,
        None,
        7,
        ["a"],
        {"a": "b"},
    ],
)
def test_nobody_has_a_text_of_their_own_signed_by_a_challenge(
    reception: Reception, token: Any
) -> None:
    outcome = reception.receiver.receive(proxy_event(challenge(token), {}))

    assert outcome.answer["statusCode"] == 401
    assert outcome.counted is IntakeMetric.CHALLENGE_FAILED
    assert proof(str(token)) not in outcome.answer["body"]


def test_a_challenge_that_is_signed_well_is_met_whatever_its_token(reception: Reception) -> None:
    outcome = reception.receive(challenge("any thing: at all"))

    assert json.loads(outcome.answer["body"])["encryptedToken"] == proof("any thing: at all")


@pytest.mark.parametrize(
    "content", [challenge(None), challenge(7), b'{"event":"endpoint.url_validation"}']
)
def test_a_signed_challenge_without_a_token_is_neither_met_nor_refused(
    reception: Reception, content: bytes
) -> None:
    outcome = reception.receive(content)

    assert (outcome.answer["statusCode"], outcome.answer["body"]) == (200, "")
    assert outcome.counted is IntakeMetric.CHALLENGE_FAILED


def test_a_challenge_by_another_secret_counts_as_failed_although_it_is_answered(
    reception: Reception,
) -> None:
    outcome = reception.receive(challenge("abc"), secret="what Zoom has")

    assert outcome.answer["statusCode"] == 200
    assert outcome.counted is IntakeMetric.CHALLENGE_FAILED


def test_without_any_secret_nothing_is_taken(reception: Reception) -> None:
    reception.change_secret(None)

    assert reception.status() == 401
    assert reception.status(challenge("abc")) == 401
