"""A call of Zoom's API: how it is sent, when it is repeated, and how it ends."""

from __future__ import annotations

import json
import logging
import traceback
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
import requests

from lectern.domain.errors import (
    ZoomCredentialsInvalid,
    ZoomDailyLimit,
    ZoomNotFound,
    ZoomRateLimited,
    ZoomScopeMissing,
    ZoomUnavailable,
)
from lectern.domain.limits.budget import Lane
from lectern.store.tokens import StoredToken
from lectern.zoom import operations as zoom
from lectern.zoom.client import ZoomClient
from lectern.zoom.operations import OPERATIONS, Operation
from lectern.zoom.rate_limiter import Reservations, Slot
from lectern_testing.zoom.scripted_answers import URL, Answer, ScriptedZoom, answered, refused

NOW = datetime(2026, 11, 30, 9, tzinfo=UTC)
EMAIL = "anna@acme.example"
TOO_FAST = refused(429, 4001, "You have reached the maximum per-second rate limit for this API.")
DEAD_TOKEN = refused(401, 124, "Access token is expired.")


class Tokens:
    """Tokens without a table: ``token-1``, and a further one each time that one is replaced."""

    def __init__(self) -> None:
        self.serial = 1
        self.is_old = False
        self.missing: list[str] = []
        self.worked: list[str] = []

    def current(self) -> StoredToken:
        return StoredToken(
            value=f"token-{self.serial}",
            expires_at=NOW + timedelta(hours=1),
            credentials_version=1,
            serial=self.serial,
        )

    def replace(self, dead: StoredToken) -> StoredToken:
        self.serial = dead.serial + 1
        self.is_old = False
        return self.current()

    def is_older_than_scopes(self, _token: StoredToken) -> bool:
        return self.is_old

    def note_missing(self, scope: str) -> None:
        self.missing.append(scope)

    def note_worked(self, scope: str, _token: StoredToken) -> None:
        self.worked.append(scope)


class RateLimiter:
    """A budget with room for everything, that notes what is asked of it."""

    def __init__(self) -> None:
        self.taken: list[tuple[Lane, str | None]] = []
        self.patience: list[float] = []
        self.reservations: list[object] = []
        self.learned: list[int | None] = []
        self.closed: list[tuple[str, str | None, str | None]] = []
        self.proven = 0

    def take(
        self, _operation: Operation, lane: Lane, host_id: str | None, _session_id: str
    ) -> None:
        self.taken.append((lane, host_id))

    def close(self, operation: Operation, limit: ZoomDailyLimit, host_id: str | None) -> None:
        self.closed.append((operation.name, limit.rate_class, host_id))

    def wait_for_slot(
        self, _operation: Operation, _lane: Lane, patience: float, reservations: object
    ) -> Slot:
        self.patience.append(patience)
        self.reservations.append(reservations)
        return Slot(second=NOW, number=1, patience=patience - 0.5, is_news=False)

    def learn(self, _operation: Operation, _place: Slot, said: int | None) -> None:
        self.learned.append(said)

    def prove(self, _operation: Operation, _place: Slot) -> None:
        self.proven += 1


class Caller:
    """A client of a scripted Zoom."""

    def __init__(self, *script: Answer) -> None:
        self.zoom = ScriptedZoom(*script)
        self.budget = RateLimiter()
        self.source = Tokens()
        self.client = ZoomClient(
            self.zoom.session(),
            f"{URL}/v2/",
            self.source,
            self.budget,  # type: ignore[arg-type]
            lambda: NOW,
        )

    def get_user(self) -> dict[str, object]:
        return self.client.call(zoom.GET_USER, path={"user_id": EMAIL})

    @property
    def tokens(self) -> list[str]:
        return [request.headers["Authorization"] for request in self.zoom.requests]


