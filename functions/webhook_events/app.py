"""The stream of the inbox: works each of Zoom's deliveries off, and reports those that failed."""

from __future__ import annotations

import sys
from collections import Counter
from typing import Any

from aws_lambda_powertools.utilities.batch import (
    BatchProcessor,
    EventType,
    process_partial_response,
)
from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.data_classes.dynamo_db_stream_event import DynamoDBRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

import lectern.composition.boto3_at_start  # noqa: F401 - it is needed anyway
from lectern.composition import webhooks
from lectern.composition.surroundings import now
from lectern.inbox import delivery_in
from lectern.telemetry import counts_line


def handler(event: dict[str, Any], context: LambdaContext) -> PartialItemFailureResponse:
    """Works off a batch of deliveries.

    One that cannot be read is put aside at once: it would come again for half a day, and others
    would wait for it.
    """
    worker, counts = webhooks.webhook_worker(), Counter[str]()
    aside = webhooks.webhook_dead_letters()

    def work_off(record: DynamoDBRecord) -> None:
        connection, body = delivery_in(record.raw_event["dynamodb"]["NewImage"])
        counts[worker.work_off(connection, body)] += 1

    def arrived(record: DynamoDBRecord) -> None:
        aside.unless_poisoned(record.raw_event, lambda: work_off(record))

    processor = BatchProcessor(EventType.DynamoDBStreams, raise_on_entire_batch_failure=False)
    answer = process_partial_response(
        event=event, record_handler=arrived, processor=processor, context=context
    )
    if aside.names:
        counts["WebhooksPutAside"] = len(aside.names)
    if counts:
        moment = now().timestamp()
        sys.stdout.write(counts_line(context.function_name, counts, moment) + "\n")
    return answer
