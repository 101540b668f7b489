"""Finds out whether a meeting is still there, and gets it back, before another takes its place.

One answer proves nothing: replicas lag behind, and some answers are wrong. A meeting that Zoom once
said is not there is read again, now and after a pause; only then it counts as gone. What could not
be recovered is replaced, and kept among what is to be closed in case that it turns up again.
"""

from __future__ import annotations

from datetime import timedelta

from lectern.domain.errors import ZoomNotFound, ZoomRejected, ZoomScopeMissing
from lectern.domain.meeting import Gone, Kind, Meeting
from lectern.domain.planner import event_spec
from lectern.domain.zoom_refusals import is_of_other_kind
from lectern.sync.drift import as_read, repairs
from lectern.sync.reconciliation import Reconciliation
from lectern.zoom.payloads import MeetingResponse

PAUSE = timedelta(seconds=20)
"""How long a meeting that was there has to be missing, and between two looks at a new one."""

PAUSE_FOR_NEW = timedelta(minutes=2)
"""How long one has to be missing that Zoom has made and never shown."""


def read_back(work: Reconciliation, meeting: Meeting) -> None:
    """Refreshes the ledger from Zoom, with a note of what somebody changed there."""
    answer = _answer(work, meeting)
    if answer is None:
        return
    wanted = event_spec(work.event, work.settings, meeting.spec.passcode)
    ledger = as_read(work, meeting, answer.spec(meeting.kind, meeting.spec, wanted), wanted)
    seen = {
        "read_back": True,
        "gone": None,
        "missing_since": None,
        "held_by": _holder(work, meeting, answer),
        "uuid": answer.uuid or meeting.uuid,
    }
    work.lease.record_meeting(ledger.model_copy(update=seen))


def confirm(work: Reconciliation, meeting: Meeting) -> None:
    """Looks again at a meeting that Zoom said is not there.

    What was there before can be recovered at once, which harms nothing if it is there after all;
    that it is gone is not believed before it was missing for a while.

    Raises:
        ZoomSlotReserved: It is looked at again after a pause.
    """
    read_back(work, meeting)
    looked_at = work.event.meeting
    if looked_at is None or looked_at.missing_since is None or looked_at.gone:
        return
    is_recoverable = meeting.kind is Kind.MEETING and meeting.read_back and repairs(work)
    if not is_recoverable:
        _wait_until_it_is_sure(work, looked_at)
        if is_converted(work, meeting):
            work.lease.record_meeting(meeting.model_copy(update={"gone": Gone.CONVERTED}))
            return
    work.lease.record_meeting(looked_at.model_copy(update={"gone": Gone.DELETED}))


def recover(work: Reconciliation, meeting: Meeting, *, again: bool) -> None:
    """Takes a deleted meeting out of Zoom's bin, with its id and everybody's link.

    Where Zoom cannot, it is made anew; what a converted one became is closed then.

    Args:
        work: The work on the event.
        meeting: The meeting that is gone.
        again: Whether it was recovered a moment ago, and is gone all the same.

    Raises:
        ZoomSlotReserved: It is looked at again after a pause.
    """
    if meeting.gone is Gone.CONVERTED:
        work.lease.record_meeting(meeting.as_it_is_now)
        return
    if meeting.kind is Kind.MEETING and not again and _is_recovered(work, meeting):
        back = {"gone": None, "missing_since": None, "read_back": False}
        work.lease.record_meeting(meeting.model_copy(update=back))
        return
    _wait_until_it_is_sure(work, meeting)
    if work.sessions(meeting).is_there(meeting.zoom_id):
        read_back(work, meeting)
        return
    _replace(work, meeting)


def note_if_missing(
    work: Reconciliation, meeting: Meeting, error: ZoomNotFound | ZoomRejected
) -> bool:
    """Notes it if Zoom says that the meeting is not what it was; ``False`` for other refusals.

    A host can delete a meeting in Zoom's portal, or convert it to a webinar with the same id.
    """
    if isinstance(error, ZoomRejected) and not is_of_other_kind(error):
        return False
    if isinstance(error, ZoomRejected) and is_converted(work, meeting):
        work.lease.record_meeting(meeting.model_copy(update={"gone": Gone.CONVERTED}))
    elif meeting.missing_since is None:
        work.lease.record_meeting(meeting.model_copy(update={"missing_since": work.now()}))
    return True


def is_converted(work: Reconciliation, meeting: Meeting) -> bool:
    """Whether the session is there as one of the other kind."""
    other = meeting.model_copy(update={"kind": meeting.kind.other})
    try:
        return work.sessions(other).is_there(other.zoom_id)
    except (ZoomRejected, ZoomScopeMissing):
        return False


def _answer(work: Reconciliation, meeting: Meeting) -> MeetingResponse | None:
    """The meeting as Zoom has it; ``None``, and noted, if Zoom says that it has not."""
    try:
        return work.sessions(meeting).read(meeting.zoom_id)
    except (ZoomNotFound, ZoomRejected) as error:
        if not note_if_missing(work, meeting, error):
            raise
        return None


def _holder(work: Reconciliation, meeting: Meeting, answer: MeetingResponse) -> str | None:
    """The user whom the meeting was handed to, as a second look confirms; ``None`` for its host."""
    if answer.host_id in {"", meeting.host_id}:
        return None
    again = work.sessions(meeting).read(meeting.zoom_id)
    return again.host_id if again.host_id == answer.host_id else meeting.held_by


def _wait_until_it_is_sure(work: Reconciliation, meeting: Meeting) -> None:
    """Comes back later while a meeting is missing for too short a time.

    Raises:
        ZoomSlotReserved: It is.
    """
    since, now = meeting.missing_since or work.now(), work.now()
    sure_at = since + (PAUSE if meeting.read_back else PAUSE_FOR_NEW)
    if now < sure_at:
        work.come_back(min(now + PAUSE, sure_at))


def _is_recovered(work: Reconciliation, meeting: Meeting) -> bool:
    try:
        work.sessions(meeting).recover(meeting.zoom_id)
    except (ZoomNotFound, ZoomRejected, ZoomScopeMissing):
        return False
    return True


def _replace(work: Reconciliation, meeting: Meeting) -> None:
    """Forgets a meeting that is gone, for another to take its place."""
    kept = meeting.model_copy(update={"gone": None})
    retired = (*work.event.retired, kept)
    work.lease.forget_meeting(retired)
