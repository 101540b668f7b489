"""The queue of deliveries: in order for each event, and each event apart from the others.

What was written together is one message, however many people it tells of.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from lectern.notify.bell import Bell
from lectern.store.outbox_items import OutboxPage, Position

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient


@dataclass(frozen=True)
class Message:
    """A delivery that is asked for, as the queue gives it out.

    Attributes:
        body: Which item of the outbox is told.
        group: The event.
        receipt: By which the queue knows that it gave it out.
        attempts: How often it gave it out, this time included.
    """

    body: str
    group: str
    receipt: str
    attempts: int


class DeliveryQueue:
    """The deliveries that are to be made; a message only names what is told.

    The event is the message group: SQS gives out the next message of a group once the one before
    it is gone, so that a delivery that has to wait holds up its own event and nobody else's.

    Args:
        client: An SQS client.
        url: The queue.
        bell: Wakes who drains it.
    """

    def __init__(self, client: SQSClient, url: str, bell: Bell) -> None:
        self._client = client
        self._url = url
        self._bell = bell

    def ring(self) -> None:
        """Has somebody look into the queue; to be asked once for all that was put in."""
        self._bell.ring()

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

    def is_empty(self) -> bool:
        """Whether nothing waits to be given out, as far as the queue can tell at once."""
        waiting = self._client.get_queue_attributes(
            QueueUrl=self._url, AttributeNames=["ApproximateNumberOfMessages"]
        )["Attributes"]
        return waiting["ApproximateNumberOfMessages"] == "0"

    def receive(self, wait_seconds: int) -> Message | None:
        """Gives out the next message, of an event of which none is given out.

        One at a time: what fails counts as an attempt of no other one.

        Args:
            wait_seconds: How long to wait for one, up to 20.
        """
        answer = self._client.receive_message(
            QueueUrl=self._url,
            MaxNumberOfMessages=1,
            WaitTimeSeconds=wait_seconds,
            MessageSystemAttributeNames=["ApproximateReceiveCount", "MessageGroupId"],
        )
        for message in answer.get("Messages", []):
            told = message["Attributes"]
            return Message(
                body=message["Body"],
                group=told["MessageGroupId"],
                receipt=message["ReceiptHandle"],
                attempts=int(told["ApproximateReceiveCount"]),
            )
        return None

    def remove(self, receipt: str) -> None:
        """Removes a message that was received; the next one of its event can be given out."""
        self._client.delete_message(QueueUrl=self._url, ReceiptHandle=receipt)

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
