"""Deliveries of Zoom that no retry helps: put aside at once, as they came."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient


class WebhookDeadLetters:
    """Where deliveries go that cannot be read, from where they can be given back.

    Args:
        client: An SQS client.
        url: The queue.
    """

    def __init__(self, client: SQSClient, url: str) -> None:
        self._client = client
        self._url = url

    def put_aside(self, connection: str, body: str) -> None:
        """Puts a delivery aside, with the connection whose secret signed it."""
        self._client.send_message(
            QueueUrl=self._url,
            MessageBody=body,
            MessageAttributes={"connection": {"DataType": "String", "StringValue": connection}},
        )
