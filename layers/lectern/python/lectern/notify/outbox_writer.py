"""Writes the notifications of a batch of table changes to the outbox, and queues them.

Both are done by the change that tells something, which comes again until both are done: all changes
of one event come in order, so that its deliveries are asked for in the order of their numbers. An
entry of the outbox names the change that its first notification follows from. Whoever is given that
change again asks for the delivery of what stands already; whoever is given a later one does not.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import datetime

from lectern.domain.notifications import Notification, of_enrollment, of_event
from lectern.notify.queue import DeliveryQueue
from lectern.store.items import enrollment_of, event_of
from lectern.store.keys import ENROLLMENT_PREFIX
from lectern.store.outbox import OutboxStore
from lectern.store.outbox_items import OutboxPage, Told
from lectern.store.table import Item
from lectern.store.timeline import place_of as place_in_stream
from lectern.telemetry import JsonLog, place_of

_log = JsonLog(__name__)


class OutboxWriter:
    """A batch of changes.

    Args:
        outbox: Where notifications are written.
        queue: What has them delivered.
        has_address: Whether there is an address to deliver to.
        now: The clock.
        era: The era of the table that changed.
    """

    def __init__(
        self,
        outbox: OutboxStore,
        queue: DeliveryQueue,
        has_address: Callable[[], bool],
        now: Callable[[], datetime],
        era: int = 0,
    ) -> None:
        self._outbox = outbox
        self._queue = queue
        self._has_address = has_address
        self._now = now
        self._era = era
        self._changes: list[str] = []
        self._told: list[Told] = []
        self._pages: list[OutboxPage] = []

    def changed(self, change: str, number: int, old: Item | None, new: Item) -> list[Notification]:
        """Gathers what there is to tell of a change of one item, and returns it.

        Args:
            change: Names the change, the same if it comes again.
            number: Its place in the stream.
            old: The item before; ``None`` for a new one.
            new: The item as it is now.
        """
        news = _news(old, new)
        cause = {"caused_in": new.get("changed_in")}
        self.tell(change, number, [each.model_copy(update=cause) for each in news])
        return news

    def tell(self, change: str, number: int, news: Sequence[Notification]) -> None:
        """Gathers what a change tells, under the same names."""
        self._changes.append(change)
        self._told += [
            Told(each.identifier(change), each, place_in_stream(number, rank, self._era), change)
            for rank, each in enumerate(news)
        ]

    def removed(self, old: Item) -> None:
        """Forgets what was told of a person who was erased."""
        if not old["SK"].startswith(ENROLLMENT_PREFIX):
            return
        user_id, event_id = old["user_id"], old["event_id"]
        self._told = [
            told
            for told in self._told
            if (told.notification.user_id, told.notification.event_id) != (user_id, event_id)
        ]
        self._outbox.forget(user_id, event_id)

    def write(self) -> None:
        """Writes what was gathered, in order; what was so before is left out.

        Raises:
            Exception: Something could not be written; the batch has to come again.
        """
        order = {change: rank for rank, change in enumerate(self._changes)}
        pages = self._outbox.append(self._told, self._now(), self._era)
        mine = [page for page in pages if page.change in order and not page.queued]
        self._pages = sorted(mine, key=lambda page: (order[page.change], page.position.number))

    def queue(
        self, come_again: Collection[str] = (), put_aside: Collection[str] = ()
    ) -> str | None:
        """Asks for the deliveries of what was written, in order, as far as it goes, and rings.

        What follows a change that has to come again comes again with it, and is left until then:
        the queue knows for five minutes what it was given, and an outage takes longer.

        Args:
            come_again: The names of changes that failed.
            put_aside: The names of changes that a person may give back, days later.

        Returns:
            The name of the first change whose delivery could not be asked for; ``None`` if all
            could be that were not left.
        """
        if not self._pages or not self._has_address():
            return None
        asked, stuck = self._ask(come_again)
        if asked:
            self._queue.ring()
        self._note(asked, {stuck} if stuck else put_aside)
        return stuck

    def _ask(self, come_again: Collection[str]) -> tuple[list[OutboxPage], str | None]:
        """Asks for them; for which ones, and the change that it came no further than."""
        asked: list[OutboxPage] = []
        for page in self._pages:
            if page.change in come_again:
                break
            try:
                self._queue.put(page)
            except Exception as error:  # noqa: BLE001 - whatever it is, it is asked again
                _log.error("a delivery could not be asked for", **place_of(error))
                return asked, page.change
            asked.append(page)
        return asked, None

    def _note(self, asked: Sequence[OutboxPage], changes: Collection[str]) -> None:
        """Notes of what changes tell that may come again late that it was asked for.

        Where that fails the LMS may be told twice, under one id.
        """
        for page in asked:
            if page.change in changes:
                try:
                    self._outbox.note_queued(page)
                except Exception as error:  # noqa: BLE001 - nothing waits for it
                    _log.error("what was asked for could not be noted", **place_of(error))


def _news(old: Item | None, new: Item) -> list[Notification]:
    if new["SK"] == "EVENT":
        return of_event(event_of(old) if old else None, event_of(new))
    if new["SK"].startswith(ENROLLMENT_PREFIX):
        return of_enrollment(enrollment_of(old) if old else None, enrollment_of(new))
    return []
