"""Event source mappings of streams, with everything that goes wrong."""

from __future__ import annotations

import json
import threading
import uuid
from collections.abc import Callable
from threading import Event
from typing import Any

import pytest
from requests.sessions import Session

from lectern_testing.waiting import eventually
from local.cloud import LocalCloud
from local.event_sources import EventSource, EventSources
from local.template import TemplateError

QUEUES = "123456789012/lectern-local-"


@pytest.fixture
def put(cloud: LocalCloud, lms: Session) -> Callable[..., Any]:
    def put(*keys: str) -> None:
        assert lms.post(f"{cloud.url}/v1/put", json={"keys": keys}).ok

    return put


@pytest.fixture
def times(table: Callable[..., Any]) -> Callable[..., Any]:
    def times(key: str) -> int:
        item = table(f"heard-{key}")
        return int(item["times"]["N"]) if item else 0

    return times


@pytest.fixture
def dead_letters(aws: Callable[..., Any], cloud: LocalCloud) -> Callable[..., Any]:
    """What has come to the dead-letter queue since the test began."""
    sqs = aws("sqs")
    queue = f"{cloud.aws_url}/{QUEUES}DeadLetters"

    def receive() -> list[str]:
        answer = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10)
        for message in answer.get("Messages", []):
            sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
        return [message["Body"] for message in answer.get("Messages", [])]

    while receive():
        pass
    return receive


def unique(word: str) -> str:
    return f"{word}-{uuid.uuid4()}"


def test_a_source_that_could_not_be_read_is_read_again() -> None:
    read_again = threading.Event()

    class Busy:
        """A source that fails once, as one does whose server is busy."""

        def __init__(self) -> None:
            self.reads = 0

        def read(self, _stopping: Event) -> bool:
            self.reads += 1
            if self.reads == 1:
                raise TimeoutError
            read_again.set()
            return False

    with EventSources([Busy()]):
        assert read_again.wait(timeout=10)


def test_a_write_is_heard_from_the_stream(
    put: Callable[..., Any], times: Callable[..., Any]
) -> None:
    key = unique("good")
    put(key)
    assert eventually(lambda: times(key)) == 1


def test_a_record_that_fails_holds_up_those_after_it_until_it_is_given_up(
    put: Callable[..., Any], times: Callable[..., Any]
) -> None:
    before, bad, after = unique("good"), unique("bad"), unique("good")
    put(before, bad, after)
    eventually(lambda: times(after))
    assert times(before) == 1
    assert times(bad) == 4, "once, and as often again as the template allows"


def test_a_crash_is_narrowed_down_to_the_record_that_causes_it(
    put: Callable[..., Any], times: Callable[..., Any], dead_letters: Callable[..., Any]
) -> None:
    crash, good = unique("crash"), [unique("good") for _ in range(3)]
    put(*good, crash)
    eventually(lambda: all(times(key) for key in good))
    [given_up] = eventually(dead_letters)
    assert json.loads(given_up)["DDBStreamBatchInfo"]["batchSize"] == 1
    assert crash not in given_up, "a dead letter says where the record is, not what is in it"


def test_only_records_that_pass_the_filter_are_given(
    put: Callable[..., Any], times: Callable[..., Any]
) -> None:
    key, later = unique("good"), unique("good")
    put(key)
    put(key)
    put(later)
    eventually(lambda: times(later))
    assert times(key) == 1, "the second is no INSERT"


def test_a_queue_that_a_mapping_looks_into_is_refused() -> None:
    """It would be paid for all month, whatever it holds."""
    queue = "arn:aws:sqs:eu-west-1:123456789012:q"
    with pytest.raises(TemplateError, match="wakes who empties it"):
        EventSource.of({"FunctionName": "f", "EventSourceArn": queue})
