"""Builds the delivery of notifications."""

from __future__ import annotations

import os
from functools import cache

from lectern.composition import aws, stores
from lectern.composition.lms import lms
from lectern.composition.surroundings import now
from lectern.notify.delivery import Delivery
from lectern.notify.queue import RetryQueue


@cache
def delivery() -> Delivery:
    """Builds the delivery of notifications."""
    queue = RetryQueue(
        aws.sqs(), os.environ["NOTIFICATION_QUEUE_URL"], os.environ["NOTIFICATION_DEAD_LETTERS_URL"]
    )
    return Delivery(stores.outbox(), stores.settings(), lms(), queue, now)
