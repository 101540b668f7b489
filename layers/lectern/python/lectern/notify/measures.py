"""What a batch of the table's changes says of the business, for operators to see."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from lectern.domain.enrollment import Enrollment, EnrollmentState
from lectern.domain.event import Event, SyncState
from lectern.store.items import enrollment_of, event_of
from lectern.store.keys import ENROLLMENT_PREFIX
from lectern.store.table import Item
from lectern.telemetry import measure


class Measures:
    """A batch of changes. What comes again is counted again: these are figures, and no accounts."""

    def __init__(self) -> None:
        self._in_sync_after: list[float] = []
        self._registered = 0
        self._problems: Counter[str] = Counter()

    def changed(self, at: datetime, old: Item | None, new: Item) -> None:
        """Gathers what a change of one item says.

        Args:
            at: When it was made.
            old: The item before; ``None`` for a new one.
            new: The item as it is now.
        """
        if new["SK"] == "EVENT" and _differ(old, new, "sync_state", "sync_problem"):
            self._event(at, event_of(old) if old else None, event_of(new))
        elif new["SK"].startswith(ENROLLMENT_PREFIX) and _differ(old, new, "state", "reason"):
            self._person(enrollment_of(old) if old else None, enrollment_of(new))

    def _event(self, at: datetime, old: Event | None, new: Event) -> None:
        is_done = new.sync.state is SyncState.IN_SYNC
        if is_done and (old is None or old.sync.state is not SyncState.IN_SYNC):
            self._in_sync_after.append(max(0.0, (at - new.sync.requested_at).total_seconds()))
        problem, before = new.sync.problem, old.sync.problem if old else None
        if problem is not None and (before is None or before.code is not problem.code):
            self._problems[problem.code.value] += 1

    def _person(self, old: Enrollment | None, new: Enrollment) -> None:
        was = old.state if old else None
        if new.state is EnrollmentState.REGISTERED and was is not EnrollmentState.REGISTERED:
            self._registered += 1
        if new.reason is not None and (old is None or old.reason is not new.reason):
            self._problems[new.reason.value] += 1

    def tell(self) -> None:
        """Tells what was gathered."""
        for seconds in self._in_sync_after:
            measure("SecondsToInSync", seconds, "Seconds")
        if self._registered:
            measure("PeopleRegistered", self._registered)
        for code, count in self._problems.items():
            measure("Problems", count, code=code)


def _differ(old: Item | None, new: Item, *names: str) -> bool:
    return old is None or any(old.get(name) != new.get(name) for name in names)
