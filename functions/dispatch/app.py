"""The table's stream: starts the reconciliations that stored changes call for."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.utilities.batch import (
    BatchProcessor,
    EventType,
    process_partial_response,
)
from aws_lambda_powertools.utilities.data_classes.dynamo_db_stream_event import DynamoDBRecord

from lectern import composition
from lectern.sync.start import StreamBatch


def handler(event: dict[str, Any], context: object) -> Any:  # noqa: ANN401
    """Works off a batch of changes, and reports the records that failed."""
    batch = StreamBatch(composition.events(), composition.sync_starter(), composition.now)

    def changed(record: DynamoDBRecord) -> None:
        images = record.dynamodb
        if images and images.new_image:
            batch.changed(images.old_image, images.new_image)

    processor = BatchProcessor(EventType.DynamoDBStreams, raise_on_entire_batch_failure=False)
    return process_partial_response(
        event=event, record_handler=changed, processor=processor, context=context
    )
