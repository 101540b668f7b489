"""What works off Zoom's webhooks."""

from __future__ import annotations

from functools import cache

from lectern.attendance.live import LiveAttendance
from lectern.composition import stores
from lectern.composition.surroundings import now
from lectern.store.webhooks import WebhookStore
from lectern.webhooks.report import WebhookDependencies
from lectern.webhooks.worker import Worker


@cache
def webhook_worker() -> Worker:
    """What works off Zoom's webhooks."""
    live = LiveAttendance(
        events=stores.events(),
        settings=stores.settings(),
        instances=stores.instances(),
        attendance=stores.attendance(),
        now=now,
    )
    tools = WebhookDependencies(
        events=stores.events(),
        enrollments=stores.enrollments(),
        settings=stores.settings(),
        attendance=live,
        now=now,
    )
    return Worker(tools, WebhookStore(stores.table()))
