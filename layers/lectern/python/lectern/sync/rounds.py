"""Rounds of work on an event: step after step in one task, for as long as nothing has to wait.

A round brings the meeting to what is wanted, then the instructors, then the people. What is little
is done within one task of the execution, from taking the lease to giving it back. What has to wait,
takes long, or is done by several tasks at once goes back to the state machine, with how far it is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from enum import StrEnum

from lectern.domain.errors import (
    LeaseLost,
    ZoomDailyLimit,
    ZoomRateLimited,
    ZoomSlotReserved,
    ZoomUnavailable,
)
from lectern.domain.event import Planned, SyncState
from lectern.domain.limits.budget import Reservation
from lectern.domain.model import DomainModel, Instant
from lectern.domain.roster import roster_basis
from lectern.sync import lease
from lectern.sync.instructors import staff
from lectern.sync.meeting.meeting_steps import ensure_meeting
from lectern.sync.people import access_check, lookups, people_pages
from lectern.sync.people.people_pages import PeoplePass, UserRange
from lectern.sync.people.verification import Verification, verify_page
from lectern.sync.reconciliation import Reconciliation
from lectern.zoom.rate_limiter import Reservations

MOST_ROUNDS = 20
"""Of one execution, however long changes keep coming. AWS ends a Standard execution at 25,000
entries of its history; a round of 10,000 people takes 300."""

MOST_ROUNDS_ALONE = 12
"""In a row, with nobody asking for anything: what takes more does not come to an end by itself."""

_LONG_ENOUGH = timedelta(seconds=20)
"""After that a task ends with the step that it is at; a step takes less than a minute."""

_FEW_RANGES = 3
"""So many batches are worked off one after another in the task that planned them."""

_SHORTLY = timedelta(seconds=1)
"""How long Zoom is left alone that did not take a call, before a task of its own tries again, and
the state machine waits longer and longer."""


class Step(StrEnum):
    """A step of a round; several are done within one task."""

    TAKE_LEASE = "take_lease"
    NEXT_ROUND = "next_round"
    ENSURE_MEETING = "ensure_meeting"
    ASK_ACCESS = "ask_access"
    ENSURE_INSTRUCTORS = "ensure_instructors"
    LOOK_PEOPLE_UP = "look_people_up"
    VERIFY_REGISTRANTS = "verify_registrants"
    PLAN_PEOPLE = "plan_people"
    PLAN_PAGE = "plan_page"
    REMOVE_RANGE = "remove_range"
    REGISTER_RANGE = "register_range"
    FINISH = "finish"


class Progress(DomainModel):
    """How far an execution is.

    Attributes:
        step: What is to be done next.
        rounds: The round that it is at, counted from 1.
        alone: How many rounds in a row were needed although nobody asked for anything.
        recount: Whether people may have moved uncounted, as a task was killed: everybody is counted
            out by a pass that finds nothing to do at Zoom. Only then, since a click may be about to
            add a step that was counted already.
        reservation: What it was told when it last had to wait.
        planned: What the round is planned from.
        ask_access: Whether the LMS is to be asked first who has access.
        asked_after: The user after whom it is asked next.
        verify: Whether the registrants are to be read from Zoom first.
        look_up: Whether there are people to look up singly.
        verification: How far the reading of registrants is.
        everyone: Whether the whole roster is to be planned, whatever its basis says.
        people: How far the people are planned.
        removals: Ranges of people that the task itself still has to remove.
        registrations: Ranges of people that it still has to register.
    """

    step: Step = Step.TAKE_LEASE
    rounds: int = 1
    alone: int = 0
    recount: bool = False
    reservation: Reservation | None = None
    planned: Planned | None = None
    ask_access: bool = False
    asked_after: str | None = None
    verify: bool = False
    look_up: bool = False
    verification: Verification = Verification()
    everyone: bool = False
    people: PeoplePass = PeoplePass()
    removals: tuple[UserRange, ...] = ()
    registrations: tuple[UserRange, ...] = ()

    def to(self, step: Step, **changes: object) -> Progress:
        """The progress with a further step ahead."""
        return self.model_copy(update={"reservation": None, **changes, "step": step})

    def next_round(self, alone: int) -> Progress:
        """The progress at the beginning of a further round."""
        rounds, recount = self.rounds + 1, self.recount
        return Progress(step=Step.NEXT_ROUND, rounds=rounds, alone=alone, recount=recount)


class Outcome(StrEnum):
    """What the execution does next."""

    DONE = "done"
    LEFT = "left"
    AGAIN = "again"
    WAIT = "wait"
    PEOPLE = "people"
    STUCK = "stuck"


ENDS = frozenset({Outcome.DONE, Outcome.LEFT})
"""The outcomes with which an execution ends."""


class Result(DomainModel):
    """What came of a task.

    Attributes:
        outcome: What comes next: nothing, as all is done or left to another execution; the same
            task again; that after a wait; tasks for ranges of people; or giving up.
        progress: How far the execution is.
        until: Until when it waits.
        removals: Ranges of people to remove, each by a task of its own.
        registrations: Ranges of people to register, likewise.
    """

    outcome: Outcome
    progress: Progress = Progress()
    until: Instant | None = None
    removals: tuple[UserRange, ...] = ()
    registrations: tuple[UserRange, ...] = ()


def reconcile(work: Reconciliation, progress: Progress) -> Result:
    """Goes on with the work on an event for as long as nothing has to wait.

    Raises:
        ZoomRateLimited: Back off and call again.
        ZoomUnavailable: Call again later; an unclear creation is cleared up by the next call.
    """
    began, first = work.now(), progress.step
    if first is not Step.TAKE_LEASE and work.event.sync.at_work > 1:
        progress = progress.to(first, reservation=progress.reservation, recount=True)
    while True:
        begun = progress.step not in {Step.TAKE_LEASE, Step.NEXT_ROUND, Step.ENSURE_MEETING}
        work.reservations = Reservations(progress.reservation, begun=begun)
        try:
            came = STEPS[progress.step](work, progress)
        except LeaseLost:
            return Result(outcome=Outcome.LEFT)
        except ZoomSlotReserved as busy:
            kept = progress.model_copy(update={"reservation": busy.reservation})
            return _wait(kept, busy.reservation.wake_at)
        except ZoomDailyLimit as limit:
            work.lease.note_wait(limit.resume_at)
            return _postponed(lease.postpone(work, "ZoomDailyLimit"))
        except (ZoomRateLimited, ZoomUnavailable):
            if progress.step is first:
                raise
            work.dependencies.sleep(_SHORTLY.total_seconds())
            now = work.now()
            again = Reservation(rate_class=None, at=now, number=0, wake_at=now)
            known = {"reservation": work.reservations.later(again)}
            return Result(outcome=Outcome.AGAIN, progress=progress.model_copy(update=known))
        if isinstance(came, Result):
            return came
        progress = came
        if work.now() - began >= _LONG_ENOUGH:
            return Result(outcome=Outcome.AGAIN, progress=progress)


def _wait(progress: Progress, until: Instant) -> Result:
    return Result(outcome=Outcome.WAIT, progress=progress, until=until)


def _postponed(wait: lease.Wait) -> Result:
    """The work goes on from its beginning, with this execution or with one that wakes earlier."""
    if wait.until is None:
        return Result(outcome=Outcome.LEFT)
    return _wait(Progress(), wait.until)


def _take_lease(work: Reconciliation, progress: Progress) -> Progress | Result:
    before = lease.take_lease(work)
    if before is None:
        return Result(outcome=Outcome.LEFT)
    recount = progress.recount or before.sync.at_work > 0
    return progress.to(Step.ENSURE_MEETING, recount=recount)


def _next_round(work: Reconciliation, progress: Progress) -> Progress:
    lease.begin_round(work, has_news=not progress.alone)
    return progress.to(Step.ENSURE_MEETING)


def _ensure_meeting(work: Reconciliation, progress: Progress) -> Progress:
    result = ensure_meeting(work)
    step = Step.ASK_ACCESS if result.ask_access else Step.ENSURE_INSTRUCTORS
    return progress.to(step, **dict(result))


def _ask_access(work: Reconciliation, progress: Progress) -> Progress:
    asked = access_check.ask_page(work, progress.asked_after)
    step = Step.ENSURE_INSTRUCTORS if asked.done else Step.ASK_ACCESS
    return progress.to(step, asked_after=asked.after)


def _ensure_instructors(work: Reconciliation, progress: Progress) -> Progress:
    result = staff.ensure_instructors(work)
    if progress.verify:
        step = Step.VERIFY_REGISTRANTS
    elif progress.look_up:
        step = Step.LOOK_PEOPLE_UP
    else:
        step = Step.PLAN_PEOPLE
    people = PeoplePass(changed=result.changed)
    return progress.to(step, people=people, everyone=result.changed or result.restless)


def _look_people_up(work: Reconciliation, progress: Progress) -> Progress:
    looked = lookups.look_people_up(work, _planned(progress).requested)
    step = Step.PLAN_PEOPLE if looked.done else Step.LOOK_PEOPLE_UP
    return progress.to(step)


def _verify_registrants(work: Reconciliation, progress: Progress) -> Progress:
    read = verify_page(work, progress.verification, _planned(progress))
    step = Step.PLAN_PEOPLE if read.done else Step.VERIFY_REGISTRANTS
    return progress.to(step, verification=read)


def _plan_people(work: Reconciliation, progress: Progress) -> Progress:
    """Begins with the people: with all of them, or with those who have anything to be done."""
    basis = roster_basis(work.event, work.settings)
    everyone = (
        progress.everyone or progress.recount or progress.verify or basis != work.event.sync.basis
    )
    changed = progress.people.changed
    return progress.to(
        Step.PLAN_PAGE, people=PeoplePass(everyone=everyone, basis=basis, changed=changed)
    )


def _plan_page(work: Reconciliation, progress: Progress) -> Progress | Result:
    plan = people_pages.plan_page(work, progress.people)
    ranges = {"removals": plan.removals, "registrations": plan.registrations}
    if len(plan.removals) + len(plan.registrations) <= _FEW_RANGES:
        return _next_range(progress, people=plan.people, **ranges)
    after = _next_range(progress, people=plan.people)
    return Result(outcome=Outcome.PEOPLE, progress=after, **ranges)


def _remove_range(work: Reconciliation, progress: Progress) -> Progress:
    users, *others = progress.removals
    people = progress.people.after_range(people_pages.remove_range(work, users))
    return _next_range(progress, removals=tuple(others), people=people)


def _register_range(work: Reconciliation, progress: Progress) -> Progress:
    users, *others = progress.registrations
    people = progress.people.after_range(people_pages.register_range(work, users))
    return _next_range(progress, registrations=tuple(others), people=people)


def _next_range(progress: Progress, **changes: object) -> Progress:
    """The progress with the next range ahead, the next page, or the end of the round."""
    changed = progress.to(progress.step, **changes)
    if changed.removals:
        return changed.to(Step.REMOVE_RANGE)
    if changed.registrations:
        return changed.to(Step.REGISTER_RANGE)
    return changed.to(Step.PLAN_PAGE if changed.people.next else Step.FINISH)


def _finish(work: Reconciliation, progress: Progress) -> Progress | Result:
    """Gives the lease back if nothing is left to do, and nothing changed since.

    After a pass that changed something, those are looked at who are pending still, or by then: they
    are few, and mostly nobody. Everybody is where there is more than that to see.
    """
    people = progress.people
    if people.changed or (progress.recount and not people.everyone):
        return _another_pass(work, progress)
    if lease.has_just_moved(work):
        return _another_round(work, progress)
    wait = lease.waits_for_what_it_needs(work)
    if wait:
        return _postponed(wait)
    done = lease.give_back(
        work,
        _planned(progress),
        participants=people.counted if progress.recount else None,
        basis=None if people.left else people.basis,
    )
    return Result(outcome=Outcome.DONE) if done else _another_round(work, progress)


def _another_pass(work: Reconciliation, progress: Progress) -> Progress | Result:
    """Looks at the people again, unless something else is to be looked at first."""
    if progress.alone:
        work.lease.read()
    if work.event.planned != progress.planned:
        return _another_round(work, progress)
    alone = progress.alone + 1
    if alone >= MOST_ROUNDS_ALONE:
        return Result(outcome=Outcome.STUCK)
    people = progress.people
    again = PeoplePass(everyone=people.left > 0 or progress.recount, basis=people.basis)
    return progress.to(Step.PLAN_PAGE, alone=alone, people=again)


def _another_round(work: Reconciliation, progress: Progress) -> Progress | Result:
    """Goes on, unless round after round only finds its own work to do again."""
    nothing_new = work.event.sync.requested == _planned(progress).requested
    alone = progress.alone + 1 if nothing_new else 0
    if alone >= MOST_ROUNDS_ALONE:
        return Result(outcome=Outcome.STUCK)
    if progress.rounds < MOST_ROUNDS or alone:
        return progress.next_round(alone)
    work.lease.hand_over(work.shifts)
    return Result(outcome=Outcome.LEFT)


def _planned(progress: Progress) -> Planned:
    """What the round is planned from.

    Raises:
        ValueError: The execution's progress has none, which no task writes.
    """
    if progress.planned is None:
        raise ValueError("a round has no plan before its meeting was looked at")
    return progress.planned


DoStep = Callable[[Reconciliation, Progress], Progress | Result]
"""Does a step, and says what comes after it."""

STEPS: Mapping[Step, DoStep] = {
    Step.TAKE_LEASE: _take_lease,
    Step.NEXT_ROUND: _next_round,
    Step.ENSURE_MEETING: _ensure_meeting,
    Step.ASK_ACCESS: _ask_access,
    Step.ENSURE_INSTRUCTORS: _ensure_instructors,
    Step.LOOK_PEOPLE_UP: _look_people_up,
    Step.VERIFY_REGISTRANTS: _verify_registrants,
    Step.PLAN_PEOPLE: _plan_people,
    Step.PLAN_PAGE: _plan_page,
    Step.REMOVE_RANGE: _remove_range,
    Step.REGISTER_RANGE: _register_range,
    Step.FINISH: _finish,
}
"""What each step does, and what comes after it."""


def shown_after(result: Result) -> SyncState | None:
    """What the event shows while the lease is kept after a task."""
    is_kept = result.outcome in {Outcome.AGAIN, Outcome.WAIT, Outcome.PEOPLE}
    return SyncState.SYNCING if is_kept else None
