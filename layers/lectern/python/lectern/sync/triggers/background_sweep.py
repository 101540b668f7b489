"""The background sweep: comes back to what was left, and verifies what was not for a while.

A lease may have ended with its execution, a stream record may have gone to the dead-letter queue,
an execution that waited may have been stopped, what only a person could mend may be mended, and
Zoom may have been changed by hand without a word.

Each event stands in an index at the moment at which there is something to do for it, so that a
sweep reads these and no others. The moment is set by the end of the work, and by the sweep itself
where it comes too early. Those who wait for an execution, or have one at work, are few: each sweep
looks through all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from lectern.domain.event import Event, SyncState
from lectern.domain.sweeps import AT_WORK, is_forgotten, is_unverified, next_look
from lectern.store.events import EventStore
from lectern.store.page import Page

PAGE = 100
WRITERS = 8
"""Writes at a time."""

VERIFICATIONS = 300
"""At most so many verifications are asked for at once; the others are still due the next time."""

PATIENCE = timedelta(minutes=3)
"""How long a sweep goes on; what it does not come to is still due the next time."""


@dataclass(frozen=True)
class BackgroundSweep:
    """A sweep.

    Attributes:
        events: The stored events.
        verify_after: How old the last verification of an event that is near may be.
        now: The clock.
    """

    events: EventStore
    verify_after: timedelta
    now: Callable[[], datetime]

    def run(self) -> dict[str, int]:
        """Asks for what is due, and says for how many events."""
        began = self.now()
        restarted = verified = 0
        with ThreadPoolExecutor(WRITERS) as writers:
            for page in self._pages(began):
                forgotten = [event for event in page if is_forgotten(event, began)]
                unverified = [
                    event for event in page if is_unverified(event, self.verify_after, began)
                ]
                others = [
                    event
                    for event in page
                    if event.sync.state not in AT_WORK and event not in (*forgotten, *unverified)
                ]
                chosen = unverified[: VERIFICATIONS - verified]
                restarted += sum(writers.map(self._restart, forgotten))
                verified += sum(writers.map(self._verify, chosen))
                list(writers.map(self._come_back, others))
                if len(chosen) < len(unverified) or self.now() > began + PATIENCE:
                    break
        return {"restarted": restarted, "verified": verified}

    def _pages(self, now: datetime) -> Iterator[list[Event]]:
        """Those that are pending or at work, then those whose moment has come."""
        at_work = partial(
            self.events.page_by_state, SyncState.PENDING, first="0", last="~", limit=PAGE
        )
        yield from self._read(at_work)
        yield from self._read(partial(self.events.page_to_look_at, now, limit=PAGE))

    def _read(self, read: Callable[..., Page[str]]) -> Iterator[list[Event]]:
        after: str | None = None
        while True:
            ids, after = read(after=after)
            if ids:
                yield self.events.get_readable(ids)
            if after is None:
                return

    def _restart(self, event: Event) -> bool:
        # What an execution did that died is read from Zoom; a failure is only tried again.
        failed = event.sync.state is SyncState.FAILED
        asked = self.events.request_sync(
            event.event_id, self.now(), verify=not failed, background=failed
        )
        return asked is not None

    def _verify(self, event: Event) -> bool:
        return self.events.request_verification(event, self.now()) is not None

    def _come_back(self, event: Event) -> None:
        now = self.now()
        self.events.look_at(event, next_look(event, self.verify_after, now))
