"""The table's stream, as the dispatcher is given it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import boto3
from boto3.dynamodb.types import TypeDeserializer

from lectern_testing.table import TABLE_NAME

_deserialize = TypeDeserializer().deserialize


@dataclass(frozen=True)
class Changed:
    """A change of one item.

    Attributes:
        name: Names the change; a record that comes again has the same.
        number: Its place in the stream.
    """

    name: str
    number: int
    old: dict[str, Any] | None
    new: dict[str, Any] | None


@cache
def _streams() -> Any:
    """Clients take longer to build than most tests take to run; they hold no state."""
    return boto3.Session(region_name="eu-west-1").client("dynamodbstreams")


class Stream:
    """Reads the stream of the test's table from its beginning on."""

    def __init__(self) -> None:
        self._client = _streams()
        (stream,) = self._client.list_streams(TableName=TABLE_NAME)["Streams"]
        arn = stream["StreamArn"]
        description = self._client.describe_stream(StreamArn=arn)["StreamDescription"]
        (shard,) = description["Shards"]
        self._iterator: str = self._client.get_shard_iterator(
            StreamArn=arn, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
        )["ShardIterator"]

    def changes(self) -> Iterator[Changed]:
        """What changed since the last call."""
        while True:
            answer = self._client.get_records(ShardIterator=self._iterator, Limit=1000)
            self._iterator = answer["NextShardIterator"]
            if not answer["Records"]:
                return
            for record in answer["Records"]:
                images = record["dynamodb"]
                yield Changed(
                    name=record["eventID"],
                    number=int(images["SequenceNumber"]),
                    old=_plain(images.get("OldImage")),
                    new=_plain(images.get("NewImage")),
                )


def _plain(image: dict[str, Any] | None) -> dict[str, Any] | None:
    return {name: _deserialize(value) for name, value in image.items()} if image else None
