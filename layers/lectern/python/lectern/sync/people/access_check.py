"""Before an event starts, asks the LMS anew who has access: a page of people at a time."""

from __future__ import annotations

import logging
from datetime import datetime

from lectern.domain.enrollment import Access, Enrollment, shift
from lectern.domain.event import Event
from lectern.domain.model import DomainModel
from lectern.domain.planner import validates_access
from lectern.domain.settings import Settings
from lectern.domain.sweeps import PEOPLE_AT_ONCE
from lectern.notify.access import ask_who_has_access
from lectern.notify.lms import LmsUnavailable
from lectern.store.table import WriteConflict
from lectern.sync.reconciliation import Reconciliation

_log = logging.getLogger(__name__)
_ATTEMPTS = 5


class AccessCheck(DomainModel):
    """How far the LMS was asked.

    Attributes:
        after: The user after whom the next page begins.
        done: Whether it was asked about everyone, or cannot be asked.
    """

    after: str | None = None
    done: bool = False


def is_to_be_asked(event: Event, settings: Settings, now: datetime) -> bool:
    """Whether a pre-event sweep wants the LMS asked, and it was not since; not after the event."""
    sync = event.sync
    return (
        sync.swept is not None
        and sync.swept != sync.access_asked
        and settings.access_validation.check_url is not None
        and validates_access(event.details, settings)
        and not (event.is_cancelled or event.is_over(now))
    )


def ask_page(work: Reconciliation, after: str | None) -> AccessCheck:
    """Asks about a page of people, registered and blocked alike, and stores what is decided.

    Where the LMS cannot be asked, the last known decisions stand.

    Args:
        work: The work on the event.
        after: The user after whom the page begins.
    """
    lead = work.event.sync.swept
    page, next_after = work.dependencies.enrollments.page(
        work.event_id, after=after, limit=PEOPLE_AT_ONCE
    )
    asked = {each.user_id: each for each in page if _has_a_say(work, each)}
    try:
        decided = (
            ask_who_has_access(
                work.dependencies.lms, work.settings, work.event_id, lead, list(asked)
            )
            if asked
            else {}
        )
    except LmsUnavailable as error:
        _log.warning("the LMS could not be asked who has access: %s", error)
        next_after, decided = None, {}
    for user_id, access in decided.items():
        _store(work, asked[user_id], access)
    if next_after is None and lead is not None:
        work.lease.record_access_asked(lead)
    return AccessCheck(after=next_after, done=next_after is None)


def _has_a_say(work: Reconciliation, person: Enrollment) -> bool:
    """Whether access decides about the person; a host has it anyway."""
    hosts = work.event.details.is_hosted_by(person.user_id, person.person.email)
    return person.is_enrolled and not hosts


def _store(work: Reconciliation, person: Enrollment, access: Access) -> None:
    """Stores a decision, unless the person was removed meanwhile."""
    enrollments = work.dependencies.enrollments
    for _ in range(_ATTEMPTS):
        changed = person.changed({"access": access}, work.now())
        if changed is person:
            return
        changed = changed.model_copy(update={"changed_in": work.lease.owner})
        try:
            enrollments.replace_desired(person, changed)
        except WriteConflict:
            found = enrollments.get(person.event_id, person.user_id)
            if found is None or not found.is_enrolled:
                return
            person = found
        else:
            work.noted(shift(person.state, changed.state))
            return
