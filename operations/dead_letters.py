"""What was put aside, given back to where it came from.

Each letter is given back once and deleted only when it was taken; what fails again stays, or comes
back to where it was. To replay does no harm: whatever reads these queues knows what it did before.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.type_defs import MessageTypeDef

IN_HAND = "replayed/"
"""Where a record is while it is given back. One that fails again is written anew where it was."""

Record = Mapping[str, Any]
"""A record of a stream, as functions are given it."""

Invoke = Callable[[bytes], Mapping[str, Any]]
"""Gives a function an event, and returns what it answers."""


class NotTaken(Exception):
    """The function did not take what it was given."""


@dataclass(frozen=True)
class Redrive:
    """Gives the messages of a dead-letter queue back to the queue that they came from.

    Attributes:
        client: An SQS client.
        dead_letters_url: The queue of what was put aside.
        url: The queue that it is given back to.
    """

    client: SQSClient
    dead_letters_url: str
    url: str

    def run(self) -> int:
        """Gives back what is there now, and says how many messages that were."""
        given_back = 0
        for message in received(self.client, self.dead_letters_url):
            self._send(message)
            self.client.delete_message(
                QueueUrl=self.dead_letters_url, ReceiptHandle=message["ReceiptHandle"]
            )
            given_back += 1
        return given_back

    def _send(self, message: MessageTypeDef) -> None:
        # Of a FIFO queue a message keeps its group, by which the deliveries of an event are in
        # order. Its id stands for what was said before: the queue takes that once in five minutes.
        group = message.get("Attributes", {}).get("MessageGroupId")
        order: dict[str, Any] = (
            {"MessageGroupId": group, "MessageDeduplicationId": message["MessageId"]}
            if group
            else {}
        )
        said = {
            name: {"DataType": value["DataType"], "StringValue": value.get("StringValue", "")}
            for name, value in message.get("MessageAttributes", {}).items()
        }
        self.client.send_message(
            QueueUrl=self.url,
            MessageBody=message["Body"],
            MessageAttributes=cast("Any", said),
            **order,
        )


@dataclass(frozen=True)
class Replay:
    """Gives records of a stream that could not be worked off to their function again.

    Attributes:
        storage: An S3 client.
        bucket: Where records are kept, of several tables.
        invoke: Gives the function an event.
        is_of_table: Whether a record is of the table that the function works for.
        counts: Whether a record still counts.
    """

    storage: S3Client
    bucket: str
    invoke: Invoke
    is_of_table: Callable[[Record], bool]
    counts: Callable[[Record], bool] = lambda _: True

    def run(self) -> tuple[int, int]:
        """Replays what is there now, the oldest first.

        Returns:
            How many batches were taken, and how many were not.
        """
        taken = failed = 0
        for key, records in self._kept():
            in_hand = self._take_in_hand(key)
            try:
                self._give(records, in_hand)
            except NotTaken:
                failed += 1
            else:
                self.storage.delete_object(Bucket=self.bucket, Key=in_hand)
                taken += 1
        return taken, failed

    def left(self) -> int:
        """How many batches are there now: also what the function took and put aside anew."""
        return sum(1 for _ in self._kept())

    def _kept(self) -> Iterator[tuple[str, list[Record]]]:
        """The batches of the table, with where they are; a batch is of one stream."""
        for key in self._keys():
            records = self._records(key)
            if all(map(self.is_of_table, records)):
                yield key, records

    def _keys(self) -> list[str]:
        pages = self.storage.get_paginator("list_objects_v2").paginate(Bucket=self.bucket)
        found = [each for page in pages for each in page.get("Contents", [])]
        return [each["Key"] for each in sorted(found, key=lambda each: each["LastModified"])]

    def _records(self, key: str) -> list[Record]:
        kept = json.loads(self.storage.get_object(Bucket=self.bucket, Key=key)["Body"].read())
        event = kept["payload"]
        records: list[Record] = (json.loads(event) if isinstance(event, str) else event)["Records"]
        return records

    def _take_in_hand(self, key: str) -> str:
        """Moves a record out of the way of its like, which a function that fails again writes."""
        if key.startswith(IN_HAND):
            return key
        source: Any = {"Bucket": self.bucket, "Key": key}
        self.storage.copy_object(Bucket=self.bucket, Key=IN_HAND + key, CopySource=source)
        self.storage.delete_object(Bucket=self.bucket, Key=key)
        return IN_HAND + key

    def _give(self, records: list[Record], key: str) -> None:
        still = [record for record in records if self.counts(record)]
        if not still:
            return
        answer = self.invoke(json.dumps({"Records": still}).encode())
        if answer.get("batchItemFailures", True):
            raise NotTaken(key)


def is_of(table_name: str, record: Record) -> bool:
    """Whether a record is of a table's stream."""
    return f":table/{table_name}/" in record["eventSourceARN"]


@dataclass(frozen=True)
class StillThere:
    """Whether what a change wrote is there; that something was deleted always counts.

    Nobody is told of somebody who was erased meanwhile.

    Attributes:
        client: A DynamoDB client.
        table_name: The table.
    """

    client: DynamoDBClient
    table_name: str

    def __call__(self, record: Record) -> bool:
        """Looks the item of a change up."""
        if record["eventName"] == "REMOVE":
            return True
        found = self.client.get_item(
            TableName=self.table_name,
            Key=record["dynamodb"]["Keys"],
            ConsistentRead=True,
            ProjectionExpression="PK",
        )
        return "Item" in found


def received(client: SQSClient, url: str) -> Iterator[MessageTypeDef]:
    """The messages that are in a queue at the beginning; what comes back meanwhile stays.

    Args:
        client: An SQS client.
        url: The queue.
    """
    counted = client.get_queue_attributes(
        QueueUrl=url, AttributeNames=["ApproximateNumberOfMessages"]
    )
    left = int(counted["Attributes"]["ApproximateNumberOfMessages"])
    while left > 0:
        answer = client.receive_message(
            QueueUrl=url,
            MaxNumberOfMessages=min(left, 10),
            WaitTimeSeconds=1,
            MessageSystemAttributeNames=["MessageGroupId"],
            MessageAttributeNames=["All"],
        )
        messages = answer.get("Messages", [])
        yield from messages
        left = left - len(messages) if messages else 0


def discard(client: SQSClient, url: str) -> int:
    """Deletes the messages that are there now, and says how many."""
    discarded = 0
    for message in received(client, url):
        client.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        discarded += 1
    return discarded
