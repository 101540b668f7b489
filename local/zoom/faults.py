"""Faults that are injected into calls: what networks, Zoom and its proxies do on a bad day."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from lectern.zoom.operations import Operation
from local.zoom.clock import zoom_time
from local.zoom.errors import ZoomError, expired_token, missing_scope
from local.zoom.limits import daily_limit, next_midnight, per_second_limit, too_many_at_once

ANY_OPERATION = "*"


class FaultKind(StrEnum):
    """What goes wrong."""

    DELAY = "delay"
    STATUS = "status"
    STATUS_AFTER = "status_after"
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


class Fault(BaseModel):
    """A fault, and the calls that it strikes.

    Attributes:
        operation: The name of an operation, ``oauth_token``, or ``*`` for every operation.
        kind: What goes wrong.
        times: How many calls it strikes; ``None`` for all to come.
        after: How many calls of the operation go well before.
        seconds: How long a ``delay`` lasts (real time), or how late a join link is (simulated time;
            0 is for ever).
        status: The HTTP status of ``status`` and ``status_after``.
        body: The body of those and of ``error_body_200``: JSON, or a text that is sent as it is.
        retry_after: The form of ``Retry-After`` on ``rate_limit_daily``.
    """

    model_config = ConfigDict(extra="forbid")

    operation: str = ANY_OPERATION
    kind: FaultKind
    times: Annotated[int, Field(ge=1)] | None = 1
    after: Annotated[int, Field(ge=0)] = 0
    seconds: Annotated[float, Field(ge=0)] = 0
    status: int = 500
    body: dict[str, Any] | str | None = None
    retry_after: Literal["date", "seconds", "none"] = "date"

    def strikes(self, operation_name: str, *, wildcard: bool) -> bool:
        """Whether this call is one that it strikes; a call that matches is counted."""
        if self.operation != operation_name and not (wildcard and self.operation == ANY_OPERATION):
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

    def strike(self, operation_name: str, *, wildcard: bool = True) -> Struck:
        """The faults that befall a call: each delay and oddity, and the first that ends it."""
        struck = Struck()
        for fault in self._waiting:
            if fault.kind in _ENDINGS and struck.ending is not None:
                continue
            if fault.strikes(operation_name, wildcard=wildcard):
                struck.add(fault)
        self._waiting = [fault for fault in self._waiting if not fault.spent]
        return struck


_ENDINGS = frozenset(FaultKind) - {
    FaultKind.DELAY,
    FaultKind.LATE_JOIN_URL,
    FaultKind.REGISTRATION_IGNORED,
}


class Struck:
    """What befalls one call.

    Attributes:
        delay: Seconds of real time to wait first.
        ending: The fault that decides the answer, if any.
        link_delay: Simulated seconds until a join link is shown; 0 is for ever, ``None`` no delay.
        registration_ignored: Whether ``approval_type`` is silently not honoured.
        names: The kinds of all faults that struck, for the log.
    """

    def __init__(self) -> None:
        self.delay = 0.0
        self.ending: Fault | None = None
        self.link_delay: float | None = None
        self.registration_ignored = False
        self.names: list[str] = []

    def add(self, fault: Fault) -> None:
        """Let one more fault befall the call."""
        self.names.append(fault.kind.value)
        if fault.kind is FaultKind.DELAY:
            self.delay += fault.seconds
        elif fault.kind is FaultKind.LATE_JOIN_URL:
            self.link_delay = fault.seconds
        elif fault.kind is FaultKind.REGISTRATION_IGNORED:
            self.registration_ignored = True
        else:
            self.ending = fault

    @property
    def comes_after_the_effect(self) -> bool:
        """Whether the call is carried out although its answer is lost."""
        return self.ending is not None and self.ending.kind in {
            FaultKind.CUT_AFTER,
            FaultKind.STATUS_AFTER,
        }


def refusal(fault: Fault, operation: Operation, now: datetime) -> ZoomError | None:
    """The error that a fault has Zoom answer, if it is one in Zoom's own form."""
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
