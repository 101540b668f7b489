"""Brings something to the events that are not over: some at each sweep, the next ones first."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta

from lectern.domain.event import Event
from lectern.store.events import EventStore
from lectern.store.keys import Key, stamp
from lectern.store.sweeps import SweepStore
from lectern.sync.triggers.background_sweep import PAGE, WRITERS

PAGES = 10
"""At most a thousand events at once; a change reaches the others with the next sweeps."""

_LONGEST_EVENT = timedelta(days=1)
_AFTER_ALL = "~"


@dataclass(frozen=True)
class RolloutSweep:
    """What goes through the events, as far as one sweep may go.

    Attributes:
        events: The stored events.
        sweeps: How far the last sweep came.
        now: The clock.
    """

    events: EventStore
    sweeps: SweepStore
    now: Callable[[], datetime]

    def go_on(self, key: Key, cause: str, ask: Callable[[Event], bool]) -> int:
        """Goes on where the last sweep stopped, and says for how many events something was asked.

        Args:
            key: Where it is kept how far the last one came.
            cause: What is brought to the events; another one begins anew.
            ask: Asks for what follows for an event that is neither over nor cancelled; whether
                there was anything to ask for.
        """
        rollout = self.sweeps.rollout(key).of(cause, stamp(self.now() - _LONGEST_EVENT))
        if rollout.done:
            return 0
        after, asked = rollout.after, 0
        with ThreadPoolExecutor(WRITERS) as writers:
            for _ in range(PAGES):
                ids, after = self.events.page_by_start(
                    first=rollout.first, last=_AFTER_ALL, after=after, limit=PAGE
                )
                here = filter(self._is_ahead, self.events.get_readable(ids) if ids else [])
                asked += sum(writers.map(ask, here))
                if after is None:
                    break
        done = rollout.model_copy(update={"after": after, "done": after is None})
        self.sweeps.note_rollout(key, done)
        return asked

    def _is_ahead(self, event: Event) -> bool:
        return not event.is_cancelled and not event.is_over(self.now())
