"""Enrollments: what each write changes, who wins a race, and what of the loser's is kept."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from lectern.domain.enrollment import Access, Enrollment, EnrollmentState, Person
from lectern.domain.limits.attempts import DailyAttempts
from lectern.domain.problems import EnrollmentProblem
from lectern.store.enrollments import EnrollmentStore
from lectern.store.table import Table, WriteConflict
from lectern_testing.builders import a_registration, an_enrollment

NOW = datetime(2026, 11, 30, 9, tzinfo=UTC)
ADDRESS = "kim@people.example"


@pytest.fixture
def store(table: Table) -> EnrollmentStore:
    return EnrollmentStore(table)


def enrolled(store: EnrollmentStore, user_id: str = "kim", **changes: Any) -> Enrollment:
    enrollment = an_enrollment(user_id, now=NOW, **changes)
    store.replace_desired(None, enrollment)
    return enrollment


def stored(store: EnrollmentStore, user_id: str = "kim") -> Enrollment:
    enrollment = store.get("ev-1", user_id)
    assert enrollment is not None
    return enrollment


def changed(enrollment: Enrollment, **changes: Any) -> Enrollment:
    """The enrollment with another desired state, as the API changes it."""
    fresh = {"state": EnrollmentState.PENDING, "reason": None, "message": None, "failed_for": None}
    grown = {"version": enrollment.version + 1, "updated_at": NOW + timedelta(minutes=1)}
    return enrollment.model_copy(update={**changes, **fresh, **grown})


def test_an_enrollment_is_read_as_it_was_stored(store: EnrollmentStore) -> None:
    enrollment = enrolled(store, message=None, access=Access(granted=False))

    assert stored(store) == enrollment
    assert store.get("ev-1", "sam") is None
    assert store.get_many("ev-1", ["kim", "kim", "sam"]) == {"kim": enrollment}


def test_a_person_is_enrolled_once(store: EnrollmentStore) -> None:
    first = enrolled(store)

    with pytest.raises(WriteConflict):
        enrolled(store, person=Person(email="other@x.example", first_name="Kim"))

    assert stored(store) == first


def test_a_change_replaces_what_is_wanted_and_leaves_the_ledger(store: EnrollmentStore) -> None:
    enrollment = enrolled(store)
    registration = a_registration(enrollment.person)
    store.record_registration("ev-1", "kim", registration)
    store.mark_verified("ev-1", "kim", "one")
    wanted = changed(enrollment, access=Access(granted=False), removed=True)

    store.replace_desired(enrollment, wanted)

    ledger = {"registration": registration, "verified_by": "one"}
    assert stored(store) == wanted.model_copy(update=ledger)


@pytest.mark.parametrize("winner", ["another change", "a note of the workflow"])
def test_a_change_of_what_has_changed_is_refused(store: EnrollmentStore, winner: str) -> None:
    enrollment = enrolled(store)
    if winner == "another change":
        store.replace_desired(enrollment, changed(enrollment, removed=True))
    else:
        store.record(enrollment, state=EnrollmentState.REGISTERED)
    before = stored(store)

    with pytest.raises(WriteConflict):
        store.replace_desired(enrollment, changed(enrollment))

    assert stored(store) == before


def test_what_came_of_a_person_is_noted_and_counted(store: EnrollmentStore) -> None:
    enrollment = enrolled(store)
    registration = a_registration(enrollment.person)

    shifts = store.record(enrollment, state=EnrollmentState.REGISTERED, registration=registration)

    noted = stored(store)
    assert (noted.state, noted.registration) == (EnrollmentState.REGISTERED, registration)
    assert shifts == {"pending": -1, "registered": 1}


def test_a_failure_is_noted_with_its_reason(store: EnrollmentStore) -> None:
    enrollment = enrolled(store)

    store.record(
        enrollment,
        state=EnrollmentState.FAILED,
        reason=EnrollmentProblem.REJECTED,
        message="No.",
        failed_for="1#0",
    )

    noted = stored(store)
    assert (noted.state, noted.reason, noted.message) == ("failed", "zoom_rejected", "No.")
    assert noted.failed_for == "1#0"


def test_of_someone_who_was_changed_meanwhile_only_the_registrant_is_kept(
    store: EnrollmentStore,
) -> None:
    enrollment = enrolled(store)
    wanted = changed(enrollment, person=Person(email="new@people.example", first_name="Kim"))
    store.replace_desired(enrollment, wanted)
    registration = a_registration(enrollment.person)

    shifts = store.record(
        enrollment,
        state=EnrollmentState.FAILED,
        reason=EnrollmentProblem.INVALID_EMAIL,
        message="No.",
        registration=registration,
        failed_for="1#0",
    )

    assert stored(store) == wanted.model_copy(update={"registration": registration})
    assert shifts == {}


def test_nothing_is_noted_of_someone_who_is_not_there(store: EnrollmentStore) -> None:
    nobody = an_enrollment("nobody", now=NOW)

    assert store.record(nobody, state=EnrollmentState.REGISTERED) == {}
    with pytest.raises(WriteConflict):
        store.record_registration("ev-1", nobody.user_id, a_registration(nobody.person))
    with pytest.raises(WriteConflict):
        store.mark_verified("ev-1", nobody.user_id, "one")

    assert store.get("ev-1", "nobody") is None


def test_what_zoom_lists_is_noted_whatever_is_wanted(store: EnrollmentStore) -> None:
    enrollment = enrolled(store)
    store.replace_desired(enrollment, changed(enrollment, removed=True))
    registration = a_registration(enrollment.person, join_url=None)

    store.record_registration("ev-1", "kim", registration)

    assert stored(store).registration == registration
    assert stored(store).removed


def test_people_are_read_page_by_page_and_by_range(store: EnrollmentStore) -> None:
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


def test_a_page_that_just_fills_is_followed_by_an_empty_one_at_most(store: EnrollmentStore) -> None:
    enrolled(store, "a")
    enrolled(store, "b")

    first, after = store.page("ev-1", limit=2)
    assert [each.user_id for each in first] == ["a", "b"]

    assert after is None or store.page("ev-1", after=after, limit=2) == ([], None)


def test_people_are_listed_by_where_they_stand(store: EnrollmentStore) -> None:
    everyone = [enrolled(store, f"u-{n}") for n in range(5)]
    for enrollment in everyone[1:4]:
        store.record(enrollment, state=EnrollmentState.REGISTERED)

    def in_state(state: EnrollmentState) -> list[str]:
        after, users = None, []
        while True:
            page, after = store.page_in_state("ev-1", state, after=after, limit=2)
            # Whoever has nothing to be done is found among all.
            users += [each.user_id for each in page if each.state is state]
            if after is None:
                return users

    assert in_state(EnrollmentState.REGISTERED) == ["u-1", "u-2", "u-3"]
    assert in_state(EnrollmentState.PENDING) == ["u-0", "u-4"]
    assert in_state(EnrollmentState.FAILED) == []


def test_an_address_is_claimed_by_the_first_who_asks(store: EnrollmentStore) -> None:
    assert store.claim_address("ev-1", ADDRESS, "kim") == "kim"
    assert store.claim_address("ev-1", ADDRESS, "sam") == "kim"
    assert store.claim_address("ev-1", ADDRESS, "kim") == "kim"
    assert store.claim_address("ev-2", ADDRESS, "sam") == "sam"
    assert store.holders_of_addresses("ev-1", [ADDRESS, ADDRESS, "x"]) == {ADDRESS: "kim"}


def test_an_address_that_nobody_has_is_claimed_with_what_is_sent_of_it(
    store: EnrollmentStore,
) -> None:
    sent = DailyAttempts(zoom_id="84", day=NOW.date(), count=1, unanswered=True)
    assert store.sends.claim("ev-1", ADDRESS, "kim", sent) == ("kim", True, None)
    assert store.sends.get_many("ev-1", [ADDRESS]) == {ADDRESS: sent}

    again = sent.model_copy(update={"count": 2})
    assert store.sends.claim("ev-1", ADDRESS, "sam", again) == ("kim", False, sent)
    assert store.sends.claim("ev-1", ADDRESS, "kim", again) == ("kim", False, sent)
    assert store.sends.get_many("ev-1", [ADDRESS]) == {ADDRESS: sent}


def test_a_claim_is_passed_on_by_one_alone(store: EnrollmentStore) -> None:
    store.claim_address("ev-1", ADDRESS, "kim")

    assert store.pass_on_address("ev-1", ADDRESS, of="kim", to="sam")
    assert not store.pass_on_address("ev-1", ADDRESS, of="kim", to="lou")

    assert store.holders_of_addresses("ev-1", [ADDRESS]) == {ADDRESS: "sam"}


def test_a_claim_that_nobody_has_is_not_passed_on(store: EnrollmentStore) -> None:
    assert not store.pass_on_address("ev-1", ADDRESS, of="kim", to="sam")
    assert store.holders_of_addresses("ev-1", [ADDRESS]) == {}
