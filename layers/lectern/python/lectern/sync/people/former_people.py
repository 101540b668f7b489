"""Lets the ledger of an event that is over or cancelled forget whom the event names no more."""

from __future__ import annotations

from lectern.domain.people.former_people import without_former_people
from lectern.sync.reconciliation import Reconciliation


def forget_former_people(work: Reconciliation) -> None:
    """Takes former people's addresses out of the ledger, once Zoom is done with."""
    event = work.event
    if not (event.is_cancelled or event.is_over(work.now())):
        return
    kept = without_former_people(event)
    if kept != event:
        work.lease.record_kept(kept)
