"""People by e-mail address, in whatever event."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from lectern.domain.enrollment import Enrollment, Person
from lectern.store.addresses import MOST_USERS
from lectern.store.enrollments import EnrollmentStore
from lectern.store.items import enrollment_item
from lectern.store.table import Table

NOW = datetime(2026, 11, 30, 9, tzinfo=UTC)


@pytest.fixture
def store(table: Table) -> EnrollmentStore:
    return EnrollmentStore(table)


def someone(event_id: str, user_id: str, email: str) -> Enrollment:
    return Enrollment(
        event_id=event_id,
        user_id=user_id,
        version=1,
        person=Person(email=email, first_name="Kim", last_name="Ng"),
        enrolled_at=NOW,
        updated_at=NOW,
    )


def test_whoever_has_an_address_is_found_once_however_it_is_written(
    store: EnrollmentStore, table: Table
) -> None:
    people = [someone(f"ev-{n}", "u-1", "Kim@acme.example") for n in range(120)]
    people += [someone("ev-1", "u-1-twin", "kim@ACME.example")]
    people += [someone("ev-1", "u-2", "other@acme.example")]
    table.put_many(map(enrollment_item, people))

    found = store.addresses.people(" kim@acme.example ")

    assert [each.user_id for each in found] == ["u-1", "u-1-twin"]
    assert store.addresses.people("nobody@acme.example") == []


def test_an_address_that_was_changed_is_found_no_more(store: EnrollmentStore) -> None:
    old = someone("ev-1", "u-1", "kim@acme.example")
    store.replace_desired(None, old)
    moved = old.person.model_copy(update={"email": "kim@new.example"})
    new = old.model_copy(
        update={"version": 2, "person": moved, "updated_at": NOW + timedelta(hours=1)}
    )

    store.replace_desired(old, new)

    assert store.addresses.people("kim@acme.example") == []
    assert [each.user_id for each in store.addresses.people("kim@new.example")] == ["u-1"]


def test_of_an_address_of_very_many_some_are_shown(store: EnrollmentStore, table: Table) -> None:
    people = [someone("ev-1", f"u-{n:03}", "info@acme.example") for n in range(MOST_USERS + 5)]
    table.put_many(map(enrollment_item, people))

    assert len(store.addresses.people("info@acme.example")) == MOST_USERS
