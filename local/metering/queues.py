"""SQS's requests: https://aws.amazon.com/sqs/pricing/."""

from collections.abc import Mapping
from math import ceil
from typing import Any

from local.metering.counts import Counts

_CHUNK_BYTES = 64 * 1024
"""As much of a payload is billed as one request."""
_RECEIVE = "ReceiveMessage"
_OF_SENDERS = {"SendMessage", "SendMessageBatch"}


def count_of_queue(
    operation: str, asked: Mapping[str, Any], answer: Mapping[str, Any], counts: Counts
) -> None:
    """Counts a request that SQS has answered.

    To receive nothing is not counted here: a long poll is many such answers, and one request.
    """
    received = answer.get("Messages", [])
    if operation == _RECEIVE and not received:
        return
    sent = asked.get("Entries", [asked]) if operation in _OF_SENDERS else received
    requests = max(1, ceil(_bytes_of(sent) / _CHUNK_BYTES))
    counts.add(f"sqs.{operation}", _queue_of(asked), requests)


def count_nothing_received(asked: Mapping[str, Any], counts: Counts) -> None:
    """Counts a request for messages to which there was none in the end."""
    counts.add(f"sqs.{_RECEIVE}", _queue_of(asked))


def _queue_of(asked: Mapping[str, Any]) -> str:
    return str(asked.get("QueueUrl", "")).rpartition("/")[2]


def _bytes_of(messages: list[Mapping[str, Any]]) -> int:
    """Bodies, and attributes with their names and types."""
    return sum(
        len(str(each.get("MessageBody", each.get("Body", ""))).encode())
        + sum(
            len(f"{name}{value.get('DataType', '')}{value.get('StringValue', '')}".encode())
            for name, value in each.get("MessageAttributes", {}).items()
        )
        for each in messages
    )
