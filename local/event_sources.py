"""Lambda's event source mappings: the streams of tables, read for functions.

They behave as AWS describes them: batches, filters, partial failures, retries with bisection, and
a destination for what is given up.
https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventsourcemapping.html
"""

import json
import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Protocol, Self

from local.records import Record
from local.sandbox import Answer
from local.template import TemplateError

Invoke = Callable[[str, bytes], Answer]

_log = logging.getLogger(__name__)
_POLL_SECONDS = 0.1
_IDLE_POLL_SECONDS = 0.3
"""Where nothing comes for a while: what polls ten times a second takes a core's tenth to do it."""


@dataclass(frozen=True)
class EventSource:
    """An `AWS::Lambda::EventSourceMapping` of the template.

    `of_a_shard` is how many batches of each shard are worked off at once.
    """

    function: str
    arn: str
    batch_size: int
    patterns: tuple[Mapping[str, Any], ...]
    partial_failures: bool
    bisect: bool
    retries: int
    most_age_seconds: float
    on_failure_arn: str | None
    of_a_shard: int

    @classmethod
    def of(cls, properties: Mapping[str, Any]) -> "EventSource":
        """Reads the properties of a mapping; the defaults are Lambda's.

        Raises:
            TemplateError: It is not of a stream.
        """
        if ":dynamodb:" not in properties["EventSourceArn"]:
            raise TemplateError(
                f"{properties['EventSourceArn']} is fed to a function, and is no stream of a table:"
                " Lambda looks into a queue all month, so whoever fills it wakes who empties it."
            )
        filters = properties.get("FilterCriteria", {}).get("Filters", [])
        destination = properties.get("DestinationConfig", {}).get("OnFailure", {})
        return cls(
            function=properties["FunctionName"],
            arn=properties["EventSourceArn"],
            batch_size=int(properties.get("BatchSize", 100)),
            patterns=tuple(json.loads(item["Pattern"]) for item in filters),
            partial_failures="ReportBatchItemFailures"
            in properties.get("FunctionResponseTypes", []),
            bisect=bool(properties.get("BisectBatchOnFunctionError", False)),
            retries=int(properties.get("MaximumRetryAttempts", -1)),
            most_age_seconds=float(properties.get("MaximumRecordAgeInSeconds", -1)),
            on_failure_arn=destination.get("Destination"),
            of_a_shard=int(properties.get("ParallelizationFactor", 1)),
        )

    def failures(self, records: list[Record], invoke: Invoke) -> set[str]:
        """Gives records to the function and says which of them it did not take.

        Args:
            records: the batch.
            invoke: calls the function.

        Returns:
            The sequence numbers of those.
        """
        identifiers = [record["dynamodb"]["SequenceNumber"] for record in records]
        answer = invoke(self.function, json.dumps({"Records": records}).encode())
        if answer.failed:
            return set(identifiers)
        if not self.partial_failures:
            return set()
        result = json.loads(answer.payload) or {}
        failed = {item.get("itemIdentifier") for item in result.get("batchItemFailures") or []}
        # An identifier that is none of the batch's makes the whole of it a failure.
        known = failed.issubset(identifiers)
        return failed if known else set(identifiers)


class Reader(Protocol):
    """Reads one event source."""

    def read(self, stopping: threading.Event) -> bool:
        """Handles what there is; says whether there was anything."""


class EventSources:
    """Readers of all mappings, each in a thread, from the start of a `with` to its end."""

    def __init__(self, readers: list[Reader]) -> None:
        self._stopping = threading.Event()
        self._threads = [
            threading.Thread(target=self._run, args=(reader,), daemon=True) for reader in readers
        ]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stopping.set()
        for thread in self._threads:
            thread.join(timeout=5)

    def _run(self, reader: Reader) -> None:
        """Reads until the end: a mapping of Lambda's outlives whatever goes wrong in a read."""
        pause = _POLL_SECONDS
        while not self._stopping.is_set():
            try:
                found = reader.read(self._stopping)
            except Exception:  # noqa: BLE001 - whatever it is, it is not the end
                _log.exception("an event source could not be read; it is read again")
                found = False
            if found:
                pause = _POLL_SECONDS
            else:
                self._stopping.wait(pause)
                pause = min(pause * 1.1, _IDLE_POLL_SECONDS)
