"""Sessions that run over their planned end: Zoom registers nobody, unless the end is moved."""

from __future__ import annotations

from datetime import datetime, timedelta

from lectern.domain.event import Event, Overrun, Phase
from lectern.domain.meeting import Meeting

MOST_MINUTES = 1440
"""Zoom: no session is planned to be longer."""

_STEP = 30
"""Each change counts among the host's of the day, so an end is set well ahead."""

SESSION_OVER = "The session is over."

NO_LONGER = (
    "The session runs over its planned end, and Zoom takes nobody more. The host can set a later "
    "end in Zoom, or hold another session."
)


def is_running(event: Event, now: datetime) -> bool:
    """Whether the session is on, as far as Zoom reported."""
    return event.phase is Phase.LIVE and not event.is_over(now)


def overrun(event: Event, now: datetime) -> Overrun | None:
    """How long Zoom is to be told that a session lasts which runs over its planned end.

    Returns:
        ``None`` where it does not, or Zoom was told so, or takes no longer duration.
    """
    starts_at = event.details.starts_at
    if not is_running(event, now) or _end_at(starts_at, event.minutes_at_zoom) > now:
        return None
    steps = (now - starts_at) // timedelta(minutes=_STEP) + 2
    minutes = min(steps * _STEP, MOST_MINUTES)
    if _end_at(starts_at, minutes) <= now:
        return None
    planned = event.details.duration_minutes
    return Overrun(starts_at=starts_at, planned_minutes=planned, minutes=minutes)


def should_be_over(meeting: Meeting, now: datetime) -> bool:
    """Whether the planned end that Zoom was told has passed."""
    return _end_at(meeting.spec.starts_at, meeting.spec.duration_minutes) <= now


def _end_at(starts_at: datetime, minutes: int) -> datetime:
    return starts_at + timedelta(minutes=minutes)
