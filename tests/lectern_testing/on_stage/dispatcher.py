"""The dispatcher over a stage: the function itself, given the table's stream as Lambda gives it.

Batches that fail are tried again after a while, as long and as often as the template says; what is
given up then is lost here, where nobody replays it.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from zlib import crc32

import boto3
import pytest
from botocore.exceptions import ClientError

from lectern.composition import aws, stores, stream
from lectern.store.eras import era_of_stream
from lectern.store.table import Table
from lectern_testing.aws.invocations import Invocations
from lectern_testing.functions import app_of
from lectern_testing.stage import Stage
from lectern_testing.table import make_table, template
from local.records import Record, matches, stream_record

BATCH = 10
LONGEST_PAUSE_SECONDS = 60
_CACHED = [
    each
    for module in (aws, stores, stream)
    for each in vars(module).values()
    if hasattr(each, "cache_clear")
]


def _as_it_is(client: Refusing) -> Refusing:
    return client


class Refusing:
    """A client of a service that refuses everything while it is out."""

    def __init__(self, client: Any, is_out: Callable[[], bool]) -> None:
        self._client = client
        self._is_out = is_out
        self.exceptions = getattr(client, "exceptions", None)

    def __getattr__(self, name: str) -> Any:
        if self._is_out():
            told: Any = {"Error": {"Code": "ServiceUnavailable", "Message": "out"}}
            raise ClientError(told, name)
        return getattr(self._client, name)


class Fifo:
    """SQS with its queue of deliveries, which knows for five minutes what it was given.

    moto's knows it by the real clock.

    Attributes:
        bodies: The messages, in order.
    """

    class exceptions:  # noqa: N801 - a client has them under this name
        """None is of interest."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self.bodies: list[str] = []
        self._now = now
        self._known: dict[str, datetime] = {}

    def send_message(self, *, MessageBody: str, MessageDeduplicationId: str, **_: str) -> None:  # noqa: N803
        known = self._known.get(MessageDeduplicationId)
        if known is None or known + timedelta(minutes=5) <= self._now():
            self._known[MessageDeduplicationId] = self._now()
            self.bodies.append(MessageBody)


