"""When Zoom's report of an instance is looked for, when it is whole, and when it is given up.

Zoom's documents give no delay after which a report is there; they say that it can take longer for
many people, and that durations of 0 mean that it is not done.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from lectern.domain.attendance.matching import AttendanceFault, AttendanceProblem, Instance
from lectern.domain.attendance.presence import Sighting
from lectern.domain.model import DomainModel, Instant

PATIENCE = timedelta(days=1)
"""How long after the end one execution waits for a report."""

ALONE_PATIENCE = timedelta(hours=1)
"""How long a report is waited for where at most one person was seen and Zoom does not count."""

QUIET = timedelta(minutes=10)
"""How long after it was to go on an execution counts as dead."""

UNTOLD_END = timedelta(hours=12)
"""How long after the planned end Zoom is asked whether a session ended of which it told nothing."""

LOOKED_FOR = timedelta(days=30)
"""How long after the end a report that did not come is looked for again, ever less often."""

_LONGEST_WAIT = timedelta(hours=1)
_SHORTEST_WAIT = timedelta(minutes=1)
_BRIEF = timedelta(minutes=1)
_LONGEST_STAY = timedelta(days=2)
"""Zoom: a session lasts for 30 hours at most."""
_ROUNDING = timedelta(seconds=1)
"""Zoom's times and durations are whole seconds: no time at all may lie in two of them."""


class ReportedStay(DomainModel):
    """A row of Zoom's report.

    Attributes:
        seconds: The duration that Zoom states; ``None`` where it states none.
    """

    name: str
    sighting: Sighting
    seconds: int | None = None

    @property
    def is_whole(self) -> bool:
        """Whether Zoom is done with it: it has an end, and the duration that goes with it."""
        joined_at, left_at = self.sighting.joined_at, self.sighting.left_at
        if joined_at is None or left_at is None:
            return False
        return self.seconds != 0 or left_at - joined_at <= _ROUNDING


def reported_stay(stay: str, told: Sighting, seconds: int | None) -> ReportedStay:
    """A row of Zoom's report, with what it leaves unsaid where the rest of it says so.

    A duration of 0 says nothing: it is one that Zoom has not counted yet.
    """
    came, went = told.joined_at, told.left_at
    if seconds is not None and 0 < seconds <= _LONGEST_STAY.total_seconds():
        lasted = timedelta(seconds=seconds)
        came, went = came or (went and went - lasted), went or (came and came + lasted)
    sighting = told.model_copy(update={"joined_at": came, "left_at": went})
    return ReportedStay(name=stay, sighting=sighting, seconds=seconds)


def is_ready(
    stays: Sequence[ReportedStay],
    instance: Instance,
    *,
    first_page: bool,
    waited: timedelta = timedelta(),
) -> bool:
    """Whether a page of a report can be taken as it is.

    Args:
        stays: The page's rows.
        instance: What they are the report of.
        first_page: Whether it is the report's first page, which is never empty.
        waited: How long it has been waited for; after a day what is known is all there will be.
    """
    if waited > PATIENCE:
        return bool(stays) or not first_page
    if not all(stay.is_whole for stay in stays):
        return False
    if not first_page:
        return True
    return bool(stays) and (_is_brief(instance) or any(stay.seconds != 0 for stay in stays))


def _is_brief(instance: Instance) -> bool:
    """Whether it was over so soon that nobody need have been there for a second."""
    start, end = instance.started_at, instance.ended_at
    return start is not None and end is not None and end - start < _BRIEF


def wait_for_report(since: datetime, now: datetime, delay: timedelta) -> timedelta:
    """How long to wait before the next look: longer, the longer it takes.

    Args:
        since: When the wait began.
        now: The present moment.
        delay: How long after that the first look is.
    """
    if now < since + delay:
        return since + delay - now
    return min(max((now - since) / 2, min(delay, _SHORTEST_WAIT)), _LONGEST_WAIT)


def look_again_at(instance: Instance, now: datetime) -> Instant | None:
    """When the sweep looks for a report again that did not come; ``None`` for never."""
    waited = now - (instance.waits_since or now)
    if waited > LOOKED_FOR:
        return None
    return now + max(timedelta(minutes=30), waited / 4)


_TEXTS: dict[AttendanceFault, tuple[str, str]] = {
    AttendanceFault.SCOPE_MISSING: (
        "The Zoom app lacks a scope, so Zoom's report cannot be read; what was seen live stands.",
        "Add the scope to the app in the Zoom Marketplace; the report is then read by itself.",
    ),
    AttendanceFault.CREDENTIALS_INVALID: (
        "Zoom does not accept the credentials of this connection; what was seen live stands.",
        "Enter good credentials in the settings; the report is then read by itself.",
    ),
    AttendanceFault.REJECTED: (
        "Zoom refuses the report; what was seen live stands.",
        "Change what Zoom names, or ask the Zoom administrator; it is tried again by itself.",
    ),
    AttendanceFault.RATE_LIMITED: (
        "Zoom asked to slow down; what was seen live stands until the report is read.",
        "Nothing to do: it is tried again by itself.",
    ),
    AttendanceFault.DAILY_LIMIT: (
        "Zoom's reports are used up for today; what was seen live stands until tomorrow.",
        "Nothing to do: the report is read when Zoom's limit is reset at 00:00 UTC.",
    ),
    AttendanceFault.UNAVAILABLE: (
        "Zoom does not answer; what was seen live stands until the report is read.",
        "Nothing to do: it is tried again by itself.",
    ),
    AttendanceFault.REPORT_MISSING: (
        "Zoom has no report of the session; what was seen live stands.",
        "Look for the report in Zoom's portal. It is looked for again by itself for 30 days.",
    ),
    AttendanceFault.INTERNAL_ERROR: (
        "Reading the report stopped with an unexpected fault; what was seen live stands.",
        "It is tried again by itself; the operators find the fault in the logs.",
    ),
}


def attendance_problem(fault: AttendanceFault, detail: str = "") -> AttendanceProblem:
    """The problem as the LMS is told it.

    Args:
        fault: What is wrong.
        detail: What is known beyond the general sentence.
    """
    message, remedy = _TEXTS[fault]
    return AttendanceProblem(
        code=fault, message=f"{message} {detail}" if detail else message, remedy=remedy
    )