def test_an_operation_is_sent_as_the_table_has_it() -> None:
    caller = Caller(answered(201, {"id": 7}))

    answer = caller.client.call(
        zoom.MEETINGS.add_registrant,
        path={"session_id": "1/2 3?#"},
        query={"page_size": 30},
        body={"email": EMAIL},
    )

    (request,) = caller.zoom.requests
    assert answer == {"id": 7}
    assert request.method == "POST"
    assert request.url == f"{URL}/v2/meetings/1%2F2%203%3F%23/registrants?page_size=30"
    assert isinstance(request.body, bytes)
    assert json.loads(request.body) == {"email": EMAIL}
    assert request.headers["Authorization"] == "Bearer token-1"


def test_an_answer_without_a_body_is_empty() -> None:
    assert Caller(answered(204)).get_user() == {}


def test_a_token_that_died_is_replaced_and_the_call_made_again() -> None:
    caller = Caller(DEAD_TOKEN, answered(200, {"id": "u"}))

    assert caller.get_user() == {"id": "u"}
    assert caller.tokens == ["Bearer token-1", "Bearer token-2"]
    assert len(caller.budget.patience) == 1


def test_a_token_that_died_under_ones_hands_is_replaced_once_more() -> None:
    caller = Caller(DEAD_TOKEN, DEAD_TOKEN, answered(200, {}))

    caller.get_user()

    assert caller.tokens[-1] == "Bearer token-3"


def test_zoom_that_takes_no_token_does_not_take_the_credentials() -> None:
    caller = Caller(DEAD_TOKEN, DEAD_TOKEN, answered(401, "<html>"))

    with pytest.raises(ZoomCredentialsInvalid) as caught:
        caller.get_user()

    assert caught.value.status == 401
    assert caller.zoom.script == []


def test_a_limit_a_second_is_learned_from_and_waited_for_once() -> None:
    caller = Caller(TOO_FAST, answered(200, {"id": "u"}))

    assert caller.get_user() == {"id": "u"}
    assert caller.budget.learned == [None]
    assert caller.budget.patience == [2.0, 1.5]
    assert caller.budget.proven == 1


def test_the_limit_that_zoom_names_is_told() -> None:
    told = refused(429, 4001, "Too fast.", X_RateLimit_Type="QPS", X_RateLimit_Limit="4")
    caller = Caller(told, answered(200, {"id": "u"}))

    caller.get_user()

    assert caller.budget.learned == [4]


def test_who_can_come_back_is_known_at_every_attempt() -> None:
    caller = Caller(TOO_FAST, answered(200, {}))
    reservations = Reservations()

    caller.client.call(zoom.GET_USER, path={"user_id": EMAIL}, reservations=reservations)

    assert caller.budget.reservations == [reservations, reservations]


def test_a_limit_a_second_that_stays_is_left_to_the_state_machine() -> None:
    caller = Caller(TOO_FAST, TOO_FAST)

    with pytest.raises(ZoomRateLimited):
        caller.get_user()

    assert len(caller.zoom.requests) == 2
    assert caller.budget.learned == [None, None]
    assert caller.budget.proven == 0


@pytest.mark.parametrize(
    ("answer", "counted"),
    [
        (TOO_FAST, [("ZoomRateLimited", "light"), ("ZoomRateLimited", "light")]),
        (
            refused(429, 429, "You have reached the maximum daily rate limit."),
            [("ZoomDailyLimits", "light")],
        ),
        (answered(200, {}), []),
    ],
)
def test_what_zoom_refuses_for_a_limit_is_counted_by_its_class(
    answer: Answer, counted: list[tuple[str, str]], capsys: pytest.CaptureFixture[str]
) -> None:
    with suppress(ZoomRateLimited, ZoomDailyLimit):
        Caller(answer, answer).get_user()

    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    names = {"ZoomRateLimited", "ZoomDailyLimits"}
    assert [(name, line["rate_class"]) for line in lines for name in names & line.keys()] == counted


