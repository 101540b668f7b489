"""The line from the simulated account to a stage: webhooks signed, received and worked off."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from lectern.domain.settings import Settings
from lectern.domain.webhook_secrets import with_secret
from lectern.store.validations import ValidationStore
from lectern.store.webhooks import WebhookStore
from lectern.webhook_intake.known_secrets import KnownSecrets
from lectern.webhook_intake.receiver import Receiver
from lectern.webhooks.worker import Worker
from lectern_testing.stage import Stage
from lectern_testing.webhooks.deliveries import proxy_event
from lectern_testing.webhooks.from_account_to_worker import webhook_dependencies
from zoom_simulator.webhooks.sender import WebhookSender
from zoom_simulator.webhooks.subscriptions import DeliveryReply


class ZoomLine:
    """Delivers what the stage's Zoom account has to tell, on the stage's clock.

    Attributes:
        told: The events that were worked off, by name.
        counts: What they counted as.
        stored: The webhook secrets as they are stored.
    """

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self.told: Counter[str] = Counter()
        self.counts: Counter[str] = Counter()
        secret = stage.world.seed.credentials.webhook_secret_token
        self.stored = with_secret(None, "default", secret, stage.clock.now())
        secrets = KnownSecrets(lambda: self.stored, self._epoch)
        self._receiver = Receiver(secrets, self, self._epoch)
        dependencies = webhook_dependencies(stage.table, stage.clock.now)
        self._worker = Worker(dependencies, WebhookStore(stage.table), ValidationStore(stage.table))
        self._sender = WebhookSender(stage.world, self._post, self._epoch)
        self._inbox: list[tuple[str, str]] = []
        base = "https://lectern.example/webhook"
        subscriptions = [
            {"url": f"{base}/zoom-{kind}", "events": [f"{kind}.*"]}
            for kind in ("meeting", "webinar")
        ]
        stage.seed(webhooks={"subscriptions": subscriptions})

    def put(self, connection: str, body: bytes) -> None:
        """Keeps what the reception takes in."""
        self._inbox.append((connection, body.decode()))

    def deliver(self) -> None:
        """Has everything delivered that is due, and works it off."""
        self._sender.deliver_due()
        while self._inbox:
            connection, body = self._inbox.pop(0)
            self.counts[self._worker.work_off(connection, body)] += 1
            self.told[json.loads(body)["event"]] += 1

    def settle(self, event_id: str = "ev-1", *, most: int = 10) -> int:
        """Delivers and synchronises until nothing is asked for; says how often it was."""
        for times in range(most):
            self.deliver()
            if not self._stage.event(event_id).sync.is_due:
                return times
            assert self._stage.synchronise(event_id) == "SUCCEEDED"
        raise AssertionError("it does not come to rest")

    def pass_time(self, minutes: int, event_id: str = "ev-1") -> list[int]:
        """Lets time pass, a minute at a time, and says how many calls each minute had."""
        calls = []
        for _ in range(minutes):
            self._stage.forget_calls()
            self.settle(event_id)
            calls.append(sum(self._stage.calls().values()))
            self._stage.clock.advance(timedelta(minutes=1))
        return calls

    def _epoch(self) -> float:
        return self._stage.clock.now().timestamp()

    def _post(self, url: str, headers: Mapping[str, str], body: bytes) -> DeliveryReply:
        answer = self._receiver.receive(proxy_event(body, dict(headers))).answer
        return DeliveryReply(answer["statusCode"], answer["body"].encode())


def watched_event(stage: Stage, **settings: Any) -> ZoomLine:
    """A synchronised event with three people, and the line to its account; nobody at work."""
    stage.settings.put(Settings(**settings), was_revision=0)
    line = ZoomLine(stage)
    stage.synchronised_event(3)
    line.settle()
    stage.forget_calls()
    return line
