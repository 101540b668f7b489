"""Drains the queue of deliveries: one function at a time, several events at once.

Lambda's own way to feed a function from a queue looks into it all month, which costs more than all
else that a stack does while nothing happens. So whoever puts something in wakes the function that
drains the queue, and a schedule wakes it for what comes back. That only one is at it keeps an LMS
that is slow from taking the places of functions that people wait for.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from lectern.notify.delivery import DELIVERY_SECONDS, Delivery, DeliveryFailed
from lectern.notify.queue import Message, RetryQueue
from lectern.store.delivery_turn import DeliveryTurn
from lectern.telemetry import JsonLog, place_of

_log = JsonLog(__name__)

EVENTS_AT_ONCE = 10
"""So many events are told of at once; an LMS need not take more."""

_TURN = timedelta(seconds=60)
"""After that whoever has the turn and does not keep it counts as dead."""

_KEPT_EVERY = _TURN / 3

_SOON = timedelta(seconds=10)
"""What comes back by then is waited for; what comes back later, the schedule finds."""

_LONGEST_POLL_SECONDS = 5
"""Less than AWS's client waits for any answer."""

_LOOKS_EVERY_SECONDS = 1.0
"""While deliveries take longer: what is put in meanwhile is not to wait for them."""

_NEEDED_SECONDS = DELIVERY_SECONDS + 10
"""What a delivery takes at the most, with what AWS takes: with less, none is begun."""


@dataclass(frozen=True)
class Drain:
    """Drains the queue.

    Attributes:
        queue: What was asked to be delivered.
        delivery: Makes an attempt.
        turn: Whose turn it is.
        now: The clock.
    """

    queue: RetryQueue
    delivery: Delivery
    turn: DeliveryTurn
    now: Callable[[], datetime]

    def run(self, owner: str, seconds_left: Callable[[], float]) -> None:
        """Delivers what there is, unless somebody else is at it, who then looks once more.

        Args:
            owner: Names this run, unlike any other.
            seconds_left: How long it may still take.
        """
        now = self.now()
        if not self.turn.take(owner, now, now + _TURN):
            return
        is_given_back = False
        try:
            with ThreadPoolExecutor(EVENTS_AT_ONCE) as threads:
                at_work = _AtWork(threads, self._attempt)
                while not is_given_back and self._drained(owner, at_work, seconds_left):
                    is_given_back = self.turn.give_back(owner)
        finally:
            if not is_given_back:
                self.turn.drop(owner)

    def _drained(self, owner: str, at_work: _AtWork, seconds_left: Callable[[], float]) -> bool:
        """Has all delivered that the queue gives out; ``False`` where time or turn are over."""
        keeps_at = self.now() + _KEPT_EVERY
        while seconds_left() > _NEEDED_SECONDS:
            now = self.now()
            if now >= keeps_at:
                if not self.turn.keep(owner, now + _TURN):
                    return False
                keeps_at = now + _KEPT_EVERY
            if at_work.is_full:
                at_work.await_one()
            pause = at_work.pause(now)
            message = self.queue.receive(pause)
            if message is not None:
                at_work.begin(message)
            elif at_work.is_busy:
                at_work.await_one(_LOOKS_EVERY_SECONDS)
            elif not pause:
                return True
        return False

    def _attempt(self, message: Message) -> datetime | None:
        """Makes an attempt; whatever goes wrong, the message comes again.

        Returns:
            When it comes back, if that is soon.
        """
        attempts = message.attempts
        try:
            outcome = self.delivery.deliver(message)
            self.queue.remove(message.receipt)
        except DeliveryFailed as failure:
            _log.info("not delivered", attempts=attempts, reason=failure.reason)
            return self.now() + failure.pause if failure.pause <= _SOON else None
        except Exception as error:  # noqa: BLE001 - others are delivered all the same
            _log.error("not delivered", attempts=attempts, **place_of(error))
        else:
            _log.info("delivery", attempts=attempts, outcome=outcome)
        return None


class _AtWork:
    """The deliveries that are being made, and when those that failed come back.

    Args:
        threads: Make them.
        attempt: Makes one, and says when it comes back, if that is soon.
    """

    def __init__(
        self, threads: ThreadPoolExecutor, attempt: Callable[[Message], datetime | None]
    ) -> None:
        self._threads = threads
        self._attempt = attempt
        self._made: set[Future[datetime | None]] = set()
        self._come_back: list[datetime] = []

    @property
    def is_busy(self) -> bool:
        """Whether any is being made."""
        return bool(self._made)

    @property
    def is_full(self) -> bool:
        """Whether there is room for no other one."""
        return len(self._made) == EVENTS_AT_ONCE

    def begin(self, message: Message) -> None:
        """Has one made beside the others."""
        self._made.add(self._threads.submit(self._attempt, message))

    def await_one(self, seconds: float | None = None) -> None:
        """Waits until one of them is made, or for so long."""
        done, self._made = wait(self._made, seconds, FIRST_COMPLETED)
        self._come_back += [back for each in done if (back := each.result())]

    def pause(self, now: datetime) -> int:
        """How many seconds to wait for a message: until one comes back, where all is done."""
        self._come_back = [back for back in self._come_back if back > now]
        if self._made or not self._come_back:
            return 0
        left = (min(self._come_back) - now).total_seconds()
        return min(ceil(left), _LONGEST_POLL_SECONDS)
