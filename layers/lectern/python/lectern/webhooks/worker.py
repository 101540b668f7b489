"""Works off one delivery: finds whose it is, acts on it once, and says what it counts as."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime, timedelta
from enum import StrEnum
from functools import lru_cache

from lectern.domain.meeting import Kind
from lectern.domain.trials import SIGNED_OTHERWISE, validation_of
from lectern.store.validations import ValidationStore
from lectern.store.webhooks import WebhookStore
from lectern.webhooks.handlers import HANDLERS
from lectern.webhooks.report import ReportedEvent, WebhookDependencies
from lectern.zoom.webhooks import Webhook, read_webhook


class WorkerMetric(StrEnum):
    """The metrics of working deliveries off."""

    DONE = "WebhooksDone"
    REPEATED = "WebhooksRepeated"
    UNKNOWN = "WebhooksUnknown"
    OF_OTHERS = "WebhooksOfOthers"
    OF_TRIALS = "WebhooksOfTrials"


_MOST_OWNERS = 4096

_HEARD_EVERY = timedelta(minutes=10)
"""How exactly it is known when Zoom last reported something: a burst of reports is one."""


class Worker:
    """Works deliveries off.

    Args:
        dependencies: What reports are acted on with.
        webhooks: Which deliveries were worked off.
        validations: The self-tests, whose trial sessions are nobody's event.
    """

    def __init__(
        self,
        dependencies: WebhookDependencies,
        webhooks: WebhookStore,
        validations: ValidationStore,
    ) -> None:
        self._tools = dependencies
        self._webhooks = webhooks
        self._validations = validations
        # A session belongs to its event for good; that it belongs to none is no such fact.
        self._owner = lru_cache(_MOST_OWNERS)(self._looked_up_owner)
        self._heard: dict[tuple[str, Kind], datetime] = {}

    def work_off(self, connection: str, body: str) -> WorkerMetric:
        """Acts on a delivery, unless that was done before.

        It is marked as done only afterwards: whoever crashes in between does it again, which
        handlers allow, and the mark, which only one can set, counts it once. What calls for nothing
        needs no mark: it calls for nothing again, or for what is so by then.

        Args:
            connection: The connection whose secret signed it; of a trial session also that the
                present secret of none did.
            body: What was signed.
        """
        webhook = read_webhook(body)
        if webhook is not None and connection != SIGNED_OTHERWISE:
            self._note_heard(connection, webhook.kind)
        validation_id = validation_of(webhook.session.told.get("topic")) if webhook else None
        if webhook is not None and validation_id is not None:
            return self._note_trial(validation_id, webhook, connection)
        if webhook is None or webhook.what not in HANDLERS or webhook.session.id is None:
            return WorkerMetric.UNKNOWN
        try:
            event_id = self._owner(connection, webhook.session.id)
        except LookupError:
            # The account has meetings that are none of Lectern's: nothing is kept of them.
            return WorkerMetric.OF_OTHERS
        report = ReportedEvent(connection=connection, event_id=event_id, webhook=webhook)
        decided = [handler(self._tools, report) for handler in HANDLERS[webhook.what]]
        acts = [act for act in decided if act is not None]
        if not acts:
            # Lectern's own registrations come back as deliveries, each of which would be a mark.
            return WorkerMetric.DONE
        digest = digest_of(connection, body)
        if self._webhooks.is_done(digest):
            return WorkerMetric.REPEATED
        for act in acts:
            act()
        is_first = self._webhooks.mark_done(digest, self._tools.now())
        return WorkerMetric.DONE if is_first else WorkerMetric.REPEATED

    def _note_heard(self, connection: str, kind: Kind) -> None:
        """Notes that deliveries arrive, whatever they say and whosever sessions they are about."""
        now, last = self._tools.now(), self._heard.get((connection, kind))
        if last is None or last + _HEARD_EVERY <= now:
            self._webhooks.heard(connection, kind, now)
            self._heard[connection, kind] = now

    def _note_trial(self, validation_id: str, webhook: Webhook, signer: str) -> WorkerMetric:
        """Has a self-test know that a delivery of its trial session arrived, and who signed it."""
        validation = self._validations.get(validation_id)
        if validation is not None and validation.ended_at is None:
            now = self._tools.now()
            self._validations.note_delivery(validation_id, webhook.kind, signer, now)
        return WorkerMetric.OF_TRIALS

    def _looked_up_owner(self, connection: str, zoom_id: str) -> str:
        event_id = self._tools.events.owner_of_meeting(connection, zoom_id)
        if event_id is None:
            raise LookupError
        return event_id


def digest_of(connection: str, body: str) -> str:
    """A digest that tells deliveries apart by all that they say, not by how it is written.

    Zoom's request id may differ between repetitions, and names, times and ids may be the same in
    two events; two that say the same in everything are one.
    """
    content = json.dumps(json.loads(body), sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(f"{connection}\n{content}".encode()).hexdigest()
