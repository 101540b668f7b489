"""Enrollments that are stored as the API stores them: one wish for each user of an event."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from lectern.api.enrollments.changes import EnrollmentChanges, Wish
from lectern.domain.enrollment import Enrollment
from lectern.store.enrollments import EnrollmentStore
from lectern.store.events import EventStore


def store_new(
    enrollments: Iterable[Enrollment], events: EventStore, store: EnrollmentStore, now: datetime
) -> None:
    """Stores new enrollments, those of an event as one batch, and asks for their events."""
    by_event: dict[str, dict[str, Wish]] = {}
    for each in enrollments:
        by_event.setdefault(each.event_id, {})[each.user_id] = _becomes(each)
    for event_id, wishes in by_event.items():
        changes = EnrollmentChanges(event_id, events, store, now)
        changes.check_event(takes_people=False)
        changes.carry_out(wishes)


def _becomes(new: Enrollment) -> Wish:
    return lambda _stored: new
