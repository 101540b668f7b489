"""Changes that tell something, the queues of deliveries, and an LMS that is told."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from typing import Any

import boto3

from lectern.domain.notifications import Notification, NotificationType
from lectern.domain.settings import Notifications, Settings
from lectern.notify.address_known import AddressKnown
from lectern.notify.bell import Bell
from lectern.notify.delivery import Delivery, DeliveryFailed, DeliveryResult
from lectern.notify.lms import Lms, SigningSecret
from lectern.notify.outbox_writer import OutboxWriter
from lectern.notify.pinned import pinned_session
from lectern.notify.queue import DeliveryQueue, RetryQueue
from lectern.secret_store import SecretStore
from lectern.store.outbox import OutboxStore
from lectern.store.settings import SettingsStore
from lectern.store.table import Table
from lectern_testing.aws.invocations import Invocations
from lectern_testing.lms.inbox import LmsInbox
from lectern_testing.table import make_table

NOW = datetime(2026, 11, 30, 9, tzinfo=UTC)
SECRET = "whsec_plJ3nmyCDGBKInavdOK15jsl"
REGION = "eu-west-1"


@cache
def client(service: str) -> Any:
    """Clients take longer to build than most tests take to run; they hold no state."""
    return boto3.Session(region_name=REGION).client(service)  # type: ignore[call-overload]


class Platform:
    """A table, what changes in it, the queues, and an LMS.

    Attributes:
        changes: What each change tells, by its name, in order.
        woken: Who was woken to deliver.
    """

    def __init__(self, inbox: LmsInbox) -> None:
        self.inbox = inbox
        self.moment = NOW
        table = Table(client("dynamodb"), make_table(client("dynamodb")))
        self.table = table
        self.outbox = OutboxStore(table, lambda _seconds: None)
        self.settings = SettingsStore(table)
        secrets = SecretStore(client("secretsmanager"), "lectern/test/")
        secrets.put_notification_secret(SECRET)
        self.sqs = client("sqs")
        self.queue, self.dead_letters = self._queue("q.fifo"), self._queue("dead.fifo")
        session = pinned_session(is_local=True)
        self.lms = Lms(session, SigningSecret(secrets), self.now, is_local=True)
        self.deliveries = RetryQueue(self.sqs, self.queue, self.dead_letters)
        self.delivery = Delivery(self.outbox, self.settings, self.lms, self.deliveries, self.now)
        self.woken = Invocations()
        self.changes: dict[str, Notification] = {}
        woken: Any = self.woken
        self._bell = Bell(lambda: woken, "notify_lms")
        self._worked_off = 0
        self.set_address(inbox.url)

    def now(self) -> datetime:
        return self.moment

    def _queue(self, name: str) -> str:
        attributes: Any = {"FifoQueue": "true", "VisibilityTimeout": "180"}
        found: str = self.sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
        return found

    def set_address(self, url: str | None) -> None:
        _, revision = self.settings.get()
        told = Notifications(url=url, secret_changed_at=NOW)
        self.settings.put(Settings(notifications=told), was_revision=revision)

    def tell(self, *names: str, event_id: str = "ev-1", user_id: str | None = None) -> None:
        """Has something changed that tells notifications, and dispatches it."""
        self.change(*names, event_id=event_id, user_id=user_id)
        self.dispatch()

    def change(self, *names: str, event_id: str = "ev-1", user_id: str | None = None) -> None:
        """Has something changed that tells notifications."""
        for name in names:
            self.changed(
                Notification(
                    type=NotificationType.EVENT_READY, event_id=event_id, user_id=user_id, once=name
                )
            )

    def changed(self, told: Notification) -> None:
        """Has something changed that tells this."""
        self.changes[f"change {len(self.changes) + 1}"] = told

    def begin_anew(self) -> None:
        """Has all changes come again."""
        self._worked_off = 0

    def dispatch(self) -> None:
        """What the dispatcher does with what changed; all of it can be queued."""
        assert self.dispatched() is None

    def dispatched(self) -> str | None:
        """The same; the change from which on it has to come again."""
        queue = DeliveryQueue(self.sqs, self.queue, self._bell)
        news = OutboxWriter(self.outbox, queue, AddressKnown(self.settings, self.now), self.now)
        for number, (name, told) in enumerate(self.changes.items(), start=1):
            if number > self._worked_off:
                news.tell(name, number, [told])
        self._worked_off = len(self.changes)
        news.write()
        return news.queue()

    def work_off(self) -> list[DeliveryResult | str]:
        """Works off what the queue gives out now, one message after the other."""
        outcomes: list[DeliveryResult | str] = []
        while message := self.deliveries.receive(0):
            try:
                outcomes.append(self.delivery.deliver(message))
            except DeliveryFailed as failure:
                outcomes.append(failure.reason)
            else:
                self.deliveries.remove(message.receipt)
        return outcomes

    def next_message(self, queue: str) -> Any:
        answer = self.sqs.receive_message(
            QueueUrl=queue, MessageSystemAttributeNames=["All"], WaitTimeSeconds=0
        )
        return next(iter(answer.get("Messages", [])), None)

    def received(self) -> list[str]:
        """Which notifications came in, by event."""
        return [each.json["data"]["event_id"] for each in self.inbox.received]
