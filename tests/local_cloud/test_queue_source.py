"""A queue is worked off by as many at once as the template allows, in order within a group."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from moto import mock_aws

from lectern_testing.waiting import eventually
from local.event_sources import EventSource, EventSources
from local.queue_source import QueueReader
from local.sandbox import Answer

ARN = "arn:aws:sqs:eu-west-1:123456789012:q.fifo"


class Function:
    """Is given messages, and takes as long for some as a test wants."""

    def __init__(self) -> None:
        self.begun: list[str] = []
        self.slow = threading.Event()

    def invoke(self, _function: str, payload: bytes) -> Answer:
        [record] = json.loads(payload)["Records"]
        self.begun.append(record["body"])
        if record["body"].startswith("slow"):
            assert self.slow.wait(30)
        return Answer(b"null")


@contextmanager
def reading(function: Function, **scaling: dict[str, int]) -> Iterator[Callable[..., Any]]:
    """A FIFO queue that is read for the function; gives a way to send a message of a group."""
    with mock_aws():
        sqs = boto3.client("sqs", region_name="eu-west-1")
        sqs.create_queue(QueueName="q.fifo", Attributes={"FifoQueue": "true"})
        aws: Any = SimpleNamespace(url="https://sqs.example", client=lambda _service: sqs)
        mapping = {"FunctionName": "f", "EventSourceArn": ARN, "BatchSize": 1, **scaling}
        reader = QueueReader(EventSource.of(mapping), aws, function.invoke)

        def send(group: str, body: str) -> None:
            sqs.send_message(
                QueueUrl=f"{aws.url}/123456789012/q.fifo",
                MessageBody=body,
                MessageGroupId=group,
                MessageDeduplicationId=body,
            )

        with EventSources([reader]):
            yield send
            function.slow.set()


@pytest.fixture
def function() -> Function:
    return Function()


def test_a_group_that_takes_long_does_not_hold_up_another(function: Function) -> None:
    with reading(function, ScalingConfig={"MaximumConcurrency": 10}) as send:
        send("one", "slow first")
        send("one", "second")
        eventually(lambda: function.begun)
        send("two", "other")
        eventually(lambda: "other" in function.begun)
        assert function.begun == ["slow first", "other"]
        function.slow.set()
        eventually(lambda: function.begun == ["slow first", "other", "second"])


def test_where_the_template_says_nothing_one_follows_the_other(function: Function) -> None:
    with reading(function) as send:
        send("one", "slow first")
        eventually(lambda: function.begun)
        send("two", "other")
        function.slow.set()
        eventually(lambda: function.begun == ["slow first", "other"])
