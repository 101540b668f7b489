"""Brings changed settings to the events that are not over: some at each sweep, the next ones first.

What the settings say of Zoom's e-mails, of access, hosts and instructors holds for events that were
synchronised long ago. Each is asked for, after everything that somebody asked for by name; where
nothing comes of it at Zoom, no call is made.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta

from lectern.domain.event import Event
from lectern.domain.sweeps import what_counts_for_events
from lectern.store.events import EventStore
from lectern.store.keys import stamp
from lectern.store.settings import SettingsStore
from lectern.store.sweeps import SweepStore
from lectern.sync.triggers.background_sweep import PAGE, WRITERS

PAGES = 10
"""At most a thousand events at once; a change reaches the others with the next sweeps."""

_LONGEST_EVENT = timedelta(days=1)
_AFTER_ALL = "~"


@dataclass(frozen=True)
class SettingsSweep:
    """A sweep.

    Attributes:
        events: The stored events.
        settings: The settings.
        sweeps: How far the last change of the settings was brought.
        now: The clock.
    """

    events: EventStore
    settings: SettingsStore
    sweeps: SweepStore
    now: Callable[[], datetime]

    def run(self) -> int:
        """Asks for events that were not synchronised under these settings; says for how many."""
        settings, _ = self.settings.get()
        rollout = self.sweeps.rollout().of(what_counts_for_events(settings))
        if rollout.done:
            return 0
        first = stamp(self.now() - _LONGEST_EVENT)
        after, asked = rollout.after, 0
        with ThreadPoolExecutor(WRITERS) as writers:
            for _ in range(PAGES):
                ids, after = self.events.page_by_start(
                    first=first, last=_AFTER_ALL, after=after, limit=PAGE
                )
                asked += sum(writers.map(self._ask, self.events.get_readable(ids) if ids else []))
                if after is None:
                    break
        self.sweeps.note_rollout(rollout.model_copy(update={"after": after, "done": after is None}))
        return asked

    def _ask(self, event: Event) -> bool:
        now = self.now()
        if event.is_cancelled or event.is_over(now):
            return False
        # Who waits for an edit of the event does not wait longer for this.
        alone = event.sync.background or not event.sync.is_due
        return self.events.request_sync(event.event_id, now, background=alone) is not None
