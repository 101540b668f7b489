"""The join decision: every kind of event with every kind of person, and the rules one by one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any

import pytest

from lectern.domain.enrollment import Access, EnrollmentState, Person, Requirement, Role
from lectern.domain.event import Event, Host, Instructor, Phase, Status, SyncRecord, SyncState
from lectern.domain.join.decision import LABELS, JoinDecision, JoinRole, JoinState, JoinStep, decide
from lectern.domain.people.given_up import attempt_key
from lectern.domain.problems import EnrollmentProblem, EventProblem, event_problem
from lectern.domain.settings import AccessValidation, Settings
from lectern_testing.builders import (
    HOST_EMAIL,
    a_details,
    a_meeting,
    a_registration,
    an_enrollment,
    an_event,
)

NOW = datetime(2026, 11, 30, 9, tzinfo=UTC)
KIM = Person(email="kim@people.example", first_name="Kim")
MODULE = Requirement(id="r1", title="Module 1", met=False, url="https://lms.example/m/1")
DONE = Requirement(id="r2", title="Module 2", met=True)
UNMET = Access(granted=False, requirements=(MODULE, DONE))


def a_sync(**changes: Any) -> SyncRecord:
    return SyncRecord(**{"state": SyncState.IN_SYNC, "requested_at": NOW} | changes)


def with_meeting(**changes: Any) -> Event:
    details = changes.pop("details", a_details())
    meeting = changes.pop("meeting", a_meeting(details))
    return an_event(details=details, meeting=meeting, **{"sync": a_sync()} | changes)


NO_HOST = event_problem(EventProblem.HOST_NOT_IN_ZOOM)
LIMIT = event_problem(EventProblem.DAILY_LIMIT)
EVENTS = {
    "upcoming": with_meeting(),
    "live": with_meeting(phase=Phase.LIVE),
    "ended": with_meeting(phase=Phase.ENDED),
    "over by plan": with_meeting(details=a_details(starts_at=NOW - timedelta(days=2))),
    "cancelled": with_meeting(status=Status.CANCELLED),
    "no meeting yet": an_event(sync=a_sync(state=SyncState.PENDING, requested=1)),
    "failed without a meeting": an_event(sync=a_sync(state=SyncState.FAILED, problem=NO_HOST)),
    "failed with a meeting": with_meeting(sync=a_sync(state=SyncState.FAILED, problem=NO_HOST)),
    "waiting": an_event(
        sync=a_sync(
            state=SyncState.WAITING, problem=LIMIT, next_attempt_at=NOW + timedelta(minutes=9)
        )
    ),
    "not known to be open": with_meeting(meeting=a_meeting(a_details(), read_back=False)),
    "about to be replaced": with_meeting(
        details=a_details(host=Host(user_id="u-new", email="new@acme.example")),
        meeting=a_meeting(a_details()),
    ),
}
PEOPLE: dict[str, dict[str, Any]] = {
    "registered": {"state": EnrollmentState.REGISTERED, "registration": a_registration(KIM)},
    "pending": {},
    "without a link yet": {"registration": a_registration(KIM, join_url=None)},
    "failed for good": {
        "state": EnrollmentState.FAILED,
        "reason": EnrollmentProblem.INVALID_EMAIL,
        "failed_for": attempt_key(EVENTS["upcoming"]),
    },
    "worth another try": {
        "state": EnrollmentState.FAILED,
        "reason": EnrollmentProblem.DUPLICATE_EMAIL,
    },
    "registered elsewhere": {
        "state": EnrollmentState.REGISTERED,
        "registration": a_registration(KIM, zoom_id="80000000000"),
    },
    "registered under another address": {
        "state": EnrollmentState.REGISTERED,
        "registration": a_registration(Person(email="old@people.example", first_name="Kim")),
    },
    "removed": {"state": EnrollmentState.REMOVED, "removed": True},
    "removed, still at Zoom": {"removed": True, "registration": a_registration(KIM)},
}
JOIN, PREPARING, UNAVAILABLE = JoinState.JOIN, JoinState.PREPARING, JoinState.UNAVAILABLE
REGISTER, SYNCHRONISE = JoinStep.REGISTER, JoinStep.SYNCHRONISE

OPEN = {
    "registered": (JOIN, None),
    "pending": (PREPARING, REGISTER),
    "without a link yet": (PREPARING, JoinStep.VERIFY),
    "failed for good": (UNAVAILABLE, None),
    "worth another try": (UNAVAILABLE, REGISTER),
    "registered elsewhere": (PREPARING, REGISTER),
    "registered under another address": (PREPARING, SYNCHRONISE),
}
NEEDS_REGISTERING = ("pending", "failed for good", "worth another try", "registered elsewhere")
TABLE: dict[str, dict[str, Any]] = {
    "upcoming": OPEN,
    "live": OPEN,
    # What was never reported to have ended may go on: Zoom says no where it does not.
    "over by plan": OPEN,
    "failed with a meeting": OPEN,
    "ended": OPEN | dict.fromkeys(NEEDS_REGISTERING, (UNAVAILABLE, None)),
    "cancelled": dict.fromkeys(OPEN, (JoinState.CANCELLED, None)),
    "no meeting yet": dict.fromkeys(OPEN, (PREPARING, SYNCHRONISE)),
    "failed without a meeting": dict.fromkeys(OPEN, (UNAVAILABLE, None)),
    "waiting": dict.fromkeys(OPEN, (PREPARING, None)),
    "not known to be open": OPEN | dict.fromkeys(NEEDS_REGISTERING, (PREPARING, SYNCHRONISE)),
    "about to be replaced": dict.fromkeys(OPEN, (PREPARING, SYNCHRONISE)),
}
ACCESS = {
    "granted": Access(requirements=(DONE,)),
    "granted with something unmet": Access(requirements=(MODULE, DONE)),
    "refused": UNMET,
    "refused with all met": Access(granted=False, requirements=(DONE,)),
}


def decided(
    event: Event,
    person: dict[str, Any] | None = None,
    *,
    user_id: str = "u-kim",
    settings: Settings | None = None,
) -> JoinDecision:
    enrollment = an_enrollment(user_id, **{"person": KIM} | person) if person is not None else None
    return decide(event, enrollment, user_id, settings or Settings(), NOW)


def expected(event: str, person: str, access: str, *, validates: bool) -> tuple[JoinState, Any]:
    if event == "cancelled":
        return JoinState.CANCELLED, None
    if person.startswith("removed"):
        return JoinState.NOT_ENROLLED, None
    if validates and access.startswith("refused"):
        return JoinState.SEE_REQUIREMENTS, None
    found: tuple[JoinState, Any] = TABLE[event][person]
    return found


@pytest.mark.parametrize("validates", [True, False])
@pytest.mark.parametrize("access", ACCESS)
@pytest.mark.parametrize(("event", "person"), list(product(EVENTS, PEOPLE)))
def test_every_kind_of_event_with_every_kind_of_person(
    event: str, person: str, access: str, *, validates: bool
) -> None:
    settings = Settings(access_validation=AccessValidation(enabled=validates))
    decision = decided(
        EVENTS[event], PEOPLE[person] | {"access": ACCESS[access]}, settings=settings
    )

    assert (decision.state, decision.step) == expected(event, person, access, validates=validates)
    assert (decision.url is not None) == (decision.state is JOIN)
    assert (decision.retry_after_seconds is not None) == (decision.state is PREPARING)
    lists = decision.state is JoinState.SEE_REQUIREMENTS and access == "refused"
    assert decision.requirements == ((MODULE,) if lists else ())
    assert (decision.message is None) == (decision.state is JOIN)
    if decision.state is UNAVAILABLE:
        assert decision.reason
    if decision.url:
        assert decision.url == PEOPLE["registered"]["registration"].join_url


@pytest.mark.parametrize("event", EVENTS)
def test_a_stranger_is_not_enrolled_whatever_the_event_is_like(event: str) -> None:
    decision = decided(EVENTS[event])
    wanted = JoinState.CANCELLED if event == "cancelled" else JoinState.NOT_ENROLLED
    assert (decision.state, decision.role, decision.url) == (wanted, None, None)


def test_nobody_is_enrolled_in_an_event_that_does_not_exist() -> None:
    decision = decide(None, None, "u-kim", Settings(), NOW)
    assert (decision.state, decision.phase) == (JoinState.NOT_ENROLLED, None)


def test_the_labels_are_those_of_the_contract() -> None:
    assert {state.value: label for state, label in LABELS.items()} == {
        "join": "Join",
        "see_requirements": "See requirements",
        "preparing": "Preparing…",
        "not_enrolled": "Not enrolled",
        "cancelled": "Cancelled",
        "unavailable": "Unavailable",
    }
    assert decided(EVENTS["upcoming"], PEOPLE["registered"]).label == "Join"


def test_only_what_is_unmet_is_listed() -> None:
    event = with_meeting(details=a_details(access_validation=True))
    assert decided(event, PEOPLE["registered"] | {"access": UNMET}).requirements == (MODULE,)


@pytest.mark.parametrize("own", [True, False])
def test_the_event_s_own_choice_of_access_validation_goes_first(*, own: bool) -> None:
    event = with_meeting(details=a_details(access_validation=own))
    settings = Settings(access_validation=AccessValidation(enabled=not own))
    decision = decided(event, PEOPLE["registered"] | {"access": UNMET}, settings=settings)
    assert decision.state is (JoinState.SEE_REQUIREMENTS if own else JOIN)


class TestTheHost:
    @pytest.mark.parametrize(
        "event", ["upcoming", "live", "ended", "failed with a meeting", "not known to be open"]
    )
    def test_joins_by_a_start_link_that_is_fetched_when_it_is_needed(self, event: str) -> None:
        decision = decided(EVENTS[event], user_id="u-host")
        assert decision.state is JOIN
        assert decision.role is JoinRole.HOST
        assert decision.step is JoinStep.FETCH_START_LINK
        assert decision.url is None

    def test_is_known_by_the_address_of_an_enrollment_as_well(self) -> None:
        person = {"person": Person(email=HOST_EMAIL.upper(), first_name="Anna"), "access": UNMET}
        settings = Settings(access_validation=AccessValidation(enabled=True))
        decision = decided(EVENTS["upcoming"], person, user_id="u-other", settings=settings)
        assert decision.role is JoinRole.HOST

    def test_is_not_known_by_the_address_of_a_removed_enrollment(self) -> None:
        person = {"person": Person(email=HOST_EMAIL, first_name="Anna"), "removed": True}
        decision = decided(EVENTS["upcoming"], person, user_id="u-other")
        assert decision.state is JoinState.NOT_ENROLLED

    def test_waits_for_a_meeting_of_their_own(self) -> None:
        decision = decided(EVENTS["about to be replaced"], user_id="u-new")
        assert (decision.state, decision.role) == (PREPARING, JoinRole.HOST)

    def test_is_told_what_keeps_the_meeting_from_being_made(self) -> None:
        decision = decided(EVENTS["failed without a meeting"], user_id="u-host")
        assert (decision.state, decision.reason) == (UNAVAILABLE, NO_HOST.code)
        assert decision.message == NO_HOST.message


class TestAnInstructor:
    EVENT = with_meeting(
        details=a_details(
            instructors=(Instructor(user_id="u-kim", email=KIM.email, name="Kim"),),
        )
    )

    def test_who_is_listed_and_enrolled_joins_as_instructor(self) -> None:
        decision = decided(self.EVENT, PEOPLE["registered"])
        assert (decision.state, decision.role) == (JOIN, JoinRole.INSTRUCTOR)

    def test_who_is_enrolled_as_such_joins_as_instructor(self) -> None:
        decision = decided(EVENTS["upcoming"], PEOPLE["registered"] | {"role": Role.INSTRUCTOR})
        assert (decision.state, decision.role) == (JOIN, JoinRole.INSTRUCTOR)

    def test_who_is_only_listed_is_taken_up(self) -> None:
        decision = decided(self.EVENT)
        assert (decision.state, decision.role) == (PREPARING, JoinRole.INSTRUCTOR)
        assert decision.step is JoinStep.SYNCHRONISE

    def test_who_is_listed_where_there_is_no_meeting_is_told_what_keeps_it_from_being_made(
        self,
    ) -> None:
        event = EVENTS["failed without a meeting"]
        listed = event.details.model_copy(update={"instructors": self.EVENT.details.instructors})
        decision = decided(event.model_copy(update={"details": listed}))
        assert (decision.state, decision.reason) == (UNAVAILABLE, NO_HOST.code)


class TestWhenToAskAgain:
    def test_while_something_is_under_way_it_is_soon(self) -> None:
        assert decided(EVENTS["upcoming"], {}).retry_after_seconds == 5

    def test_while_zoom_makes_wait_it_is_when_the_wait_ends(self) -> None:
        decision = decided(EVENTS["waiting"], {})
        assert decision.retry_after_seconds == 9 * 60
        assert decision.reason is EventProblem.DAILY_LIMIT

    def test_a_wait_that_has_just_ended_is_a_second(self) -> None:
        late = a_sync(state=SyncState.WAITING, problem=LIMIT, next_attempt_at=NOW)
        assert decided(an_event(sync=late), {}).retry_after_seconds == 1


def test_a_new_name_does_not_take_the_link_away() -> None:
    renamed = Person(email="KIM@people.example", first_name="Kimberly")
    decision = decided(EVENTS["upcoming"], PEOPLE["registered"] | {"person": renamed})
    assert decision.state is JOIN


def test_who_failed_is_told_zoom_s_own_words() -> None:
    failed = PEOPLE["failed for good"] | {"message": "Zoom said: no."}
    assert decided(EVENTS["upcoming"], failed).message == "Zoom said: no."


def test_the_phase_is_the_event_s() -> None:
    assert decided(EVENTS["ended"], PEOPLE["registered"]).phase is Phase.ENDED