def test_a_call_is_taken_from_the_day_once_however_often_it_is_sent() -> None:
    caller = Caller(TOO_FAST, answered(200, {}))

    caller.get_user()

    assert caller.budget.taken == [(Lane.EDIT, None)]


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (refused(429, 429, "You have reached the maximum daily rate limit."), ZoomDailyLimit),
        (refused(404, 1001, f"User does not exist: {EMAIL}."), ZoomNotFound),
        (answered(500, "<html>"), ZoomUnavailable),
        (requests.ReadTimeout(), ZoomUnavailable),
    ],
)
def test_what_does_not_pass_in_a_second_is_not_tried_again(
    answer: Answer, error: type[Exception]
) -> None:
    caller = Caller(answer)

    with pytest.raises(error):
        caller.get_user()

    assert len(caller.zoom.requests) == 1


@pytest.mark.parametrize(
    ("failure", "unclear"),
    [
        (requests.ConnectTimeout(), False),
        (requests.exceptions.InvalidURL(), False),
        (requests.ReadTimeout(), True),
        (requests.ConnectionError(), True),
        (requests.exceptions.ChunkedEncodingError(), True),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_request_without_an_answer_is_unclear_unless_it_was_never_sent(
    failure: Exception, *, unclear: bool
) -> None:
    with pytest.raises(ZoomUnavailable) as caught:
        Caller(failure).get_user()

    assert caught.value.unclear is unclear
    assert caught.value.cause == type(failure).__name__


def test_redirects_are_not_followed() -> None:
    caller = Caller(answered(302, headers={"Location": f"{URL}/elsewhere"}))

    with pytest.raises(ZoomUnavailable):
        caller.get_user()

    assert len(caller.zoom.requests) == 1


@pytest.mark.parametrize(
    "answer",
    [
        answered(200, {"id": "u", "email": EMAIL}),
        TOO_FAST,
        DEAD_TOKEN,
        refused(404, 1001, f"User does not exist: {EMAIL}."),
        requests.ConnectionError(f"Max retries exceeded with url: /v2/users/{EMAIL} token-1"),
    ],
    ids=["success", "limit", "dead token", "not found", "cut"],
)
def test_neither_people_nor_tokens_are_in_a_log_or_an_error(
    answer: Answer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    said = ""
    try:
        Caller(answer, answer, answer).get_user()
    except Exception as error:  # noqa: BLE001 - whatever it is
        said = "".join(traceback.format_exception(error)) + repr(error)

    assert EMAIL not in said + caplog.text
    assert "token-" not in said + caplog.text


NO_SCOPE = refused(400, 4711, "Invalid access token, does not contain scopes:[a:b, c:d].")


def test_a_scope_that_a_new_token_lacks_too_is_noted_as_missing() -> None:
    caller = Caller(NO_SCOPE, NO_SCOPE)
    caller.source.is_old = True

    with pytest.raises(ZoomScopeMissing) as caught:
        caller.get_user()

    assert caller.tokens == ["Bearer token-1", "Bearer token-2"]
    assert caller.source.missing == ["user:read:user:admin"]
    assert caught.value.scopes == ("a:b", "c:d")


def test_a_scope_that_a_new_token_has_is_not_missing() -> None:
    caller = Caller(NO_SCOPE, answered(200, {"id": "u"}))
    caller.source.is_old = True

    assert caller.get_user() == {"id": "u"}
    assert caller.source.missing == []
    assert caller.source.worked == ["user:read:user:admin"]


def test_where_zoom_names_no_scope_it_is_the_operations_own() -> None:
    with pytest.raises(ZoomScopeMissing) as caught:
        Caller(refused(400, 4700, "Access denied.")).get_user()

    assert caught.value.scopes == ("user:read:user:admin",)


def test_every_operation_is_named_once() -> None:
    names = [operation.name for operation in OPERATIONS]
    addresses = [(operation.method, operation.path) for operation in OPERATIONS]

    assert len(set(names)) == len(names)
    assert len(set(addresses)) == len(addresses)
