"""One execution at a time for each event: taking the lease, giving it back, waiting without it."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from lectern.domain.errors import LeaseLost
from lectern.domain.event import Event, Participants, Planned, SyncState
from lectern.domain.limits.retries import SECOND_TRY, may_pass, pause_before_try
from lectern.domain.model import DomainModel, Instant
from lectern.domain.problems import EventProblem, Problem, event_problem
from lectern.domain.sweeps import next_look
from lectern.sync.reconciliation import Reconciliation, ReconciliationDependencies

_LONGEST_SETTLING = 5
"""In units of ``fold``: changes that never stop are not waited for longer."""

MOST_ROUNDS = 20
"""Of one execution, however long changes keep coming. AWS ends a Standard execution at 25,000
entries of its history; a round takes 40 to 100, and for 10,000 people 300."""


MOST_ROUNDS_ALONE = 12
"""In a row, with nobody asking for anything: what takes more does not come to an end by itself."""


class LeaseOutcome(StrEnum):
    """The answer to asking for an event's lease."""

    TAKEN = "taken"
    NOT_NEEDED = "not_needed"


class Lease(DomainModel):
    """The answer to asking for a lease.

    Attributes:
        outcome: Whether there is something to do for this execution.
        settle_seconds: How long to wait for further changes before asking again; 0 for no longer.
    """

    outcome: LeaseOutcome
    settle_seconds: int = 0


class FinishOutcome(StrEnum):
    """The outcome of finishing a round."""

    DONE = "done"
    AGAIN = "again"
    HANDED_OVER = "handed_over"
    WAIT = "wait"
    STUCK = "stuck"


class Finish(DomainModel):
    """The answer to finishing: done, another round is needed, or something is to be waited for.

    Another round is this execution's, or where it is handed over the next one's.

    Attributes:
        outcome: Which of these.
        until: When to go on; ``None`` if another execution wakes no later.
        alone: How many rounds in a row were needed although nobody asked for anything.
    """

    outcome: FinishOutcome
    until: Instant | None = None
    alone: int = 0


class Wait(DomainModel):
    """Until when the execution sleeps; ``None`` if another one wakes no later."""

    until: Instant | None


def take_lease(
    dependencies: ReconciliationDependencies, event_id: str, owner: str, settled_seconds: int
) -> Lease:
    """Makes the execution the only one at work on the event, if there is work.

    Args:
        dependencies: What reaches the world.
        event_id: The event.
        owner: The execution.
        settled_seconds: How long it has waited for changes to settle already.
    """
    event = dependencies.events.get(event_id)
    if event is None or not event.sync.is_due:
        return Lease(outcome=LeaseOutcome.NOT_NEEDED)
    now = dependencies.now()
    try:
        event = dependencies.leases.take_lease(
            event_id, owner, now, now + dependencies.lease_for, seen=event.sync.requested
        )
    except LeaseLost:
        # Whoever holds it sees what was asked for before giving it back.
        return Lease(outcome=LeaseOutcome.NOT_NEEDED)
    settled = timedelta(seconds=settled_seconds)
    return Lease(
        outcome=LeaseOutcome.TAKEN,
        settle_seconds=_settle_seconds(dependencies, event, now, settled),
    )


