"""A host's decisions about people in a live session, which stand until it is over.

A host who puts somebody out denies or deletes the registration in Zoom. That is no drift to be put
right before the session has ended, unless the LMS gives the person access anew.
"""

from __future__ import annotations

from lectern.domain.enrollment import Enrollment, Registration
from lectern.domain.event import Event, Phase
from lectern.domain.phase import PhaseReport

KEPT_OUT = (
    "A host took the registration back in Zoom while the session is on. It stands until the "
    "session has ended, or until access is given anew in the LMS."
)


def is_kept_out(enrollment: Enrollment, event: Event) -> bool:
    """Whether a host took a person's place back in the session that is on.

    It goes by the time at which the session began, so that it makes no difference which of the two
    is told of first.
    """
    began, taken_back = event.phase_at, enrollment.taken_back
    if event.phase is not Phase.LIVE or began is None or taken_back is None:
        return False
    return began <= taken_back


def is_left_to_the_host(registration: Registration, enrollment: Enrollment, event: Event) -> bool:
    """Whether a registrant whom a host denied stays denied: the host may think better of it."""
    return registration.withdrawn is not None and is_kept_out(enrollment, event)


def concerns_moderation(report: PhaseReport, event: Event) -> bool:
    """Whether it makes a difference to what a host took back that a session began or ended.

    It may have been put right before it was known that the session was on; and it may be put right
    now that it has ended.

    Args:
        report: What Zoom says.
        event: The event as it was before.
    """
    was_live = report.phase is Phase.ENDED and event.phase is Phase.LIVE
    began = (event.phase_at or report.at) if was_live else report.at
    found = event.drift.people
    return found is not None and found.found_at >= began
