"""Zoom's answers as typed errors: by status, code, message and headers together.

Zoom's documents contradict themselves in places, and some failures come with HTTP 200, so every
reading of an answer is here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any

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
from lectern.domain.zoom_refusals import (
    INVALID_TOKEN,
    KNOWN_CODES,
    MISSING_SCOPES,
    PER_SECOND,
    Meaning,
    reading_of,
)
from lectern.zoom.operations import RateClass

_A_DAY = timedelta(days=1)
_CLASSES = frozenset(each.value for each in RateClass)
_SCOPES = re.compile(r"scopes?:?\s*\[([^\]]*)\]", re.IGNORECASE)
_MARKUP = re.compile(r"<[^<>]*>")
_FORM = frozenset({"code", "message", "errors"})
"""What Zoom's refusals have; one that has none of these is in another form."""

_MOST_WORDS = 2000
"""Of a refusal that is not in Zoom's form; what is told of it is shorter still."""

_MOST_FAULTS = 10
_LONGEST_CODE = 9
_PASSING = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.LOCKED})
"""What something before Zoom answers, and another try may pass."""


def body_of(operation: str, response: requests.Response) -> dict[str, Any]:
    """The JSON object that Zoom answered; empty where there was no body.

    A refusal in another form, such as XML or JSON of its own, has its words as the message; a page
    that says that it was not found, or that a server broke down, is not about what was asked for.

    Raises:
        ZoomUnavailable: A success comes with something else; what was asked for may have happened.
    """
    if not response.content:
        return {}
    try:
        body = response.json()
    except (ValueError, RecursionError):
        body = response.text
    status = response.status_code
    is_refused = status >= HTTPStatus.BAD_REQUEST
    if isinstance(body, dict) and (not is_refused or _FORM.intersection(body)):
        return body
    if not is_refused:
        raise ZoomUnavailable(operation, unclear=True, status=status)
    is_about_zoom = status < HTTPStatus.INTERNAL_SERVER_ERROR and status != HTTPStatus.NOT_FOUND
    return {"message": _words(" ".join(_texts(body)))} if is_about_zoom else {}


def _words(text: str) -> str:
    return " ".join(_MARKUP.sub(" ", text[:_MOST_WORDS]).split())


def _texts(value: object) -> Iterator[str]:
    """The texts in what was read of JSON, in its order, however deep they lie."""
    left = [value]
    while left:
        match left.pop():
            case str(text):
                yield text
            case dict(fields):
                left += reversed(fields.values())
            case list(items):
                left += reversed(items)


def is_success(response: requests.Response, body: dict[str, Any]) -> bool:
    """Whether Zoom did what it was asked to.

    Zoom sometimes answers HTTP 200 with an error in the body.
    """
    has_error = bool(_code(body)) and isinstance(body.get("message"), str)
    return HTTPStatus.OK <= response.status_code < HTTPStatus.MULTIPLE_CHOICES and not has_error


def is_token_refused(response: requests.Response, body: dict[str, Any]) -> bool:
    """Whether Zoom does not take the access token; a new one may be all that is needed."""
    code = _code(body)
    if code == INVALID_TOKEN:
        return True
    return response.status_code == HTTPStatus.UNAUTHORIZED and code not in KNOWN_CODES


def error_of(
    operation: str, response: requests.Response, body: dict[str, Any], now: datetime
) -> ZoomError:
    """The typed error of an answer that is not a success: by its code before its status."""
    status, code = response.status_code, _code(body)
    message, faults = " ".join(_texts(body.get("message"))), _faults(body)
    if status == HTTPStatus.TOO_MANY_REQUESTS or code in {HTTPStatus.TOO_MANY_REQUESTS, PER_SECOND}:
        return _limit(operation, response, code, message, now)
    if code in MISSING_SCOPES or "does not contain scopes" in message:
        return ZoomScopeMissing(operation, scopes=_scopes(message), status=status, code=code)
    if _is_of_something_between(status, code, has_words=bool(code or message or faults)):
        return ZoomUnavailable(operation, unclear=_may_be_done(status), status=status)
    refused = ZoomRejected(operation, status=status, code=code, zoom_message=message, faults=faults)
    if reading_of(refused).meaning not in {Meaning.GONE, Meaning.NO_USER}:
        return refused
    return ZoomNotFound(operation, status=status, code=code, zoom_message=message)


