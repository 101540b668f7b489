"""The table's stream: its shards, and what its mapping gives up."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

from lectern_testing.table import TABLE_NAME, make_table
from local.event_sources import EventSource
from local.sandbox import Answer
from local.stream_source import StreamReader

REGION = "eu-west-1"
MAPPING = {
    "FunctionName": "dispatch",
    "EventSourceArn": f"arn:aws:dynamodb:{REGION}:123456789012:table/{TABLE_NAME}/stream/latest",
    "DestinationConfig": {"OnFailure": {"Destination": "arn:aws:s3:::kept"}},
}


class Aws:
    """moto, in this process."""

    url = "http://aws"

    def client(self, service: Any) -> Any:
        return boto3.client(service, region_name=REGION)


class Failing:
    """A function that fails; how often it was called."""

    calls = 0

    def __call__(self, _function: str, _payload: bytes) -> Answer:
        self.calls += 1
        return Answer(b"{}", failed=True)


@pytest.fixture
def aws() -> Iterator[Any]:
    with mock_aws():
        aws = Aws()
        make_table(aws.client("dynamodb"))
        place = {"LocationConstraint": REGION}
        aws.client("s3").create_bucket(Bucket="kept", CreateBucketConfiguration=place)
        key = {"PK": {"S": "EVENT#ev-1"}, "SK": {"S": "EVENT"}}
        aws.client("dynamodb").put_item(TableName=TABLE_NAME, Item=key)
        yield aws


def kept(aws: Any) -> list[dict[str, Any]]:
    s3 = aws.client("s3")
    found = s3.list_objects_v2(Bucket="kept").get("Contents", [])
    return [
        json.loads(s3.get_object(Bucket="kept", Key=each["Key"])["Body"].read()) for each in found
    ]


@pytest.mark.parametrize(
    ("limit", "calls"),
    [({"MaximumRetryAttempts": 1}, 2), ({"MaximumRecordAgeInSeconds": 0}, 1)],
    ids=["after its retries", "by its age"],
)
def test_what_is_given_up_is_kept_whole(aws: Any, limit: dict[str, int], calls: int) -> None:
    function = Failing()
    reader = StreamReader(EventSource.of({**MAPPING, **limit}), aws, function)

    assert reader.read(threading.Event())

    [given_up] = kept(aws)
    [record] = given_up["payload"]["Records"]
    assert record["dynamodb"]["NewImage"]["PK"] == {"S": "EVENT#ev-1"}
    assert given_up["requestContext"]["condition"] == "RetryAttemptsExhausted"
    assert function.calls == calls


def test_a_shard_is_read_four_times_a_second_and_no_more(aws: Any) -> None:
    reader = StreamReader(EventSource.of(MAPPING), aws, lambda *_: Answer(b"{}"))
    began = time.monotonic()
    for _ in range(3):
        reader.read(threading.Event())
    assert 0.5 <= time.monotonic() - began < 0.75


class Noting:
    """A function that notes what it is given, and waits for a second call at once with the first.

    Attributes:
        batches: The partitions and values of each batch.
    """

    def __init__(self) -> None:
        self.batches: list[list[tuple[str, str]]] = []
        self._both = threading.Barrier(2)

    def __call__(self, _function: str, payload: bytes) -> Answer:
        self._both.wait(10)
        images = [each["dynamodb"]["NewImage"] for each in json.loads(payload)["Records"]]
        self.batches.append([(each["PK"]["S"], each.get("at", each["PK"])["S"]) for each in images])
        return Answer(b"{}")


@pytest.mark.parametrize(
    ("more", "shards"), [({}, 2), ({"ParallelizationFactor": 2}, 1)], ids=["shards", "of a shard"]
)
def test_shards_are_read_at_once_and_a_partition_stays_in_order(
    aws: Any, more: dict[str, int], shards: int
) -> None:
    dynamodb, function = aws.client("dynamodb"), Noting()
    reader = StreamReader(EventSource.of(MAPPING | more), aws, function, shards=shards)
    for at in range(6):
        item = {"PK": {"S": f"P{at % 2}"}, "SK": {"S": "x"}, "at": {"S": str(at)}}
        dynamodb.put_item(TableName=TABLE_NAME, Item=item)

    assert reader.read(threading.Event())

    assert len(function.batches) == 2
    for partition in ("P0", "P1"):
        (batch,) = [each for each in function.batches if any(pk == partition for pk, _ in each)]
        moments = [at for pk, at in batch if pk == partition]
        assert moments == sorted(moments)
        assert len(moments) == 3


def test_no_batch_is_larger_than_the_mapping_has_it_whatever_is_read_at_once(aws: Any) -> None:
    dynamodb, sizes = aws.client("dynamodb"), []

    def note(_function: str, payload: bytes) -> Answer:
        sizes.append(len(json.loads(payload)["Records"]))
        return Answer(b"{}")

    mapping = MAPPING | {"BatchSize": 2, "ParallelizationFactor": 4}
    reader = StreamReader(EventSource.of(mapping), aws, note)
    for at in range(7):
        item = {"PK": {"S": "EVENT#ev-1"}, "SK": {"S": f"at {at}"}}
        dynamodb.put_item(TableName=TABLE_NAME, Item=item)

    assert reader.read(threading.Event())

    assert sizes == [2, 2, 2, 2]
