"""Changes of the table that no retry helps: put aside for a person, so that nobody waits."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from lectern.domain.errors import POISONED

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient


class DeadLetters:
    """The queue of changes that could not be dispatched; whoever looks sees where they are.

    Args:
        client: An SQS client.
        url: The queue.
    """

    def __init__(self, client: SQSClient, url: str) -> None:
        self._client = client
        self._url = url

    def unless_poisoned(self, record: Mapping[str, Any], dispatch: Callable[[], None]) -> None:
        """Dispatches a record; one that cannot be read is put aside.

        What failed otherwise is left to Lambda, which tries again.

        Args:
            record: The record, as the stream gives it.
            dispatch: What is to be done about it.
        """
        try:
            dispatch()
        except POISONED as error:
            self._client.send_message(QueueUrl=self._url, MessageBody=_letter(record, error))


def _letter(record: Mapping[str, Any], error: Exception) -> str:
    """Where the change is and what it failed with; not what is in it."""
    change = record.get("dynamodb", {})
    return json.dumps(
        {
            "condition": "RecordPoisoned",
            "event_id": record.get("eventID"),
            "sequence_number": change.get("SequenceNumber"),
            "keys": change.get("Keys"),
            "error": type(error).__name__,
        }
    )
