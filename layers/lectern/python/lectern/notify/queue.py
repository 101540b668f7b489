"""The queue of deliveries: in order for each event, and each event apart from the others.

What was written together is one message, however many people it tells of.
"""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import TYPE_CHECKING

from lectern.store.outbox_items import OutboxPage, Position

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient


class DeliveryQueue:
    """The deliveries that are to be made; a message only names what is told.

    The event is the message group: SQS gives out the next message of a group once the one before
    it is gone, so that a delivery that has to wait holds up its own event and nobody else's.

    Args:
        client: An SQS client.
        url: The queue.
    """

    def __init__(self, client: SQSClient, url: str) -> None:
        self._client = client
        self._url = url

    def put(self, page: OutboxPage) -> None:
        """Asks for a delivery; once, if it is asked again within five minutes.

        One after the other, not in batches: SQS may refuse a part of a batch and take the rest,
        which would then overtake.
        """
        _send(self._client, self._url, page)


class RetryQueue:
    """The same queue, as it is worked off.

    Args:
        client: An SQS client.
        url: The queue.
        dead_letters_url: Where deliveries go that nobody took.
    """

    def __init__(self, client: SQSClient, url: str, dead_letters_url: str) -> None:
        self._client = client
        self._url = url
        self._dead_letters_url = dead_letters_url

    def put_off(self, receipt: str, pause: timedelta) -> None:
        """Hides a message that was received for a while; its group waits with it."""
        self._client.change_message_visibility(
            QueueUrl=self._url,
            ReceiptHandle=receipt,
            VisibilityTimeout=int(pause.total_seconds()),
        )

    def give_up(self, page: OutboxPage) -> None:
        """Puts a delivery aside for a person to see."""
        _send(self._client, self._dead_letters_url, page)

    def put_aside(self, body: str, group: str) -> None:
        """Puts a message aside as it came; once, if it is asked again within five minutes."""
        self._client.send_message(
            QueueUrl=self._dead_letters_url,
            MessageBody=body,
            MessageGroupId=group,
            MessageDeduplicationId=hashlib.sha256(f"{group}\n{body}".encode()).hexdigest(),
        )


def _send(client: SQSClient, url: str, page: OutboxPage) -> None:
    if not page.entries:
        return
    client.send_message(
        QueueUrl=url,
        MessageBody=page.position.model_dump_json(),
        MessageGroupId=page.entries[0].notification.event_id,
        MessageDeduplicationId=page.entries[-1].identifier,
    )


def position_in(body: str) -> Position:
    """Which item of the outbox a message names."""
    return Position.model_validate_json(body)
