"""What Zoom's refusals mean for an event or a person: by status, code and message together.

Zoom's documents contradict themselves in places, so every doubtful reading is here, in one place
that a later finding can change.
"""

from __future__ import annotations

from lectern.domain.errors import (
    LimitScope,
    ZoomCredentialsInvalid,
    ZoomDailyLimit,
    ZoomError,
    ZoomNotFound,
    ZoomRejected,
    ZoomScopeMissing,
)
from lectern.domain.problems import EnrolmentProblem, EventProblem, Problem, event_problem

INVALID = 300
PAID_ONLY = 200
USER_MISSING = 1001
INVITATION_EXPIRED = 1120
OVER = 3038
CAPACITY = 3043
CAPACITY_WEBINAR = 3035
NO_MEETING_LICENCE = 3161


def problem_of_event(error: ZoomError) -> Problem | None:
    """The problem that a refusal is for an event; ``None`` where it is none for good."""
    match error:
        case ZoomCredentialsInvalid():
            return event_problem(EventProblem.CREDENTIALS_INVALID)
        case ZoomScopeMissing(scopes=scopes):
            return event_problem(EventProblem.SCOPE_MISSING, f"Missing: {', '.join(scopes)}.")
        case ZoomNotFound(code=code) if code == USER_MISSING:
            return event_problem(EventProblem.HOST_NOT_IN_ZOOM)
        case ZoomRejected(code=code) if code == INVITATION_EXPIRED:
            return event_problem(EventProblem.HOST_NOT_IN_ZOOM)
        case ZoomRejected(code=code) if code in {NO_MEETING_LICENCE, PAID_ONLY}:
            return event_problem(EventProblem.HOST_NOT_LICENSED)
        case ZoomNotFound() | ZoomRejected():
            return event_problem(EventProblem.REJECTED, zoom_said(error))
        case _:
            return None


def reason_of_person(error: ZoomRejected) -> EnrolmentProblem:
    """Why Zoom refused to register one person."""
    if error.code in {CAPACITY, CAPACITY_WEBINAR} or "attendee capacity" in error.zoom_message:
        return EnrolmentProblem.CAPACITY_REACHED
    if error.code == OVER:
        return EnrolmentProblem.REGISTRATION_CLOSED
    if _names_the_address(error):
        return EnrolmentProblem.INVALID_EMAIL
    return EnrolmentProblem.REJECTED


def _names_the_address(error: ZoomRejected) -> bool:
    if any(field.rpartition(".")[2] == "email" for field in error.fields):
        return True
    return error.code == INVALID and "email" in error.zoom_message.casefold()


def concerns_more_than_people(error: ZoomRejected | ZoomDailyLimit) -> bool:
    """Whether a refused registration is no fault of the people who were sent.

    Then nobody of the batch is tried one by one: meeting or account are looked at again.
    """
    if isinstance(error, ZoomDailyLimit):
        return error.scope is not LimitScope.REGISTRANT
    return error.code in {303, 404, NO_MEETING_LICENCE, PAID_ONLY}


def zoom_said(error: ZoomError) -> str:
    """Zoom's own code and message, for a person to read."""
    return f"Zoom said: {error.zoom_message.strip()} (code {error.code})."
