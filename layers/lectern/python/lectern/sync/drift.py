"""Finds what somebody changed in Zoom by hand, and puts it right as far as the settings say."""

from __future__ import annotations

from lectern.domain.drift import (
    LOCK_COUNTS,
    REGISTRATION,
    DriftFound,
    edit_found,
    edit_stayed,
    edited_fields,
)
from lectern.domain.meeting import Gone, Meeting, MeetingSpec
from lectern.domain.problems import EventProblem, event_problem
from lectern.domain.settings import Drift
from lectern.sync.reconciliation import EventFault, Reconciliation

_BECAME_ANOTHER_KIND = "It was converted."


def as_read(
    work: Reconciliation, meeting: Meeting, seen: MeetingSpec, wanted: MeetingSpec
) -> Meeting:
    """The ledger of a meeting that was read, with a note of what somebody edited.

    What differs right after Zoom was told comes from Zoom: it is asked for once more, and if it
    comes back again, the account holds it fast. What differs later somebody edited, or the account
    locked it since, which putting it right will show.
    """
    fields = edited_fields(meeting.spec, seen, wanted, work.now())
    meeting = _without_old_locks(work, meeting, wanted, seen)
    if not meeting.read_back:
        return _read_after_telling(work, meeting, seen, wanted, fields - REGISTRATION)
    found = _found(work, fields, seen) if fields else None
    _remember(work, found)
    if found is None or found.repaired:
        return meeting.model_copy(update={"spec": seen, "came_back": fields - REGISTRATION})
    # An edit that is left stays out of the ledger: then nothing is planned before the LMS wants
    # the field to be something else.
    told = {name: getattr(meeting.spec, name) for name in fields}
    return meeting.model_copy(update={"spec": seen.model_copy(update=told)})


def _read_after_telling(
    work: Reconciliation,
    meeting: Meeting,
    seen: MeetingSpec,
    wanted: MeetingSpec,
    fields: frozenset[str],
) -> Meeting:
    twice = fields & meeting.came_back
    known = work.event.drift.edited
    if known:
        _remember(work, edit_stayed(known, twice))
    locks = {name: wanted.said(name) for name in twice}
    noted: dict[str, object] = {"spec": seen, "came_back": fields - twice}
    if locks:
        noted |= {"locked": meeting.locked | locks, "locked_at": work.now()}
    return meeting.model_copy(update=noted)


def _without_old_locks(
    work: Reconciliation, meeting: Meeting, wanted: MeetingSpec, seen: MeetingSpec
) -> Meeting:
    """The meeting with the locks that still stand; after a while one is tried once more."""
    differing = wanted.differing_fields(seen)
    locks = {
        name: value
        for name, value in meeting.locked.items()
        if name in differing and wanted.said(name) == value
    }
    tries = meeting.locked_at is not None and meeting.locked_at + LOCK_COUNTS <= work.now()
    if not (locks and tries and meeting.read_back):
        return meeting.model_copy(update={"locked": locks})
    return meeting.model_copy(update={"locked": {}, "locked_at": None})


def _found(work: Reconciliation, fields: frozenset[str], seen: MeetingSpec) -> DriftFound:
    known = work.event.drift.edited
    return edit_found(known, fields, seen, work.now(), repairs=repairs(work))


def _remember(work: Reconciliation, found: DriftFound | None) -> None:
    if found != work.event.drift.edited:
        work.note_drift(work.event.drift.model_copy(update={"edited": found}))


def repairs(work: Reconciliation) -> bool:
    """Whether what was changed in Zoom by hand is put right."""
    return work.settings.drift is Drift.REPAIR


def note_people_changed(work: Reconciliation, count: int) -> None:
    """Notes that registrants were denied, deleted or added in Zoom by hand."""
    if not count:
        return
    found = DriftFound(
        what=("registrants",), seen=str(count), found_at=work.now(), repaired=repairs(work)
    )
    work.note_drift(work.event.drift.model_copy(update={"people": found}))


def leave(meeting: Meeting) -> None:
    """Leaves a meeting that is gone as it is.

    Raises:
        EventFault: A person has to decide.
    """
    detail = _BECAME_ANOTHER_KIND if meeting.gone is Gone.CONVERTED else ""
    raise EventFault(event_problem(EventProblem.DELETED_IN_ZOOM, detail))


def leave_with_holder(work: Reconciliation) -> None:
    """Leaves a meeting with the user whom it was handed to, where that is not put right.

    Raises:
        EventFault: A person has to decide; until then nobody is given that user's start link.
    """
    meeting = work.event.meeting
    if meeting and meeting.held_by and not repairs(work):
        raise EventFault(event_problem(EventProblem.HOST_TRANSFERRED))
