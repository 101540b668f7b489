"""What is sent is what the API's document says of it."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from jsonschema import Draft202012Validator

from lectern.api.docs.about import document_text
from lectern.domain.notifications import Notification, NotificationType
from lectern.domain.problems import EnrollmentProblem
from lectern.notify.payload import payload
from lectern.store.outbox_items import OutboxEntry, Position

DOCUMENT = json.loads(document_text())
FIELDS = [
    {"version": 3},
    {"version": 3, "links_changed": False},
    {"user_id": "u-1"},
    {
        "user_id": "u-1",
        "code": EnrollmentProblem.INVALID_EMAIL,
        "message": "Zoom does not accept it.",
        "remedy": "Correct it.",
    },
]


def schema_of(webhook: str) -> dict[str, object]:
    body = DOCUMENT["webhooks"][webhook]["post"]["requestBody"]
    schema: dict[str, object] = body["content"]["application/json"]["schema"]
    return schema | {"components": DOCUMENT["components"]}


@pytest.mark.parametrize("kind", NotificationType)
@pytest.mark.parametrize("fields", FIELDS, ids=",".join)
def test_every_notification_is_as_documented(
    kind: NotificationType, fields: dict[str, object]
) -> None:
    entry = OutboxEntry(
        position=Position(day="2026-11-30", number=1),
        identifier="msg_1",
        written_at=datetime(2026, 11, 30, 9, tzinfo=UTC),
        notification=Notification(type=kind, event_id="ev-1", **fields),
    )
    sent = json.loads(json.dumps(payload(entry)))
    Draft202012Validator(schema_of("notification")).validate(sent)
    assert sent["type"] == kind.value
    assert set(sent["data"]) == {"event_id", *fields}


def test_the_question_about_access_is_as_documented() -> None:
    question = {"event_id": "ev-1", "user_ids": ["u-1"]}
    validator = Draft202012Validator(schema_of("accessCheck"))
    validator.validate(question)
    assert not validator.is_valid(question | {"user_ids": ["u"] * 501})
