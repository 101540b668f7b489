"""One execution at work on each event: who holds the event's lease, and takes it."""

from __future__ import annotations

from datetime import datetime

from lectern.domain.errors import LeaseLost
from lectern.domain.event import Event
from lectern.store import keys
from lectern.store.held_lease import HeldLease
from lectern.store.items import event_of, sync_attributes
from lectern.store.table import Change, Expression, Table, WriteConflict


class LeaseStore:
    """The leases of events: each is held by the one execution that is at work on the event."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def take_if_due(
        self, event_id: str, owner: str, now: datetime, until: datetime
    ) -> tuple[Event, Event]:
        """Makes ``owner`` the only execution at work on an event that there is work for.

        Args:
            event_id: The event.
            owner: The execution.
            now: The present moment.
            until: When it counts as dead, unless it renews the lease.

        Returns:
            The event as it was before, and as it is now.

        Raises:
            LeaseLost: Another execution, alive at ``now``, is at work, or there is nothing to do.
        """
        return self._take(event_id, owner, now, until, " AND #sync_requested > #sync_done")

    def take_lease(self, event_id: str, owner: str, now: datetime, until: datetime) -> Event:
        """The same of an event whether there is work for it or not; gives it as it is now."""
        return self._take(event_id, owner, now, until, "")[1]

    def _take(
        self, event_id: str, owner: str, now: datetime, until: datetime, only: str
    ) -> tuple[Event, Event]:
        """Takes the lease, with one task at work, whatever a former execution left behind."""
        condition = Expression(
            "attribute_exists(#PK) AND (#sync_lease_owner = :owner OR #sync_lease_until <= :now"
            f" OR attribute_not_exists(#sync_lease_until)){only}",
            {":owner": owner, ":now": keys.stamp(now)},
        )
        taken = {"lease_owner": owner, "lease_until": until, "worked_at": now, "at_work": 1}
        change = Change(set=sync_attributes(taken), copied={"sync_seen": "sync_requested"})
        try:
            before = self._table.update(keys.event(event_id), change, condition, old=True)
        except WriteConflict as conflict:
            raise LeaseLost from conflict
        now_is = {**before, **change.set, "sync_seen": before["sync_requested"]}
        return event_of(before), event_of(now_is)

    def held_by(self, event_id: str, owner: str) -> HeldLease:
        """Gives the lease that an execution took, to write the event with."""
        return HeldLease(self._table, event_id, owner)
