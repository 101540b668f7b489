"""The pre-event sweep: brings each event up to date shortly before it starts.

It reads the events whose start crossed a lead time since the last sweep, and those that start soon
and were changed since they were swept. Each is asked to be verified; the reconciliation then asks
the LMS who has access, and goes before everything that is only edited.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from lectern.domain.event import Event, LeadTime
from lectern.domain.sweeps import Window, due_lead, windows_of_start
from lectern.store.events import EventStore
from lectern.store.keys import stamp
from lectern.store.settings import SettingsStore
from lectern.store.sweeps import SweepProgress, SweepStore
from lectern.sync.triggers.background_sweep import PAGE, PATIENCE, WRITERS

_AFTER_ALL = "~"
"""Follows a moment in an index, so that events of just that moment are in it."""

Read = Callable[..., tuple[list[str], str | None]]
"""Reads a page of ids after a place in an index."""


@dataclass(frozen=True)
class PreEventSweep:
    """A sweep.

    Attributes:
        events: The stored events.
        settings: The lead times.
        sweeps: How far the last one came.
        now: The clock.
    """

    events: EventStore
    settings: SettingsStore
    sweeps: SweepStore
    now: Callable[[], datetime]

    def run(self) -> dict[str, int]:
        """Asks for each event that is due to be brought up to date, and says how many there were.

        What it does not come to in time is due again the next time: only a sweep that came to its
        end moves on.
        """
        now = self.now()
        settings, _ = self.settings.get()
        leads = settings.access_validation.lead_minutes
        swept = 0
        with ThreadPoolExecutor(WRITERS) as writers:
            for page in self._due(leads, now):
                swept += sum(writers.map(self._sweep, page))
                if self.now() > now + PATIENCE:
                    return {"swept": swept}
        self.sweeps.note(SweepProgress(until=now, lead_minutes=leads))
        return {"swept": swept}

    def _due(self, leads: tuple[int, ...], now: datetime) -> Iterator[list[tuple[Event, LeadTime]]]:
        for read in self._reads(leads, now):
            after: str | None = None
            while True:
                ids, after = read(after=after)
                events = self.events.get_readable(ids) if ids else []
                yield [(event, lead) for event in events if (lead := due_lead(event, leads, now))]
                if after is None:
                    break

    def _reads(self, leads: tuple[int, ...], now: datetime) -> Iterator[Read]:
        progress = self.sweeps.progress()
        for window in windows_of_start(leads, progress.until, progress.lead_minutes, now):
            yield _reading(self.events.page_by_start, window)
        if leads:
            soon = (now, now + timedelta(minutes=max(leads)))
            yield _reading(self.events.page_of_changed, soon)

    def _sweep(self, due: tuple[Event, LeadTime]) -> bool:
        event, lead = due
        return self.events.sweep_before_start(event, lead, self.now()) is not None


def _reading(read: Read, window: Window) -> Read:
    """Reads what starts within a window."""
    begin, end = window
    return partial(read, first=stamp(begin), last=stamp(end) + _AFTER_ALL, limit=PAGE)
