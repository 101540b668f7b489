"""Delivers notifications to the LMS, one after the other for each event, for up to a day."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from lectern.domain.errors import POISONED
from lectern.domain.limits.delivery import pause_before_retry
from lectern.domain.settings import Settings
from lectern.notify.lms import Lms, LmsUnavailable
from lectern.notify.payload import payload
from lectern.notify.queue import RetryQueue, position_in
from lectern.store.outbox import OutboxEntry, OutboxStore
from lectern.store.settings import SettingsStore
from lectern.telemetry import JsonLog, correlated

_log = JsonLog(__name__)


class DeliveryResult(StrEnum):
    """The result of a delivery."""

    DELIVERED = "delivered"
    NOT_WANTED = "not_wanted"
    GIVEN_UP = "given_up"
    UNREADABLE = "unreadable"


class DeliveryFailed(Exception):
    """The LMS did not take it, and is asked again later.

    Attributes:
        reason: The status, or what went wrong on the way.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Delivery:
    """Works off the queue.

    Attributes:
        outbox: The notifications.
        settings: Where the LMS is told.
        lms: The LMS.
        queue: What was asked to be delivered.
        now: The clock.
    """

    outbox: OutboxStore
    settings: SettingsStore
    lms: Lms
    queue: RetryQueue
    now: Callable[[], datetime]

    def deliver(self, body: str, group: str, receipt: str, attempts: int) -> DeliveryResult:
        """Makes one attempt; where it fails, the message is hidden until the next one.

        What cannot be read is put aside at once: no retry helps it, and its event would wait.

        Args:
            body: The message, which names a notification.
            group: The message's group.
            receipt: The message's receipt.
            attempts: How many attempts there were, this one included.

        Raises:
            DeliveryFailed: There will be another attempt.
        """
        try:
            entry = self.outbox.get(position_in(body))
        except POISONED:
            self.queue.put_aside(body, group)
            return DeliveryResult.UNREADABLE
        settings, _ = self.settings.get()
        url = settings.notifications.url
        if entry is None or url is None:
            return DeliveryResult.NOT_WANTED
        with correlated(entry.notification.caused_in):
            return self._attempt(url, entry, settings, receipt, attempts)

    def _attempt(
        self, url: str, entry: OutboxEntry, settings: Settings, receipt: str, attempts: int
    ) -> DeliveryResult:
        told = {"notification": entry.identifier, "type": entry.notification.type.value}
        try:
            self.lms.post(url, entry.identifier, payload(entry), settings)
        except LmsUnavailable as error:
            _log.info("not taken", **told, attempts=attempts)
            return self._failed(entry, receipt, attempts, str(error))
        _log.info("taken", **told, attempts=attempts)
        return DeliveryResult.DELIVERED

    def _failed(
        self, entry: OutboxEntry, receipt: str, attempts: int, reason: str
    ) -> DeliveryResult:
        pause = pause_before_retry(attempts, entry.written_at, self.now())
        if pause is None:
            self.queue.give_up(entry)
            return DeliveryResult.GIVEN_UP
        self.queue.put_off(receipt, pause)
        raise DeliveryFailed(reason)
