"""Brings changed settings to the events that are not over.

What the settings say of Zoom's e-mails, of access, hosts and instructors holds for events that were
synchronised long ago. Each is asked for, after everything that somebody asked for by name; where
nothing comes of it at Zoom, no call is made.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from lectern.domain.event import Event
from lectern.domain.sweeps import what_counts_for_events
from lectern.store import keys
from lectern.store.events import EventStore
from lectern.store.settings import SettingsStore
from lectern.store.sweeps import SweepStore
from lectern.sync.triggers.rollout import RolloutSweep


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
        sweep = RolloutSweep(self.events, self.sweeps, self.now)
        return sweep.go_on(keys.rollout_of_settings(), what_counts_for_events(settings), self._ask)

    def _ask(self, event: Event) -> bool:
        # Who waits for an edit of the event does not wait longer for this.
        alone = event.sync.background or not event.sync.is_due
        return self.events.request_sync(event.event_id, self.now(), background=alone) is not None
