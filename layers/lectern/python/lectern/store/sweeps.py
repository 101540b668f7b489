"""How far the sweeps came."""

from __future__ import annotations

from lectern.domain.model import DomainModel, Instant
from lectern.store import keys
from lectern.store.table import Table


class SweepProgress(DomainModel):
    """How far the pre-event sweep came.

    Attributes:
        until: Every event whose lead time had come by then was swept.
        lead_minutes: The lead times that were looked at.
    """

    until: Instant | None = None
    lead_minutes: tuple[int, ...] = ()


class Rollout(DomainModel):
    """How far something was brought to the events.

    Attributes:
        cause: What it is, as a text to compare.
        first: The place in the order of starts at which it began; a later one would not do to go
            on from ``after``, which may come before it.
        after: The place in the order of starts from which to go on.
        done: Whether every event was asked for that was there.
    """

    cause: str = ""
    first: str = ""
    after: str | None = None
    done: bool = False

    def of(self, cause: str, first: str) -> Rollout:
        """This one, if it is of this cause and began somewhere; else one that begins there."""
        is_this = self.cause == cause and (self.done or bool(self.first))
        return self if is_this else Rollout(cause=cause, first=first)


class SweepStore:
    """The progress of the sweeps."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def progress(self) -> SweepProgress:
        """How far the last sweep came that came to its end."""
        item = self._table.get(keys.pre_event_sweep())
        return SweepProgress.model_validate_json(item["progress"]) if item else SweepProgress()

    def note(self, progress: SweepProgress) -> None:
        """Notes how far a sweep came; of two at once the last one counts, and none is missed."""
        self._table.write({**keys.pre_event_sweep(), "progress": progress.model_dump_json()})

    def rollout(self, key: keys.Key) -> Rollout:
        """How far the last one that is kept there came."""
        item = self._table.get(key)
        return Rollout.model_validate_json(item["rollout"]) if item else Rollout()

    def note_rollout(self, key: keys.Key, rollout: Rollout) -> None:
        """Notes how far one came."""
        self._table.write({**key, "rollout": rollout.model_dump_json()})
