"""What the LMS is told of many people is few items, told once, and forgotten of each alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from lectern.domain.notifications import Notification, NotificationType
from lectern.store import outbox_keys
from lectern.store.outbox import OutboxStore
from lectern.store.outbox_items import PAGE, OutboxEntry, Told
from lectern.store.table import Change, Table, begins
from lectern.store.timeline import place_of

NOW = datetime(2026, 11, 30, 9, tzinfo=UTC)
LATER = NOW + timedelta(minutes=1)


@pytest.fixture
def is_enumerated() -> bool:
    return True


def registered(number: int, event_id: str = "ev-1", *, at: int | None = None) -> Told:
    """That a person is registered, read off a change of that place."""
    notification = Notification(
        type=NotificationType.ENROLLMENT_REGISTERED, event_id=event_id, user_id=f"u-{number}"
    )
    place = place_of(number if at is None else at, 0)
    return Told(notification.identifier(f"change {place}"), notification, place)


def ready(event_id: str = "ev-1") -> Told:
    told = Notification(type=NotificationType.EVENT_READY, event_id=event_id, once="84")
    return Told(told.identifier("any"), told)


@pytest.fixture
def outbox(table: Table) -> OutboxStore:
    return OutboxStore(table, lambda _seconds: None)


def users(entries: list[OutboxEntry]) -> list[str | None]:
    return [entry.notification.user_id for entry in entries]


def everything(outbox: OutboxStore, limit: int = 7) -> list[OutboxEntry]:
    found: list[OutboxEntry] = []
    while page := outbox.page(found[-1].position if found else None, limit, LATER):
        found += page
    return found


def items(table: Table) -> list[Any]:
    shards = ("OUTBOX#2026-11-30", *(f"OUTBOX#2026-11-30#{n}" for n in (1, 2, 3)))
    return [each for pk in shards for each in table.query_all(begins({"PK": pk, "SK": "0"}))]


def test_many_people_are_few_items_and_each_has_a_number(table: Table, outbox: OutboxStore) -> None:
    outbox.append([registered(n) for n in range(40)], NOW)

    found = everything(outbox)
    assert users(found) == [f"u-{n}" for n in range(40)]
    assert [each.position.number for each in found] == list(range(1, 41))
    assert len(items(table)) == 2
    assert [each.identifier for each in found] == [registered(n).identifier for n in range(40)]


def test_the_order_of_an_event_is_kept_and_events_are_apart(
    table: Table, outbox: OutboxStore
) -> None:
    outbox.append([registered(1), registered(2, "ev-2"), ready(), registered(3)], NOW)

    found = everything(outbox)
    of_event = [each.notification for each in found if each.notification.event_id == "ev-1"]
    assert [each.user_id for each in of_event] == ["u-1", None, "u-3"]
    assert len(found) == len(items(table)) == 4


@pytest.mark.parametrize("again", [range(40), range(17, 40), range(5), [39], [0]])
def test_a_change_that_comes_again_tells_nothing(
    outbox: OutboxStore, again: range | list[int]
) -> None:
    outbox.append([registered(n) for n in range(40)], NOW)
    outbox.append([*(registered(n) for n in again), registered(40)], NOW)
    outbox.append([registered(n) for n in again], NOW)

    assert users(everything(outbox)) == [f"u-{n}" for n in range(41)]


def test_a_change_that_was_put_aside_is_told_when_it_is_given_back(
    table: Table, outbox: OutboxStore
) -> None:
    outbox.append([registered(n) for n in range(20) if n != 7], NOW)
    for first in range(20, 20 + 40 * PAGE, PAGE):
        outbox.append([registered(n) for n in range(first, first + PAGE)], NOW)
    before = len(everything(outbox))

    for _ in range(2):
        outbox.append([registered(7), registered(3)], NOW)

    assert users(everything(outbox))[before:] == ["u-7"]


def test_two_who_write_at_once_tell_it_once(
    table: Table, outbox: OutboxStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    read, rivals = outbox._end.counter, [[registered(n) for n in range(3)]]

    def read_and_be_overtaken() -> Any:
        seen = read()
        if rivals:
            OutboxStore(table, lambda _seconds: None).append(rivals.pop(), NOW)
        return seen

    monkeypatch.setattr(outbox._end, "counter", read_and_be_overtaken)
    outbox.append([registered(n) for n in range(5)], NOW)
    monkeypatch.undo()
    assert users(everything(outbox)) == [f"u-{n}" for n in range(5)]


def test_what_is_forgotten_of_one_leaves_the_others_their_numbers(
    table: Table, outbox: OutboxStore
) -> None:
    outbox.append([registered(n) for n in range(4)], NOW)
    outbox.append([registered(1, at=10)], NOW)
    outbox.append([registered(1, "ev-2", at=11), registered(2, "ev-2", at=12)], NOW)
    assert [each.position.number for each in outbox.of_user("u-1", "ev-1")] == [2, 5]

    outbox.forget("u-1", "ev-1")

    assert outbox.of_user("u-1", "ev-1") == []
    assert all("u-1" not in str(each) for each in items(table) if each.get("event_id") != "ev-2")
    found = everything(outbox)
    assert [each.position.number for each in found] == [1, 3, 4, 6, 7]
    # Whoever reads at once is not held up by what is known to be gone.
    assert users(outbox.page(None, 3, NOW)) == ["u-0", "u-2", "u-3"]


def test_a_page_that_cannot_be_read_is_no_end(table: Table, outbox: OutboxStore) -> None:
    outbox.append([registered(1), registered(2)], NOW)
    outbox.append([registered(3, at=3)], NOW)
    where = outbox_keys.outbox_entry("2026-11-30", 1)
    table.update(where, Change(set={"together": "of a later release"}))

    assert users(everything(outbox)) == ["u-3"]
    outbox.append([registered(4, at=4), registered(2)], NOW)
    assert users(everything(outbox))[:2] == ["u-3", "u-4"]


def test_how_far_the_lms_took_it_is_kept_with_it(outbox: OutboxStore) -> None:
    outbox.append([registered(n) for n in range(4)], NOW)
    found = everything(outbox)
    page = outbox.read(found[0].position)
    assert page
    assert page.left == tuple(found)

    outbox.note_taken(page, found[1], 3)

    noted = outbox.read(found[0].position)
    assert noted
    assert (noted.left, noted.attempts) == (tuple(found[2:]), 3)
