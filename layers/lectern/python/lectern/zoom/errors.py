"""Zoom's answers as typed errors: by status, code, message and headers together.

Zoom's documents contradict themselves in places, and some failures come with HTTP 200, so every
reading of an answer is here.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any

import requests

from lectern.domain.errors import (
    LimitScope,
    ZoomDailyLimit,
    ZoomError,
    ZoomNotFound,
    ZoomRateLimited,
    ZoomRejected,
    ZoomScopeMissing,
    ZoomUnavailable,
)

_SCOPE_CODES = {104, 4700, 4711}
_INVALID = 300
_GONE_CODES = {1001, 1010, 3001}
_A_DAY = timedelta(days=1)
_SCOPES = re.compile(r"scopes?:?\s*\[([^\]]*)\]", re.IGNORECASE)


def body_of(operation: str, response: requests.Response) -> dict[str, Any]:
    """The JSON object that Zoom answered; empty where there was no body.

    Raises:
        ZoomUnavailable: The body is something else, such as a proxy's HTML page; a status alone
            says too little then, except that of a limit or of a server's fault.
    """
    if not response.content:
        return {}
    try:
        body = response.json()
    except ValueError:
        body = None
    if isinstance(body, dict):
        return body
    status = response.status_code
    if status == HTTPStatus.TOO_MANY_REQUESTS or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return {}
    raise ZoomUnavailable(operation, unclear=True, status=status)


def is_success(response: requests.Response, body: dict[str, Any]) -> bool:
    """Whether Zoom did what it was asked to.

    Zoom sometimes answers HTTP 200 with an error in the body.
    """
    has_error = isinstance(body.get("code"), int) and isinstance(body.get("message"), str)
    return HTTPStatus.OK <= response.status_code < HTTPStatus.MULTIPLE_CHOICES and not has_error


def error_of(
    operation: str, response: requests.Response, body: dict[str, Any], now: datetime
) -> ZoomError:
    """The typed error of an answer that is not a success."""
    status, code = response.status_code, _integer(body.get("code"))
    message = str(body.get("message") or "")
    if HTTPStatus.TOO_MANY_REQUESTS in {status, code}:
        return _limit(operation, response, code, message, now)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR or status < HTTPStatus.OK:
        return ZoomUnavailable(operation, unclear=True, status=status)
    if HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.BAD_REQUEST or not (code or message):
        # A redirect, or a refusal that is not Zoom's own: something else stands in between.
        return ZoomUnavailable(operation, unclear=False, status=status)
    if code in _SCOPE_CODES or "does not contain scopes" in message:
        return ZoomScopeMissing(operation, scopes=_scopes(message), status=status, code=code)
    known: dict[str, Any] = {"status": status, "code": code, "zoom_message": message}
    if status == HTTPStatus.NOT_FOUND or _is_gone(code, message):
        return ZoomNotFound(operation, **known)
    return ZoomRejected(operation, **known, fields=_fields(body))


def _is_gone(code: int, message: str) -> bool:
    """Whether a refusal says that what was asked for is not there, in one of Zoom's ways."""
    no_webinar = code == _INVALID and "invalid webinar id" in message.casefold()
    return no_webinar or (code in _GONE_CODES and "not exist" in message)


def _limit(
    operation: str, response: requests.Response, code: int, message: str, now: datetime
) -> ZoomError:
    kind = response.headers.get("X-RateLimit-Type", "")
    known: dict[str, Any] = {"status": response.status_code, "code": code, "zoom_message": message}
    if "daily" not in message.casefold() and "daily" not in kind.casefold():
        return ZoomRateLimited(operation, said=_limit_said(response), **known)
    resume_at = retry_after(response.headers.get("Retry-After"), now) or next_midnight(now)
    return ZoomDailyLimit(operation, resume_at=resume_at, scope=_limit_scope(message), **known)


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


def next_midnight(now: datetime) -> datetime:
    """When Zoom's daily limits are reset: 00:00 UTC."""
    today = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return today + timedelta(days=1)


def _scopes(message: str) -> tuple[str, ...]:
    named = _SCOPES.search(message)
    return tuple(scope.strip() for scope in named[1].split(",") if scope.strip()) if named else ()


def _fields(body: dict[str, Any]) -> tuple[str, ...]:
    faults = body.get("errors")
    if not isinstance(faults, list):
        return ()
    return tuple(str(fault.get("field", "")) for fault in faults if isinstance(fault, dict))


def _integer(value: object) -> int:
    return value if isinstance(value, int) else 0
