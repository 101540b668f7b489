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


class LeaseStore:
    """Events as the execution writes them that is at work on them."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def take_lease(
        self, event_id: str, owner: str, now: datetime, until: datetime, *, seen: int = 0
    ) -> Event:
        """Makes ``owner`` the only execution at work on the event, until ``until``.

        Args:
            event_id: The event.
            owner: The execution.
            now: The present moment.
            until: When it counts as dead, unless it renews the lease.
            seen: The request that it takes the lease for.

        Raises:
            LeaseLost: Another execution, alive at ``now``, is at work.
        """
        condition = Expression(
            "attribute_exists(#PK) AND (#sync_lease_owner = :owner OR #sync_lease_until <= :now"
            " OR attribute_not_exists(#sync_lease_until))",
            {":owner": owner, ":now": keys.stamp(now)},
        )
        return self._lease_write(
            event_id,
            Change(set=sync_attributes({"lease_owner": owner, "lease_until": until, "seen": seen})),
            condition,
        )

    def renew_lease(self, event_id: str, owner: str, until: datetime) -> Event:
        """Keeps the lease for longer, and reads the event.

        Raises:
            LeaseLost: ``owner`` does not hold it.
        """
        return self._as_owner(event_id, owner, {"sync_lease_until": stored(until)})

    def set_state(self, event_id: str, owner: str, state: SyncState) -> Event:
        """Shows how far the work is.

        Raises:
            LeaseLost: ``owner`` does not hold the lease.
        """
        return self._as_owner(event_id, owner, _state_attributes(state))

    def record_intent(self, event_id: str, owner: str, intent: MeetingIntent | None) -> Event:
        """Notes that a meeting is about to be created, before Zoom is asked, or that none is.

        Raises:
            LeaseLost: ``owner`` does not hold the lease.
        """
        return self._as_owner(event_id, owner, {"intent": stored(intent)})

    def record_meeting(
        self, event_id: str, owner: str, meeting: Meeting | None, retired: tuple[Meeting, ...]
    ) -> Event:
        """Notes what is known to be at Zoom now; a creation that was begun is thereby done.

        Raises:
            LeaseLost: ``owner`` does not hold the lease.
        """
        ledger = {"meeting": stored(meeting), "retired": stored(retired), "intent": None}
        return self._as_owner(event_id, owner, ledger)

    def record_kept(self, event_id: str, owner: str, kept: Event) -> Event:
        """Notes what the ledger keeps of an event that is over or cancelled.

        Raises:
            LeaseLost: ``owner`` does not hold the lease.
        """
        ledger = {name: stored(getattr(kept, name)) for name in ("meeting", "intent", "retired")}
        return self._as_owner(event_id, owner, ledger)

    def record_retired(self, event_id: str, owner: str, retired: tuple[Meeting, ...]) -> Event:
        """Notes which meetings are still to be deleted.

        Raises:
            LeaseLost: ``owner`` does not hold the lease.
        """
        return self._as_owner(event_id, owner, {"retired": stored(retired)})

    def record_creations(self, event_id: str, owner: str, creations: tuple[Creation, ...]) -> Event:
        """Notes which meetings were made for the event lately.

        Raises:
            LeaseLost: ``owner`` does not hold the lease.
        """
        return self._as_owner(event_id, owner, {"creations": stored(creations)})

    def record_zone(self, event_id: str, owner: str, zone: ReplacedZone) -> Event:
        """Notes what Zoom is told in place of a time zone that it does not take.

        Raises:
            LeaseLost: ``owner`` does not hold the lease.
        """
        return self._as_owner(event_id, owner, {"zone": stored(zone)})

    def record_overrun(self, event_id: str, owner: str, overrun: Overrun) -> Event:
        """Notes how long Zoom is to be told that the session lasts, for a further round to tell it.

        Raises:
            LeaseLost: ``owner`` does not hold the lease.
        """
        longer = {"overrun": stored(overrun)}
        return self._as_owner(event_id, owner, longer, add={"sync_retry_round": 1})

    def record_moved(self, event_id: str, owner: str, meeting: str) -> Event:
        """Notes, by its name, that everyone is in the meeting that took another's place.

        Raises:
            LeaseLost: ``owner`` does not hold the lease.
        """
        return self._as_owner(event_id, owner, sync_attributes({"moved_to": meeting}))

    def record_staffing(self, event_id: str, owner: str, staffing: Staffing) -> Event:
        """Notes what was found out about the event's instructors.

        Raises:
            LeaseLost: ``owner`` does not hold the lease.
        """
        return self._as_owner(event_id, owner, {"staffing": stored(staffing)})

    def record_problem(self, event_id: str, owner: str, problem: Problem | None) -> Event:
        """Notes what keeps the event from being in sync, or that nothing does.

        Raises:
            LeaseLost: ``owner`` does not hold the lease.
        """
        return self._as_owner(event_id, owner, {"sync_problem": stored(problem)})

    def record_verified(self, event_id: str, owner: str, requested: int, now: datetime) -> Event:
        """Notes that the ledger was refreshed from Zoom.

        A verification that was asked for since ``requested`` stays asked for.

        Raises:
            LeaseLost: ``owner`` does not hold the lease.
        """
        nothing_since = Expression(
            "#sync_lease_owner = :owner AND #sync_requested = :requested",
            {":owner": owner, ":requested": requested},
        )
        verified = Change(set=sync_attributes({"verify": False}))
        with suppress(WriteConflict):
            self._table.update(keys.event(event_id), verified, nothing_since)
        return self._as_owner(event_id, owner, sync_attributes({"last_verified_at": now}))

    def record_access_asked(self, event_id: str, owner: str, lead: LeadTime) -> Event:
        """Notes that the LMS was asked who has access, for a lead time before the start.

        Raises:
            LeaseLost: ``owner`` does not hold the lease.
        """
        return self._as_owner(event_id, owner, sync_attributes({"access_asked": lead}))

    def note_missing(self, event_id: str, owner: str, meeting: Meeting, now: datetime) -> Event:
        """Notes that Zoom said that a meeting is not there; a further round is to find out.

        Raises:
            LeaseLost: ``owner`` does not hold the lease.
        """
        missing = meeting.model_copy(update={"missing_since": meeting.missing_since or now})
        return self._as_owner(
            event_id, owner, {"meeting": stored(missing)}, add={"sync_retry_round": 1}
        )

    def record_drift(self, event_id: str, owner: str, drift: Drifts) -> Event:
        """Notes what was found to be changed in Zoom by hand.

        Raises:
            LeaseLost: ``owner`` does not hold the lease.
        """
        return self._as_owner(event_id, owner, {"drift": stored(drift)})

    def forget_meeting(self, event_id: str, owner: str, retired: tuple[Meeting, ...]) -> Event:
        """Notes that Zoom no longer has the meeting, and that a further round is to make it anew.

        Args:
            event_id: The event.
            owner: The execution that holds the lease.
            retired: What is to be closed then, the meeting included in case that it turns up again.

        Raises:
            LeaseLost: ``owner`` does not hold the lease.
        """
        gone = {"meeting": None, "retired": stored(retired)}
        return self._as_owner(event_id, owner, gone, add={"sync_retry_round": 1})

    def free_places(self, event_id: str, owner: str) -> Event:
        """Makes what had failed for want of a place or an address worth another try.

        Raises:
            LeaseLost: ``owner`` does not hold the lease.
        """
        return self._as_owner(event_id, owner, {}, add={"sync_retry_round": 1})

    def finish(
        self,
        event_id: str,
        owner: str,
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
            event_id: The event.
            owner: The execution that holds the lease.
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
            LeaseLost: ``owner`` does not hold the lease.
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
            outcome |= {"synced_version": planned.version, "last_synced_at": now}
            outcome |= {"synced_meeting": meeting} if meeting else {}
        condition = Expression(
            "#sync_lease_owner = :owner AND #sync_requested = :requested"
            " AND #sync_retry_round = :round",
            {
                ":owner": owner,
                ":requested": planned.requested,
                ":round": planned.retry_round,
            },
        )
        state = SyncState.FAILED if problem else SyncState.IN_SYNC
        counts = count_attributes(dict(participants))
        look = keys.look(event_id, look_at) if look_at else keys.NO_LOOK
        change = Change(set=sync_attributes(outcome) | _state_attributes(state) | counts | look)
        return self._unless_changed(event_id, owner, change, condition)

    def hand_over(self, event_id: str, owner: str) -> Event:
        """Gives the lease back, and asks for another execution to go on.

        Raises:
            LeaseLost: ``owner`` does not hold the lease.
        """
        return self._as_owner(
            event_id, owner, sync_attributes(_NO_LEASE), add={"sync_requested": 1}
        )

    def abandon(self, event_id: str, owner: str, problem: Problem, attempts: int) -> Event:
        """Gives the lease back after a fault; what is to be done stays asked for.

        Raises:
            LeaseLost: ``owner`` does not hold the lease.
        """
        given_up = {"next_attempt_at": None, "waiter": None, "attempts": attempts}
        outcome = sync_attributes({"problem": problem, **given_up, **_NO_LEASE})
        return self._as_owner(event_id, owner, outcome | _state_attributes(SyncState.FAILED))

    def note_wait(self, event_id: str, owner: str, until: datetime | None) -> Event:
        """Notes until when Zoom asked to wait, while the lease is kept, or that it does not.

        Raises:
            LeaseLost: ``owner`` does not hold the lease.
        """
        return self._as_owner(event_id, owner, sync_attributes({"next_attempt_at": until}))

    def postpone(
        self,
        event_id: str,
        owner: str,
        until: datetime,
        waiter: datetime,
        problem: Problem,
        *,
        attempts: int = 0,
        state: SyncState = SyncState.WAITING,
    ) -> bool:
        """Gives the lease back until ``until``; what is to be done stays asked for.

        Args:
            event_id: The event.
            owner: The execution that holds the lease.
            until: When the work can go on.
            waiter: When the execution that waits for it will wake.
            problem: Why the work waits.
            attempts: How many tries in a row ended with a fault that may pass.
            state: What the event shows meanwhile.

        Returns:
            Whether the lease is given back; ``False`` if a request came since it was taken, which
            nobody else would work on before ``until``.

        Raises:
            LeaseLost: ``owner`` does not hold the lease.
        """
        outcome = {
            "next_attempt_at": until,
            "waiter": waiter,
            "problem": problem,
            "attempts": attempts,
            **_NO_LEASE,
        }
        condition = Expression(
            "#sync_lease_owner = :owner AND #sync_requested = #sync_seen", {":owner": owner}
        )
        change = Change(set=sync_attributes(outcome) | _state_attributes(state))
        return self._unless_changed(event_id, owner, change, condition)

    def _unless_changed(
        self, event_id: str, owner: str, change: Change, condition: Expression
    ) -> bool:
        """Whether the condition held; if the lease did not, the execution has to stop."""
        try:
            self._table.update(keys.event(event_id), change, condition)
        except WriteConflict as conflict:
            if conflict.item is None or conflict.item.get("sync_lease_owner") != owner:
                raise LeaseLost from conflict
            return False
        return True

    def _as_owner(
        self,
        event_id: str,
        owner: str,
        attributes: dict[str, Any],
        *,
        add: dict[str, int] | None = None,
    ) -> Event:
        return self._lease_write(
            event_id,
            Change(set=attributes, add=add or {}),
            Expression("#sync_lease_owner = :owner", {":owner": owner}),
        )

    def _lease_write(self, event_id: str, change: Change, condition: Expression) -> Event:
        try:
            return event_of(self._table.update(keys.event(event_id), change, condition))
        except WriteConflict as conflict:
            raise LeaseLost from conflict


def _state_attributes(state: SyncState) -> dict[str, Any]:
    return {"sync_state": state.value, "GSI2PK": keys.events_in_state(state)}
