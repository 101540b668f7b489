"""The lease: who may work on an event, and that whoever lost it can change nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from lectern.domain.drift import Drifts
from lectern.domain.enrollment import EnrollmentState
from lectern.domain.errors import LeaseLost
from lectern.domain.event import (
    Event,
    LastingProblem,
    LeadTime,
    Overrun,
    Participants,
    Planned,
    ReplacedZone,
    Staffing,
    SyncState,
)
from lectern.domain.meeting import Creation, MeetingIntent
from lectern.domain.problems import EventProblem, Problem, event_problem
from lectern.store.events import EventStore
from lectern.store.held_lease import HeldLease
from lectern.store.leases import LeaseStore
from lectern.store.table import Table
from lectern_testing.builders import a_meeting, an_event

NOW = datetime(2026, 11, 30, 9, tzinfo=UTC)
UNTIL = NOW + timedelta(minutes=15)
LATER = UNTIL + timedelta(minutes=15)
PROBLEM = event_problem(EventProblem.REJECTED)
LASTING = LastingProblem(code=PROBLEM.code, since=NOW)
MEETING = a_meeting(an_event().details)
INTENT = MeetingIntent(
    connection="default",
    kind="meeting",
    host_id="h",
    host_email="h@x.example",
    spec=MEETING.spec,
    begun_at=NOW,
)


@pytest.fixture
def is_enumerated() -> bool:
    return True


@pytest.fixture
def events(table: Table) -> EventStore:
    store = EventStore(table)
    store.create(an_event(now=NOW))
    return store


@pytest.fixture
def leases(table: Table, events: EventStore) -> LeaseStore:
    return LeaseStore(table)


def stored(events: EventStore) -> Event:
    event = events.get("ev-1")
    assert event is not None
    return event


def finish(lease: HeldLease, planned: Planned, problem: Problem | None = None) -> bool:
    counted = Participants(registered=7)
    return lease.finish(planned, participants=counted, problem=problem, now=NOW)


def test_a_free_lease_is_taken(leases: LeaseStore, events: EventStore) -> None:
    event = leases.take_lease("ev-1", "one", NOW, UNTIL)

    assert (event.sync.lease_owner, event.sync.lease_until) == ("one", UNTIL)
    assert event == stored(events)


def test_a_lease_of_one_who_lives_is_not_taken(leases: LeaseStore, events: EventStore) -> None:
    leases.take_lease("ev-1", "one", NOW, UNTIL)

    with pytest.raises(LeaseLost):
        leases.take_lease("ev-1", "other", UNTIL - timedelta(microseconds=1), LATER)

    assert stored(events).sync.lease_owner == "one"


def test_a_lease_of_one_who_died_is_taken_over(leases: LeaseStore) -> None:
    leases.take_lease("ev-1", "one", NOW, UNTIL)

    assert leases.take_lease("ev-1", "other", UNTIL, LATER).sync.lease_owner == "other"


def test_an_own_lease_is_taken_again(leases: LeaseStore) -> None:
    leases.take_lease("ev-1", "one", NOW, UNTIL)

    assert leases.take_lease("ev-1", "one", NOW, LATER).sync.lease_until == LATER


def test_there_is_no_lease_without_an_event(leases: LeaseStore, events: EventStore) -> None:
    with pytest.raises(LeaseLost):
        leases.take_lease("ev-2", "one", NOW, UNTIL)

    assert events.get("ev-2") is None


STAFFING = Staffing(alternative_hosts=("bo@acme.example",))
LEAD = LeadTime(version=1, minutes=60)

WRITES: dict[str, Callable[[HeldLease], object]] = {
    "begin_task": lambda lease: lease.begin_task(LATER),
    "begin_round": lambda lease: lease.begin_round(NOW, LATER, Counter()),
    "record_intent": lambda lease: lease.record_intent(INTENT),
    "record_meeting": lambda lease: lease.record_meeting(MEETING, ()),
    "record_kept": lambda lease: lease.record_kept(an_event(meeting=MEETING)),
    "record_retired": lambda lease: lease.record_retired((MEETING,)),
    "record_problem": lambda lease: lease.record_problem(PROBLEM),
    "record_lasting": lambda lease: lease.record_lasting(LASTING),
    "record_verified": lambda lease: lease.record_verified(2, NOW),
    "record_looked_up": lambda lease: lease.record_looked_up(2),
    "record_staffing": lambda lease: lease.record_staffing(STAFFING),
    "record_access_asked": lambda lease: lease.record_access_asked(LEAD),
    "record_drift": lambda lease: lease.record_drift(Drifts()),
    "note_missing": lambda lease: lease.note_missing(MEETING, NOW),
    "forget_meeting": lambda lease: lease.forget_meeting((MEETING,)),
    "record_creations": lambda lease: lease.record_creations(
        (Creation(at=NOW, placement="default#meeting#h"),)
    ),
    "record_zone": lambda lease: lease.record_zone(ReplacedZone(wanted="Asia/Manila", told="UTC")),
    "record_overrun": lambda lease: lease.record_overrun(
        Overrun(starts_at=NOW, planned_minutes=60, minutes=120)
    ),
    "record_moved": lambda lease: lease.record_moved(MEETING.name),
    "free_places": lambda lease: lease.free_places(),
    "note_wait": lambda lease: lease.note_wait(LATER),
    "hand_over": lambda lease: lease.hand_over(),
    "abandon": lambda lease: lease.abandon(PROBLEM, attempts=2, look_at=LATER),
    "postpone": lambda lease: lease.postpone(LATER, LATER, PROBLEM),
    "finish": lambda lease: finish(lease, Planned(version=1, requested=2, retry_round=0)),
}


def test_every_write_of_a_lease_holder_is_tried_here() -> None:
    public = {name for name in dir(HeldLease) if not name.startswith("_")}

    assert set(WRITES) == public - {"read", "taken", "end_task"}


@pytest.mark.parametrize("write", WRITES)
def test_who_lost_the_lease_changes_nothing(
    leases: LeaseStore, events: EventStore, write: str
) -> None:
    events.request_sync("ev-1", NOW, verify=True)
    leases.take_lease("ev-1", "one", NOW, UNTIL)
    before = leases.take_lease("ev-1", "other", UNTIL, LATER)

    with pytest.raises(LeaseLost):
        WRITES[write](leases.held_by("ev-1", "one"))

    assert stored(events) == before


@pytest.mark.parametrize("write", WRITES)
def test_who_never_had_a_lease_changes_nothing(
    leases: LeaseStore, events: EventStore, write: str
) -> None:
    before = events.request_sync("ev-1", NOW, verify=True)

    with pytest.raises(LeaseLost):
        WRITES[write](leases.held_by("ev-1", "one"))

    assert stored(events) == before


def test_progress_and_ledger_are_written(leases: LeaseStore, events: EventStore) -> None:
    leases.take_lease("ev-1", "one", NOW, UNTIL)

    assert leases.held_by("ev-1", "one").begin_task(LATER).sync.lease_until == LATER
    leases.take_lease("ev-1", "one", NOW, UNTIL)
    kept = leases.held_by("ev-1", "one")
    kept.begin_task(LATER)
    kept.end_task(Counter(), SyncState.SYNCING)
    assert stored(events).sync.state == "syncing"
    assert leases.held_by("ev-1", "one").record_intent(INTENT).intent == INTENT
    assert leases.held_by("ev-1", "one").record_problem(PROBLEM).sync.problem == PROBLEM
    assert leases.held_by("ev-1", "one").record_problem(None).sync.problem is None
    assert leases.held_by("ev-1", "one").record_lasting(LASTING).sync.lasting == LASTING
    assert leases.held_by("ev-1", "one").note_wait(LATER).sync.next_attempt_at == LATER
    assert leases.held_by("ev-1", "one").record_retired((MEETING,)).retired == (MEETING,)

    event = leases.held_by("ev-1", "one").record_meeting(MEETING, ())

    assert (event.meeting, event.intent, event.retired) == (MEETING, None, ())
    assert event == stored(events)


def test_an_intent_that_came_to_nothing_is_taken_back(leases: LeaseStore) -> None:
    leases.take_lease("ev-1", "one", NOW, UNTIL)
    leases.held_by("ev-1", "one").record_intent(INTENT)

    assert leases.held_by("ev-1", "one").record_intent(None).intent is None


def test_a_forgotten_meeting_and_a_free_place_are_worth_another_round(leases: LeaseStore) -> None:
    leases.take_lease("ev-1", "one", NOW, UNTIL)
    leases.held_by("ev-1", "one").record_meeting(MEETING, ())

    assert leases.held_by("ev-1", "one").free_places().sync.retry_round == 1
    event = leases.held_by("ev-1", "one").forget_meeting((MEETING,))

    assert (event.meeting, event.sync.retry_round) == (None, 2)
    assert event.retired == (MEETING,)


def test_a_task_that_was_killed_is_known_by_the_count_that_it_left(leases: LeaseStore) -> None:
    leases.take_lease("ev-1", "one", NOW, UNTIL)
    ended, killed = leases.held_by("ev-1", "one"), leases.held_by("ev-1", "one")

    assert ended.begin_task(LATER).sync.at_work == 2
    assert killed.begin_task(LATER).sync.at_work == 3
    ended.end_task(Counter())

    assert leases.held_by("ev-1", "one").begin_task(LATER).sync.at_work == 3
    assert leases.take_lease("ev-1", "other", UNTIL + timedelta(days=1), LATER).sync.at_work == 1


def test_who_moved_is_counted_with_whatever_ends_the_task(
    leases: LeaseStore, events: EventStore
) -> None:
    moved = Counter({EnrollmentState.REGISTERED: 2, EnrollmentState.PENDING: -1})
    event = leases.take_lease("ev-1", "one", NOW, UNTIL)
    lease = leases.held_by("ev-1", "one")

    lease.begin_task(LATER)
    lease.end_task(moved)
    lease.end_task(moved)
    assert stored(events).participants.registered == 2

    lease.begin_round(NOW, LATER, moved)
    assert stored(events).participants.registered == 4
    assert lease.finish(event.planned, shifts=moved, problem=None, basis="as it is", now=NOW)

    after = stored(events)
    assert (after.participants.registered, after.participants.pending) == (6, -3)
    assert (after.sync.at_work, after.sync.basis) == (0, "as it is")


def test_a_verification_is_done_unless_another_was_asked_for_since(
    leases: LeaseStore, events: EventStore
) -> None:
    events.request_sync("ev-1", NOW, verify=True)
    planned = leases.take_lease("ev-1", "one", NOW, UNTIL).planned
    events.request_sync("ev-1", NOW, verify=True)

    event = leases.held_by("ev-1", "one").record_verified(planned.requested, NOW)
    assert (event.sync.verify, event.sync.last_verified_at) == (True, NOW)

    event = leases.held_by("ev-1", "one").record_verified(event.sync.requested, LATER)
    assert (event.sync.verify, event.sync.last_verified_at) == (False, LATER)


def test_finishing_gives_the_lease_back(leases: LeaseStore, events: EventStore) -> None:
    planned = leases.take_lease("ev-1", "one", NOW, UNTIL).planned
    leases.held_by("ev-1", "one").postpone(LATER, LATER, PROBLEM)
    leases.take_lease("ev-1", "one", NOW, UNTIL)

    assert finish(leases.held_by("ev-1", "one"), planned)

    sync = stored(events).sync
    assert (sync.lease_owner, sync.lease_until) == (None, None)
    assert (sync.next_attempt_at, sync.waiter) == (None, None)
    assert (sync.state, sync.synced_version, sync.last_synced_at) == ("in_sync", 1, NOW)
    assert not sync.is_due
    assert stored(events).participants == Participants(registered=7)


def test_finishing_with_a_problem_is_no_sync(leases: LeaseStore, events: EventStore) -> None:
    planned = leases.take_lease("ev-1", "one", NOW, UNTIL).planned

    assert finish(leases.held_by("ev-1", "one"), planned, PROBLEM)

    sync = stored(events).sync
    assert (sync.state, sync.synced_version, sync.last_synced_at) == ("failed", None, None)
    assert not sync.is_due
    assert sync.lease_owner is None


@pytest.mark.parametrize("what", ["request", "change", "free place"])
def test_finishing_is_put_off_when_something_came_meanwhile(
    leases: LeaseStore, events: EventStore, what: str
) -> None:
    event = leases.take_lease("ev-1", "one", NOW, UNTIL)
    if what == "request":
        events.request_sync("ev-1", NOW)
    elif what == "change":
        events.replace_desired(event.model_copy(update={"version": 2}), was_version=1)
    else:
        leases.held_by("ev-1", "one").free_places()
    before = stored(events)

    assert not finish(leases.held_by("ev-1", "one"), event.planned)

    assert stored(events) == before
    assert before.sync.lease_owner == "one"


def test_who_is_handed_the_work_is_asked_anew(leases: LeaseStore, events: EventStore) -> None:
    before = leases.take_lease("ev-1", "one", NOW, UNTIL).sync

    sync = leases.held_by("ev-1", "one").hand_over().sync

    assert sync == stored(events).sync
    assert (sync.lease_owner, sync.lease_until) == (None, None)
    assert sync.requested == before.requested + 1


def test_after_a_fault_the_work_stays_asked_for(leases: LeaseStore, events: EventStore) -> None:
    leases.take_lease("ev-1", "one", NOW, UNTIL)

    sync = leases.held_by("ev-1", "one").abandon(PROBLEM, attempts=2, look_at=LATER).sync

    assert (sync.state, sync.problem, sync.lease_owner) == ("failed", PROBLEM, None)
    assert sync.is_due
    assert leases.take_lease("ev-1", "other", NOW, UNTIL).sync.lease_owner == "other"


def test_postponed_work_stays_asked_for_and_leaves_the_event_free(
    leases: LeaseStore, events: EventStore
) -> None:
    leases.take_lease("ev-1", "one", NOW, UNTIL)

    assert leases.held_by("ev-1", "one").postpone(until=LATER, waiter=UNTIL, problem=PROBLEM)

    sync = stored(events).sync
    assert (sync.state, sync.problem, sync.lease_owner) == ("waiting", PROBLEM, None)
    assert (sync.next_attempt_at, sync.waiter) == (LATER, UNTIL)
    assert sync.is_due
    assert leases.take_lease("ev-1", "other", NOW, UNTIL).sync.lease_owner == "other"


def test_work_is_not_postponed_past_a_request_that_came_meanwhile(
    leases: LeaseStore, events: EventStore
) -> None:
    leases.take_lease("ev-1", "one", NOW, UNTIL)
    before = events.request_sync("ev-1", NOW)

    assert not leases.held_by("ev-1", "one").postpone(until=LATER, waiter=UNTIL, problem=PROBLEM)

    assert stored(events) == before
    assert stored(events).sync.lease_owner == "one"


def test_the_lease_of_what_is_due_is_taken_with_one_write_that_says_what_was_before(
    events: EventStore, leases: LeaseStore
) -> None:
    events.request_sync("ev-1", NOW)
    before, taken = leases.take_if_due("ev-1", "one", NOW, UNTIL)

    assert (before.sync.requested, before.sync.seen, before.sync.lease_owner) == (2, 0, None)
    assert (taken.sync.seen, taken.sync.lease_owner, taken.sync.at_work) == (2, "one", 1)
    assert events.get("ev-1") == taken
    with pytest.raises(LeaseLost):
        leases.take_if_due("ev-1", "two", NOW, UNTIL)


def test_the_lease_of_what_is_not_due_is_not_taken(events: EventStore, leases: LeaseStore) -> None:
    planned = leases.take_lease("ev-1", "one", NOW, UNTIL).planned
    assert leases.held_by("ev-1", "one").finish(planned, problem=None, now=NOW)
    for event_id in ("ev-1", "ev-2"):
        with pytest.raises(LeaseLost):
            leases.take_if_due(event_id, "two", NOW, UNTIL)
    assert events.get("ev-2") is None
