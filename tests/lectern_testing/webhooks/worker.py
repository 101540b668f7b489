"""A worker of webhooks with an event whose meeting is at Zoom, over a table."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from lectern.domain.event import Event
from lectern.store.table import Table
from lectern.store.validations import ValidationStore
from lectern.store.webhooks import WebhookStore
from lectern.webhooks.worker import Worker, WorkerMetric
from lectern_testing.builders import ZOOM_ID, a_details, a_meeting, an_event
from lectern_testing.table import make_table
from lectern_testing.webhooks.deliveries import a_webhook
from lectern_testing.webhooks.from_account_to_worker import webhook_dependencies

NOW = datetime(2030, 3, 17, 18, 0, tzinfo=UTC)
TS = int(NOW.timestamp() * 1000)


class Desk:
    """A worker with an event.

    Attributes:
        dependencies: What the worker acts with.
        webhooks: What it has worked off.
        validations: The self-tests.
    """

    def __init__(self, client: Any, **changes: Any) -> None:
        self.table = Table(client, make_table(client))
        self.dependencies = webhook_dependencies(self.table, lambda: NOW)
        self.webhooks = WebhookStore(self.table)
        self.validations = ValidationStore(self.table)
        self.worker = Worker(self.dependencies, self.webhooks, self.validations)
        details = a_details()
        fields = {"details": details, "meeting": a_meeting(details), **changes}
        self.dependencies.events.create(an_event(**fields))
        self.dependencies.events.claim_meeting("default", ZOOM_ID, "ev-1")

    @property
    def event(self) -> Event:
        """The event as it is stored."""
        event = self.dependencies.events.get("ev-1")
        assert event is not None
        return event

    def receive(
        self, event: str = "meeting.started", *, connection: str = "default", **changes: Any
    ) -> WorkerMetric:
        """Works an event of Zoom off."""
        content = a_webhook(event, **{"ts": TS, **changes})
        return self.worker.work_off(connection, json.dumps(content))
