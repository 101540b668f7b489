"""The table's stream: starts the work that changes call for, and writes what they tell."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools.utilities.batch import (
    BatchProcessor,
    EventType,
    process_partial_response,
)
from aws_lambda_powertools.utilities.batch.types import (
    PartialItemFailureResponse,
    PartialItemFailures,
)
from aws_lambda_powertools.utilities.data_classes.dynamo_db_stream_event import (
    DynamoDBRecord,
    StreamRecord,
)
from aws_lambda_powertools.utilities.typing import LambdaContext

import lectern.composition.boto3_at_start  # noqa: F401 - it is needed anyway
from lectern.composition import stores, stream
from lectern.composition.surroundings import now
from lectern.notify.chronicle import RecordedChange
from lectern.store.eras import era_of_stream
from lectern.sync.triggers.start import StreamBatch


def handler(event: dict[str, Any], context: LambdaContext) -> PartialItemFailureResponse:
    """Works off a batch of changes, and reports the records that failed.

    One that cannot be read is put aside at once: no retry helps it, and others would wait for it.
    What there is to tell and to record of them is written at once, in the end; where that fails,
    the whole batch comes again, and does no harm. Deliveries are asked for last of all, in order.
    """
    era = _era(event)
    batch = StreamBatch(stores.events(), stream.sync_starter(era), now, time.sleep)
    attendance = stream.attendance_starter(era)
    validations = stream.validation_starter(era)
    news, chronicle = stream.news(era), stream.chronicle(era)
    measures, aside = stream.measures(), stream.stream_dead_letters()

    def dispatch(record: DynamoDBRecord) -> None:
        images = record.dynamodb
        if images and images.new_image:
            # What was just written has no old image, which is given as an empty one.
            name, old, new = record.event_id or "", images.old_image or None, images.new_image
            told = news.changed(name, _place(images), old, new)
            chronicle.changed(
                RecordedChange(name, _made_at(images), _place(images), old, new), told
            )
            measures.changed(_made_at(images), old, new)
            batch.changed(images.sequence_number or "", old, new)
            attendance.changed(old, new)
            validations.changed(old, new)
        elif images and images.old_image:
            news.removed(images.old_image)
            chronicle.removed(images.old_image)

    def changed(record: DynamoDBRecord) -> None:
        aside.unless_poisoned(record.raw_event, lambda: dispatch(record))

    processor = BatchProcessor(EventType.DynamoDBStreams, raise_on_entire_batch_failure=False)
    answer = process_partial_response(
        event=event, record_handler=changed, processor=processor, context=context
    )
    answer["batchItemFailures"] += [{"itemIdentifier": record} for record in batch.start()]
    news.write()
    chronicle.write()
    measures.tell()
    failed = {str(each["itemIdentifier"]) for each in answer["batchItemFailures"]}
    stuck = news.queue(_from_first(event["Records"], failed), aside.names)
    answer["batchItemFailures"] += _failures(event["Records"], stuck)
    return answer


def _from_first(records: list[dict[str, Any]], failed: set[str]) -> set[str]:
    """The names of the changes that come again: Lambda goes back to the first that failed."""
    numbers = [_number(record) for record in records]
    first = next((n for n, number in enumerate(numbers) if number in failed), len(records))
    return {record.get("eventID", "") for record in records[first:]}


def _failures(records: list[dict[str, Any]], name: str | None) -> list[PartialItemFailures]:
    """The record of a change that has to come again, if there is one, as Lambda is told of it."""
    numbers = [_number(each) for each in records if name and each.get("eventID") == name]
    return [{"itemIdentifier": number} for number in numbers]


def _number(record: dict[str, Any]) -> str:
    number: str = record["dynamodb"]["SequenceNumber"]
    return number


def _era(event: dict[str, Any]) -> int:
    """The era of the table; a batch is of one stream."""
    return era_of_stream(next((each.get("eventSourceARN") for each in event["Records"]), None))


def _made_at(images: StreamRecord) -> datetime:
    """When a change was made: DynamoDB tells it to the second."""
    seconds = images.get("ApproximateCreationDateTime")
    return datetime.fromtimestamp(seconds, UTC) if isinstance(seconds, int | float) else now()


def _place(images: StreamRecord) -> int:
    return int(images.sequence_number or 0)
