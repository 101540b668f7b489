"""The queue of Zoom's webhooks: works each delivery off, and reports those that failed."""

from __future__ import annotations

import sys
from collections import Counter
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.batch import (
    BatchProcessor,
    EventType,
    process_partial_response,
)
from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

import lectern.composition.boto3_at_start  # noqa: F401 - it is needed anyway
from lectern.composition import webhooks
from lectern.composition.surroundings import now
from lectern.domain.errors import POISONED
from lectern.telemetry import counts_line, place_of

log = Logger()


def handler(event: dict[str, Any], context: LambdaContext) -> PartialItemFailureResponse:
    """Works off a batch of deliveries.

    One that cannot be read is put aside at once: it would come again for a quarter of an hour.
    """
    worker, counts = webhooks.webhook_worker(), Counter[str]()

    def arrived(record: SQSRecord) -> None:
        attribute = record.message_attributes["connection"]
        connection = (attribute and attribute.string_value) or ""
        try:
            counts[worker.work_off(connection, record.body)] += 1
        except Exception as error:
            # Without its text, which may quote the delivery and the people in it.
            log.error("not worked off", **place_of(error))  # noqa: TRY400
            if not isinstance(error, POISONED):
                raise
            webhooks.webhook_dead_letters().put_aside(connection, record.body)
            counts["WebhooksPutAside"] += 1

    processor = BatchProcessor(EventType.SQS, raise_on_entire_batch_failure=False)
    answer = process_partial_response(
        event=event, record_handler=arrived, processor=processor, context=context
    )
    if counts:
        moment = now().timestamp()
        sys.stdout.write(counts_line(context.function_name, counts, moment) + "\n")
    return answer
