"""The dispatcher as Lambda calls it: a poisoned record goes aside, and holds up nobody."""

from __future__ import annotations

import importlib.util
import json
import os
import sys
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import boto3
import pytest
from boto3.dynamodb.types import TypeSerializer
from moto import mock_aws

from lectern.composition import aws, stores, stream
from lectern.domain.event import Event
from lectern.store.items import event_item
from lectern.store.table import Item
from lectern_testing.builders import an_event
from lectern_testing.table import REPOSITORY, make_table

_serialize = TypeSerializer().serialize


def stream_record(number: int, item: Item) -> dict[str, Any]:
    image = {name: _serialize(value) for name, value in item.items() if value is not None}
    return {
        "eventID": f"e-{number}",
        "eventName": "INSERT",
        "dynamodb": {
            "Keys": {name: image[name] for name in ("PK", "SK")},
            "NewImage": image,
            "SequenceNumber": str(number),
        },
    }


def poisoned(event_id: str) -> Item:
    """An event of which the details cannot be read."""
    return event_item(an_event(event_id=event_id)) | {"details": "{"}


class Starts:
    """Stands for Step Functions; notes for which events executions are started."""

    def __init__(self) -> None:
        self.events: list[str] = []
        self.busy = 0

    def start(self, event: Event) -> None:
        if self.busy:
            self.busy -= 1
            raise ConnectionError
        self.events.append(event.event_id)


@pytest.fixture
def dispatch(monkeypatch) -> Iterator[ModuleType]:
    """The function's module, with AWS in moto, as it is when Lambda has loaded it."""
    with mock_aws():
        sqs = boto3.client("sqs")
        urls = {
            variable: sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
            for variable, name, attributes in (
                ("NOTIFICATION_QUEUE_URL", "n.fifo", {"FifoQueue": "true"}),
                ("STREAM_DEAD_LETTERS_URL", "dead", {}),
            )
        }
        arn = "arn:aws:states:eu-west-1:123456789012:stateMachine:m"
        for name, value in (urls | {"EVENT_SYNC_ARN": arn, "ATTENDANCE_ARN": arn}).items():
            monkeypatch.setenv(name, value)
        monkeypatch.setenv("TABLE_NAME", make_table(boto3.client("dynamodb")))
        cached = [
            each
            for module in (aws, stores, stream)
            for each in vars(module).values()
            if hasattr(each, "cache_clear")
        ]
        for each in cached:
            each.cache_clear()
        spec = importlib.util.spec_from_file_location(
            "dispatch_app", REPOSITORY / "functions" / "dispatch" / "app.py"
        )
        module = importlib.util.module_from_spec(spec)
        monkeypatch.setitem(sys.modules, "dispatch_app", module)
        spec.loader.exec_module(module)
        module.starts = Starts()
        monkeypatch.setattr(stream, "sync_starter", lambda: module.starts)
        yield module
        for each in cached:
            each.cache_clear()


def letters() -> list[dict[str, Any]]:
    url = os.environ["STREAM_DEAD_LETTERS_URL"]
    answer = boto3.client("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10)
    return [json.loads(message["Body"]) for message in answer.get("Messages", [])]


def call(dispatch: ModuleType, *items: Item) -> dict[str, Any]:
    records = [stream_record(number, item) for number, item in enumerate(items, 1)]
    return dispatch.handler({"Records": records}, None)


def test_a_poisoned_record_is_put_aside_and_the_others_go_on(dispatch):
    good = [event_item(an_event(event_id=f"ev-{n}")) for n in (1, 2)]

    answer = call(dispatch, good[0], poisoned("bad"), good[1])

    assert answer == {"batchItemFailures": []}
    assert dispatch.starts.events == ["ev-1", "ev-2"]
    [letter] = letters()
    assert letter["condition"] == "RecordPoisoned"
    assert letter["keys"] == {"PK": {"S": "EVENT#bad"}, "SK": {"S": "EVENT"}}
    assert letter["sequence_number"] == "2"


def test_a_letter_tells_where_the_change_is_and_not_what_is_in_it(dispatch):
    call(dispatch, poisoned("bad"))

    [letter] = letters()
    assert letter["error"]
    assert "acme.example" not in json.dumps(letter)


def test_what_a_retry_helps_is_tried_again(dispatch):
    event = event_item(an_event(event_id="ev-1"))
    dispatch.starts.busy = 1

    assert call(dispatch, event) == {"batchItemFailures": [{"itemIdentifier": "1"}]}
    assert letters() == []
    assert call(dispatch, event) == {"batchItemFailures": []}
    assert dispatch.starts.events == ["ev-1"]
