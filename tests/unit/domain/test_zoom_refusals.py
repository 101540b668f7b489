"""What Zoom's refusals mean for an event, and for a person."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from lectern.domain import zoom_refusals
from lectern.domain.errors import (
    Fault,
    LimitScope,
    ZoomCredentialsInvalid,
    ZoomDailyLimit,
    ZoomError,
    ZoomNotFound,
    ZoomRateLimited,
    ZoomRejected,
    ZoomScopeMissing,
    ZoomUnavailable,
)
from lectern.domain.people.refused_people import concerns_more_than_people
from lectern.domain.problems import EnrollmentProblem, EventProblem
from lectern.domain.zoom_refusals import (
    Concern,
    Meaning,
    Reading,
    has_address_already,
    is_of_other_kind,
    none_left,
    problem_of_event,
    reading_of,
    reason_of_person,
    zoom_said,
)


def rejected(
    code: int, message: str = "No.", *fields: str, operation: str = "add_meeting_registrant"
) -> ZoomRejected:
    faults = tuple(Fault(field, "is wrong") for field in fields)
    return ZoomRejected(operation, status=400, code=code, zoom_message=message, faults=faults)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (ZoomCredentialsInvalid("x"), EventProblem.CREDENTIALS_INVALID),
        (ZoomScopeMissing("x", scopes=("a:b", "c:d")), EventProblem.SCOPE_MISSING),
        (ZoomNotFound("get_user", status=404, code=1001), EventProblem.HOST_NOT_IN_ZOOM),
        (rejected(1120), EventProblem.HOST_NOT_IN_ZOOM),
        (rejected(3161), EventProblem.HOST_NOT_LICENSED),
        (rejected(200), EventProblem.HOST_NOT_LICENSED),
        (rejected(200, "Webinar plan is missing."), EventProblem.WEBINAR_NOT_LICENSED),
        (
            ZoomRejected("create_webinar", status=400, code=200, zoom_message="Not included."),
            EventProblem.WEBINAR_NOT_LICENSED,
        ),
        (
            ZoomRejected("create_webinar", status=400, code=200, zoom_message="No permission."),
            EventProblem.REJECTED,
        ),
        (ZoomRejected("create_meeting", status=400, code=1010), EventProblem.HOST_NOT_IN_ZOOM),
        (
            rejected(300, "Validation Failed.", "password", operation="create_meeting"),
            EventProblem.PASSCODE_REFUSED,
        ),
        (
            rejected(300, "Validation Failed.", "custom_questions"),
            EventProblem.REGISTRATION_QUESTIONS,
        ),
        (rejected(300, "Validation Failed.", "phone"), EventProblem.REGISTRATION_QUESTIONS),
        (rejected(300), EventProblem.REJECTED),
        (ZoomNotFound("x", status=404, code=3001), EventProblem.REJECTED),
    ],
)
def test_a_refusal_for_good_is_a_problem_of_the_event(error: ZoomError, code: EventProblem) -> None:
    problem = problem_of_event(error)

    assert problem is not None
    assert problem.code is code


@pytest.mark.parametrize(
    "error",
    [
        ZoomRateLimited("x"),
        ZoomDailyLimit("x", resume_at=datetime.now(UTC), scope=LimitScope.ACCOUNT),
        ZoomUnavailable("x", unclear=True),
    ],
)
def test_what_passes_by_itself_is_no_problem_for_good(error: ZoomError) -> None:
    assert problem_of_event(error) is None


def test_a_missing_scope_is_named_and_a_refusal_quotes_zoom() -> None:
    scopes = problem_of_event(ZoomScopeMissing("x", scopes=("a:b", "c:d")))
    refusal = problem_of_event(rejected(300, " Invalid timezone. "))

    assert scopes is not None
    assert scopes.message.endswith("Missing: a:b, c:d.")
    assert refusal is not None
    assert refusal.message.endswith("Zoom said: Invalid timezone (code 300).")


def test_each_field_that_zoom_names_is_told_with_its_words() -> None:
    faults = (Fault("settings.x", "Not allowed."), Fault("topic", "Too long."))
    error = ZoomRejected(
        "create_meeting", status=400, code=300, zoom_message="Validation Failed.", faults=faults
    )

    assert zoom_said(error) == (
        "Zoom said: Validation Failed; settings.x: Not allowed; topic: Too long (code 300)."
    )


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (rejected(3043), EnrollmentProblem.CAPACITY_REACHED),
        (rejected(3035), EnrollmentProblem.CAPACITY_REACHED),
        (
            rejected(300, "Meeting has reached maximum attendee capacity."),
            EnrollmentProblem.CAPACITY_REACHED,
        ),
        (rejected(3038), EnrollmentProblem.REGISTRATION_CLOSED),
        (
            rejected(300, "Validation Failed.", "registrants[3].email"),
            EnrollmentProblem.INVALID_EMAIL,
        ),
        (rejected(300, "Validation Failed.", "email"), EnrollmentProblem.INVALID_EMAIL),
        (rejected(300, "Invalid Email address."), EnrollmentProblem.INVALID_EMAIL),
        (rejected(300, "Validation Failed.", "first_name"), EnrollmentProblem.REJECTED),
        (
            rejected(3000, "You have reached the limit for the number of attendees you can add."),
            EnrollmentProblem.CAPACITY_REACHED,
        ),
        (
            rejected(3000, "You have been invited as a panelist for the webinar."),
            EnrollmentProblem.REJECTED,
        ),
        (rejected(3027, "Host cannot register."), EnrollmentProblem.REJECTED),
        (
            rejected(3000, "Users with this email have been blocked."),
            EnrollmentProblem.REJECTED,
        ),
        (
            rejected(1001, "The email address has not been used as a Zoom account."),
            EnrollmentProblem.ZOOM_ACCOUNT_REQUIRED,
        ),
        (rejected(3034, "Please input your work address."), EnrollmentProblem.INVALID_EMAIL),
        (
            rejected(300, "Validation Failed.", "custom_questions"),
            EnrollmentProblem.REGISTRATION_QUESTIONS,
        ),
    ],
)
def test_a_person_who_is_refused_is_told_why(
    error: ZoomRejected, reason: EnrollmentProblem
) -> None:
    assert reason_of_person(error) is reason


def test_what_no_other_person_would_help_concerns_more_than_people() -> None:
    codes = (200, 300, 303, 1010, 3027, 3038, 3043, 3161, 99_999)

    beyond = {code for code in codes if concerns_more_than_people(rejected(code))}

    assert beyond == {200, 303, 1010, 3161}


@pytest.mark.parametrize(
    ("error", "is_so"),
    [
        (rejected(3000, "Registration has not been enabled for this webinar: 1."), True),
        (rejected(3000, "This webinar does not have registration as required: 1."), True),
        (rejected(404, "Registration has not been enabled for this meeting: 1."), True),
        (rejected(300, "This API can only be used for scheduled webinars (type 5)."), True),
        (rejected(3000, "You have been invited as a panelist for the webinar."), False),
        (rejected(300, "Validation Failed.", "email"), False),
    ],
)
def test_one_code_says_several_things(error: ZoomRejected, *, is_so: bool) -> None:
    assert concerns_more_than_people(error) is is_so


def test_a_meeting_that_became_a_webinar_is_told_by_zooms_words() -> None:
    assert is_of_other_kind(rejected(3000, "Cannot access webinar info."))
    assert not is_of_other_kind(rejected(3000, "Cannot access meeting info."))
    assert is_of_other_kind(rejected(300, "Cannot access webinar information."))


@pytest.mark.parametrize("scope", LimitScope)
def test_only_the_daily_limit_of_a_person_is_that_persons_alone(scope: LimitScope) -> None:
    limit = ZoomDailyLimit("x", resume_at=datetime.now(UTC), scope=scope)

    assert concerns_more_than_people(limit) is (scope is not LimitScope.REGISTRANT)


def test_zooms_words_are_quoted_without_anybodys_address() -> None:
    error = rejected(1116, "Email address kim.ng+x@acme.example doesn't match limited domains.")

    said = zoom_said(error)

    assert said == (
        "Zoom said: Email address (an address) doesn't match limited domains (code 1116)."
    )


def test_what_is_at_hand_already_is_told_from_what_is_used_up() -> None:
    codes = (200, 1005, 1009, 2034, 2038, 3412, 300)
    refusals = {code: rejected(code, operation="update_user_settings") for code in codes}

    assert {code for code in codes if has_address_already(refusals[code])} == {1005, 1009}
    assert {code for code in codes if none_left(refusals[code])} == {200, 2034, 2038, 3412}


def test_zooms_words_are_quoted_with_their_code() -> None:
    assert zoom_said(rejected(7, "No. ")) == "Zoom said: No (code 7)."


def test_a_refusal_without_words_has_its_code_alone() -> None:
    assert zoom_said(rejected(7, "")) == "Zoom's code is 7."


@pytest.mark.parametrize(
    ("error", "concern", "meaning"),
    [
        (rejected(1001, "User x does not exist."), Concern.HOST, Meaning.NO_USER),
        (rejected(1001, "Meeting does not exist: 1."), Concern.MEETING, Meaning.GONE),
        (rejected(1001, "Something about somebody."), Concern.PERSON, Meaning.REFUSED),
        (rejected(3002, operation="delete_meeting"), Concern.MEETING, Meaning.IN_PROGRESS),
        (rejected(3000, "Users in 'x' have been blocked."), Concern.PERSON, Meaning.REFUSED),
        (
            rejected(3000, "Users in 'x' have been blocked.", operation="create_meeting"),
            Concern.HOST,
            Meaning.REFUSED,
        ),
        (
            rejected(3000, "You have been invited as a panelist for the webinar."),
            Concern.PERSON,
            Meaning.IS_PANELIST,
        ),
        (
            rejected(300, "Validation Failed.", "timezone", operation="create_webinar"),
            Concern.MEETING,
            Meaning.TIMEZONE,
        ),
        (
            rejected(300, "Validation Failed.", "registrants[2].last_name"),
            Concern.PERSON,
            Meaning.NAME_INVALID,
        ),
        (
            rejected(300, "Validation Failed.", "page_size", operation="list_meeting_registrants"),
            Concern.REQUEST,
            Meaning.REFUSED,
        ),
        (rejected(99_999, "Something new."), Concern.REQUEST, Meaning.REFUSED),
    ],
)
def test_a_refusal_concerns_whom_zoom_means(
    error: ZoomRejected, concern: Concern, meaning: Meaning
) -> None:
    assert reading_of(error) == Reading(concern, meaning)


def test_each_code_is_read_in_one_place() -> None:
    codes = [row.code for row in zoom_refusals._TABLE]
    starts = [code for code, before in zip(codes, [None, *codes], strict=False) if code != before]

    assert len(starts) == len(set(starts))
