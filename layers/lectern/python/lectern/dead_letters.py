"""Records of a stream that no retry helps: put aside for a person, so that nobody waits."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from lectern.domain.errors import POISONED
from lectern.telemetry import JsonLog, place_of

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sqs import SQSClient

_log = JsonLog(__name__)

PUT_ASIDE = "poisoned/"
"""What the keys of records begin with that were put aside here; Lambda's own are beside them."""


class DeadLetters:
    """Where records go that could not be read: changes of the table, deliveries in the inbox.

    A record itself is kept where Lambda keeps those that it gives up, in the same form, so that it
    can be given again once what failed is mended. Whoever looks sees in the queue where it is.

    Args:
        storage: Makes an S3 client; next to never is one needed.
        bucket: Where records are kept.
        queue: Makes an SQS client, which some have no other need of.
        url: The queue.

    Attributes:
        names: Those of the records that were put aside.
    """

    def __init__(
        self, storage: Callable[[], S3Client], bucket: str, queue: Callable[[], SQSClient], url: str
    ) -> None:
        self._storage = storage
        self._bucket = bucket
        self._queue = queue
        self._url = url
        self.names: set[str] = set()

    def unless_poisoned(self, record: Mapping[str, Any], work_off: Callable[[], None]) -> None:
        """Works a record off; one that cannot be read is put aside.

        What failed otherwise is left to Lambda, which tries again and holds up what comes after.

        Args:
            record: The record, as the stream gives it.
            work_off: What is to be done about it.
        """
        try:
            work_off()
        except POISONED as error:
            # Without its text, which may quote the record and the people in it.
            _log.error("a record is put aside", **place_of(error))
            self._put_aside(record, error)
        except Exception as error:
            _log.error("a record could not be worked off yet", **place_of(error))
            raise

    def _put_aside(self, record: Mapping[str, Any], error: Exception) -> None:
        letter = _letter(record, error)
        key = f"{PUT_ASIDE}{record.get('eventID')}.json"
        kept = {"requestContext": letter, "payload": {"Records": [record]}}
        self._storage().put_object(Bucket=self._bucket, Key=key, Body=json.dumps(kept).encode())
        self._queue().send_message(
            QueueUrl=self._url, MessageBody=json.dumps({**letter, "object": key})
        )
        self.names.add(record.get("eventID", ""))


def _letter(record: Mapping[str, Any], error: Exception) -> dict[str, Any]:
    """Where the record is and what it failed with; not what is in it."""
    change = record.get("dynamodb", {})
    return {
        "condition": "RecordPoisoned",
        "event_id": record.get("eventID"),
        "sequence_number": change.get("SequenceNumber"),
        "keys": change.get("Keys"),
        "error": type(error).__name__,
    }
