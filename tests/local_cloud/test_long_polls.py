"""Whoever waits for a message keeps nobody from asking, and is given it as it comes."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from werkzeug.test import Client
from werkzeug.wrappers import Request, Response

from local.metering.counts import Counts
from local.moto.long_polls import LongPolls

RECEIVE = {"X-Amz-Target": "AmazonSQS.ReceiveMessage"}


class Queue:
    """SQS, which answers at once; has a message from so many questions on."""

    def __init__(self, messages_from: int = 1_000_000) -> None:
        self.asked: list[dict[str, Any]] = []
        self._messages_from = messages_from

    def __call__(self, environ: Any, start_response: Any) -> Any:
        self.asked.append(json.loads(Request(environ).get_data()))
        there = len(self.asked) >= self._messages_from
        told = {"Messages": [{"Body": "x"}]} if there else {}
        return Response(json.dumps(told))(environ, start_response)


def receive(queue: Queue, wait_seconds: int) -> tuple[Any, Any, float]:
    """What is answered, what was counted, and how long it took."""
    counts, began = Counts(), time.monotonic()
    asked = {"QueueUrl": "http://aws/q.fifo", "WaitTimeSeconds": wait_seconds}
    answer = Client(LongPolls(queue, counts)).post("/", json=asked, headers=RECEIVE)
    return json.loads(answer.data), counts.all(), time.monotonic() - began


def test_a_message_that_comes_meanwhile_is_given_at_once() -> None:
    queue = Queue(messages_from=3)
    answer, counted, took = receive(queue, 20)
    assert answer["Messages"] == [{"Body": "x"}]
    assert took < 5
    assert counted == {}, "who answers it has counted it"
    assert {each["WaitTimeSeconds"] for each in queue.asked} == {0}


def test_where_none_comes_it_was_one_request_however_often_it_was_looked() -> None:
    queue = Queue()
    answer, counted, took = receive(queue, 1)
    assert answer == {}
    assert 1 <= took < 5
    assert len(queue.asked) > 1
    assert counted == {"sqs.ReceiveMessage": {"q.fifo": 1}}


def test_who_does_not_wait_is_answered_at_once() -> None:
    queue = Queue()
    _, counted, _ = receive(queue, 0)
    assert len(queue.asked) == 1
    assert counted == {"sqs.ReceiveMessage": {"q.fifo": 1}}


@pytest.mark.parametrize("target", ["AmazonSQS.SendMessage", "DynamoDB_20120810.GetItem"])
def test_other_requests_are_passed_on_as_they_are(target: str) -> None:
    queue = Queue()
    polls = Client(LongPolls(queue, Counts()))
    polls.post("/", json={"WaitTimeSeconds": 9}, headers={"X-Amz-Target": target})
    assert queue.asked == [{"WaitTimeSeconds": 9}]


def test_others_are_answered_while_somebody_waits(aws: Callable[..., Any]) -> None:
    sqs = aws("sqs")
    url = sqs.create_queue(QueueName="waited-for")["QueueUrl"]
    received: list[Any] = []

    def wait() -> None:
        received.extend(sqs.receive_message(QueueUrl=url, WaitTimeSeconds=20)["Messages"])

    waiting = threading.Thread(target=wait)
    waiting.start()
    time.sleep(0.3)
    began = time.monotonic()
    sqs.send_message(QueueUrl=url, MessageBody="late")
    waiting.join(10)
    assert [each["Body"] for each in received] == ["late"]
    assert time.monotonic() - began < 5
