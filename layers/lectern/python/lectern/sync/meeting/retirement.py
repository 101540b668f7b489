"""Deletes what an event has no use for any more: all of it once cancelled, else what was replaced.

What was replaced stays open until everyone is in the meeting that took its place.
"""

from __future__ import annotations

from lectern.domain.errors import ZoomRejected
from lectern.domain.event import Phase
from lectern.domain.meeting import Kind, Meeting
from lectern.domain.planner import uses_zoom_emails
from lectern.domain.zoom_refusals import is_in_progress, is_of_other_kind
from lectern.sync.meeting.creation import found_meetings, retire
from lectern.sync.meeting.existence import is_converted
from lectern.sync.reconciliation import Reconciliation


def delete_everything(work: Reconciliation) -> None:
    """Deletes the meeting of a cancelled event, and whatever an unclear creation made.

    A session that is on is ended first.
    """
    intent = work.event.intent
    if intent:
        retire(work, found_meetings(work, intent))
    meeting = work.event.meeting
    if meeting:
        if work.event.phase is Phase.LIVE:
            work.sessions(meeting.as_it_is_now).put_out(meeting.zoom_id)
        _delete(work, meeting, ends=True)
    work.lease.record_meeting(None)
    _close(work, ends=True)


def close_retired(work: Reconciliation) -> None:
    """Closes what was replaced, where everyone is in the new meeting; what is on goes on."""
    meeting = work.event.meeting
    if meeting and work.event.sync.moved_to == meeting.name:
        _close(work, ends=False)


def _close(work: Reconciliation, *, ends: bool) -> None:
    stay: tuple[Meeting, ...] = ()
    while len(work.event.retired) > len(stay):
        first, *others = work.event.retired[len(stay) :]
        if not _delete(work, first, ends=ends):
            stay = (*stay, first)
        left = (*stay, *others)
        work.lease.record_retired(left)


def _delete(work: Reconciliation, meeting: Meeting, *, ends: bool) -> bool:
    """Deletes a meeting as what it is at Zoom, which it may have become unnoticed.

    Args:
        work: The work on the event.
        meeting: The meeting.
        ends: Whether a session that is on is ended for it.

    Returns:
        Whether it is gone; ``False`` for one that is on and goes on.
    """
    meeting = meeting.as_it_is_now
    try:
        _delete_once(work, meeting)
    except ZoomRejected as error:
        if is_of_other_kind(error) and is_converted(work, meeting):
            webinar = meeting.model_copy(update={"kind": Kind.WEBINAR})
            return _delete(work, webinar, ends=ends)
        if not is_in_progress(error):
            raise
        if not ends:
            return False
        work.sessions(meeting).put_out(meeting.zoom_id)
        _delete_once(work, meeting)
    return True


def _delete_once(work: Reconciliation, meeting: Meeting) -> None:
    tell = uses_zoom_emails(work.event.details, work.settings)
    work.sessions(meeting).delete(meeting.zoom_id, tell_people=tell)
