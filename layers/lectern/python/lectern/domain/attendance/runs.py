"""Which runs of an event's session count: a rehearsal before it does not.

It is decided anew at each reading, by the plan as it is then, so that an event that is moved needs
nothing to be changed.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from lectern.domain.attendance.matching import Instance
from lectern.domain.event import EventDetails


def counted_runs(runs: Collection[Instance], plan: EventDetails, now: datetime) -> frozenset[str]:
    """The keys of the runs that count.

    One that ended before the planned start is a rehearsal, and does not count once the session
    itself was held, begun by its planned end. Where it never was, everybody came early, and all
    that was held counts.
    """
    if not any(_is_the_session(run, plan, now) for run in runs):
        return frozenset(run.key for run in runs)
    return frozenset(run.key for run in runs if not _is_early(run, plan))


def _is_early(run: Instance, plan: EventDetails) -> bool:
    return run.ended_at is not None and run.ended_at < plan.starts_at


def _is_the_session(run: Instance, plan: EventDetails, now: datetime) -> bool:
    """Whether it ran into the planned start, or began after it and no later than the planned end.

    Of one that still runs that cannot be said before: it may be a rehearsal too.
    """
    if run.started_at is not None and run.started_at > plan.ends_at:
        return False
    return (run.ended_at or now) >= plan.starts_at
