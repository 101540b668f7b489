"""Builds the worker of Zoom's webhooks."""

from __future__ import annotations

import os
from functools import cache

from lectern.attendance.live import LiveAttendance
from lectern.composition import aws, stores
from lectern.composition.surroundings import now
from lectern.dead_letters import DeadLetters
from lectern.store.webhooks import WebhookStore
from lectern.webhooks.report import WebhookDependencies
from lectern.webhooks.worker import Worker


@cache
def webhook_worker() -> Worker:
    """Builds the worker of Zoom's webhooks."""
    live = LiveAttendance(
        events=stores.events(),
        settings=stores.settings(),
        instances=stores.instances(),
        attendance=stores.attendance(),
        now=now,
    )
    dependencies = WebhookDependencies(
        events=stores.events(),
        enrollments=stores.enrollments(),
        settings=stores.settings(),
        attendance=live,
        timeline=stores.timeline(),
        now=now,
    )
    return Worker(dependencies, WebhookStore(stores.table()), stores.validations())


def webhook_dead_letters() -> DeadLetters:
    """Where deliveries go that cannot be read."""
    return DeadLetters(
        aws.s3,
        os.environ["STREAM_DEAD_LETTERS_BUCKET"],
        aws.sqs,
        os.environ["WEBHOOK_DEAD_LETTERS_URL"],
    )
