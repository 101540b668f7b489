"""Finds what somebody changed in Zoom by hand, and puts it right as far as the settings say."""

from __future__ import annotations

from lectern.domain.drift import DriftFound, edit_found, edited_fields
from lectern.domain.errors import ZoomNotFound, ZoomRejected, ZoomScopeMissing
from lectern.domain.meeting import Gone, Kind, Meeting, MeetingSpec
from lectern.domain.planner import event_spec
from lectern.domain.problems import EventProblem, event_problem
from lectern.domain.settings import Drift
from lectern.sync.work import EventFault, Work

_BECAME_ANOTHER_KIND = "It was converted."


def spec_for_ledger(work: Work, meeting: Meeting, seen: MeetingSpec) -> MeetingSpec:
    """What the ledger says of a meeting that was read, with a note of what somebody edited.

    An edit that is put right goes into the ledger, so that it is planned to be undone. One that is
    left does not: then nothing is planned before the LMS wants the field to be something else.
    """
    told = meeting.spec
    wanted = event_spec(work.event, work.settings, told.passcode)
    fields = edited_fields(told, seen, wanted, work.now())
    known = work.event.drift.edited
    found = _found(work, known, fields, seen) if fields else None
    if found != known:
        work.note_drift(work.event.drift.model_copy(update={"edited": found}))
    if found is None or found.repaired:
        return seen
    return seen.model_copy(update={name: getattr(told, name) for name in fields})


def _found(
    work: Work, known: DriftFound | None, fields: frozenset[str], seen: MeetingSpec
) -> DriftFound:
    return edit_found(known, fields, seen, work.now(), repairs=repairs(work))


def repairs(work: Work) -> bool:
    """Whether what was changed in Zoom by hand is put right."""
    return work.settings.drift is Drift.REPAIR


def note_people_changed(work: Work, count: int) -> None:
    """Notes that registrants were denied, deleted or added in Zoom by hand."""
    if not count:
        return
    found = DriftFound(
        what=("registrants",), seen=str(count), found_at=work.now(), repaired=repairs(work)
    )
    work.note_drift(work.event.drift.model_copy(update={"people": found}))


def recover(work: Work, meeting: Meeting, *, again: bool) -> None:
    """Takes a deleted meeting out of Zoom's bin, with its id and everybody's link.

    Where Zoom cannot, it is made anew; what a converted one became is deleted then.

    Args:
        work: The work on the event.
        meeting: The meeting that is gone.
        again: Whether it was recovered a moment ago, and is gone all the same.
    """
    tools = work.tools
    if meeting.gone is Gone.CONVERTED:
        _record(work, meeting.as_it_is_now)
        return
    if meeting.kind is Kind.MEETING and not again and _is_recovered(work, meeting):
        _record(work, meeting.model_copy(update={"gone": None, "read_back": False}))
        return
    if meeting.kind is Kind.WEBINAR:
        # Zoom does not tell a webinar that became a meeting from one that is gone.
        became = meeting.model_copy(update={"kind": Kind.MEETING})
        retired = (*work.event.retired, became)
        work.event = tools.leases.record_retired(work.event_id, work.owner, retired)
    work.event = tools.leases.forget_meeting(work.event_id, work.owner)


def _is_recovered(work: Work, meeting: Meeting) -> bool:
    try:
        work.sessions(meeting).recover(meeting.zoom_id)
    except (ZoomNotFound, ZoomRejected, ZoomScopeMissing):
        return False
    return True


def leave(meeting: Meeting) -> None:
    """Leaves a meeting that is gone as it is.

    Raises:
        EventFault: A person has to decide.
    """
    detail = _BECAME_ANOTHER_KIND if meeting.gone is Gone.CONVERTED else ""
    raise EventFault(event_problem(EventProblem.DELETED_IN_ZOOM, detail))


def _record(work: Work, meeting: Meeting) -> None:
    work.event = work.tools.leases.record_meeting(
        work.event_id, work.owner, meeting, work.event.retired
    )
