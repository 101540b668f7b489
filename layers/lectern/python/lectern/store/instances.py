"""The runs of events' sessions at Zoom: a named, conditional write for each rule.

An execution that looks for a run's report belongs to a round; what it writes is conditional on the
round, so that one whose work was taken over can change nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from typing import Any

from lectern.domain.attendance.matching import AttendanceProblem, Instance
from lectern.store import keys
from lectern.store.items import restored, stored
from lectern.store.table import Change, Expression, Item, Table, WriteConflict, begins


class InstanceStore:
    """Runs by event, and those whose attendance is still to be settled by when that is due."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def get(self, event_id: str, instance_key: str) -> Instance | None:
        """The run as it is now."""
        item = self._table.get(keys.instance(event_id, instance_key))
        return instance_of(item) if item else None

    def of_event(self, event_id: str) -> list[Instance]:
        """All runs of an event's session."""
        found = self._table.query_all(begins(keys.instance(event_id, "")))
        return [instance_of(item) for item in found]

    def open(self) -> Iterator[Instance]:
        """The runs that are still to be settled, as they are now."""
        still_open = Expression("#GSI2PK = :open", {":open": keys.open_instances()})
        for item in self._table.query_all(still_open, index=keys.GSI2):
            instance = self.get(*keys.instance_at(item["GSI2SK"]))
            if instance is not None and not instance.is_final:
                yield instance

    def due(self, now: datetime) -> Iterator[Instance]:
        """The runs that are still to be settled, and that nobody is known to be at work on."""
        due = Expression(
            "#GSI2PK = :open AND #GSI2SK < :now",
            {":open": keys.open_instances(), ":now": keys.stamp(now)},
        )
        for item in self._table.query_all(due, index=keys.GSI2):
            instance = self.get(*keys.instance_at(item["GSI2SK"]))
            if instance is not None and instance.due_at is not None and instance.due_at < now:
                yield instance

    def create(self, instance: Instance) -> bool:
        """Stores a run that nothing was known of; ``False`` where something is."""
        item = {
            **keys.instance(instance.event_id, instance.key),
            **{name: stored(value) for name, value in instance},
            **_due(instance, instance.due_at),
            **_expiry(instance.expires_at),
        }
        try:
            self._table.put(item, Expression("attribute_not_exists(#PK)"))
        except WriteConflict:
            return False
        return True

    def start(self, instance: Instance, started_at: datetime) -> None:
        """Notes when a run that is known began."""
        change = Change(set={"started_at": stored(started_at)})
        self._table.update(_key(instance), change, Expression("attribute_exists(#PK)"))

    def start_if_unknown(self, instance: Instance, started_at: datetime) -> None:
        """Notes when a run began of whose beginning nothing was told."""
        change = Change(set={"started_at": stored(started_at)})
        unknown = Expression("attribute_exists(#PK) AND attribute_not_exists(#started_at)")
        with suppress(WriteConflict):
            self._table.update(_key(instance), change, unknown)

    def end(
        self,
        instance: Instance,
        ended_at: datetime,
        *,
        told_at: datetime,
        due_at: datetime,
        expires_at: datetime,
    ) -> bool:
        """Notes, once, that a run that is known ended, and asks for its report.

        Returns:
            Whether that was not noted before.
        """
        change = Change(
            set={"ended_at": stored(ended_at), "told_at": stored(told_at)}
            | _due(instance, due_at)
            | _expiry(expires_at),
            add={"round": 1},
        )
        once = Expression("attribute_exists(#PK) AND attribute_not_exists(#ended_at)")
        try:
            self._table.update(_key(instance), change, once)
        except WriteConflict:
            return False
        return True

    def correct(self, instance: Instance, started_at: datetime, ended_at: datetime) -> Instance:
        """Notes from when to when Zoom says, afterwards, that a run really went on."""
        session = {"started_at": stored(started_at), "ended_at": stored(ended_at)}
        item = self._table.update(
            _key(instance), Change(set=session), Expression("attribute_exists(#PK)")
        )
        return instance_of(item)

    def ask_again(self, instance: Instance, due_at: datetime) -> bool:
        """Asks for the report once more; ``False`` if somebody else did meanwhile."""
        return self._in_round(instance, Change(set=_due(instance, due_at), add={"round": 1}))

    def stay_at_work(self, instance: Instance, due_at: datetime) -> bool:
        """Notes until when the round goes on; ``False`` if another took the work over."""
        return self._in_round(instance, Change(set=_due(instance, due_at)))

    def note_problem(
        self,
        instance: Instance,
        problem: AttendanceProblem,
        *,
        due_at: datetime | None,
        resume_at: datetime | None = None,
        attempts: int = 0,
    ) -> bool:
        """Notes what keeps the attendance from being final, and until when Zoom asked to wait."""
        noted = {
            "problem": stored(problem),
            "resume_at": stored(resume_at),
            "attempts": attempts,
        }
        return self._in_round(instance, Change(set=noted | _due(instance, due_at)))

    def finish(self, instance: Instance, final_at: datetime) -> bool:
        """Notes that the attendance of the run is final; ``False`` if another took it over."""
        done = {"final_at": stored(final_at), "problem": None, "resume_at": None}
        return self._in_round(instance, Change(set=done))

    def close(self, instance: Instance) -> bool:
        """Notes that nothing is left to do; ``False`` if another took it over."""
        return self._in_round(instance, Change(set={"erased": None, **_due(instance, None)}))

    def erase(self, instance: Instance, marks: frozenset[str]) -> None:
        """Notes by which marks someone is left out when Zoom's report is read."""
        not_final = Expression("attribute_exists(#PK) AND attribute_not_exists(#final_at)")
        with suppress(WriteConflict):
            self._table.update(_key(instance), Change(add={"erased": marks}), not_final)

    def _in_round(self, instance: Instance, change: Change) -> bool:
        same_round = Expression("#round = :round", {":round": instance.round})
        try:
            self._table.update(_key(instance), change, same_round)
        except WriteConflict:
            return False
        return True


def instance_of(item: Item) -> Instance:
    """The run that an item holds."""
    return Instance.model_validate(restored(item))


def _key(instance: Instance) -> keys.Key:
    return keys.instance(instance.event_id, instance.key)


def _due(instance: Instance, due_at: datetime | None) -> dict[str, Any]:
    """When it is due, also for the index of what is; ``None`` takes it out of that."""
    if due_at is None:
        return {"due_at": None, "GSI2PK": None, "GSI2SK": None}
    return {
        "due_at": stored(due_at),
        **keys.due_instance(instance.event_id, instance.key, due_at),
    }


def _expiry(expires_at: datetime) -> dict[str, Any]:
    return {"expires_at": stored(expires_at), "ttl": int(expires_at.timestamp())}
