"""Enrolments: what each write changes, who wins a race, and what of the loser's is kept."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from lectern.domain.enrolment import Access, Enrolment, EnrolmentState, Person
from lectern.domain.problems import EnrolmentProblem
from lectern.store.enrolments import EnrolmentStore
from lectern.store.table import Table, WriteConflict
from lectern_testing.builders import a_registration, an_enrolment

NOW = datetime(2026, 11, 30, 9, tzinfo=UTC)
ADDRESS = "kim@people.example"


@pytest.fixture
def store(table: Table) -> EnrolmentStore:
    return EnrolmentStore(table)


def enrolled(store: EnrolmentStore, user_id: str = "kim", **changes: Any) -> Enrolment:
    enrolment = an_enrolment(user_id, now=NOW, **changes)
    store.replace_desired(None, enrolment)
    return enrolment


def stored(store: EnrolmentStore, user_id: str = "kim") -> Enrolment:
    enrolment = store.get("ev-1", user_id)
    assert enrolment is not None
    return enrolment


def changed(enrolment: Enrolment, **changes: Any) -> Enrolment:
    """The enrolment with another desired state, as the API changes it."""
    fresh = {"state": EnrolmentState.PENDING, "reason": None, "message": None, "failed_for": None}
    grown = {"version": enrolment.version + 1, "updated_at": NOW + timedelta(minutes=1)}
    return enrolment.model_copy(update={**changes, **fresh, **grown})


def test_an_enrolment_is_read_as_it_was_stored(store: EnrolmentStore) -> None:
    enrolment = enrolled(store, message=None, access=Access(granted=False))

    assert stored(store) == enrolment
    assert store.get("ev-1", "sam") is None
    assert store.get_many("ev-1", ["kim", "kim", "sam"]) == {"kim": enrolment}


def test_a_person_is_enrolled_once(store: EnrolmentStore) -> None:
    first = enrolled(store)

    with pytest.raises(WriteConflict):
        enrolled(store, person=Person(email="other@x.example", first_name="Kim"))

    assert stored(store) == first


def test_a_change_replaces_what_is_wanted_and_leaves_the_ledger(store: EnrolmentStore) -> None:
    enrolment = enrolled(store)
    registration = a_registration(enrolment.person)
    store.record_registration(enrolment, registration)
    store.mark_verified(enrolment, "one")
    wanted = changed(enrolment, access=Access(granted=False), removed=True)

    store.replace_desired(enrolment, wanted)

    ledger = {"registration": registration, "verified_by": "one"}
    assert stored(store) == wanted.model_copy(update=ledger)


@pytest.mark.parametrize("winner", ["another change", "a note of the workflow"])
def test_a_change_of_what_has_changed_is_refused(store: EnrolmentStore, winner: str) -> None:
    enrolment = enrolled(store)
    if winner == "another change":
        store.replace_desired(enrolment, changed(enrolment, removed=True))
    else:
        store.record(enrolment, state=EnrolmentState.REGISTERED)
    before = stored(store)

    with pytest.raises(WriteConflict):
        store.replace_desired(enrolment, changed(enrolment))

    assert stored(store) == before


def test_what_came_of_a_person_is_noted_and_counted(store: EnrolmentStore) -> None:
    enrolment = enrolled(store)
    registration = a_registration(enrolment.person)

    shifts = store.record(enrolment, state=EnrolmentState.REGISTERED, registration=registration)

    noted = stored(store)
    assert (noted.state, noted.registration) == (EnrolmentState.REGISTERED, registration)
    assert shifts == {"pending": -1, "registered": 1}


def test_a_failure_is_noted_with_its_reason(store: EnrolmentStore) -> None:
    enrolment = enrolled(store)

    store.record(
        enrolment,
        state=EnrolmentState.FAILED,
        reason=EnrolmentProblem.REJECTED,
        message="No.",
        failed_for="1#0",
    )

    noted = stored(store)
    assert (noted.state, noted.reason, noted.message) == ("failed", "zoom_rejected", "No.")
    assert noted.failed_for == "1#0"


def test_of_someone_who_was_changed_meanwhile_only_the_registrant_is_kept(
    store: EnrolmentStore,
) -> None:
    enrolment = enrolled(store)
    wanted = changed(enrolment, person=Person(email="new@people.example", first_name="Kim"))
    store.replace_desired(enrolment, wanted)
    registration = a_registration(enrolment.person)

    shifts = store.record(
        enrolment,
        state=EnrolmentState.FAILED,
        reason=EnrolmentProblem.INVALID_EMAIL,
        message="No.",
        registration=registration,
        failed_for="1#0",
    )

    assert stored(store) == wanted.model_copy(update={"registration": registration})
    assert shifts == {}


def test_nothing_is_noted_of_someone_who_is_not_there(store: EnrolmentStore) -> None:
    nobody = an_enrolment("nobody", now=NOW)

    assert store.record(nobody, state=EnrolmentState.REGISTERED) == {}
    with pytest.raises(WriteConflict):
        store.record_registration(nobody, a_registration(nobody.person))
    with pytest.raises(WriteConflict):
        store.mark_verified(nobody, "one")

    assert store.get("ev-1", "nobody") is None


def test_what_zoom_lists_is_noted_whatever_is_wanted(store: EnrolmentStore) -> None:
    enrolment = enrolled(store)
    store.replace_desired(enrolment, changed(enrolment, removed=True))
    registration = a_registration(enrolment.person, join_url=None)

    store.record_registration(enrolment, registration)

    assert stored(store).registration == registration
    assert stored(store).removed


def test_people_are_read_page_by_page_and_by_range(store: EnrolmentStore) -> None:
    users = [f"u-{n}" for n in range(5)]
    for user in (*users, "Z", "~"):
        enrolled(store, user)
    enrolled(store, "elsewhere", event_id="ev-2")
    store.claim_address("ev-1", ADDRESS, "u-0")

    after, read = None, []
    while True:
        page, after = store.page("ev-1", after=after, limit=2)
        read += [each.user_id for each in page]
        if after is None:
            break

    assert read == ["Z", *users, "~"]
    assert [each.user_id for each in store.range("ev-1", "u-1", "u-3")] == users[1:4]
    assert store.range("ev-1", "u-9", "u-99") == []
    assert store.page("ev-3", limit=2) == ([], None)


def test_a_page_that_just_fills_is_followed_by_an_empty_one_at_most(store: EnrolmentStore) -> None:
    enrolled(store, "a")
    enrolled(store, "b")

    first, after = store.page("ev-1", limit=2)
    assert [each.user_id for each in first] == ["a", "b"]

    assert after is None or store.page("ev-1", after=after, limit=2) == ([], None)


def test_people_are_listed_by_where_they_stand(store: EnrolmentStore) -> None:
    everyone = [enrolled(store, f"u-{n}") for n in range(5)]
    for enrolment in everyone[1:4]:
        store.record(enrolment, state=EnrolmentState.REGISTERED)

    def in_state(state: EnrolmentState) -> list[str]:
        after, users = None, []
        while True:
            page, after = store.page_in_state("ev-1", state, after=after, limit=2)
            users += [each.user_id for each in page]
            if after is None:
                return users

    assert in_state(EnrolmentState.REGISTERED) == ["u-1", "u-2", "u-3"]
    assert in_state(EnrolmentState.PENDING) == ["u-0", "u-4"]
    assert in_state(EnrolmentState.FAILED) == []


def test_an_address_is_claimed_by_the_first_who_asks(store: EnrolmentStore) -> None:
    assert store.claim_address("ev-1", ADDRESS, "kim") == "kim"
    assert store.claim_address("ev-1", ADDRESS, "sam") == "kim"
    assert store.claim_address("ev-1", ADDRESS, "kim") == "kim"
    assert store.claim_address("ev-2", ADDRESS, "sam") == "sam"
    assert store.holders_of_addresses("ev-1", [ADDRESS, ADDRESS, "x"]) == {ADDRESS: "kim"}


def test_a_claim_is_passed_on_by_one_alone(store: EnrolmentStore) -> None:
    store.claim_address("ev-1", ADDRESS, "kim")

    assert store.pass_on_address("ev-1", ADDRESS, of="kim", to="sam")
    assert not store.pass_on_address("ev-1", ADDRESS, of="kim", to="lou")

    assert store.holders_of_addresses("ev-1", [ADDRESS]) == {ADDRESS: "sam"}


def test_a_claim_that_nobody_has_is_not_passed_on(store: EnrolmentStore) -> None:
    assert not store.pass_on_address("ev-1", ADDRESS, of="kim", to="sam")
    assert store.holders_of_addresses("ev-1", [ADDRESS]) == {}
