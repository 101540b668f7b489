"""A delivery as an item of the inbox: small, told apart by its bytes, and read as it was signed."""

from __future__ import annotations

import base64
import secrets
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lectern.domain.errors import POISONED
from lectern.inbox import KEPT_SECONDS, MOST_PACKED_BYTES, DoesNotFit, delivery_in, item_of
from lectern.webhook_intake.receiver import MOST_BYTES
from lectern_testing.webhooks.deliveries import a_webhook, body_of
from local.metering.capacity import item_size, write_units

NOW = 1_900_000_000.5
ITEM_BYTES = 400 * 1024
"""The most that DynamoDB takes in an item."""

PARTICIPANT = {
    "user_id": "16778240",
    "user_name": "Kimberley Ng-Sørensen",
    "participant_uuid": "55555AAAiAAAAAiAiAiiAii",
    "email": "kimberley.ng-sorensen@people.example",
    "registrant_id": "abcdefghij0-klmnopq23456",
    "join_time": "2030-03-17T17:00:00Z",
}


@given(body=st.text())
def test_it_is_read_as_it_was_signed(body: str) -> None:
    assert delivery_in(item_of("default", body.encode(), NOW)) == ("default", body)


def test_the_same_bytes_are_one_item_and_others_are_another() -> None:
    key = item_of("default", b"{}", NOW)["PK"]

    assert item_of("default", b"{}", NOW + 60)["PK"] == key
    assert item_of("default", b"{ }", NOW)["PK"] != key
    assert item_of("another", b"{}", NOW)["PK"] != key


def test_a_delivery_of_a_usual_size_is_one_write_unit() -> None:
    for body in (
        body_of(a_webhook("meeting.participant_joined", participant=PARTICIPANT)),
        body_of(a_webhook("meeting.updated", agenda="Bring your certificate. " * 80)),
    ):
        assert write_units(0, item_size(item_of("default", body, NOW))) == 1


def test_it_is_forgotten_once_zoom_does_not_repeat_it_any_more() -> None:
    assert item_of("default", b"{}", NOW)["ttl"] == {"N": str(1_900_000_000 + KEPT_SECONDS)}
    assert KEPT_SECONDS > 7200, "as long as a signature is good for"


def test_whatever_is_taken_fits_into_an_item_once_it_is_packed_or_is_refused() -> None:
    words = b'{"topic": "' + b"Forklift safety, " * 60_000
    item = item_of("default", words[:MOST_BYTES], NOW)
    assert item_size(item) < ITEM_BYTES

    noise = secrets.token_bytes(MOST_PACKED_BYTES)
    with pytest.raises(DoesNotFit):
        item_of("default", noise, NOW)
    assert item_size(item_of("d" * 100, noise[:-1024], NOW)) < ITEM_BYTES


@pytest.mark.parametrize(
    "change",
    [
        {"body": {"B": "!"}},
        {"body": {"B": base64.b64encode(b"not packed").decode()}},
        {"body": {"S": "{}"}},
        {"body": item_of("default", b"\xff", NOW)["body"]},
        {"connection": {}},
    ],
)
def test_what_is_no_delivery_is_poisoned(change: dict[str, Any]) -> None:
    with pytest.raises(POISONED):
        delivery_in({**item_of("default", b"{}", NOW), **change})
