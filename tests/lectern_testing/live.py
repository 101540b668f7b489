"""Zoom's webhooks from the simulated account to the worker, without what lies between the two."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from lectern.attendance.live import LiveAttendance
from lectern.store.attendance import AttendanceStore
from lectern.store.enrolments import EnrolmentStore
from lectern.store.events import EventStore
from lectern.store.instances import InstanceStore
from lectern.store.settings import SettingsStore
from lectern.store.table import Table
from lectern.store.webhooks import WebhookStore
from lectern.webhooks.report import Tools
from lectern.webhooks.worker import Worker
from local.zoom.courier import Courier
from local.zoom.seed import WebhooksSeed
from local.zoom.webhooks import Reply
from local.zoom.world import World


def webhook_tools(table: Table, now: Callable[[], datetime]) -> Tools:
    """What webhooks are acted on with, over a table."""
    events, settings = EventStore(table), SettingsStore(table)
    live = LiveAttendance(
        events=events,
        settings=settings,
        instances=InstanceStore(table),
        attendance=AttendanceStore(table),
        now=now,
    )
    return Tools(
        events=events,
        enrolments=EnrolmentStore(table),
        settings=settings,
        attendance=live,
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
        self.worker = Worker(webhook_tools(table, now), WebhookStore(table))
        self._courier = Courier(world, self._post, epoch=lambda: now().timestamp())
        world.webhooks.configure(WebhooksSeed.of_lectern("http://lectern.test"), now())

    def deliver(self) -> None:
        """Delivers what is due."""
        self._courier.deliver_due()

    def _post(self, _url: str, _headers: Mapping[str, str], body: bytes) -> Reply:
        text = body.decode()
        self.bodies.append(text)
        if self.reach_lectern:
            self.worker.work_off("default", text)
        return Reply(200)
