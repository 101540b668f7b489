"""The queue of notifications: delivers them to the LMS, in order for each event."""

from __future__ import annotations

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
from lectern.composition.notify import delivery
from lectern.notify.delivery import DeliveryFailed

log = Logger()


def handler(event: dict[str, Any], context: LambdaContext) -> PartialItemFailureResponse:
    """Makes an attempt for each message, and reports those that are to be tried again."""
    processor = BatchProcessor(EventType.SQS, raise_on_entire_batch_failure=False)
    return process_partial_response(
        event=event, record_handler=_deliver, processor=processor, context=context
    )


def _deliver(record: SQSRecord) -> None:
    attempts = int(record.attributes.approximate_receive_count)
    try:
        outcome = delivery().deliver(
            record.body, record.attributes.message_group_id or "", record.receipt_handle, attempts
        )
    except DeliveryFailed as failure:
        log.warning("not delivered", attempts=attempts, reason=failure.reason)
        raise
    log.info("delivery", attempts=attempts, outcome=outcome)
