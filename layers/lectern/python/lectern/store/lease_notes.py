"""What the holder of an event's lease notes of the event while it works: progress and ledger.

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
    ReplacedZone,
    Staffing,
    SyncState,
)
from lectern.domain.meeting import Creation, Meeting, MeetingIntent
from lectern.domain.problems import Problem
from lectern.store import keys
from lectern.store.items import event_of, stored, sync_attributes
from lectern.store.table import Change, Expression, Table, WriteConflict


class LeaseNotes:
    """What is noted of an event by whoever holds its lease.

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

    def read(self) -> Event:
        """Reads the event as it is by now.

        Raises:
            LeaseLost: It is not held any more.
        """
        item = self._table.get(keys.event(self.event_id))
        event = event_of(item) if item else None
        if event is None or event.sync.lease_owner != self.owner:
            raise LeaseLost
        self.event = event
        return event

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
        verified = {"verify": False, "look_up": None, "last_verified_at": now}
        return self._note_if_nothing_since(requested, verified) or self._write(
            sync_attributes({"last_verified_at": now})
        )

    def record_looked_up(self, requested: int) -> None:
        """Notes that nobody is left to be looked up, unless more was asked for since ``requested``.

        Raises:
            LeaseLost: It is not held any more.
        """
        if self._note_if_nothing_since(requested, {"look_up": None}) is None:
            self.read()

    def _note_if_nothing_since(self, requested: int, done: dict[str, Any]) -> Event | None:
        """Notes that what was asked for is done; nothing if more was asked for since."""
        nothing_since = Expression(
            "#sync_lease_owner = :owner AND #sync_requested = :requested",
            {":owner": self.owner, ":requested": requested},
        )
        with suppress(LeaseLost):
            change = Change(set=sync_attributes(done))
            self.event = write_event(self._table, self.event_id, change, nothing_since)
            return self.event
        return None

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

    def note_wait(self, until: datetime | None) -> Event:
        """Notes until when Zoom asked to wait, while the lease is kept, or that it does not.

        Raises:
            LeaseLost: It is not held any more.
        """
        return self._write(sync_attributes({"next_attempt_at": until}))

    def _write(self, attributes: dict[str, Any], *, add: dict[str, int] | None = None) -> Event:
        change = Change(set=attributes, add=add or {})
        held = Expression("#sync_lease_owner = :owner", {":owner": self.owner})
        self.event = write_event(self._table, self.event_id, change, held)
        return self.event


def state_attributes(event_id: str, state: SyncState) -> dict[str, Any]:
    """What an event shows of its synchronisation, and where the index has it for that."""
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
