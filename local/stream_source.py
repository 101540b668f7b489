"""Reads a table's stream for a function, in order."""

import json
import threading
import time
import uuid
import zlib
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

from local.event_sources import EventSource, Invoke
from local.records import Record, matches, stream_record
from local.resources import Aws, queue_url

_MAX_BACKOFF_SECONDS = 5.0
_READ_EVERY_SECONDS = 0.25
"""Lambda reads a shard four times a second, so that changes of one moment come as one batch:
https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html"""
_MOST_RECORDS = 1000
"""DynamoDB gives no more of them at once."""


class StreamReader:
    """Gives the records of a DynamoDB stream to a function.

    A batch that fails is tried again, in halves if the template says so, and holds up what comes
    after it, until its retries are used up; then it goes to the dead-letter queue.

    Args:
        source: the mapping.
        aws: where the stream is.
        invoke: calls the function.
        shards: how many there are. moto's streams have one: where there are several, or the mapping
            asks for several batches of each at once, its records are given to the function by
            partitions of the table, in so many batches.
    """

    def __init__(self, source: EventSource, aws: Aws, invoke: Invoke, shards: int = 1) -> None:
        self._source = source
        self._at_once = shards * source.of_a_shard
        self._aws = aws
        self._invoke = invoke
        self._streams = aws.client("dynamodbstreams")
        table = source.arn.split("/")[1]
        [stream] = self._streams.list_streams(TableName=table)["Streams"]
        self._arn = stream["StreamArn"]
        self._iterators: dict[str, str | None] = {}
        self._reads_at = 0.0

    def read(self, stopping: threading.Event) -> bool:
        """Reads every shard once, when it is time to; says whether there were records."""
        stopping.wait(max(self._reads_at - time.monotonic(), 0))
        self._reads_at = time.monotonic() + _READ_EVERY_SECONDS
        for shard in self._new_shards():
            self._iterators[shard] = self._streams.get_shard_iterator(
                StreamArn=self._arn, ShardId=shard, ShardIteratorType="TRIM_HORIZON"
            )["ShardIterator"]
        found = [self._read_shard(shard, stopping) for shard in list(self._iterators)]
        return any(found)

    def _new_shards(self) -> list[str]:
        """Shards are looked up at first, and when one that is read has been closed."""
        if self._iterators and all(self._iterators.values()):
            return []
        description = self._streams.describe_stream(StreamArn=self._arn)["StreamDescription"]
        shards = [shard["ShardId"] for shard in description["Shards"]]
        return [shard for shard in shards if shard not in self._iterators]

    def _read_shard(self, shard: str, stopping: threading.Event) -> bool:
        iterator = self._iterators[shard]
        if iterator is None:
            return False
        limit = min(self._source.batch_size * self._at_once, _MOST_RECORDS)
        answer = self._streams.get_records(ShardIterator=iterator, Limit=limit)
        records = [stream_record(record, self._arn) for record in answer["Records"]]
        wanted = [r for r in records if matches(r, self._source.patterns)]
        with ThreadPoolExecutor(self._at_once) as lanes:
            list(lanes.map(lambda part: self._deliver(part, shard, stopping), self._parts(wanted)))
        self._iterators[shard] = answer.get("NextShardIterator")
        return bool(records)

    def _parts(self, records: list[Record]) -> list[list[Record]]:
        """The records that may go at once: those of one partition stay together, in order."""
        parts: dict[int, list[Record]] = {}
        for record in records:
            partition = json.dumps(record["dynamodb"]["Keys"]["PK"]).encode()
            parts.setdefault(zlib.crc32(partition) % self._at_once, []).append(record)
        return list(parts.values())

    def _deliver(self, records: list[Record], shard: str, stopping: threading.Event) -> None:
        size = self._source.batch_size
        batches = deque((records[n : n + size], 0) for n in range(0, len(records), size))
        while batches and not stopping.is_set():
            batch, attempt = batches.popleft()
            rest = self._not_taken(batch) if batch else []
            if not rest:
                continue
            if attempt == self._source.retries or self._is_too_old(rest):
                self._give_up(rest, shard, attempt + 1)
                continue
            stopping.wait(min(0.1 * 2**attempt, _MAX_BACKOFF_SECONDS))
            parts = _halves(rest) if self._source.bisect and len(rest) == len(batch) else [rest]
            batches.extendleft((part, attempt + 1) for part in reversed(parts))

    def _is_too_old(self, batch: list[Record]) -> bool:
        """Whether the first record of a batch is tried for so long that the mapping gives it up."""
        most = self._source.most_age_seconds
        written: float = batch[0]["dynamodb"]["ApproximateCreationDateTime"]
        return most >= 0 and time.time() - written > most

    def _not_taken(self, batch: list[Record]) -> list[Record]:
        """The batch from the first record that failed: order is kept, so the rest waits for it."""
        failed = self._source.failures(batch, self._invoke)
        numbers = [record["dynamodb"]["SequenceNumber"] for record in batch]
        first = next((i for i, number in enumerate(numbers) if number in failed), len(batch))
        return batch[first:]

    def _give_up(self, batch: list[Record], shard: str, attempts: int) -> None:
        if self._source.on_failure_arn is None:
            return
        message = self._dead_letter(batch, shard, attempts)
        if ":s3:" in self._source.on_failure_arn:
            self._keep(self._source.on_failure_arn.rpartition(":")[2], message, shard, batch)
            return
        self._aws.client("sqs").send_message(
            QueueUrl=queue_url(self._aws.url, self._source.on_failure_arn),
            MessageBody=json.dumps(message),
        )

    def _keep(self, bucket: str, message: dict[str, Any], shard: str, batch: list[Record]) -> None:
        """Keeps the batch whole, as Lambda does in S3 alone."""
        moment = datetime.now(UTC).strftime("%Y-%m-%dT%H.%M.%S")
        self._aws.client("s3").put_object(
            Bucket=bucket,
            Key=f"aws/lambda/local/{shard}/{moment}-{uuid.uuid4()}",
            Body=json.dumps(message | {"payload": {"Records": batch}}).encode(),
        )

    def _dead_letter(self, batch: list[Record], shard: str, attempts: int) -> dict[str, Any]:
        """Where the records are, as Lambda tells a destination: not what is in them."""
        return {
            "requestContext": {
                "functionArn": self._source.function,
                "condition": "RetryAttemptsExhausted",
                "approximateInvokeCount": attempts,
            },
            "version": "1.0",
            "timestamp": datetime.now(UTC).isoformat(),
            "DDBStreamBatchInfo": {
                "shardId": shard,
                "startSequenceNumber": batch[0]["dynamodb"]["SequenceNumber"],
                "endSequenceNumber": batch[-1]["dynamodb"]["SequenceNumber"],
                "batchSize": len(batch),
                "streamArn": self._arn,
            },
        }


def _halves(records: list[Record]) -> list[list[Record]]:
    middle = (len(records) + 1) // 2
    return [half for half in (records[:middle], records[middle:]) if half]
