"""What the holder of an event's lease writes: progress, ledger, outcome.

Every write is conditional on the lease, so an execution that lost it can change nothing.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from typing import Any

from lectern.domain.drift import Drifts
from lectern.domain.errors import LeaseLost
from lectern.domain.event import (
    Event,
    LastingProblem,
    LeadTime,
    Overrun,
    Participants,
    Planned,
    ReplacedZone,
    Staffing,
    SyncState,
)
from lectern.domain.meeting import Creation, Meeting, MeetingIntent
from lectern.domain.problems import Problem
from lectern.store import keys
from lectern.store.items import count_attributes, event_of, stored, sync_attributes
from lectern.store.table import Change, Expression, Table, WriteConflict

_NO_LEASE: dict[str, Any] = {"lease_owner": None, "lease_until": None}


class HeldLease:
    """A lease in the hands of an execution: what it writes of the event, for as long as it has it.

    ``lease.record_zone(zone)`` writes, and ``lease.event`` is the event as it then is.

    Attributes:
        event_id: The event.
        owner: The execution.
        event: The event as it was last written with this lease; ``None`` before.
    """

    def __init__(self, table: Table, event_id: str, owner: str) -> None:
        self._table = table
        self.event_id = event_id
        self.owner = owner
        self.event: Event | None = None

    def renew(self, until: datetime) -> Event:
        """Keeps the lease for longer, and reads the event.

        Raises:
            LeaseLost: It is not held any more.
        """
        return self._write({"sync_lease_until": stored(until)})

    def set_state(self, state: SyncState) -> Event:
        """Shows how far the work is.

        Raises:
            LeaseLost: It is not held any more.
        """
        return self._write(_state_attributes(self.event_id, state))

    def record_intent(self, intent: MeetingIntent | None) -> Event:
        """Notes that a meeting is about to be created, before Zoom is asked, or that none is.

        Raises:
            LeaseLost: It is not held any more.
        """
        return self._write({"intent": stored(intent)})

    def record_meeting(
        self, meeting: Meeting | None, retired: tuple[Meeting, ...] | None = None
    ) -> Event:
        """Notes what is known to be at Zoom now; a creation that was begun is thereby done.

        Args:
            meeting: The event's meeting.
            retired: What is still to be deleted; ``None`` for no change.

        Raises:
            LeaseLost: It is not held any more.
        """
        ledger: dict[str, Any] = {"meeting": stored(meeting), "intent": None}
        if retired is not None:
            ledger["retired"] = stored(retired)
        return self._write(ledger)

    def record_kept(self, kept: Event) -> Event:
        """Notes what the ledger keeps of an event that is over or cancelled.

        Raises:
            LeaseLost: It is not held any more.
        """
        ledger = {name: stored(getattr(kept, name)) for name in ("meeting", "intent", "retired")}
        return self._write(ledger)

    def record_retired(self, retired: tuple[Meeting, ...]) -> Event:
        """Notes which meetings are still to be deleted.

        Raises:
            LeaseLost: It is not held any more.
        """
        return self._write({"retired": stored(retired)})

    def record_creations(self, creations: tuple[Creation, ...]) -> Event:
        """Notes which meetings were made for the event lately.

        Raises:
            LeaseLost: It is not held any more.
        """
        return self._write({"creations": stored(creations)})

    def record_zone(self, zone: ReplacedZone) -> Event:
        """Notes what Zoom is told in place of a time zone that it does not take.

        Raises:
            LeaseLost: It is not held any more.
        """
        return self._write({"zone": stored(zone)})

    def record_overrun(self, overrun: Overrun) -> Event:
        """Notes how long Zoom is to be told that the session lasts, for a further round to tell it.

        Raises:
            LeaseLost: It is not held any more.
        """
        longer = {"overrun": stored(overrun)}
        return self._write(longer, add={"sync_retry_round": 1})

    def record_moved(self, meeting: str) -> Event:
        """Notes, by its name, that everyone is in the meeting that took another's place.

        Raises:
            LeaseLost: It is not held any more.
        """
        return self._write(sync_attributes({"moved_to": meeting}))

    def record_staffing(self, staffing: Staffing) -> Event:
        """Notes what was found out about the event's instructors.

        Raises:
            LeaseLost: It is not held any more.
        """
        return self._write({"staffing": stored(staffing)})

    def record_problem(self, problem: Problem | None) -> Event:
        """Notes what keeps the event from being in sync, or that nothing does.

        Raises:
            LeaseLost: It is not held any more.
        """
        return self._write({"sync_problem": stored(problem)})

    def record_lasting(self, lasting: LastingProblem) -> Event:
        """Notes since when the event has a problem; see ``record_problem``.

        Raises:
            LeaseLost: It is not held any more.
        """
        return self._write(sync_attributes({"lasting": lasting}))

    def record_verified(self, requested: int, now: datetime) -> Event:
        """Notes that the ledger was refreshed from Zoom.

        A verification that was asked for since ``requested`` stays asked for.

        Raises:
            LeaseLost: It is not held any more.
        """
        nothing_since = Expression(
            "#sync_lease_owner = :owner AND #sync_requested = :requested",
            {":owner": self.owner, ":requested": requested},
        )
        verified = Change(set=sync_attributes({"verify": False}))
        with suppress(WriteConflict):
            self._table.update(keys.event(self.event_id), verified, nothing_since)
        return self._write(sync_attributes({"last_verified_at": now}))

    def record_access_asked(self, lead: LeadTime) -> Event:
        """Notes that the LMS was asked who has access, for a lead time before the start.

        Raises:
            LeaseLost: It is not held any more.
        """
        return self._write(sync_attributes({"access_asked": lead}))

    def note_missing(self, meeting: Meeting, now: datetime) -> Event:
        """Notes that Zoom said that a meeting is not there; a further round is to find out.

        Raises:
            LeaseLost: It is not held any more.
        """
        missing = meeting.model_copy(update={"missing_since": meeting.missing_since or now})
        return self._write({"meeting": stored(missing)}, add={"sync_retry_round": 1})

    def record_drift(self, drift: Drifts) -> Event:
        """Notes what was found to be changed in Zoom by hand.

        Raises:
            LeaseLost: It is not held any more.
        """
        return self._write({"drift": stored(drift)})

    def forget_meeting(self, retired: tuple[Meeting, ...]) -> Event:
        """Notes that Zoom no longer has the meeting, and that a further round is to make it anew.

        Args:
            retired: What is to be closed then, the meeting included in case that it turns up again.

        Raises:
            LeaseLost: It is not held any more.
        """
        gone = {"meeting": None, "retired": stored(retired)}
        return self._write(gone, add={"sync_retry_round": 1})

    def free_places(self) -> Event:
        """Makes what had failed for want of a place or an address worth another try.

        Raises:
            LeaseLost: It is not held any more.
        """
        return self._write({}, add={"sync_retry_round": 1})

    def finish(
        self,
        planned: Planned,
        *,
        participants: Participants,
        problem: Problem | None,
        attempts: int = 0,
        meeting: str | None = None,
        look_at: datetime | None = None,
        now: datetime,
    ) -> bool:
        """Gives the lease back if nothing changed since the event was planned.

        Args:
            planned: What was planned.
            participants: How many people stand where, counted out.
            problem: What keeps the event from being in sync.
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
        counts = count_attributes(dict(participants))
        look = keys.look(self.event_id, look_at) if look_at else keys.NO_LOOK
        change = Change(
            set=sync_attributes(outcome) | _state_attributes(self.event_id, state) | counts | look
        )
        return self._unless_changed(change, condition)

    def hand_over(self) -> Event:
        """Gives the lease back, and asks for another execution to go on.

        Raises:
            LeaseLost: It is not held any more.
        """
        return self._write(sync_attributes(_NO_LEASE), add={"sync_requested": 1})

    def abandon(self, problem: Problem, attempts: int) -> Event:
        """Gives the lease back after a fault; what is to be done stays asked for.

        Raises:
            LeaseLost: It is not held any more.
        """
        given_up = {"next_attempt_at": None, "waiter": None, "attempts": attempts}
        outcome = sync_attributes({"problem": problem, **given_up, **_NO_LEASE})
        return self._write(outcome | _state_attributes(self.event_id, SyncState.FAILED))

    def note_wait(self, until: datetime | None) -> Event:
        """Notes until when Zoom asked to wait, while the lease is kept, or that it does not.

        Raises:
            LeaseLost: It is not held any more.
        """
        return self._write(sync_attributes({"next_attempt_at": until}))

    def postpone(
        self,
        until: datetime,
        waiter: datetime,
        problem: Problem,
        *,
        attempts: int = 0,
        state: SyncState = SyncState.WAITING,
    ) -> bool:
        """Gives the lease back until ``until``; what is to be done stays asked for.

        Args:
            until: When the work can go on.
            waiter: When the execution that waits for it will wake.
            problem: Why the work waits.
            attempts: How many tries in a row ended with a fault that may pass.
            state: What the event shows meanwhile.

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
        change = Change(set=sync_attributes(outcome) | _state_attributes(self.event_id, state))
        return self._unless_changed(change, condition)

    def _unless_changed(self, change: Change, condition: Expression) -> bool:
        """Whether the condition held; if the lease did not, the execution has to stop."""
        try:
            self._table.update(keys.event(self.event_id), change, condition)
        except WriteConflict as conflict:
            if conflict.item is None or conflict.item.get("sync_lease_owner") != self.owner:
                raise LeaseLost from conflict
            return False
        return True

    def _write(self, attributes: dict[str, Any], *, add: dict[str, int] | None = None) -> Event:
        change = Change(set=attributes, add=add or {})
        held = Expression("#sync_lease_owner = :owner", {":owner": self.owner})
        self.event = write_event(self._table, self.event_id, change, held)
        return self.event


def _state_attributes(event_id: str, state: SyncState) -> dict[str, Any]:
    return {"sync_state": state.value, "GSI2PK": keys.shard_in_state(event_id, state)}


def write_event(table: Table, event_id: str, change: Change, condition: Expression) -> Event:
    """Writes an event under a condition on its lease.

    Raises:
        LeaseLost: The condition does not hold.
    """
    try:
        return event_of(table.update(keys.event(event_id), change, condition))
    except WriteConflict as conflict:
        raise LeaseLost from conflict
