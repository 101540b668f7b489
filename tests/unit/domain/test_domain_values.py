"""What the values of the domain say about themselves."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from pydantic import ValidationError

from lectern.domain.address import address_key
from lectern.domain.enrollment import EnrollmentState, Person, shift, shift_of, sum_of
from lectern.domain.errors import (
    LimitScope,
    ZoomDailyLimit,
    ZoomRejected,
    ZoomScopeMissing,
    ZoomUnavailable,
)
from lectern.domain.event import Context, Participants, Phase, SyncRecord
from lectern.domain.meeting import MeetingSpec
from lectern.domain.problems import (
    EnrollmentProblem,
    EventProblem,
    enrollment_message,
    event_problem,
)
from lectern.domain.public_address import fault_of_callback
from lectern.domain.settings import ConnectionSecrets
from lectern_testing.builders import a_details, a_meeting, an_enrollment, an_event

NOW = datetime(2026, 11, 30, 9, tzinfo=UTC)


def test_an_event_ends_after_its_duration() -> None:
    details = a_details(starts_at=NOW, duration_minutes=90)

    assert details.ends_at == NOW + timedelta(minutes=90)


@pytest.mark.parametrize(
    ("user_id", "email", "hosts"),
    [
        ("u-host", "other@acme.example", True),
        ("other", " Anna@ACME.example", True),
        ("other", "other@acme.example", False),
        ("other", "anna@acme\u3002example", False),
        ("other", "ànna@acme.example", False),
    ],
)
def test_the_host_is_known_by_user_or_by_address(user_id: str, email: str, *, hosts: bool) -> None:
    assert a_details().is_hosted_by(user_id, email) is hosts


def test_addresses_are_compared_without_case() -> None:
    person = Person(email=" Kim@X.example ", first_name="Kim")

    assert person.address == address_key("kim@x.EXAMPLE") == "kim@x.example"


def test_a_lease_counts_until_it_ends() -> None:
    sync = SyncRecord(requested_at=NOW, lease_until=NOW)

    assert sync.is_leased(NOW - timedelta(microseconds=1))
    assert not sync.is_leased(NOW)
    assert not SyncRecord(requested_at=NOW).is_leased(NOW)


def test_a_request_is_due_until_a_finished_synchronisation_covers_it() -> None:
    assert SyncRecord(requested_at=NOW, requested=2, done=1).is_due
    assert not SyncRecord(requested_at=NOW, requested=2, done=2).is_due


def test_a_round_is_planned_from_what_the_event_is_at() -> None:
    event = an_event(version=3, sync=SyncRecord(requested_at=NOW, requested=5, retry_round=2))

    assert dict(event.planned) == {"version": 3, "requested": 5, "retry_round": 2}


@pytest.mark.parametrize(
    ("changes", "opens"),
    [
        ({}, True),
        ({"read_back": False}, False),
        ({"approval_type": 2}, False),
        ({"approval_type": 0}, False),
        ({"use_pmi": True}, False),
    ],
)
def test_a_meeting_is_open_once_it_is_known_to_let_in_registrants_alone(
    changes: dict[str, object], *, opens: bool
) -> None:
    meeting = a_meeting(a_details(), read_back=changes.pop("read_back", True))
    spec = meeting.spec.model_copy(update=changes)

    assert meeting.model_copy(update={"spec": spec}).is_open is opens


def test_no_text_and_the_empty_text_are_the_same() -> None:
    assert Context.model_validate({"id": "c", "title": None}).title == ""
    spec = MeetingSpec.model_validate(
        {"topic": "t", "agenda": None, "starts_at": NOW, "duration_minutes": 1, "timezone": "UTC"}
    )
    assert spec.agenda == ""


def test_a_value_takes_what_it_does_not_know_and_does_not_show_what_was_wrong() -> None:
    with pytest.raises(ValidationError) as caught:
        Person.model_validate({"email": ["kim@x.example"], "first_name": "Kim", "age": 7})

    assert caught.value.error_count() == 1
    assert "kim@x" not in str(caught.value)


@pytest.mark.parametrize("code", EventProblem)
def test_every_problem_of_an_event_has_a_sentence_and_a_remedy(code: EventProblem) -> None:
    problem = event_problem(code, "Indeed.")

    assert problem.message.endswith(". Indeed.")
    assert problem.remedy.endswith(".")
    assert event_problem(code).message.endswith(".")


@pytest.mark.parametrize("code", EnrollmentProblem)
def test_every_problem_of_a_person_has_a_sentence(code: EnrollmentProblem) -> None:
    assert enrollment_message(code).endswith(".")
    assert enrollment_message(code, "Indeed.").endswith(". Indeed.")


def test_errors_tell_the_operation_and_what_came_of_it() -> None:
    assert str(ZoomRejected("add", status=400, code=300)) == "add: HTTP 400, code 300"
    assert str(ZoomUnavailable("add", unclear=True, status=502)) == "add: HTTP 502, code 0"
    assert str(ZoomUnavailable("add", unclear=True, cause="ReadTimeout")) == "add: ReadTimeout"
    assert str(ZoomScopeMissing("add", scopes=("a:b",))) == "add: HTTP 400, code 4711"
    limit = ZoomDailyLimit("add", resume_at=NOW, scope=LimitScope.HOST)
    assert str(limit) == "add: HTTP 429, code 429"
    assert (limit.resume_at, limit.scope) == (NOW, "host")


def test_secrets_are_in_no_representation() -> None:
    secrets = ConnectionSecrets(client_secret="hush", webhook_secret_token="hush-hush")

    assert "hush" not in f"{secrets} {secrets!r} {[secrets]}"


def test_a_step_shifts_one_person_from_one_state_to_another() -> None:
    assert shift(None, EnrollmentState.PENDING) == {"pending": 1}
    assert shift(EnrollmentState.PENDING, EnrollmentState.REGISTERED) == {
        "pending": -1,
        "registered": 1,
    }
    assert shift(EnrollmentState.FAILED, EnrollmentState.FAILED)[EnrollmentState.FAILED] == 0


def test_steps_add_up_below_zero_too() -> None:
    steps = [shift(EnrollmentState.PENDING, EnrollmentState.BLOCKED) for _ in range(2)]

    assert sum_of(steps) == {"pending": -2, "blocked": 2}


def test_who_was_removed_is_not_enrolled() -> None:
    assert Participants(pending=1, registered=2, blocked=3, failed=4).enrolled == 10
    assert an_enrollment("kim").state is EnrollmentState.PENDING


def test_a_step_of_who_is_not_enrolled_is_told_and_counts_for_nobody() -> None:
    removed = an_enrollment("kim", enrolled=False)

    assert shift_of(removed, EnrollmentState.REMOVED) == {"removed": 1}
    assert shift_of(removed, EnrollmentState.PENDING)[EnrollmentState.REMOVED] == 0
    assert shift_of(an_enrollment("kim"), EnrollmentState.FAILED) == {"pending": -1, "failed": 1}


def test_an_enrollment_that_is_changed_is_decided_anew() -> None:
    refused = an_enrollment("kim", state=EnrollmentState.BLOCKED, reason="invalid_email")
    person = Person(email="kim@new.example", first_name="Kim")

    changed = refused.changed({"person": person}, NOW)

    assert (changed.person, changed.version, changed.updated_at) == (person, 2, NOW)
    assert (changed.state, changed.reason) == (EnrollmentState.PENDING, None)
    assert changed.changed({"person": person}, NOW + timedelta(hours=1)) is changed


@pytest.mark.parametrize(
    ("hours", "phase", "ended_at", "ahead"),
    [
        (1, Phase.ENDED, None, True),
        (1, Phase.ENDED, NOW, True),
        (1, Phase.ENDED, NOW + timedelta(hours=2), False),
        (0, Phase.ENDED, None, False),
        (1, Phase.LIVE, None, False),
    ],
)
def test_an_event_that_is_over_lies_ahead_again_once_it_is_moved_to_later(
    hours: int, phase: Phase, ended_at: datetime | None, *, ahead: bool
) -> None:
    event = an_event(details=a_details(starts_at=NOW), phase=phase, phase_at=ended_at)
    moved = a_details(starts_at=NOW + timedelta(hours=hours))

    assert event.lies_ahead_again(moved) is ahead


@pytest.mark.parametrize(
    ("url", "is_safe", "is_safe_here"),
    [
        ("https://lms.example/news", True, True),
        ("http://lms.example/news", False, False),
        ("http://127.0.0.1:8000", False, True),
        ("http://[::1]/news", False, True),
        ("http://localhost", False, True),
        ("ftp://localhost", False, False),
        ("http://lms.example@127.0.0.1/", False, False),
        ("https://key:word@lms.example/", False, False),
        ("https://@lms.example/", False, False),
    ],
)
def test_the_lms_is_called_in_the_clear_on_its_own_machine_alone(
    url: str, *, is_safe: bool, is_safe_here: bool
) -> None:
    assert (fault_of_callback(url, is_local=False) is None) is is_safe
    assert (fault_of_callback(url, is_local=True) is None) is is_safe_here