def _settle_seconds(
    dependencies: ReconciliationDependencies, event: Event, now: datetime, settled: timedelta
) -> int:
    """Waits until the last change is ``fold`` old, so that changes in quick succession are one."""
    left = event.sync.requested_at + dependencies.fold - now
    bounded = min(left, dependencies.fold, _LONGEST_SETTLING * dependencies.fold - settled)
    return max(0, -(-bounded // timedelta(seconds=1)))


def finish(
    work: Reconciliation,
    planned: Planned,
    participants: Participants,
    *,
    changed: bool,
    rounds: int,
    alone: int = 0,
) -> Finish:
    """Gives the lease back if this round found nothing left to do, and nothing changed since.

    A round that changed something at Zoom is followed by another, which counts everyone out: only
    a round with nothing to do shows that the work is done.

    Args:
        work: The work on the event.
        planned: What the round was planned from.
        participants: Where everyone stood in this round.
        changed: Whether the round changed anything for the event's people.
        rounds: How many the execution has done, this one included.
        alone: How many rounds before this one were needed in a row with nothing new to do.
    """
    nothing_new = work.event.sync.requested == planned.requested
    alone = alone + 1 if nothing_new else 0
    if changed or _has_just_moved(work):
        return _another_round(work, rounds, alone)
    if _is_waiting(work):
        return Finish(outcome=FinishOutcome.WAIT, until=postpone(work, "ZoomDailyLimit").until)
    problem = work.event.sync.problem
    if problem and _is_tried_again_soon(work, problem):
        return Finish(outcome=FinishOutcome.WAIT, until=_try_again_soon(work, problem).until)
    meeting = work.event.meeting
    done = work.lease.finish(
        planned,
        participants=participants,
        problem=problem,
        attempts=_attempts(work, problem),
        meeting=meeting.name if meeting else None,
        look_at=_next_look(work),
        now=work.now(),
    )
    return Finish(outcome=FinishOutcome.DONE) if done else _another_round(work, rounds, alone)


def _has_just_moved(work: Reconciliation) -> bool:
    """Whether everyone turns out to be in a meeting that took another's place, which can go now."""
    event = work.event
    if event.meeting is None or not event.retired or event.sync.moved_to == event.meeting.name:
        return False
    if _is_waiting(work) or not event.meeting.is_open:
        return False
    work.lease.record_moved(event.meeting.name)
    return True


def _another_round(work: Reconciliation, rounds: int, alone: int) -> Finish:
    """Goes on, unless round after round only finds its own work to do again."""
    if alone >= MOST_ROUNDS_ALONE:
        return Finish(outcome=FinishOutcome.STUCK)
    if rounds < MOST_ROUNDS or alone:
        return Finish(outcome=FinishOutcome.AGAIN, alone=alone)
    work.lease.hand_over()
    return Finish(outcome=FinishOutcome.HANDED_OVER)


def _next_look(work: Reconciliation) -> datetime | None:
    """When the background sweep is to turn to the event, once its work is done."""
    sync = work.event.sync
    state = SyncState.FAILED if sync.problem else SyncState.IN_SYNC
    at_rest = sync.model_copy(
        update={
            "state": state,
            "done": sync.requested,
            "last_synced_at": work.now(),
            "waiter": None,
            "attempts": _attempts(work, sync.problem),
        }
    )
    event = work.event.model_copy(update={"sync": at_rest})
    return next_look(event, work.dependencies.verify_after, work.now())


_PROBLEM_OF = {
    "ZoomRateLimited": EventProblem.RATE_LIMITED,
    "ZoomDailyLimit": EventProblem.DAILY_LIMIT,
    "ZoomUnavailable": EventProblem.UNAVAILABLE,
}

_AWAKE = timedelta(seconds=2)
"""Whoever wakes that soon may be the one who asks, woken a little early."""

_UNSAID = timedelta(hours=1)
"""How long a daily limit is waited for whose end was lost on the way."""


def _is_waiting(work: Reconciliation) -> bool:
    """Whether something of this round has to wait for a limit of Zoom, while the rest is done."""
    until = work.event.sync.next_attempt_at
    return until is not None and until > work.now()


def postpone(work: Reconciliation, error: str) -> Wait:
    """Gives the lease back and says when to go on.

    Args:
        work: The work that cannot go on.
        error: The name of the error that stopped it.
    """
    problem = event_problem(_PROBLEM_OF[error])
    work.note_lasting(problem)
    code, now, sync = problem.code, work.now(), work.event.sync
    if code is EventProblem.DAILY_LIMIT:
        attempts = 0
        known = sync.next_attempt_at if _is_waiting(work) else None
        until = known or now + _UNSAID
    else:
        attempts = sync.attempts + 1
        until = now + pause_before_try(work.event_id, attempts)
    someone_wakes = sync.waiter is not None and now + _AWAKE < sync.waiter <= until
    waiter = sync.waiter if someone_wakes and sync.waiter else until
    given_back = work.lease.postpone(
        until=until,
        waiter=waiter,
        problem=problem,
        attempts=attempts,
    )
    if not given_back:
        return Wait(until=now)
    return Wait(until=None if someone_wakes else until)


def _attempts(work: Reconciliation, problem: Problem | None) -> int:
    """How many tries in a row ended with what may pass, this one included."""
    return work.event.sync.attempts + 1 if problem and may_pass(problem) else 0


def _is_tried_again_soon(work: Reconciliation, problem: Problem) -> bool:
    """Whether this is the first failure of what may pass; after the second, sweeps try again."""
    return may_pass(problem) and not work.event.sync.attempts


def _try_again_soon(work: Reconciliation, problem: Problem) -> Wait:
    """Gives the lease back with the problem, for this execution to try again by itself."""
    work.note_lasting(problem)
    now = work.now()
    until = now + SECOND_TRY
    given_back = work.lease.postpone(
        until=until,
        waiter=until,
        problem=problem,
        attempts=_attempts(work, problem),
        state=SyncState.FAILED,
    )
    return Wait(until=until if given_back else now)


def give_up(work: Reconciliation) -> Wait:
    """Stops the work after an unexpected fault, with a problem on the event and the lease free.

    Returns:
        When it is tried again by this execution; ``None`` where that was done already.
    """
    problem = event_problem(EventProblem.INTERNAL_ERROR)
    work.note_lasting(problem)
    if _is_tried_again_soon(work, problem):
        return _try_again_soon(work, problem)
    work.lease.abandon(problem, _attempts(work, problem))
    return Wait(until=None)
