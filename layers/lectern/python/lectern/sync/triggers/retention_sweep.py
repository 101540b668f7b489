"""The end of what is stored: events that ended long enough ago are forgotten, people and all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from lectern.domain.event import Event
from lectern.store.events import EventStore
from lectern.store.keys import stamp
from lectern.store.retention import RetentionStore
from lectern.store.settings import SettingsStore
from lectern.sync.triggers.background_sweep import PAGE

PATIENCE = timedelta(seconds=30)
"""How long it goes on; what it does not come to is due the next time."""

_BEFORE_ALL, _AFTER_ALL = "0", "~"


@dataclass(frozen=True)
class RetentionSweep:
    """A sweep.

    Attributes:
        events: The stored events.
        retention: What is kept of them.
        settings: How long it is kept.
        now: The clock.
    """

    events: EventStore
    retention: RetentionStore
    settings: SettingsStore
    now: Callable[[], datetime]

    def run(self) -> int:
        """Forgets events that ended ``retention_days`` ago or earlier, and says how many."""
        began, forgotten = self.now(), 0
        settings, _ = self.settings.get()
        until = began - timedelta(days=settings.retention_days)
        for event in self._over(until):
            forgotten += self.retention.forget(event)
            if self.now() > began + PATIENCE:
                break
        return forgotten

    def _over(self, until: datetime) -> Iterator[Event]:
        """The events that ended by a moment and that nobody is at work on, the oldest first."""
        after: str | None = None
        while True:
            ids, after = self.events.page_by_start(
                first=_BEFORE_ALL, last=stamp(until) + _AFTER_ALL, after=after, limit=PAGE
            )
            for event in self.events.get_readable(ids) if ids else []:
                if event.details.ends_at <= until and not event.sync.is_leased(self.now()):
                    yield event
            if after is None:
                return
