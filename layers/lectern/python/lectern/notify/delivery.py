"""Delivers notifications to the LMS, one after the other for each event, for up to a day.

What was written together is one message: the LMS gets each of it in a request of its own, and where
it takes one no more, the message comes again for those that are left.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from lectern.domain.errors import POISONED
from lectern.domain.limits.delivery import pause_before_retry
from lectern.domain.settings import Settings
from lectern.notify.lms import EXCHANGE_SECONDS, Lms, LmsUnavailable
from lectern.notify.payload import payload
from lectern.notify.queue import Message, RetryQueue, position_in
from lectern.store.outbox import OutboxStore
from lectern.store.outbox_items import OutboxEntry, OutboxPage
from lectern.store.settings import SettingsStore
from lectern.telemetry import JsonLog, correlated

_log = JsonLog(__name__)

_LONG_ENOUGH = timedelta(seconds=10)
"""After that a message comes again for what is left."""

DELIVERY_SECONDS = _LONG_ENOUGH.total_seconds() + EXCHANGE_SECONDS
"""How long the delivery of a message takes at the most, but for what AWS takes."""

_AT_ONCE = timedelta(0)


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
        pause: How long the message is hidden until then.
    """

    def __init__(self, reason: str, pause: timedelta) -> None:
        super().__init__(reason)
        self.reason = reason
        self.pause = pause


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

    def deliver(self, message: Message) -> DeliveryResult:
        """Makes one attempt; where it fails, the message is hidden until the next one.

        What cannot be read is put aside at once: no retry helps it, and its event would wait.

        Raises:
            DeliveryFailed: There will be another attempt.
        """
        try:
            page = self.outbox.read(position_in(message.body))
        except POISONED:
            self.queue.put_aside(message.body, message.group)
            return DeliveryResult.UNREADABLE
        settings, _ = self.settings.get()
        url = settings.notifications.url
        if page is None or not page.left or url is None:
            return DeliveryResult.NOT_WANTED
        return self._deliver_left(url, page, settings, message)

    def _deliver_left(
        self, url: str, page: OutboxPage, settings: Settings, message: Message
    ) -> DeliveryResult:
        attempts = message.attempts
        began, last = self.now(), None
        for entry in page.left:
            if last and self.now() - began >= _LONG_ENOUGH:
                self.outbox.note_taken(page, last, attempts)
                self.queue.put_off(message.receipt, _AT_ONCE)
                raise DeliveryFailed("more is left", _AT_ONCE)
            tried = 1 if last else attempts - page.attempts
            with correlated(entry.notification.caused_in):
                reason = self._attempt(url, entry, settings, tried)
            if reason:
                if last:
                    self.outbox.note_taken(page, last, attempts - 1)
                return self._failed(page, message.receipt, tried, reason)
            last = entry
        return DeliveryResult.DELIVERED

    def _attempt(
        self, url: str, entry: OutboxEntry, settings: Settings, attempts: int
    ) -> str | None:
        """Tells the LMS; the reason why it did not take it, if it did not."""
        told = {"notification": entry.identifier, "type": entry.notification.type.value}
        try:
            self.lms.post(url, entry.identifier, payload(entry), settings)
        except LmsUnavailable as error:
            _log.info("not taken", **told, attempts=attempts)
            return str(error)
        _log.info("taken", **told, attempts=attempts)
        return None

    def _failed(self, page: OutboxPage, receipt: str, attempts: int, reason: str) -> DeliveryResult:
        pause = pause_before_retry(attempts, page.entries[-1].written_at, self.now())
        if pause is None:
            self.queue.give_up(page)
            return DeliveryResult.GIVEN_UP
        self.queue.put_off(receipt, pause)
        raise DeliveryFailed(reason, pause)
