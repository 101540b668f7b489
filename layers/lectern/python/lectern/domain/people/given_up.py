"""Attempts at getting a person into a meeting: what failed for good is not tried again within one.

An attempt is of a meeting, with or without a sign-in, and of a retry round; what a person has to
change first ends it as well.
"""

from __future__ import annotations

from lectern.domain.enrollment import Enrollment
from lectern.domain.event import Event


def attempt_key(event: Event) -> str:
    """Names the attempt at a registration that is made now.

    Who was refused for want of a Zoom account gets in where no sign-in is asked for, so that is
    another attempt, once Zoom was told.
    """
    meeting = event.meeting
    zoom_id = meeting.zoom_id if meeting else ""
    sign_in = "#sign-in" if meeting and meeting.spec.require_sign_in else ""
    return f"{zoom_id}#{event.sync.retry_round}{sign_in}"


def closed_key(event: Event) -> str:
    """Names the attempt that Zoom refused as the session is over.

    It may turn out that the session goes on, and Zoom may be told that it lasts longer.
    """
    minutes = event.meeting.spec.duration_minutes if event.meeting else 0
    return f"{attempt_key(event)}#{event.phase}#{minutes}"


def has_failed(enrollment: Enrollment, event: Event) -> bool:
    """Whether the attempt that would be made now failed for good."""
    return enrollment.failed_for in {attempt_key(event), closed_key(event)}
