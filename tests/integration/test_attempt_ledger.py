"""What is sent of an address is noted before it is, with the claim of it where nobody had one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import boto3
import pytest
from moto import mock_aws

from lectern.store.enrollments import EnrollmentStore
from lectern.store.table import Table
from lectern.sync.registration.attempts import AttemptLedger
from lectern_testing.builders import an_enrollment
from lectern_testing.table import make_table

NOW = datetime(2026, 11, 30, 9, tzinfo=UTC)
KIM = an_enrollment("kim", now=NOW)


@pytest.fixture
def store() -> Iterator[EnrollmentStore]:
    with mock_aws():
        client = boto3.client("dynamodb", region_name="eu-west-1")
        yield EnrollmentStore(Table(client, make_table(client)))


def a_ledger(store: EnrollmentStore) -> AttemptLedger:
    return AttemptLedger(store.sends, "ev-1", "84", lambda: NOW)


def sends(store: EnrollmentStore) -> tuple[int, bool]:
    noted = store.sends.get_many("ev-1", [KIM.person.address])[KIM.person.address]
    return noted.count, noted.unanswered


def test_what_is_announced_and_then_sent_counts_once(store: EnrollmentStore) -> None:
    ledger = a_ledger(store)
    assert ledger.claim(KIM) == "kim"
    # A crash from here on finds it noted as sent, with nothing known of what became of it.
    assert sends(store) == (1, True)
    assert ledger.held_back([KIM]) == ([], [])
    with ledger.registering([KIM]):
        assert sends(store) == (1, True)
    ledger.withdraw()
    assert sends(store) == (1, True)
    assert a_ledger(store).held_back([KIM]) == ([KIM], [])


def test_what_is_announced_and_not_sent_counts_for_nothing(store: EnrollmentStore) -> None:
    ledger = a_ledger(store)
    ledger.claim(KIM)
    ledger.withdraw()
    assert sends(store) == (0, False)


def test_who_holds_the_address_already_has_the_next_one_counted(store: EnrollmentStore) -> None:
    for count in (1, 2):
        ledger = a_ledger(store)
        assert ledger.claim(KIM) == "kim"
        with ledger.registering([KIM]):
            assert sends(store) == (count, True)
    assert a_ledger(store).claim(an_enrollment("sam", person=KIM.person, now=NOW)) == "kim"
