"""One execution at a time for each event: taking the lease, giving it back, waiting without it."""

from __future__ import annotations

from datetime import datetime, timedelta

from lectern.domain.errors import LeaseLost
from lectern.domain.event import Event, Participants, Planned, SyncState
from lectern.domain.limits.retries import SECOND_TRY, may_pass, pause_before_try
from lectern.domain.model import DomainModel, Instant
from lectern.domain.problems import EventProblem, Problem, event_problem
from lectern.domain.sweeps import QUIET, kept_look, next_look
from lectern.sync.reconciliation import Reconciliation


class Wait(DomainModel):
    """Until when the execution sleeps; ``None`` if another one wakes no later."""

    until: Instant | None


_MOST_FOLDS = 5
"""So many times as long the first of many changes waits at most, while others keep coming."""


def take_lease(work: Reconciliation) -> Event | None:
    """Makes the execution the only one at work on the event, if there is work.

    What comes soon after a round of work waits for others that may follow, so that changes in quick
    succession are one; the first is worked on at once.

    Returns:
        The event as it was before; ``None`` if there is nothing to do for this execution.
    """
    leases, owner = work.dependencies.leases, work.lease.owner
    try:
        before, taken = leases.take_if_due(work.event_id, owner, work.now(), work.lease_until)
    except LeaseLost:
        # Whoever holds it sees what was asked for before giving it back.
        return None
    work.lease.taken(taken)
    if _let_others_follow(work, before.sync.worked_at):
        work.begin_round()
    return before


def begin_round(work: Reconciliation, *, has_news: bool) -> None:
    """Goes on with a further round.

    Args:
        work: The work on the event.
        has_news: Whether somebody asked for it, so that others may follow soon; else it is about
            what the round before left to do.
    """
    if has_news:
        _let_others_follow(work, work.event.sync.worked_at)
    work.begin_round()


def _let_others_follow(work: Reconciliation, worked_at: datetime | None) -> bool:
    """Waits until the last round is ``fold`` old, and on while more is asked for, but not for ever.

    Whoever asks meanwhile costs no execution, and is worked on with all the others.

    Returns:
        Whether there was anything to wait for.
    """
    fold = work.dependencies.fold
    left = worked_at + fold - work.now() if worked_at else timedelta()
    if worked_at is None or left <= timedelta():
        return False
    latest, asked = worked_at + _MOST_FOLDS * fold, work.event.sync.requested
    while left > timedelta():
        work.dependencies.sleep(min(left, fold).total_seconds())
        known, asked = asked, work.lease.read().sync.requested
        left = min(fold, latest - work.now()) if asked > known else timedelta()
    return True


def give_back(
    work: Reconciliation,
    planned: Planned,
    *,
    participants: Participants | None,
    basis: str | None,
) -> bool:
    """Gives the lease back after a round that left nothing to do, if nothing changed meanwhile.

    Args:
        work: The work on the event.
        planned: What the round was planned from.
        participants: Where everyone stands, where that was counted out.
        basis: Names what the roster is in line with; ``None`` where it is not.
    """
    problem, meeting = work.event.sync.problem, work.event.meeting
    return work.lease.finish(
        planned,
        shifts=work.shifts,
        participants=participants,
        problem=problem,
        basis=basis,
        attempts=_attempts(work, problem),
        meeting=meeting.name if meeting else None,
        look_at=_next_look(work),
        now=work.now(),
    )


def waits_for_what_it_needs(work: Reconciliation) -> Wait | None:
    """Gives the lease back where something of the round can be done later only."""
    if _is_waiting(work):
        return postpone(work, "ZoomDailyLimit")
    problem = work.event.sync.problem
    if problem and _is_tried_again_soon(work, problem):
        return _try_again_soon(work, problem)
    return None


def has_just_moved(work: Reconciliation) -> bool:
    """Whether everyone turns out to be in a meeting that took another's place, which can go now."""
    event = work.event
    if event.meeting is None or not event.retired or event.sync.moved_to == event.meeting.name:
        return False
    if _is_waiting(work) or not event.meeting.is_open:
        return False
    work.lease.record_moved(event.meeting.name)
    return True


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
    return kept_look(
        sync.look_at, next_look(event, work.dependencies.verify_after, work.now()), work.now()
    )


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
        shifts=work.shifts,
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
        shifts=work.shifts,
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
    attempts = _attempts(work, problem)
    work.lease.abandon(problem, attempts, look_at=work.now() + QUIET, shifts=work.shifts)
    return Wait(until=None)
