"""The example LMS believes a notification only if Lectern signed it, and counts it once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from examples.lms.lms import Inbox, Lectern, create_app, new_secret
from lectern.notify.signature import signed_headers

SECRET = new_secret()
BODY = b'{"type": "event.ready", "timestamp": "2026-12-01T09:00:00Z", "data": {"event_id": "e"}}'


@pytest.fixture
def inbox() -> Any:
    return Inbox(SECRET)


def headers(secret: str = SECRET, moment: datetime | None = None, body: Any = BODY) -> Any:
    return signed_headers(secret, "msg-1", moment or datetime.now(UTC), body)


def test_what_lectern_signed_is_taken_and_counts_once(inbox: Any) -> None:
    assert inbox.take(BODY, headers())
    assert inbox.take(BODY, headers())
    assert [each["data"]["event_id"] for each in inbox.news] == ["e"]


def from_now(minutes: int) -> Any:
    return datetime.now(UTC) + timedelta(minutes=minutes)


FORGED = {
    "no headers": dict,
    "not signed": lambda: headers(secret=None),  # type: ignore[arg-type]
    "another secret": lambda: headers(secret=new_secret()),
    "another body": lambda: headers(body=BODY + b" "),
    "too old": lambda: headers(moment=from_now(-6)),
    "too new": lambda: headers(moment=from_now(6)),
    "another id": lambda: {**headers(), "webhook-id": "msg-2"},
    "no signature": lambda: {**headers(), "webhook-signature": "nonsense"},
    "no base64": lambda: {**headers(), "webhook-signature": "v1,%%%"},
    "no time": lambda: {**headers(), "webhook-timestamp": "yesterday"},
}


@pytest.mark.parametrize("kind", FORGED)
def test_a_forged_one_is_refused(inbox: Any, kind: str) -> None:
    assert not inbox.take(BODY, FORGED[kind]())  # type: ignore[no-untyped-call]
    assert not inbox.news


def test_a_body_that_is_no_text_is_refused(inbox: Any) -> None:
    assert not inbox.take(b"\xff\xfe", headers(body=b"\xff\xfe"))


def test_over_http_a_forged_one_is_a_401_and_a_signed_one_is_taken(inbox: Any) -> None:
    lms = create_app(Lectern("http://lectern.example", "key"), inbox).test_client()
    path = "/lectern/notifications"
    assert lms.post(path, data=BODY, headers=headers(new_secret())).status_code == 401
    assert lms.post(path, data=BODY, headers=headers()).status_code == 204
    assert len(inbox.news) == 1
