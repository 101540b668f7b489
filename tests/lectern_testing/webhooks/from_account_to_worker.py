"""Zoom's webhooks from the simulated account to the worker, without what lies between the two."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from lectern.attendance.live import LiveAttendance
from lectern.store.attendance import AttendanceStore
from lectern.store.enrollments import EnrollmentStore
from lectern.store.events import EventStore
from lectern.store.instances import InstanceStore
from lectern.store.settings import SettingsStore
from lectern.store.table import Table
from lectern.store.timeline import TimelineStore
from lectern.store.validations import ValidationStore
from lectern.store.webhooks import WebhookStore
from lectern.webhooks.report import WebhookDependencies
from lectern.webhooks.worker import Worker
from zoom_simulator.account.seed import WebhooksSeed
from zoom_simulator.webhooks.sender import WebhookSender
from zoom_simulator.webhooks.subscriptions import DeliveryReply
from zoom_simulator.world import World


def webhook_dependencies(table: Table, now: Callable[[], datetime]) -> WebhookDependencies:
    """What webhooks are acted on with, over a table."""
    events, settings = EventStore(table), SettingsStore(table)
    live = LiveAttendance(
        events=events,
        settings=settings,
        instances=InstanceStore(table),
        attendance=AttendanceStore(table),
        now=now,
    )
    return WebhookDependencies(
        events=events,
        enrollments=EnrollmentStore(table),
        settings=settings,
        attendance=live,
        timeline=TimelineStore(table),
        now=now,
    )


class Webhooks:
    """What the simulated account tells of itself.

    Attributes:
        reach_lectern: Whether deliveries arrive; those that do not are not repeated.
        bodies: All that was sent, in order.
    """

    def __init__(self, world: World, table: Table, now: Callable[[], datetime]) -> None:
        self.reach_lectern = True
        self.bodies: list[str] = []
        dependencies = webhook_dependencies(table, now)
        self.worker = Worker(dependencies, WebhookStore(table), ValidationStore(table))
        self._sender = WebhookSender(world, self._post, epoch=lambda: now().timestamp())
        world.webhooks.configure(WebhooksSeed.of_lectern("http://lectern.test"), now())

    def deliver(self) -> None:
        """Delivers what is due."""
        self._sender.deliver_due()

    def _post(self, _url: str, _headers: Mapping[str, str], body: bytes) -> DeliveryReply:
        text = body.decode()
        self.bodies.append(text)
        if self.reach_lectern:
            self.worker.work_off("default", text)
        return DeliveryReply(200)
