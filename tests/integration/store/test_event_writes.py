"""Events: what each write changes, what it leaves alone, and when it is refused."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from lectern.domain.enrollment import EnrollmentState
from lectern.domain.event import Context, Event, Host, Participants, SyncState
from lectern.store.events import EventStore
from lectern.store.keys import event as event_key
from lectern.store.keys import stamp
from lectern.store.leases import LeaseStore
from lectern.store.shards import shard_of
from lectern.store.table import Change, Table, WriteConflict
from lectern_testing.builders import a_details, a_meeting, an_event

NOW = datetime(2026, 11, 30, 9, tzinfo=UTC)
LATER = NOW + timedelta(minutes=1)


@pytest.fixture
def events(table: Table) -> EventStore:
    return EventStore(table)


@pytest.fixture
def leases(table: Table) -> LeaseStore:
    return LeaseStore(table)


def created(events: EventStore, event_id: str = "ev-1", **changes: Any) -> Event:
    event = an_event(event_id, now=NOW, **changes)
    events.create(event)
    return event


def changed(event: Event, **details: Any) -> Event:
    """The event with other details, as the API changes it."""
    return event.model_copy(
        update={
            "version": event.version + 1,
            "details": event.details.model_copy(update=details),
            "updated_at": LATER,
        }
    )


def test_an_event_is_read_as_it_was_created(events: EventStore) -> None:
    event = created(events)

    assert events.get("ev-1") == event
    assert events.get("ev-2") is None
    assert events.get_many(["ev-1", "ev-2"]) == [event]


def test_an_event_is_created_once(events: EventStore) -> None:
    event = created(events)

    with pytest.raises(WriteConflict):
        events.create(event.model_copy(update={"version": 9}))

    assert events.get("ev-1") == event


def test_a_change_asks_for_a_synchronisation(events: EventStore) -> None:
    event = created(events)

    after = events.replace_desired(changed(event, title="Other"), was_version=1)

    assert after == events.get("ev-1")
    assert (after.version, after.details.title, after.updated_at) == (2, "Other", LATER)
    assert (after.sync.requested, after.sync.requested_at) == (2, LATER)


def test_a_change_from_a_version_that_has_passed_is_refused(events: EventStore) -> None:
    event = created(events)
    winner = events.replace_desired(changed(event, title="First"), was_version=1)

    with pytest.raises(WriteConflict) as caught:
        events.replace_desired(changed(event, title="Second"), was_version=1)

    assert events.get("ev-1") == winner
    assert caught.value.item is not None
    assert caught.value.item["version"] == 2


def test_a_change_of_an_event_that_is_not_there_is_refused(events: EventStore) -> None:
    with pytest.raises(WriteConflict) as caught:
        events.replace_desired(changed(an_event()), was_version=1)

    assert caught.value.item is None


def test_a_change_leaves_alone_what_the_workflow_wrote_meanwhile(
    events: EventStore, leases: LeaseStore
) -> None:
    event = created(events)
    leases.take_lease("ev-1", "one", NOW, LATER)
    meeting = a_meeting(event.details)
    leases.held_by("ev-1", "one").record_meeting(meeting, (meeting,))

    after = events.replace_desired(changed(event), was_version=1)

    assert (after.meeting, after.retired) == (meeting, (meeting,))
    assert (after.sync.lease_owner, after.sync.lease_until) == ("one", LATER)


def test_a_request_is_counted_and_shown(events: EventStore) -> None:
    created(events)

    event = events.request_sync("ev-1", LATER)

    assert event is not None
    assert (event.sync.requested, event.sync.requested_at) == (2, LATER)
    assert (event.sync.state, event.sync.verify, event.sync.retry_round) == ("pending", False, 0)
    assert event.version == 1


def test_a_request_may_ask_for_a_look_at_zoom_and_another_try(events: EventStore) -> None:
    created(events)

    events.request_sync("ev-1", LATER, verify=True, retry=True)
    event = events.request_sync("ev-1", LATER)

    assert event is not None
    assert event.sync.verify
    assert event.sync.retry_round == 1


def test_a_request_for_an_event_that_is_not_there_makes_none(events: EventStore) -> None:
    assert events.request_sync("ev-1", NOW) is None
    assert events.get("ev-1") is None


def test_people_are_counted_with_the_request_or_alone(events: EventStore) -> None:
    created(events)

    events.request_sync("ev-1", NOW, shifts={EnrollmentState.PENDING: 3})  # type: ignore[arg-type]
    events.count(
        "ev-1",
        {EnrollmentState.PENDING: -2, EnrollmentState.REGISTERED: 2},  # type: ignore[arg-type]
    )

    event = events.get("ev-1")
    assert event is not None
    assert event.participants == Participants(pending=1, registered=2)


def test_a_meeting_belongs_to_one_event_for_good(events: EventStore) -> None:
    events.claim_meeting("default", "1", "ev-1")
    events.claim_meeting("default", "1", "ev-1")
    events.claim_meeting("other", "1", "ev-2")

    with pytest.raises(WriteConflict):
        events.claim_meeting("default", "1", "ev-2")


def every_page(read: Any, **where: Any) -> list[str]:
    """The ids on all pages of two."""
    after, ids = None, []
    while True:
        page, after = read(first="0", last="9", after=after, limit=2, **where)
        ids += page
        if after is None:
            return ids


def test_events_are_listed_by_start_page_by_page(events: EventStore) -> None:
    for n in (3, 1, 4, 0, 2):
        created(events, f"ev-{n}", details=a_details(starts_at=NOW + timedelta(days=n)))

    assert every_page(events.page_by_start) == [f"ev-{n}" for n in range(5)]
    between, after = events.page_by_start(
        first=stamp(NOW + timedelta(days=1)),
        last=stamp(NOW + timedelta(days=3)),
        after=None,
        limit=9,
    )
    assert (between, after) == (["ev-1", "ev-2"], None)


def test_events_that_were_stored_when_a_list_was_one_partition_are_in_it(
    events: EventStore, table: Table
) -> None:
    for n in range(6):
        event = created(events, f"ev-{n}", details=a_details(starts_at=NOW + timedelta(days=n)))
        events.look_at(event, LATER)
        if n % 2:
            before = {"GSI1PK": "EVENTS", "GSI2PK": "EVENTS#pending", "GSI5PK": "LOOK"}
            table.update(event_key(f"ev-{n}"), Change(set=before))
    expected = [f"ev-{n}" for n in range(6)]

    assert every_page(events.page_by_start) == expected
    assert every_page(events.page_by_state, state=SyncState.PENDING) == expected
    to_look_at, after = events.page_to_look_at(NOW + timedelta(days=1), after=None, limit=9)
    assert (sorted(to_look_at), after) == (expected, None)

    events.request_sync("ev-1", LATER)
    assert every_page(events.page_by_state, state=SyncState.PENDING) == expected


def test_events_are_listed_by_state_and_by_course(events: EventStore, leases: LeaseStore) -> None:
    for n in range(4):
        context = Context(id="c-1") if n < 3 else None
        created(
            events,
            f"ev-{n}",
            details=a_details(starts_at=NOW + timedelta(days=n), context=context),
        )
    leases.take_lease("ev-2", "one", NOW, LATER)
    lease = leases.held_by("ev-2", "one")
    lease.begin_task(LATER)
    lease.end_task(Counter(), SyncState.SYNCING)

    assert every_page(events.page_by_context, context_id="c-1") == ["ev-0", "ev-1", "ev-2"]
    # What is pending and what is syncing are one list, between which no event is moved.
    everything = [f"ev-{n}" for n in range(4)]
    assert every_page(events.page_by_state, state=SyncState.PENDING) == everything
    assert every_page(events.page_by_state, state=SyncState.SYNCING) == everything

    lease.begin_task(LATER)
    lease.end_task(Counter(), SyncState.WAITING)
    assert every_page(events.page_by_state, state=SyncState.WAITING) == ["ev-2"]
    assert every_page(events.page_by_state, state=SyncState.PENDING) == ["ev-0", "ev-1", "ev-3"]

    events.request_sync("ev-2", LATER)
    assert every_page(events.page_by_state, state=SyncState.WAITING) == []


def test_the_first_pages_of_several_lists_are_those_of_each(
    events: EventStore, leases: LeaseStore
) -> None:
    for n in range(9):
        created(events, f"ev-{n}", details=a_details(starts_at=NOW + timedelta(days=n)))
    for n in (2, 5):
        leases.take_lease(f"ev-{n}", "one", NOW, LATER)
        lease = leases.held_by(f"ev-{n}", "one")
        lease.begin_task(LATER)
        lease.end_task(Counter(), SyncState.WAITING)
    span = {"first": stamp(NOW + timedelta(days=1)), "last": "~", "limit": 3}
    states = [SyncState.PENDING, SyncState.WAITING, SyncState.FAILED]

    by_start, by_state = events.first_pages(states, **span)  # type: ignore[arg-type]

    assert by_start == events.page_by_start(**span, after=None)  # type: ignore[arg-type]
    assert by_start.items == ["ev-1", "ev-2", "ev-3"]
    assert list(by_state) == states
    for state, page in by_state.items():
        assert page == events.page_by_state(state, **span, after=None)  # type: ignore[arg-type]
    assert by_state[SyncState.WAITING].items == ["ev-2", "ev-5"]


def test_a_page_is_short_and_goes_on_where_one_shard_has_nearly_all(events: EventStore) -> None:
    ids = [f"ev-{n}" for n in range(400) if shard_of(f"ev-{n}") == 0][:70]
    for n, event_id in enumerate(ids):
        created(events, event_id, details=a_details(starts_at=NOW + timedelta(days=n)))
    read: list[str] = []
    after, sizes = None, []
    while True:
        page, after = events.page_by_start(first="0", last="~", after=after, limit=50)
        sizes.append(len(page))
        read += page
        if after is None:
            break

    assert read == ids
    assert sizes == [34, 34, 2]


def test_titles_are_those_of_the_events_that_exist(events: EventStore) -> None:
    titles = {f"ev-{n}": f"Title “{n}”" for n in range(130)}
    for event_id, title in titles.items():
        created(events, event_id, details=a_details(title=title))

    assert events.titles([*titles, "ev-none"]) == titles
    assert events.titles([]) == {}


def test_events_are_listed_by_host_within_an_account(events: EventStore) -> None:
    anna, bo = Host(user_id="u-a", email="Anna@acme.example"), Host(user_id="u-b", email="bo@x.org")
    for n, host in enumerate((anna, bo, anna)):
        details = a_details(starts_at=NOW + timedelta(days=n), host=host)
        event = created(events, f"ev-{n}", details=details)
    created(events, "ev-other", details=a_details(host=anna, connection="other"))

    of_anna = {"connection": "default", "email": "anna@ACME.example"}
    assert every_page(events.page_by_host, **of_anna) == ["ev-0", "ev-2"]

    events.replace_desired(changed(event, host=bo), was_version=1)
    assert every_page(events.page_by_host, **of_anna) == ["ev-0"]


def test_a_moved_event_moves_in_every_list(events: EventStore) -> None:
    event = created(events, details=a_details(starts_at=NOW, context=Context(id="c-1")))
    created(events, "ev-2", details=a_details(starts_at=NOW + timedelta(days=1)))

    events.replace_desired(
        changed(event, starts_at=NOW + timedelta(days=2), context=None), was_version=1
    )

    assert every_page(events.page_by_start) == ["ev-2", "ev-1"]
    assert every_page(events.page_by_state, state=SyncState.PENDING) == ["ev-2", "ev-1"]
    assert every_page(events.page_by_context, context_id="c-1") == []
