"""The table's stream: starts the work and writes the notifications that changes call for."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.utilities.batch import (
    BatchProcessor,
    EventType,
    process_partial_response,
)
from aws_lambda_powertools.utilities.data_classes.dynamo_db_stream_event import DynamoDBRecord

from lectern.composition import stores, stream
from lectern.composition.surroundings import now
from lectern.sync.triggers.start import StreamBatch


def handler(event: dict[str, Any], context: object) -> Any:  # noqa: ANN401
    """Works off a batch of changes, and reports the records that failed.

    One that cannot be read is put aside at once: no retry helps it, and others would wait for it.
    What there is to tell of them is written at once, in the end; where that fails, the whole batch
    comes again, and does no harm.
    """
    batch = StreamBatch(stores.events(), stream.sync_starter(), now)
    attendance = stream.attendance_starter()
    news = stream.news()
    aside = stream.stream_dead_letters()

    def dispatch(record: DynamoDBRecord) -> None:
        images = record.dynamodb
        if images and images.new_image:
            news.changed(record.event_id or "", images.old_image, images.new_image)
            batch.changed(images.old_image, images.new_image)
            attendance.changed(images.old_image, images.new_image)
        elif images and images.old_image:
            news.removed(images.old_image)

    def changed(record: DynamoDBRecord) -> None:
        aside.unless_poisoned(record.raw_event, lambda: dispatch(record))

    processor = BatchProcessor(EventType.DynamoDBStreams, raise_on_entire_batch_failure=False)
    answer = process_partial_response(
        event=event, record_handler=changed, processor=processor, context=context
    )
    news.write()
    return answer
