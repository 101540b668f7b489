"""How far the sweeps came."""

from __future__ import annotations

from lectern.domain.model import DomainModel, Instant
from lectern.store import keys
from lectern.store.table import Table


class Progress(DomainModel):
    """How far the pre-event sweep came.

    Attributes:
        until: Every event whose lead time had come by then was swept.
        lead_minutes: The lead times that were looked at.
    """

    until: Instant | None = None
    lead_minutes: tuple[int, ...] = ()


class SweepStore:
    """The progress of the pre-event sweep."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def progress(self) -> Progress:
        """How far the last sweep came that came to its end."""
        item = self._table.get(keys.pre_event_sweep())
        return Progress.model_validate_json(item["progress"]) if item else Progress()

    def note(self, progress: Progress) -> None:
        """Notes how far a sweep came; of two at once the last one counts, and none is missed."""
        self._table.put({**keys.pre_event_sweep(), "progress": progress.model_dump_json()})
