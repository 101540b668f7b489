"""Has the events of a restored table compared with Zoom.

What the table knew of Zoom has gone back with it: people who were registered since are not known to
be, and meetings that were changed are known as they were. Each event that is not over is verified,
the next ones first, as soon as the table has a stream of its own. A new table has none of them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from lectern.domain.event import Event
from lectern.store import keys
from lectern.store.events import EventStore
from lectern.store.sweeps import SweepStore
from lectern.sync.triggers.rollout import RolloutSweep


@dataclass(frozen=True)
class EraSweep:
    """A sweep.

    Attributes:
        events: The stored events.
        sweeps: How far the last beginning of an era was brought.
        era: The era of the table; 0 where it is not known.
        now: The clock.
    """

    events: EventStore
    sweeps: SweepStore
    era: int
    now: Callable[[], datetime]

    def run(self) -> int:
        """Asks for the events that were not verified in this era; says for how many."""
        if not self.era:
            return 0
        sweep = RolloutSweep(self.events, self.sweeps, self.now)
        return sweep.go_on(keys.rollout_of_era(), str(self.era), self._ask)

    def _ask(self, event: Event) -> bool:
        return self.events.request_verification(event, self.now()) is not None
