"""The errors of Lectern: a class for each thing that a caller can do next.

The class names are a contract with the state machines, which retry and catch by them::

    LecternError
    ├── Conflict              someone else changed it first: read again and decide again
    │   └── LeaseLost         another execution is at work on the event: stop
    ├── Unfinished            a task did what it could: go on as its text says
    ├── CallsUsedUp           of work that may make so many calls at Zoom: clean up
    └── ZoomError             status, code and message of Zoom
        ├── ZoomRateLimited   a limit per second: back off
        │   └── ZoomSlotReserved nothing was called: come back for what is reserved
        ├── ZoomDailyLimit    a limit a day: wait until ``resume_at``
        ├── ZoomUnavailable   no usable answer: try again later; ``unclear`` if it may have worked
        ├── ZoomCredentialsInvalid
        ├── ZoomScopeMissing  names the scopes
        ├── ZoomNotFound      Zoom says that it is not there, which one answer does not prove
        └── ZoomRejected      refused for good
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from lectern.domain.limits.budget import Reservation


class Fault(NamedTuple):
    """A field that Zoom found invalid.

    Attributes:
        field: The field in Zoom's words, such as ``registrants[3].email``.
        message: What is wrong with it, in Zoom's words; it may name people.
    """

    field: str
    message: str = ""

    @property
    def name(self) -> str:
        """The field's own name, without where it stands."""
        return self.field.rpartition(".")[2]


_FIRST_REFUSAL = 300
"""HTTP: the statuses below are successes; 0 stands for an answer that was not as it should be."""

POISONED = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
"""What reading an item raises that is not what an item of its kind is; it would do so each time."""


class LecternError(Exception):
    """The root of all errors that Lectern raises on purpose."""


class Conflict(LecternError):
    """A conditional write found that someone else was first."""


class Unfinished(LecternError):
    """A task came to where the state machine goes on: something waits, or is too much for it.

    Its text says as JSON what comes next and how far the work is; it names users by their ids.
    """


class CallsUsedUp(LecternError):
    """Work that may make so many calls at Zoom, within a time, has none left."""


class LeaseLost(Conflict):
    """The event's lease belongs to another execution, or to none."""


class ZoomError(LecternError):
    """Zoom did not do what it was asked to.

    Attributes:
        operation: Lectern's name of the operation.
        status: The HTTP status; 0 where there was no answer.
        code: Zoom's own code; 0 where there was none.
        zoom_message: Zoom's own message; it may name people, so it is never logged.
        faults: The fields that Zoom found invalid.
    """

    def __init__(
        self,
        operation: str,
        *,
        status: int = 0,
        code: int = 0,
        zoom_message: str = "",
        faults: tuple[Fault, ...] = (),
    ) -> None:
        super().__init__(f"{operation}: HTTP {status}, code {code}")
        self.operation = operation
        self.status = status
        self.code = code
        self.zoom_message = zoom_message
        self.faults = faults


class ZoomRateLimited(ZoomError):
    """Too many calls in this second, or at once (HTTP 429).

    Attributes:
        said: The limit that Zoom named; ``None`` if it named none.
    """

    def __init__(
        self,
        operation: str,
        *,
        said: int | None = None,
        status: int = 0,
        code: int = 0,
        zoom_message: str = "",
    ) -> None:
        super().__init__(operation, status=status, code=code, zoom_message=zoom_message)
        self.said = said


class ZoomSlotReserved(ZoomRateLimited):
    """The budget has no place for the call within the time that a function may wait.

    Its text is the reservation as JSON, which the state machine waits for and brings back.
    """

    def __init__(self, operation: str, reservation: Reservation) -> None:
        super().__init__(operation)
        self.reservation = reservation

    def __str__(self) -> str:
        """Gives the reservation as JSON."""
        return self.reservation.model_dump_json()


class LimitScope(StrEnum):
    """The extent of a daily limit of Zoom."""

    ACCOUNT = "account"
    HOST = "host"
    REGISTRANT = "registrant"


class ZoomDailyLimit(ZoomError):
    """A limit a day is used up (HTTP 429): nothing of the kind works before ``resume_at``.

    Attributes:
        resume_at: When it works again.
        scope: What the limit counts for.
        rate_class: The class whose calls it is of; ``None`` if Zoom named none.
    """

    def __init__(
        self,
        operation: str,
        *,
        resume_at: datetime,
        scope: LimitScope,
        rate_class: str | None = None,
        status: int = 429,
        code: int = 429,
        zoom_message: str = "",
    ) -> None:
        super().__init__(operation, status=status, code=code, zoom_message=zoom_message)
        self.resume_at = resume_at
        self.scope = scope
        self.rate_class = rate_class


class ZoomUnavailable(ZoomError):
    """No usable answer: a time-out, a cut connection, a 5xx, something that is not JSON.

    Attributes:
        unclear: Whether Zoom may have carried the request out all the same.
        cause: The name of what went wrong on the way, such as ``ReadTimeout``.
    """

    def __init__(self, operation: str, *, unclear: bool, status: int = 0, cause: str = "") -> None:
        super().__init__(operation, status=status)
        self.unclear = unclear
        self.cause = cause

    @property
    def is_answered(self) -> bool:
        """Whether Zoom answered with a success, which lacks what it must have."""
        return self.unclear and not self.cause and self.status < _FIRST_REFUSAL

    def __str__(self) -> str:
        """The operation with the status, or with what went wrong on the way."""
        return f"{self.operation}: {self.cause}" if self.cause else super().__str__()


class ZoomCredentialsInvalid(ZoomError):
    """Zoom does not give a token for the credentials, or none are set."""


class ZoomScopeMissing(ZoomError):
    """The app was not granted what the operation needs."""

    def __init__(
        self, operation: str, *, scopes: tuple[str, ...], status: int = 400, code: int = 4711
    ) -> None:
        super().__init__(operation, status=status, code=code)
        self.scopes = scopes


class ZoomNotFound(ZoomError):
    """Zoom says that the session, or user, of the request's path is not there.

    Replicas lag behind, and some answers are wrong: one such answer proves nothing.
    """


class ZoomRejected(ZoomError):
    """Zoom refused for good; asking again the same way will not help."""
