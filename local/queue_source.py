"""Reads a queue for a function."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

from local.event_sources import EventSource, Invoke
from local.records import Record, matches, queue_record
from local.resources import Aws, queue_url

_MOST_AT_ONCE = 10
"""Messages that SQS gives, or deletes, in one call."""
_WINDOW_POLL_SECONDS = 0.05
_KEY = "messageId"


class QueueReader:
    """Gives the messages of a queue to a function, and deletes those that it took.

    Others come back when their visibility timeout has passed; SQS moves what was received too
    often to the dead-letter queue.
    """

    def __init__(self, source: EventSource, aws: Aws, invoke: Invoke) -> None:
        self._source = source
        self._invoke = invoke
        self._sqs = aws.client("sqs")
        self._url = queue_url(aws.url, source.arn)
        self._workers = ThreadPoolExecutor(source.concurrency)
        self._free = threading.Semaphore(source.concurrency)

    def read(self, stopping: threading.Event) -> bool:
        """Has a batch handled, as soon as a worker is free; says whether there was one.

        Batches do not overtake within a message group: SQS gives out no message of it before those
        that it gave are gone.
        """
        if not self._free.acquire(timeout=_WINDOW_POLL_SECONDS):
            return False
        received: list[Record] = []
        try:
            received = self._receive(stopping)
        finally:
            if not received:
                self._free.release()
        if received:
            self._workers.submit(self._handle, received)
        return bool(received)

    def _handle(self, received: list[Record]) -> None:
        try:
            self._give(received)
        finally:
            self._free.release()

    def _give(self, received: list[Record]) -> None:
        wanted = [record for record in received if matches(record, self._source.patterns)]
        failed = self._source.failures(wanted, self._invoke, _KEY) if wanted else set()
        self._delete([record for record in received if record["messageId"] not in failed])

    def _delete(self, taken: list[Record]) -> None:
        for start in range(0, len(taken), _MOST_AT_ONCE):
            entries = [
                {"Id": str(number), "ReceiptHandle": record["receiptHandle"]}
                for number, record in enumerate(taken[start : start + _MOST_AT_ONCE])
            ]
            self._sqs.delete_message_batch(QueueUrl=self._url, Entries=entries)

    def _receive(self, stopping: threading.Event) -> list[Record]:
        """A batch: as many as there are, and with a batching window those that come in it."""
        records: list[Record] = []
        until = time.monotonic() + self._source.window_seconds
        while not stopping.is_set():
            wanted = min(self._source.batch_size - len(records), _MOST_AT_ONCE)
            answer = self._sqs.receive_message(
                QueueUrl=self._url,
                MaxNumberOfMessages=wanted,
                WaitTimeSeconds=0,
                MessageSystemAttributeNames=["All"],
                MessageAttributeNames=["All"],
            )
            messages = answer.get("Messages", [])
            records += [queue_record(message, self._source.arn) for message in messages]
            full = len(records) == self._source.batch_size
            if full or (not messages and (not records or time.monotonic() >= until)):
                break
            if not messages:
                stopping.wait(_WINDOW_POLL_SECONDS)
        return records
