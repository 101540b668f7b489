"""Builds the delivery of notifications."""

from __future__ import annotations

import os
from functools import cache

from lectern.composition import aws, stores
from lectern.composition.lms import lms
from lectern.composition.surroundings import now
from lectern.notify.delivery import Delivery
from lectern.notify.drain import Drain
from lectern.notify.queue import RetryQueue
from lectern.store.delivery_turn import DeliveryTurn


@cache
def drain() -> Drain:
    """Builds what drains the queue of deliveries."""
    queue = RetryQueue(
        aws.sqs(), os.environ["NOTIFICATION_QUEUE_URL"], os.environ["NOTIFICATION_DEAD_LETTERS_URL"]
    )
    delivery = Delivery(stores.outbox(), stores.settings(), lms(), queue, now)
    return Drain(queue, delivery, DeliveryTurn(stores.table()), now)
