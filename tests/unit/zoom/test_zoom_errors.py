"""What each of Zoom's answers means, whatever shape it comes in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import requests

from lectern.domain.errors import (
    Fault,
    LimitScope,
    ZoomDailyLimit,
    ZoomError,
    ZoomNotFound,
    ZoomRateLimited,
    ZoomRejected,
    ZoomScopeMissing,
    ZoomUnavailable,
)
from lectern.domain.limits.budget import next_midnight
from lectern.zoom.errors import body_of, error_of, is_success, retry_after
from lectern_testing.zoom.scripted_answers import answered, refused

NOW = datetime(2026, 11, 30, 9, 15, tzinfo=UTC)
MIDNIGHT = datetime(2026, 12, 1, tzinfo=UTC)
HTML = "<html><body><h1>Something went wrong</h1></body></html>"
PER_SECOND = "You have reached the maximum per-second rate limit for this API. Try again later."
DAILY = (
    "You have reached the maximum daily rate limit for this API. "
    "Refer to the response header for details on when you can make another request."
)
HOST_DAILY = (
    "You have exceeded the daily rate limit (100) of Meeting Create/Update API requests "
    "permitted for this particular user."
)
REGISTRANT_DAILY = (
    "You have exceeded the daily rate limit (3) of Add meeting registrant API requests "
    "permitted for this registrant."
)


def error_in(answer: requests.Response) -> ZoomError:
    """The error that an answer stands for."""
    try:
        body = body_of("create_meeting", answer)
    except ZoomError as error:
        return error
    assert not is_success(answer, body)
    return error_of("create_meeting", answer, body, NOW)


@pytest.mark.parametrize(
    "answer",
    [
        answered(204),
        answered(200, {}),
        answered(201, {"id": 1}),
        answered(200, {"code": 7}),
        answered(200, {"message": "Hello"}),
    ],
    ids=["empty", "empty object", "created", "a code alone", "a message alone"],
)
def test_an_answer_without_an_error_is_a_success(answer: requests.Response) -> None:
    assert is_success(answer, body_of("get_meeting", answer))


@pytest.mark.parametrize(
    "answer",
    [
        refused(429, 4001, PER_SECOND),
        refused(429, 429, PER_SECOND),
        refused(200, 429, PER_SECOND),
        refused(429, 429, "Too many concurrent requests."),
        refused(429, 429, PER_SECOND, X_RateLimit_Type="QPS", Retry_After="1"),
        answered(429, HTML),
        answered(429),
    ],
    ids=["4001", "429", "within a 200", "concurrent", "with headers", "HTML", "no body"],
)
def test_a_limit_a_second_asks_to_back_off(answer: requests.Response) -> None:
    assert type(error_in(answer)) is ZoomRateLimited


@pytest.mark.parametrize(
    ("answer", "scope"),
    [
        (refused(429, 429, DAILY), LimitScope.ACCOUNT),
        (refused(429, 429, HOST_DAILY), LimitScope.HOST),
        (refused(429, 429, REGISTRANT_DAILY), LimitScope.REGISTRANT),
        (answered(429, HTML, {"X-RateLimit-Type": "Daily-limit"}), LimitScope.ACCOUNT),
    ],
    ids=["account", "host", "registrant", "by header alone"],
)
def test_a_limit_a_day_ends_at_midnight_where_zoom_does_not_say(
    answer: requests.Response, scope: LimitScope
) -> None:
    error = error_in(answer)

    assert isinstance(error, ZoomDailyLimit)
    assert (error.scope, error.resume_at) == (scope, MIDNIGHT)


@pytest.mark.parametrize(
    ("header", "moment"),
    [
        ("2026-11-30T20:00:00Z", datetime(2026, 11, 30, 20, tzinfo=UTC)),
        ("2026-11-30T20:00:00", datetime(2026, 11, 30, 20, tzinfo=UTC)),
        ("2026-11-30T20:00:00+02:00", datetime(2026, 11, 30, 18, tzinfo=UTC)),
        ("Mon, 30 Nov 2026 20:00:00 GMT", datetime(2026, 11, 30, 20, tzinfo=UTC)),
        ("3600", NOW + timedelta(hours=1)),
        (" 3600 ", NOW + timedelta(hours=1)),
        ("999999", NOW + timedelta(days=1)),
        ("2050-01-01T00:00:00Z", NOW + timedelta(days=1)),
        ("2020-01-01T00:00:00Z", NOW),
        ("soon", None),
        ("²", None),
        ("9" * 30, None),
        ("", None),
        (None, None),
    ],
)
def test_the_end_of_a_limit_is_read_in_every_form_and_lies_within_a_day(
    header: str | None, moment: datetime | None
) -> None:
    assert retry_after(header, NOW) == moment


def test_a_limit_a_day_ends_when_zoom_says() -> None:
    error = error_in(refused(429, 429, DAILY, Retry_After="2026-11-30T20:00:00Z"))

    assert isinstance(error, ZoomDailyLimit)
    assert error.resume_at == datetime(2026, 11, 30, 20, tzinfo=UTC)


def test_midnight_is_that_of_utc() -> None:
    assert next_midnight(datetime.fromisoformat("2026-12-01T01:30:00+02:00")) == MIDNIGHT


@pytest.mark.parametrize("code", [4711, 104, 4700])
@pytest.mark.parametrize("status", [400, 403])
def test_a_missing_scope_is_named(status: int, code: int) -> None:
    error = error_in(
        refused(
            status,
            code,
            "Invalid access token, does not contain scopes:"
            "[meeting:write:meeting:admin, meeting:write:meeting].",
        )
    )

    assert isinstance(error, ZoomScopeMissing)
    assert error.scopes == ("meeting:write:meeting:admin", "meeting:write:meeting")


def test_a_missing_scope_is_known_without_its_code_and_without_its_name() -> None:
    by_text = error_in(refused(400, 300, "Invalid access token, does not contain scopes."))
    by_code = error_in(refused(400, 4711, "No."))

    assert isinstance(by_text, ZoomScopeMissing)
    assert isinstance(by_code, ZoomScopeMissing)
    assert by_text.scopes == by_code.scopes == ()


@pytest.mark.parametrize(
    ("status", "code", "message"),
    [
        (404, 3001, "Meeting does not exist: 123."),
        (404, 1001, "User does not exist: anna@acme.example."),
        (403, 3001, "Meeting does not exist: 123."),
        (500, 3001, "Meeting does not exist: 123."),
        (404, 1010, "User does not belong to this account."),
        (400, 1001, "User does not exist: anna@acme.example."),
        (400, 3001, "Meeting does not exist: 123."),
        (400, 300, "Invalid webinar ID."),
        (200, 3001, "Meeting does not exist: 123."),
    ],
)
def test_what_is_gone_is_not_found(status: int, code: int, message: str) -> None:
    error = error_in(refused(status, code, message))

    assert type(error) is ZoomNotFound
    assert (error.status, error.code, error.zoom_message) == (status, code, message)


@pytest.mark.parametrize(
    "answer",
    [answered(404, HTML), answered(404), answered(404, {"error": "no such route"})],
    ids=["HTML", "no body", "not Zoom's form"],
)
def test_a_404_that_is_not_zooms_own_says_nothing_about_a_meeting(
    answer: requests.Response,
) -> None:
    assert type(error_in(answer)) is ZoomUnavailable


@pytest.mark.parametrize(
    "answer",
    [
        refused(400, 300, "Invalid field."),
        refused(200, 300, "This meeting has not registration required."),
        refused(400, 1001, "The email address has not been used as a Zoom account."),
        refused(403, 2306, "Not allowed to view meetings scheduled for others."),
        refused(404, 3043, "Webinar has reached maximum attendee capacity."),
        refused(404, 1001, "The email address has not been used as a Zoom account."),
        refused(404, 99_999, "Something new."),
        refused(401, 3161, "Not allowed to host."),
        answered(400, "<error><message>No</message></error>"),
        answered(400, {"message": "No."}),
        answered(400, {"code": 300}),
    ],
    ids=[
        "400",
        "within a 200",
        "1001 of something else",
        "403",
        "404/3043",
        "404/1001",
        "404/new",
        "401/3161",
        "XML",
        "no code",
        "no message",
    ],
)
def test_any_other_refusal_is_for_good(answer: requests.Response) -> None:
    assert type(error_in(answer)) is ZoomRejected


@pytest.mark.parametrize(
    ("errors", "fields"),
    [
        (
            [{"field": "registrants[3].email", "message": "Invalid"}, {"message": "?"}, "?"],
            ("registrants[3].email", ""),
        ),
        ("email", ()),
        (None, ()),
    ],
)
def test_the_fields_that_zoom_finds_fault_with_are_kept(
    errors: object, fields: tuple[str, ...]
) -> None:
    body = {"code": 300, "message": "Validation Failed.", "errors": errors}

    assert tuple(each.field for each in error_in(answered(400, body)).faults) == fields


@pytest.mark.parametrize(
    ("answer", "unclear"),
    [
        (answered(500, HTML), True),
        (answered(503), True),
        (refused(500, 500, "Internal error"), True),
        (answered(200, HTML), True),
        (answered(200, "[" * 200_000), True),
        (answered(200, "[1]"), True),
        (answered(201, '{"id": 1'), True),
        (answered(302, headers={"Location": "https://elsewhere.test"}), False),
        (answered(304), False),
        (answered(100), True),
    ],
    ids=[
        "500",
        "503",
        "500 in JSON",
        "HTML",
        "lists in lists",
        "a list",
        "cut off",
        "302",
        "304",
        "100",
    ],
)
def test_an_answer_that_says_nothing_may_have_worked_unless_it_cannot(
    answer: requests.Response, *, unclear: bool
) -> None:
    error = error_in(answer)

    assert isinstance(error, ZoomUnavailable)
    assert error.unclear is unclear
    assert error.status == answer.status_code


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("<error><code>7</code>\n<message>Not this way</message></error>", "7 Not this way"),
        ({"error": "not_allowed", "reason": "Policy 7 forbids it."}, "not_allowed Policy 7"),
        ({"status": False, "result": {"why": ["Not this way"]}}, "Not this way"),
        ('["Not this way", 7]', "Not this way"),
        ('"Not this way"', "Not this way"),
        ({"code": 300, "message": {"text": "Not this way"}}, "Not this way"),
    ],
    ids=["XML", "JSON", "objects", "a list", "a text", "a message with parts"],
)
@pytest.mark.parametrize("status", [400, 403, 409, 422])
def test_a_refusal_in_another_form_has_its_words(status: int, body: object, words: str) -> None:
    error = error_in(answered(status, body))

    assert type(error) is ZoomRejected
    assert error.zoom_message.startswith(words)


def test_a_refusal_that_has_fields_alone_names_them() -> None:
    fault = {"field": "settings.x", "message": "Not for this account."}

    error = error_in(answered(400, {"errors": [fault]}))

    assert type(error) is ZoomRejected
    assert error.faults == (Fault("settings.x", "Not for this account."),)


@pytest.mark.parametrize(
    "body", [{}, {"ok": False}, {"code": None, "message": None}, "[]", "7", "null"]
)
def test_a_refusal_without_a_word_is_none_of_zooms(body: object) -> None:
    assert type(error_in(answered(400, body))) is ZoomUnavailable


def test_a_code_that_is_written_as_a_text_is_a_code() -> None:
    error = error_in(answered(404, {"code": "3001", "message": "Meeting does not exist."}))

    assert type(error) is ZoomNotFound


def test_the_text_of_an_error_has_nothing_that_zoom_said() -> None:
    error = error_in(refused(404, 1001, "User does not exist: anna@acme.example."))

    assert str(error) == "create_meeting: HTTP 404, code 1001"
    assert "anna" not in repr(error)
