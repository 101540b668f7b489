"""The background sweep: what was asked for, is not done, and has nobody at work on it any more.

A lease may have ended with its execution, a stream record may have gone to the dead-letter queue,
an execution that waited may have been stopped, and what only a person could mend may be mended.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from lectern.domain.event import Event, SyncState
from lectern.domain.problems import EventProblem
from lectern.store.events import EventStore

QUIET = timedelta(minutes=5)
"""How long nothing may happen before the sweep thinks that nothing will."""

RETRY_FAILED = timedelta(minutes=30)
"""How often what failed for want of a person is tried again by itself."""

_CHEAP_TO_RETRY = {
    EventProblem.HOST_NOT_IN_ZOOM,
    EventProblem.WEBINAR_NOT_LICENSED,
    EventProblem.CAPACITY_REACHED,
    EventProblem.CREDENTIALS_INVALID,
    EventProblem.SCOPE_MISSING,
}
"""Found by a read before anything is counted against a host, so each sweep tries them again."""

_CHEAP_WITHOUT_MEETING = {EventProblem.HOST_NOT_LICENSED}
"""Found by a read as well as long as nothing was made; later, Zoom may have refused a change."""

_PAGE = 100


def is_forgotten(event: Event, now: datetime) -> bool:
    """Whether nobody is at work on the event, or will be, though there is work."""
    sync = event.sync
    if sync.state is SyncState.FAILED:
        return _is_cheap_to_retry(event) or sync.requested_at + RETRY_FAILED <= now
    if not sync.is_due or sync.is_leased(now):
        return False
    expected = [sync.requested_at, sync.lease_until, sync.next_attempt_at, sync.waiter]
    return max(moment for moment in expected if moment) + QUIET <= now


def _is_cheap_to_retry(event: Event) -> bool:
    problem = event.sync.problem
    if problem is None:
        return False
    cheap = _CHEAP_TO_RETRY if event.meeting else _CHEAP_TO_RETRY | _CHEAP_WITHOUT_MEETING
    return problem.code in cheap


class Recovery:
    """One sweep.

    Args:
        events: The stored events.
        now: The present moment.
    """

    def __init__(self, events: EventStore, now: datetime) -> None:
        self._events = events
        self._now = now

    def run(self) -> int:
        """Asks again for each event that is forgotten, and returns how many there were."""
        restarted = 0
        for event in self._unfinished():
            if is_forgotten(event, self._now):
                # What an execution did that died is read from Zoom; a failure is only tried again.
                died = event.sync.state is not SyncState.FAILED
                self._events.request_sync(event.event_id, self._now, verify=died)
                restarted += 1
        return restarted

    def _unfinished(self) -> Iterator[Event]:
        """The events that are not in sync, read from the index of just those."""
        for state in (SyncState.PENDING, SyncState.SYNCING, SyncState.WAITING, SyncState.FAILED):
            after: str | None = None
            while True:
                ids, after = self._events.page_by_state(
                    state, first="0", last="\uffff", after=after, limit=_PAGE
                )
                yield from self._events.get_many(ids)
                if after is None:
                    break
