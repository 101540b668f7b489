"""An event's lease in the hands of an execution: its tasks, its rounds, and how it is given back.

Every write is conditional on the lease, so an execution that lost it can change nothing.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import Any

from lectern.domain.enrollment import Shifts
from lectern.domain.errors import LeaseLost
from lectern.domain.event import Event, Participants, Planned, SyncState
from lectern.domain.problems import Problem
from lectern.domain.sweeps import QUIET
from lectern.store import keys
from lectern.store.items import count_attributes, event_of, stored, sync_attributes
from lectern.store.lease_notes import LeaseNotes, state_attributes
from lectern.store.table import Change, Expression, Table, WriteConflict

_NO_LEASE: dict[str, Any] = {"lease_owner": None, "lease_until": None, "at_work": None}
_NOBODY: Shifts = Counter()


class HeldLease(LeaseNotes):
    """A lease in the hands of an execution: what it writes of the event, for as long as it has it.

    ``lease.record_zone(zone)`` writes, and ``lease.event`` is the event as it then is.

    Attributes:
        is_at_work: Whether a task has begun with it, and the event counts that task as at work.
    """

    def __init__(self, table: Table, event_id: str, owner: str) -> None:
        super().__init__(table, event_id, owner)
        self.is_at_work = False

    def taken(self, event: Event) -> None:
        """Is the lease that was just taken, by a task that is thereby at work."""
        self.event = event
        self.is_at_work = True

    def begin_task(self, until: datetime) -> Event:
        """Keeps the lease for longer, counts one task more as at work, and reads the event.

        Raises:
            LeaseLost: It is not held any more.
        """
        event = self._write({"sync_lease_until": stored(until)}, add={"sync_at_work": 1})
        self.is_at_work = True
        return event

    def begin_round(self, now: datetime, until: datetime, shifts: Shifts) -> Event:
        """Keeps the lease for a further round of the same task, and reads the event.

        The people who moved so far are counted with it.

        Raises:
            LeaseLost: It is not held any more.
        """
        event = self.event
        seen = {"seen": event.sync.requested} if event else {}
        renewed = sync_attributes({"worked_at": now, "lease_until": until, **seen})
        return self._write(renewed, add=_moved(shifts))

    def end_task(self, shifts: Shifts, state: SyncState | None = None) -> None:
        """Counts a task as ended, and the people who moved in it, while the lease is kept.

        Raises:
            LeaseLost: It is not held any more.
        """
        if not self.is_at_work:
            return
        shown = state_attributes(self.event_id, state) if state else {}
        self._write(shown, add={**_moved(shifts), "sync_at_work": -1})
        self.is_at_work = False

    def finish(
        self,
        planned: Planned,
        *,
        shifts: Shifts = _NOBODY,
        participants: Participants | None = None,
        problem: Problem | None,
        basis: str | None = None,
        attempts: int = 0,
        meeting: str | None = None,
        look_at: datetime | None = None,
        now: datetime,
    ) -> bool:
        """Gives the lease back if nothing changed since the event was planned.

        Args:
            planned: What was planned.
            shifts: How the work shifted the counts of people.
            participants: How many people stand where, where that was counted out.
            problem: What keeps the event from being in sync.
            basis: Names what the roster is in line with now; ``None`` where it is not.
            attempts: How many tries in a row ended with a fault that may pass.
            meeting: Names the meeting that the event has now; the last one stays noted after it.
            look_at: When the background sweep is to come back; ``None`` for never.
            now: The present moment.

        Returns:
            Whether the work is done; ``False`` if a change came meanwhile, which is to be planned
            before the lease is given back.

        Raises:
            LeaseLost: It is not held any more.
        """
        outcome = {
            "done": planned.requested,
            "next_attempt_at": None,
            "waiter": None,
            "attempts": attempts,
            "background": None,
            "basis": basis,
            **_NO_LEASE,
        }
        if problem is None:
            outcome |= {"synced_version": planned.version, "last_synced_at": now, "lasting": None}
            outcome |= {"synced_meeting": meeting} if meeting else {}
        condition = Expression(
            "#sync_lease_owner = :owner AND #sync_requested = :requested"
            " AND #sync_retry_round = :round",
            {
                ":owner": self.owner,
                ":requested": planned.requested,
                ":round": planned.retry_round,
            },
        )
        state = SyncState.FAILED if problem else SyncState.IN_SYNC
        look = keys.look(self.event_id, look_at) if look_at else keys.NO_LOOK
        counted = count_attributes(dict(participants)) if participants else {}
        change = Change(
            set=sync_attributes(outcome) | state_attributes(self.event_id, state) | look | counted,
            add={} if participants else _moved(shifts),
        )
        return self._given_back_unless_changed(change, condition)

    def hand_over(self, shifts: Shifts = _NOBODY) -> Event:
        """Gives the lease back, and asks for another execution to go on.

        Raises:
            LeaseLost: It is not held any more.
        """
        add = {**_moved(shifts), "sync_requested": 1}
        return self._give_back(sync_attributes(_NO_LEASE), add=add)

    def abandon(
        self, problem: Problem, attempts: int, look_at: datetime, shifts: Shifts = _NOBODY
    ) -> Event:
        """Gives the lease back after a fault; what is to be done stays asked for.

        Args:
            problem: What keeps the event from being in sync.
            attempts: How many tries in a row ended with a fault that may pass.
            look_at: When the background sweep is to come back.
            shifts: How the work shifted the counts of people.

        Raises:
            LeaseLost: It is not held any more.
        """
        given_up = {"next_attempt_at": None, "waiter": None, "attempts": attempts}
        outcome = sync_attributes({"problem": problem, **given_up, **_NO_LEASE})
        shown = state_attributes(self.event_id, SyncState.FAILED)
        look = keys.look(self.event_id, look_at)
        return self._give_back(outcome | shown | look, add=_moved(shifts))

    def postpone(
        self,
        until: datetime,
        waiter: datetime,
        problem: Problem,
        *,
        attempts: int = 0,
        state: SyncState = SyncState.WAITING,
        shifts: Shifts = _NOBODY,
    ) -> bool:
        """Gives the lease back until ``until``; what is to be done stays asked for.

        Args:
            until: When the work can go on.
            waiter: When the execution that waits for it will wake.
            problem: Why the work waits.
            attempts: How many tries in a row ended with a fault that may pass.
            state: What the event shows meanwhile.
            shifts: How the work shifted the counts of people.

        Returns:
            Whether the lease is given back; ``False`` if a request came since it was taken, which
            nobody else would work on before ``until``.

        Raises:
            LeaseLost: It is not held any more.
        """
        outcome = {
            "next_attempt_at": until,
            "waiter": waiter,
            "problem": problem,
            "attempts": attempts,
            **_NO_LEASE,
        }
        condition = Expression(
            "#sync_lease_owner = :owner AND #sync_requested = #sync_seen", {":owner": self.owner}
        )
        change = Change(
            set=sync_attributes(outcome)
            | state_attributes(self.event_id, state)
            | keys.look(self.event_id, until + QUIET),
            add=_moved(shifts),
        )
        return self._given_back_unless_changed(change, condition)

    def _given_back_unless_changed(self, change: Change, condition: Expression) -> bool:
        """Whether the condition held; if the lease did not, the execution has to stop.

        Where it did not hold, the event is read as it is by now.
        """
        try:
            self._table.update(keys.event(self.event_id), change, condition)
        except WriteConflict as conflict:
            if conflict.item is None or conflict.item.get("sync_lease_owner") != self.owner:
                raise LeaseLost from conflict
            self.event = event_of(conflict.item)
            return False
        self.is_at_work = False
        return True

    def _give_back(self, attributes: dict[str, Any], *, add: dict[str, int]) -> Event:
        event = self._write(attributes, add=add)
        self.is_at_work = False
        return event


def _moved(shifts: Shifts) -> dict[str, int]:
    """How the counts of people change, under the names of their attributes."""
    return {name: moved for name, moved in count_attributes(shifts).items() if moved}
