"""moto's SQS answers the same as it came, whatever it leaves out to get there."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws
from moto.sqs.models import Message

from local.moto import sqs

VARYING = {
    "MessageId",
    "ReceiptHandle",
    "ResponseMetadata",
    "SequenceNumber",
    "SentTimestamp",
    "ApproximateFirstReceiveTimestamp",
    "CreatedTimestamp",
    "LastModifiedTimestamp",
}


@pytest.fixture(autouse=True)
def _as_it_came(monkeypatch: pytest.MonkeyPatch) -> None:
    for (owner, name), original in sqs.AS_IT_CAME.items():
        monkeypatch.setattr(owner, name, original)


class Session:
    """Calls to the queues of an account, and what came of each."""

    def __init__(self) -> None:
        self.sqs = boto3.client("sqs", region_name="eu-west-1")
        self.answers: list[Any] = []
        dead = self.sqs.create_queue(QueueName="dead")["QueueUrl"]
        arn = self.sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])
        policy = json.dumps(
            {"deadLetterTargetArn": arn["Attributes"]["QueueArn"], "maxReceiveCount": 1}
        )
        self.plain = self.sqs.create_queue(QueueName="plain", Attributes={"RedrivePolicy": policy})[
            "QueueUrl"
        ]
        self.fifo = self.sqs.create_queue(
            QueueName="q.fifo",
            Attributes={"FifoQueue": "true", "ContentBasedDeduplication": "true"},
        )["QueueUrl"]
        self.dead = dead

    def call(self, operation: str, url: str, **asked: Any) -> dict[str, Any]:
        try:
            answer = getattr(self.sqs, operation)(QueueUrl=url, **asked)
        except ClientError as error:
            answer = error.response
        self.answers.append(without_what_varies(answer))
        found: dict[str, Any] = answer
        return found

    def receive(self, url: str, **asked: int) -> list[str]:
        names = {"MessageSystemAttributeNames": ["All"], "MessageAttributeNames": ["All"]}
        answer = self.call("receive_message", url, MaxNumberOfMessages=2, **names, **asked)
        return [message["ReceiptHandle"] for message in answer.get("Messages", [])]

    def attributes(self, url: str) -> None:
        for names in (["All"], ["ApproximateNumberOfMessages", "MessageRetentionPeriod"]):
            self.call("get_queue_attributes", url, AttributeNames=names)


def without_what_varies(answer: dict[str, Any] | list[dict[str, Any]] | str) -> Any:
    if isinstance(answer, dict):
        return {k: without_what_varies(v) for k, v in answer.items() if k not in VARYING}
    return [without_what_varies(each) for each in answer] if isinstance(answer, list) else answer


def plain_messages(session: Session) -> None:
    url = session.plain
    own = {"connection": {"DataType": "String", "StringValue": "default"}}
    for n in range(5):
        session.call("send_message", url, MessageBody=f"m{n}", MessageAttributes=own)
    session.call("send_message", url, MessageBody="late", DelaySeconds=60)
    session.attributes(url)
    first, second = session.receive(url)
    session.attributes(url)
    session.call("delete_message", url, ReceiptHandle=first)
    session.call("delete_message", url, ReceiptHandle=first)
    session.call("delete_message", url, ReceiptHandle="of none")
    session.call("change_message_visibility", url, ReceiptHandle=second, VisibilityTimeout=0)
    third, fourth = session.receive(url)
    entries = [{"Id": str(n), "ReceiptHandle": h} for n, h in enumerate((third, fourth, "no"))]
    session.call("delete_message_batch", url, Entries=entries)
    session.attributes(url)
    session.receive(url, VisibilityTimeout=0)
    session.receive(url)
    session.receive(session.dead)
    session.attributes(url)
    session.call("purge_queue", url)
    session.receive(url)


def fifo_messages(session: Session) -> None:
    url = session.fifo
    for group, body in (("a", "1"), ("a", "1"), ("a", "2"), ("b", "3"), ("b", "4")):
        session.call("send_message", url, MessageBody=body, MessageGroupId=group)
    session.call("send_message", url, MessageBody="no group")
    session.attributes(url)
    handles = session.receive(url)
    session.receive(url)
    session.call("delete_message", url, ReceiptHandle=handles[0])
    session.receive(url)
    for handle in handles[1:]:
        session.call("delete_message", url, ReceiptHandle=handle)
    session.call("send_message", url, MessageBody="5", MessageGroupId="a")
    session.receive(url)
    session.receive(url)
    session.attributes(url)


def no_longer_kept(session: Session) -> None:
    session.call("set_queue_attributes", session.plain, Attributes={"MessageRetentionPeriod": "0"})
    session.call("send_message", session.plain, MessageBody="old")
    session.receive(session.plain)


@pytest.mark.parametrize("calls", [plain_messages, fifo_messages, no_longer_kept])
def test_every_answer_is_the_same(calls: Callable[..., Any]) -> None:
    with mock_aws():
        as_it_came = Session()
        calls(as_it_came)
    sqs.install()
    with mock_aws():
        now = Session()
        calls(now)
    assert now.answers == as_it_came.answers


def test_the_ones_behind_are_not_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    looked_at = []

    class Looked(property):
        def __get__(self, message: Any, _kind: type | None = None, /) -> Any:
            looked_at.append(message)
            return super().__get__(message)

    sqs.install()
    with mock_aws():
        session = Session()
        for n in range(50):
            session.call("send_message", session.plain, MessageBody=str(n))
        monkeypatch.setattr(Message, "visible", Looked(Message.visible.fget))
        session.call("send_message", session.plain, MessageBody="one more")
        assert looked_at == []
        session.call(
            "delete_message", session.plain, ReceiptHandle=session.receive(session.plain)[0]
        )
        assert len(set(looked_at)) == 2
