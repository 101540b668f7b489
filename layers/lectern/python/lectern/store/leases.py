"""One execution at work on each event: who holds the event's lease, and takes it."""

from __future__ import annotations

from datetime import datetime

from lectern.domain.event import (
    Event,
)
from lectern.store import keys
from lectern.store.held_lease import HeldLease
from lectern.store.items import sync_attributes
from lectern.store.lease_notes import write_event
from lectern.store.table import Change, Expression, Table


class LeaseStore:
    """The leases of events: each is held by the one execution that is at work on the event."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def take_lease(
        self, event_id: str, owner: str, now: datetime, until: datetime, *, seen: int = 0
    ) -> Event:
        """Makes ``owner`` the only execution at work on the event, until ``until``.

        It is at work with one task, whatever a former execution left behind.

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
        taken = {
            "lease_owner": owner,
            "lease_until": until,
            "seen": seen,
            "worked_at": now,
            "at_work": 1,
        }
        return write_event(
            self._table,
            event_id,
            Change(set=sync_attributes(taken)),
            condition,
        )

    def held_by(self, event_id: str, owner: str) -> HeldLease:
        """Gives the lease that an execution took, to write the event with."""
        return HeldLease(self._table, event_id, owner)
