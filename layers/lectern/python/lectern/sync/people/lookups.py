"""Looks single people up at Zoom: whether their registrants are still there."""

from __future__ import annotations

from lectern.domain.enrollment import Enrollment, Registration, Withdrawn
from lectern.domain.errors import ZoomError
from lectern.domain.meeting import Meeting
from lectern.domain.model import DomainModel
from lectern.domain.planner import current_registration
from lectern.sync.drift import note_people_changed
from lectern.sync.people.withdrawal import note_withdrawn
from lectern.sync.reconciliation import Reconciliation

_AT_ONCE = 20
"""One call each; a task ends in time."""


class Lookups(DomainModel):
    """Whether everyone was looked up."""

    done: bool


def look_people_up(work: Reconciliation, requested: int) -> Lookups:
    """Refreshes the ledger of some people, one call for each; who is gone is planned anew.

    Args:
        work: The work on the event.
        requested: What the event was asked for when the round began.

    Raises:
        ZoomError: Limits and outages, for the state machine to wait for.
    """
    lookups = work.dependencies.enrollments.lookups
    users = lookups.page(work.event_id, limit=_AT_ONCE)
    meeting = work.event.meeting
    people = work.dependencies.enrollments.get_many(work.event_id, users)
    for user_id in users:
        if meeting and user_id in people and not _look_up(work, meeting, people[user_id]):
            return Lookups(done=True)
        lookups.done(work.event_id, [user_id])
    if len(users) == _AT_ONCE:
        return Lookups(done=False)
    work.lease.record_looked_up(requested)
    return Lookups(done=True)


def _look_up(work: Reconciliation, meeting: Meeting, person: Enrollment) -> bool:
    """Looks one person up; ``False`` if there is no use in looking up more now."""
    known = current_registration(person, work.event)
    if known is None:
        return True
    try:
        found = work.sessions(meeting).registrant(meeting.zoom_id, known.registrant_id)
    except ZoomError as error:
        # What a person has to put right first leaves the lookup asked for.
        work.note_refusal(error)
        return False
    if found is None or not found.is_approved:
        _note_missing(work, person, known, Withdrawn.DENIED if found else Withdrawn.DELETED)
    elif (known.withdrawn, found.join_url or known.join_url) != (None, known.join_url):
        seen = {"join_url": found.join_url or known.join_url, "withdrawn": None}
        refreshed = known.model_copy(update=seen)
        work.dependencies.enrollments.record_registration(work.event_id, person.user_id, refreshed)
    return True


def _note_missing(
    work: Reconciliation, person: Enrollment, known: Registration, withdrawn: Withdrawn
) -> None:
    if known.withdrawn is withdrawn:
        return
    if note_withdrawn(work, person, known, withdrawn):
        note_people_changed(work, 1)
    if withdrawn is Withdrawn.DELETED:
        work.registrar.forgets(known)