class Dispatcher:
    """The function, and the mapping that gives it the stream.

    Attributes:
        out: The services that refuse everything: ``dynamodb``, ``lambda``, ``sqs``,
            ``stepfunctions``.
        grace: How many calls of theirs go through before they refuse.
        started: The names of the executions that were started, by machine, in order.
        refused: The names that were refused since they had been started before.
        lost: How many records were given up.
        queue: The queue of deliveries.
        woken: Who was woken to deliver.
        held: The shard that is behind: read only where the others have nothing.

    Args:
        stage: The stage.
        monkeypatch: Replaces the clients of AWS.
        shards: How many the stream has; each is read in order, and none waits for another.
    """

    def __init__(self, stage: Stage, monkeypatch: pytest.MonkeyPatch, *, shards: int = 1) -> None:
        self._stage = stage
        self._shards = shards
        self.held = 0
        self._monkeypatch = monkeypatch
        self.out: set[str] = set()
        self.grace = 0
        self.started: list[tuple[str, str]] = []
        self.refused: list[str] = []
        self.lost = 0
        self.queue, self.woken = Fifo(stage.clock.now), Invocations()
        self._policy = template()["Resources"]["DispatchFunctionTableStream"]["Properties"]
        self._patterns = [
            json.loads(each["Pattern"]) for each in self._policy["FilterCriteria"]["Filters"]
        ]
        machines = ("EVENT_SYNC_ARN", "ATTENDANCE_ARN", "VALIDATION_ARN")
        variables = {
            "NOTIFICATION_QUEUE_URL": "notifications",
            "NOTIFY_LMS_FUNCTION": "notify_lms",
            "STREAM_DEAD_LETTERS_URL": "dead",
            "STREAM_DEAD_LETTERS_BUCKET": "dead",
            "TABLE_NAME": stage.table._name,
            **{name: name for name in machines},
        }
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        self._replace_clients()
        monkeypatch.setattr(stream, "now", stage.clock.now)
        self.app = app_of("dispatch")
        monkeypatch.setattr(self.app, "now", stage.clock.now)
        self.follow()

    def _replace_clients(self) -> None:
        table = self._stage.table._client
        clients = {
            "dynamodb": (aws.dynamodb, table),
            "sqs": (aws.sqs, self.queue),
            "lambda": (aws.lambda_, self.woken),
            "stepfunctions": (aws.step_functions, self._machines()),
        }
        for name, (made, client) in clients.items():
            refusing = Refusing(client, partial(self._is_out, name))
            self._monkeypatch.setattr(aws, made.__name__, partial(_as_it_is, refusing))

    def _is_out(self, service: str) -> bool:
        if service not in self.out:
            return False
        self.grace -= 1
        return self.grace < 0

    def _machines(self) -> Any:
        dispatcher = self

        class Machines:
            """Step Functions: refuses a name that it had within 90 days."""

            class exceptions:  # noqa: N801 - a client has them under this name
                ExecutionAlreadyExists = FileExistsError

            def start_execution(self, *, stateMachineArn: str, name: str, input: str) -> None:  # noqa: A002, N803
                assert len(name) <= 80
                if (stateMachineArn, name) in dispatcher.started:
                    dispatcher.refused.append(name)
                    raise FileExistsError(name)
                dispatcher.started.append((stateMachineArn, name))
                dispatcher.waiting.append((stateMachineArn, name, json.loads(input)))

        self.waiting: list[tuple[str, str, dict[str, Any]]] = []
        return Machines()

    def follow(self) -> None:
        """Reads the stream of the stage's table from its beginning on."""
        for each in _CACHED:
            each.cache_clear()
        self._monkeypatch.setenv("TABLE_NAME", self._stage.table._name)
        self._streams = boto3.client("dynamodbstreams")
        (found,) = self._streams.list_streams(TableName=self._stage.table._name)["Streams"]
        described = self._streams.describe_stream(StreamArn=found["StreamArn"])
        (shard,) = described["StreamDescription"]["Shards"]
        self._iterator = self._streams.get_shard_iterator(
            StreamArn=found["StreamArn"],
            ShardId=shard["ShardId"],
            ShardIteratorType="TRIM_HORIZON",
        )["ShardIterator"]
        # The table was made by the stage's clock.
        began = self._stage.clock.now().replace(tzinfo=None).isoformat()
        self.arn = found["StreamArn"].rpartition("/")[0] + f"/{began}"
        self.era = era_of_stream(self.arn)
        self._pending: list[deque[list[Record]]] = [deque() for _ in range(self._shards)]

    def restored(self, items: list[dict[str, Any]], name: str = "lectern-restored") -> None:
        """Has everybody use another table, of items as they once were."""
        client = self._stage.table._client
        make_table(client, name)
        for item in items:
            client.put_item(TableName=name, Item=item)
        self._stage.table._name = name
        began = self._stage.clock.now()
        self._stage.dependencies = replace(self._stage.dependencies, restored_at=lambda: began)
        self.follow()
        self._read()  # what was restored was written before there was a stream
        for pending in self._pending:
            pending.clear()

    def items(self) -> list[dict[str, Any]]:
        """All that the table has."""
        table: Table = self._stage.table
        found: list[dict[str, Any]] = table._client.scan(TableName=table._name)["Items"]
        return found

    def _read(self) -> None:
        answer = self._streams.get_records(ShardIterator=self._iterator, Limit=1000)
        self._iterator = answer["NextShardIterator"]
        records = [stream_record(each, self.arn) for each in answer["Records"]]
        wanted = [each for each in records if matches(each, self._patterns)]
        for record in wanted:
            written = self._stage.clock.now().timestamp()
            record["dynamodb"]["ApproximateCreationDateTime"] = written
        for shard, pending in enumerate(self._pending):
            of_shard = [each for each in wanted if _shard_of(each, self._shards) == shard]
            pending += [of_shard[n : n + BATCH] for n in range(0, len(of_shard), BATCH)]

    def dispatch(self) -> None:
        """Gives the function all that the stream has; time passes where it fails."""
        attempts = 0
        self._read()
        while pending := self._next():
            batch = pending[0]
            rest = self._not_taken(batch)
            if not rest or self._is_given_up(rest, attempts):
                self.lost += len(rest)
                pending.popleft()
                attempts = 0
            else:
                pending[0] = rest
                attempts += 1
                self._stage.wait(min(0.1 * 2 ** min(attempts, 20), LONGEST_PAUSE_SECONDS))
            self._read()

    def _next(self) -> deque[list[Record]] | None:
        """The shard that is read next, if any has something."""
        after_held = [*range(self.held + 1, self._shards), *range(self.held + 1)]
        return next((self._pending[n] for n in after_held if self._pending[n]), None)

    def _is_given_up(self, batch: list[Record], attempts: int) -> bool:
        written = batch[0]["dynamodb"]["ApproximateCreationDateTime"]
        age = self._stage.clock.now().timestamp() - written
        most_age = self._policy.get("MaximumRecordAgeInSeconds", -1)
        too_old = 0 <= most_age < age
        return bool(too_old or attempts >= self._policy["MaximumRetryAttempts"])

    def _not_taken(self, batch: list[Record]) -> list[Record]:
        try:
            answer = self.app.handler({"Records": batch}, None)
        except Exception:  # noqa: BLE001 - as Lambda does
            return batch
        failed = {each["itemIdentifier"] for each in answer["batchItemFailures"]}
        numbers = [each["dynamodb"]["SequenceNumber"] for each in batch]
        first = next((n for n, number in enumerate(numbers) if number in failed), len(batch))
        return batch[first:]

    def work(self) -> None:
        """Dispatches, and runs what was started, until everything is quiet."""
        self.dispatch()
        while self.waiting:
            machine, name, told = self.waiting.pop(0)
            if machine == "EVENT_SYNC_ARN":
                self._stage.run(name, told["event_id"])
            else:
                self._stage.machines.run("attendance", name, told)
            self.dispatch()


def _shard_of(record: Record, shards: int) -> int:
    """A partition of the table is in one shard."""
    return crc32(record["dynamodb"]["Keys"]["PK"]["S"].encode()) % shards


def until(stage: Stage, end: datetime, out: set[str]) -> None:
    """Ends an outage at a moment, whatever waits meanwhile."""
    waited = stage.wait

    def wait(seconds: float) -> None:
        waited(seconds)
        if stage.clock.now() >= end:
            out.clear()

    stage.wait = wait  # type: ignore[method-assign]
