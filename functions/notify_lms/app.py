"""Drains the queue of deliveries: woken by who puts something in, and by a schedule."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

import lectern.composition.boto3_at_start  # noqa: F401 - it is needed anyway
from lectern.composition.notify import drain


def handler(event: dict[str, Any], context: LambdaContext) -> None:
    """Delivers what waits; by the schedule only where the queue says that something does."""
    work = drain()
    if event.get("by") == "schedule" and work.queue.is_empty():
        return
    work.run(context.aws_request_id, lambda: context.get_remaining_time_in_millis() / 1000)
