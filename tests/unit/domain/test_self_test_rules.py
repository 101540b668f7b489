"""The self-test: how it stands at a moment, what its checks come to, and what its sessions are."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from lectern.domain.errors import (
    LimitScope,
    ZoomCredentialsInvalid,
    ZoomDailyLimit,
    ZoomError,
    ZoomRateLimited,
    ZoomRejected,
    ZoomScopeMissing,
    ZoomUnavailable,
)
from lectern.domain.meeting import Kind
from lectern.domain.problems import EventProblem, event_problem
from lectern.domain.trials import note_of_trial, trial_topic, validation_of
from lectern.domain.validation import (
    ENDS_AFTER,
    CheckFinding,
    CheckId,
    CheckState,
    Trial,
    Validation,
    ValidationState,
)
from lectern.domain.validation_findings import (
    failed,
    of_error,
    of_fault,
    of_problem,
    passed,
    skipped,
    together,
    used_up,
)
from lectern_testing.builders import a_details, a_meeting

NOW = datetime(2030, 3, 17, 9, tzinfo=UTC)
VALIDATION = Validation(
    validation_id="0123456789abcdef" * 2,
    connection="default",
    host_email="anna@acme.example",
    started_at=NOW,
)
TRIAL = Trial(kind=Kind.MEETING, host_id="h", spec=a_meeting(a_details()).spec, begun_at=NOW)


def after(validation: Validation, **states: CheckState) -> Validation:
    for name, state in states.items():
        validation = validation.found(CheckId(name), CheckFinding(state=state))
    return validation


def test_the_checks_are_those_of_the_contract_in_its_order() -> None:
    assert [check.id for check in VALIDATION.checks] == [
        *("credentials", "scopes", "plan", "host", "creation", "webinar", "participants"),
        *("join", "updates", "access", "webhooks", "emails", "limits", "cleanup"),
    ]
    assert all(check.id.heading for check in VALIDATION.checks)


def test_a_check_that_is_over_is_followed_by_the_next() -> None:
    begun = after(VALIDATION, credentials=CheckState.PASSED, scopes=CheckState.RUNNING)

    assert VALIDATION.next_check is CheckId.CREDENTIALS
    assert begun.next_check is CheckId.SCOPES
    assert begun.check(CheckId.CREDENTIALS).is_over
    assert begun.state is ValidationState.RUNNING


@pytest.mark.parametrize(
    ("state", "whole"),
    [
        (CheckState.PASSED, ValidationState.PASSED),
        (CheckState.SKIPPED, ValidationState.PASSED),
        (CheckState.FAILED, ValidationState.FAILED),
    ],
)
def test_it_fails_as_a_whole_where_one_check_does(
    state: CheckState, whole: ValidationState
) -> None:
    over = after(VALIDATION, **dict.fromkeys(CheckId, CheckState.PASSED))
    ended = after(over, join=state).model_copy(update={"ended_at": NOW})

    assert ended.next_check is None
    assert ended.state is whole


@pytest.mark.parametrize("left", [True, False])
def test_what_died_has_ended_when_its_time_is_over(left: bool) -> None:  # noqa: FBT001
    begun = after(VALIDATION, credentials=CheckState.PASSED)
    if left:
        begun = begun.with_trial(TRIAL)

    ended = begun.as_of(NOW + ENDS_AFTER)

    assert begun.as_of(NOW + timedelta(seconds=1)) == begun
    assert ended.ended_at == begun.ends_by
    assert ended.check(CheckId.CREDENTIALS).state is CheckState.PASSED
    assert ended.check(CheckId.SCOPES).state is CheckState.FAILED
    assert ended.check(CheckId.PLAN).state is CheckState.SKIPPED
    cleanup = ended.check(CheckId.CLEANUP)
    assert cleanup.state is (CheckState.FAILED if left else CheckState.PASSED)
    assert ended.as_of(NOW + 2 * ENDS_AFTER) == ended


def test_trials_are_known_by_kind_until_they_are_gone() -> None:
    made = VALIDATION.with_trial(TRIAL.model_copy(update={"zoom_id": "1"}))
    gone = made.with_trial(TRIAL.model_copy(update={"zoom_id": "1", "is_gone": True}))

    assert VALIDATION.with_trial(TRIAL).left
    assert not VALIDATION.with_trial(TRIAL).made
    assert [trial.known_id for trial in made.made] == ["1"]
    assert (gone.left, gone.made) == ((), ())
    assert made.trial(Kind.MEETING) == made.trials[0]
    assert made.trial(Kind.WEBINAR) is None
    assert TRIAL.known_id == ""


def test_the_address_of_the_host_is_not_kept() -> None:
    assert VALIDATION.without_host().host_email is None


def rejected(code: int, message: str, status: int = 400) -> ZoomRejected:
    return ZoomRejected("op", status=status, code=code, zoom_message=message)


@pytest.mark.parametrize(
    ("error", "state", "words"),
    [
        (
            ZoomCredentialsInvalid("op", status=400, zoom_message="The app has been disabled."),
            CheckState.FAILED,
            "not activated",
        ),
        (
            ZoomCredentialsInvalid("op", status=400, zoom_message="Invalid client_id or secret"),
            CheckState.FAILED,
            "client secret",
        ),
        (
            ZoomCredentialsInvalid("op", status=400, zoom_message="Bad Request"),
            CheckState.FAILED,
            "account id",
        ),
        (ZoomCredentialsInvalid("op", status=401), CheckState.FAILED, "HTTP 401"),
        (
            ZoomScopeMissing("op", scopes=("meeting:read:meeting:admin",)),
            CheckState.FAILED,
            "meeting:read:meeting:admin",
        ),
        (
            ZoomDailyLimit("op", resume_at=NOW, scope=LimitScope.ACCOUNT, status=429, code=429),
            CheckState.SKIPPED,
            "2030-03-17 09:00 UTC",
        ),
        (ZoomRateLimited("op"), CheckState.FAILED, "no more calls"),
        (ZoomUnavailable("op", unclear=False), CheckState.FAILED, "does not answer"),
        (rejected(1001, "User does not exist", 404), CheckState.FAILED, ""),
        (rejected(300, "Something new."), CheckState.FAILED, "Something new"),
    ],
)
def test_what_kept_a_check_from_its_work_is_told(
    error: ZoomError, state: CheckState, words: str
) -> None:
    finding = of_error(error)

    assert finding.state is state
    assert words in (finding.detail or "")
    assert finding.remedy or state is CheckState.SKIPPED


@pytest.mark.parametrize(
    "name", ["ZoomRateLimited", "ZoomSlotReserved", "ZoomUnavailable", "KeyError"]
)
def test_a_check_that_went_wrong_again_and_again_has_failed(name: str) -> None:
    finding = of_fault(name)

    assert finding.state is CheckState.FAILED
    assert finding.detail
    assert finding.remedy


@pytest.mark.parametrize(
    "code",
    [EventProblem.HOST_NOT_LICENSED, EventProblem.PASSCODE_REFUSED, EventProblem.DAILY_LIMIT],
)
def test_a_problem_names_where_it_is_mended(code: EventProblem) -> None:
    finding = of_problem(event_problem(code), "And more.")

    assert finding.state is CheckState.FAILED
    assert (finding.detail or "").endswith("And more.")
    assert finding.remedy


def test_of_several_tries_the_worst_counts_with_all_that_is_to_say() -> None:
    worst = together([passed("Fine."), failed("One.", "Do."), failed("Two.", "Do.")])

    assert worst == failed("One. Two.", "Do.")
    assert together([passed("Fine."), skipped("Not tried.")]) == skipped("Not tried.")
    assert passed() == CheckFinding(state=CheckState.PASSED)
    assert used_up().state is CheckState.FAILED


def a_delivery(topic: object) -> dict[str, Any]:
    return {"event": "meeting.created", "payload": {"object": {"topic": topic, "id": 1}}}


def test_trial_sessions_are_known_by_their_topic() -> None:
    name = VALIDATION.validation_id

    for topic in (trial_topic(name), trial_topic(name, changed=True)):
        assert validation_of(topic) == name
        assert note_of_trial(a_delivery(topic)) == {
            "event": "meeting.created",
            "payload": {"object": {"topic": topic}},
        }


@pytest.mark.parametrize(
    "content",
    [
        a_delivery("Geometry"),
        a_delivery(7),
        {"event": "meeting.created", "payload": []},
        {"event": "meeting.created", "payload": {"object": "x"}},
        {"event": 7, "payload": {"object": {"topic": trial_topic("0" * 32)}}},
        {},
    ],
)
def test_nothing_is_noted_of_others(content: dict[str, Any]) -> None:
    assert note_of_trial(content) is None
