"""Works off one delivery: finds whose it is, acts on it once, and says what it counts as."""

from __future__ import annotations

import hashlib
import json
from enum import StrEnum
from functools import lru_cache

from lectern.store.webhooks import WebhookStore
from lectern.webhooks.handlers import HANDLERS
from lectern.webhooks.report import ReportedEvent, WebhookDependencies
from lectern.zoom.webhooks import read_webhook


class WorkerMetric(StrEnum):
    """The metrics of working deliveries off."""

    DONE = "WebhooksDone"
    REPEATED = "WebhooksRepeated"
    UNKNOWN = "WebhooksUnknown"
    OF_OTHERS = "WebhooksOfOthers"


_MOST_OWNERS = 4096


class Worker:
    """Works deliveries off.

    Args:
        tools: What reports are acted on with.
        webhooks: Which deliveries were worked off.
    """

    def __init__(self, dependencies: WebhookDependencies, webhooks: WebhookStore) -> None:
        self._tools = dependencies
        self._webhooks = webhooks
        # A session belongs to its event for good; that it belongs to none is no such fact.
        self._owner = lru_cache(_MOST_OWNERS)(self._looked_up_owner)

    def work_off(self, connection: str, body: str) -> WorkerMetric:
        """Acts on a delivery, unless that was done before.

        It is marked as done only afterwards: whoever crashes in between does it again, which
        handlers allow, and the mark, which only one can set, counts it once.

        Args:
            connection: The connection whose secret signed it.
            body: What was signed.
        """
        webhook = read_webhook(body)
        if webhook is None or webhook.what not in HANDLERS or webhook.session.id is None:
            return WorkerMetric.UNKNOWN
        try:
            event_id = self._owner(connection, webhook.session.id)
        except LookupError:
            # The account has meetings that are none of Lectern's: nothing is kept of them.
            return WorkerMetric.OF_OTHERS
        digest = digest_of(connection, body)
        if self._webhooks.is_done(digest):
            return WorkerMetric.REPEATED
        report = ReportedEvent(connection=connection, event_id=event_id, webhook=webhook)
        for handler in HANDLERS[webhook.what]:
            handler(self._tools, report)
        is_first = self._webhooks.mark_done(digest, self._tools.now())
        return WorkerMetric.DONE if is_first else WorkerMetric.REPEATED

    def _looked_up_owner(self, connection: str, zoom_id: str) -> str:
        event_id = self._tools.events.owner_of_meeting(connection, zoom_id)
        if event_id is None:
            raise LookupError
        return event_id


def digest_of(connection: str, body: str) -> str:
    """What tells deliveries apart: all that they say, but not how it is written.

    Zoom's request id may differ between repetitions, and names, times and ids may be the same in
    two events; two that say the same in everything are one.
    """
    content = json.dumps(json.loads(body), sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(f"{connection}\n{content}".encode()).hexdigest()
