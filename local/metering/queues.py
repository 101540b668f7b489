"""SQS's requests: https://aws.amazon.com/sqs/pricing/."""

from collections.abc import Mapping
from math import ceil
from typing import Any

from local.metering.counts import Counts

_CHUNK_BYTES = 64 * 1024
"""As much of a payload is billed as one request."""
_OF_SENDERS = {"SendMessage", "SendMessageBatch"}


def count_of_queue(
    operation: str, asked: Mapping[str, Any], answer: Mapping[str, Any], counts: Counts
) -> None:
    """Counts a request that SQS has answered.

    To receive nothing is counted where it was waited for (``local.moto.long_polls``).
    """
    queue = str(asked.get("QueueUrl", "")).rpartition("/")[2]
    received = answer.get("Messages", [])
    if operation == "ReceiveMessage" and not received:
        return
    sent = asked.get("Entries", [asked]) if operation in _OF_SENDERS else received
    counts.add(f"sqs.{operation}", queue, max(1, ceil(_bytes_of(sent) / _CHUNK_BYTES)))


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
