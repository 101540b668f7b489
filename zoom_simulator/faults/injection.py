"""Faults that are injected into calls: what networks, Zoom and its proxies do on a bad day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from fnmatch import fnmatchcase
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from zoom_simulator.clock import zoom_time
from zoom_simulator.errors import ZoomError, expired_token, missing_scope
from zoom_simulator.faults.json_paths import JsonPath
from zoom_simulator.faults.targets import Asked
from zoom_simulator.operations import Kind, Operation
from zoom_simulator.rate_limits import (
    daily_limit,
    next_midnight,
    per_second_limit,
    too_many_at_once,
)
from zoom_simulator.refusals import REFUSALS

ANY_OPERATION = "*"
TOKEN_REQUEST = "oauth_token"  # noqa: S105 - the name of an operation
"""The operation that only faults strike that name it."""


class FaultKind(StrEnum):
    """What goes wrong."""

    DELAY = "delay"
    STATUS = "status"
    STATUS_AFTER = "status_after"
    SESSION_NOT_FOUND = "session_not_found"
    RATE_LIMIT_SECOND = "rate_limit_second"
    RATE_LIMIT_DAILY = "rate_limit_daily"
    CONCURRENT = "concurrent"
    ERROR_BODY_200 = "error_body_200"
    HTML_500 = "html_500"
    CUT_BEFORE = "cut_before"
    CUT_AFTER = "cut_after"
    EXPIRED_TOKEN = "expired_token"  # noqa: S105 - the name of a fault
    MISSING_SCOPE = "missing_scope"
    LATE_JOIN_URL = "late_join_url"
    REGISTRATION_IGNORED = "registration_ignored"
    ODD_VALUES = "odd_values"
    TRUNCATED = "truncated"
    EMPTY_BODY = "empty_body"
    ENDLESS_PAGES = "endless_pages"
    LAG = "lag"


class Fault(BaseModel):
    """A fault, and the calls that it strikes.

    Attributes:
        operation: The name of an operation, a pattern such as ``*_meeting``, or ``oauth_token``,
            which no pattern means.
        session: The id of the meeting or webinar that the call is about; any if left out.
        host: The id or the address of the user whose sessions it is about.
        person: An id or an address that the call names, in its path, query or body.
        kind: What goes wrong.
        times: How many calls it strikes; ``None`` for all to come.
        after: How many calls of those that it is aimed at go well before.
        seconds: How long a ``delay`` lasts (real time), how late a join link is (simulated time; 0
            is for ever), or how far replicas lag behind (simulated time).
        status: The HTTP status of ``status`` and ``status_after``.
        body: The body of those and of ``error_body_200``: JSON, or a text that is sent as it is.
        headers: Headers of those, in place of those that the answer would have.
        retry_after: The form of ``Retry-After`` on ``rate_limit_daily``.
        set: The ``odd_values``, by their places in the answer.
        remove: The places in the answer at which there is nothing.
        for_all: Whether a ``lag`` hides what is new from changes too, and not only from reads.
    """

    model_config = ConfigDict(extra="forbid", coerce_numbers_to_str=True)

    operation: str = ANY_OPERATION
    session: str | None = None
    host: str | None = None
    person: str | None = None
    kind: FaultKind
    times: Annotated[int, Field(ge=1)] | None = 1
    after: Annotated[int, Field(ge=0)] = 0
    seconds: Annotated[float, Field(ge=0)] = 0
    status: Annotated[int, Field(ge=200, le=599)] = 500
    body: dict[str, Any] | list[Any] | str | None = None
    headers: dict[str, str] = {}
    retry_after: Literal["date", "seconds", "none"] = "date"
    set: dict[JsonPath, Any] = {}
    remove: list[JsonPath] = []
    for_all: bool = False

    def strikes(self, asked: Asked) -> bool:
        """Whether this call is one that it strikes; a call that it is aimed at is counted."""
        if not self._is_aimed_at(asked):
            return False
        if self.after:
            self.after -= 1
            return False
        if self.times is None:
            return True
        self.times -= 1
        return True

    @property
    def spent(self) -> bool:
        """Whether it will strike no more."""
        return self.times == 0

    def _is_aimed_at(self, asked: Asked) -> bool:
        return (
            self._names(asked.operation)
            and (self.kind is not FaultKind.LAG or asked.changes)
            and (self.session is None or self.session.lower() in asked.sessions)
            and (self.host is None or self.host.lower() in asked.hosts)
            and (self.person is None or self.person.lower() in asked.people)
        )

    def _names(self, operation_name: str) -> bool:
        if operation_name == TOKEN_REQUEST:
            return self.operation == operation_name
        return fnmatchcase(operation_name, self.operation)


class Faults:
    """The faults in waiting, in the order in which they were added."""

    def __init__(self) -> None:
        self._waiting: list[Fault] = []

    def add(self, fault: Fault) -> None:
        """Have a fault wait for its calls."""
        self._waiting.append(fault)

    def clear(self) -> None:
        """Have all go well."""
        self._waiting.clear()

    def waiting(self) -> list[Fault]:
        """The faults that may still strike."""
        return list(self._waiting)

    def strike(self, asked: Asked) -> Struck:
        """The faults that befall a call: each delay and oddity, and the first that ends it."""
        striking: list[Fault] = []
        for fault in self._waiting:
            if fault.kind in _ENDINGS and _ending_of(striking):
                continue
            if fault.strikes(asked):
                striking.append(fault)
        self._waiting = [fault for fault in self._waiting if not fault.spent]
        return Struck(striking)


_ENDINGS = frozenset(FaultKind) - {
    FaultKind.DELAY,
    FaultKind.LATE_JOIN_URL,
    FaultKind.REGISTRATION_IGNORED,
    FaultKind.ODD_VALUES,
    FaultKind.TRUNCATED,
    FaultKind.EMPTY_BODY,
    FaultKind.ENDLESS_PAGES,
    FaultKind.LAG,
}


def _ending_of(faults: Sequence[Fault]) -> Fault | None:
    return next((fault for fault in faults if fault.kind in _ENDINGS), None)


class Struck:
    """What befalls one call.

    Args:
        faults: The faults that struck it.

    Attributes:
        faults: The same.
        ending: The fault that decides the answer, if any.
    """

    def __init__(self, faults: Sequence[Fault] = ()) -> None:
        self.faults = faults
        self.ending = _ending_of(faults)

    @property
    def names(self) -> list[str]:
        """The kinds of all faults that struck, for the log."""
        return [fault.kind.value for fault in self.faults]

    @property
    def delay(self) -> float:
        """Seconds of real time to wait first."""
        return sum(fault.seconds for fault in self._of(FaultKind.DELAY))

    @property
    def link_delay(self) -> float | None:
        """Simulated seconds until a join link is shown; 0 is for ever, ``None`` no delay."""
        return max((fault.seconds for fault in self._of(FaultKind.LATE_JOIN_URL)), default=None)

    @property
    def registration_ignored(self) -> bool:
        """Whether ``approval_type`` is silently not honoured."""
        return bool(self._of(FaultKind.REGISTRATION_IGNORED))

    @property
    def page_is_the_same(self) -> bool:
        """Whether every page is the first one again."""
        return bool(self._of(FaultKind.ENDLESS_PAGES))

    @property
    def lag(self) -> timedelta | None:
        """For how long reads do not see what the call changes."""
        seconds = max((fault.seconds for fault in self._of(FaultKind.LAG)), default=None)
        return None if seconds is None else timedelta(seconds=seconds)

    @property
    def lags_for_all(self) -> bool:
        """Whether changes do not see either what the call makes."""
        return any(fault.for_all for fault in self._of(FaultKind.LAG))

    @property
    def comes_after_the_effect(self) -> bool:
        """Whether the call is carried out although its answer is lost."""
        return self.ending is not None and self.ending.kind in {
            FaultKind.CUT_AFTER,
            FaultKind.STATUS_AFTER,
        }

    def _of(self, kind: FaultKind) -> list[Fault]:
        return [fault for fault in self.faults if fault.kind is kind]


def refusal(fault: Fault, operation: Operation, session_id: str, now: datetime) -> ZoomError | None:
    """The error that a fault has Zoom answer, if it is one in Zoom's own form."""
    if fault.kind is FaultKind.SESSION_NOT_FOUND:
        kind = Kind.WEBINAR if "webinar" in operation.path else Kind.MEETING
        return REFUSALS[kind].not_there(session_id)
    if fault.kind is FaultKind.RATE_LIMIT_SECOND:
        return per_second_limit(operation.rate_class, limit=1)
    if fault.kind is FaultKind.RATE_LIMIT_DAILY:
        retry_after = _retry_after(fault.retry_after, now)
        return daily_limit(operation.rate_class, limit=1, now=now, retry_after=retry_after)
    if fault.kind is FaultKind.CONCURRENT:
        return too_many_at_once()
    if fault.kind is FaultKind.EXPIRED_TOKEN:
        return expired_token()
    if fault.kind is FaultKind.MISSING_SCOPE:
        return missing_scope(operation.scope)
    return None


def _retry_after(style: str, now: datetime) -> str:
    midnight = next_midnight(now)
    seconds = str(int((midnight - now).total_seconds()) + 1)
    return {"date": zoom_time(midnight), "seconds": seconds, "none": ""}[style]