def _may_be_done(status: int) -> bool:
    """Whether Zoom may have done what was asked for although something broke down."""
    is_refused = HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.INTERNAL_SERVER_ERROR
    return status == HTTPStatus.REQUEST_TIMEOUT or not is_refused


def _is_of_something_between(status: int, code: int, *, has_words: bool) -> bool:
    """Whether an answer is none of Zoom's own: a server's fault, a redirect, no words at all."""
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR or status < HTTPStatus.OK:
        return code not in KNOWN_CODES
    is_redirect = HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.BAD_REQUEST
    return is_redirect or status in _PASSING or not has_words


def _limit(
    operation: str, response: requests.Response, code: int, message: str, now: datetime
) -> ZoomError:
    kind = response.headers.get("X-RateLimit-Type", "")
    known: dict[str, Any] = {"status": response.status_code, "code": code, "zoom_message": message}
    if "daily" not in message.casefold() and "daily" not in kind.casefold():
        return ZoomRateLimited(operation, said=_limit_said(response), **known)
    resume_at = retry_after(response.headers.get("Retry-After"), now) or next_midnight(now)
    return ZoomDailyLimit(
        operation,
        resume_at=resume_at,
        scope=_limit_scope(message),
        rate_class=_class_said(response, message),
        **known,
    )


def _class_said(response: requests.Response, message: str) -> str | None:
    """The rate class that Zoom says is used up; ``None`` for a limit of something else.

    Every answer names the class of its operation, so that alone says nothing.
    """
    kind = response.headers.get("X-RateLimit-Type", "")
    if "this api" not in message.casefold() and "daily" not in kind.casefold():
        return None
    said = response.headers.get("X-RateLimit-Category", "").strip().casefold()
    return said if said in _CLASSES else None


def _limit_said(response: requests.Response) -> int | None:
    """The calls a second that Zoom says it allows; not every answer says so."""
    text = response.headers.get("X-RateLimit-Limit", "").strip()
    return int(text) if text.isdecimal() and int(text) > 0 else None


def _limit_scope(message: str) -> LimitScope:
    text = message.casefold()
    if "registrant" in text:
        return LimitScope.REGISTRANT
    if "particular user" in text:
        return LimitScope.HOST
    return LimitScope.ACCOUNT


def retry_after(header: str | None, now: datetime) -> datetime | None:
    """When Zoom allows the next try; ``None`` if it is unsaid.

    Args:
        header: Seconds, an ISO date or an HTTP date: Zoom's documents leave open which.
        now: The present moment; the answer lies within a day of it, as all of Zoom's limits do.

    Example:
        >>> retry_after("30", datetime(2030, 12, 1, 9, tzinfo=UTC))
        datetime.datetime(2030, 12, 1, 9, 0, 30, tzinfo=datetime.timezone.utc)
    """
    text = (header or "").strip()
    for parse in (_seconds_from(now), datetime.fromisoformat, parsedate_to_datetime):
        try:
            moment = parse(text)
        except (ValueError, OverflowError):
            continue
        aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return min(max(aware, now), now + _A_DAY)
    return None


def _seconds_from(now: datetime) -> Callable[[str], datetime]:
    return lambda text: now + min(timedelta(seconds=int(text)), _A_DAY)


def _scopes(message: str) -> tuple[str, ...]:
    named = _SCOPES.search(message)
    return tuple(scope.strip() for scope in named[1].split(",") if scope.strip()) if named else ()


def _faults(body: dict[str, Any]) -> tuple[Fault, ...]:
    listed = body.get("errors")
    if not isinstance(listed, list):
        return ()
    return tuple(
        Fault(str(each.get("field") or ""), str(each.get("message") or ""))
        for each in listed[:_MOST_FAULTS]
        if isinstance(each, dict)
    )


def _code(body: dict[str, Any]) -> int:
    """Zoom's code, which some answers have as a text; 0 for none."""
    said = body.get("code")
    if isinstance(said, str) and said.isdecimal() and said.isascii():
        return int(said[:_LONGEST_CODE])
    return said if isinstance(said, int) and not isinstance(said, bool) else 0
