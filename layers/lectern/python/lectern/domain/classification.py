"""What Zoom's refusals mean for an event or a person: by status, code and message together.

Zoom's documents contradict themselves in places, so every doubtful reading is here, in one place
that a later finding can change.
"""

from __future__ import annotations

import re

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
NOT_POSSIBLE = 3000
OVER = 3038
CAPACITY = 3043
CAPACITY_WEBINAR = 3035
NO_MEETING_LICENCE = 3161

_ADDRESS = re.compile(r"[^\s\"'<>()]+@[^\s\"'<>()]+")
_FULL = (
    "attendee capacity",
    "limit for the number of attendees",
    "limit for the number of panelists",
)
_NO_REGISTRATION = ("registration has not been enabled", "not have registration")
_WRONG_TYPE = ("only be used for scheduled",)


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
            return event_problem(_licence_missing(error))
        case ZoomNotFound() | ZoomRejected():
            return event_problem(EventProblem.REJECTED, zoom_said(error))
        case _:
            return None


def reason_of_person(error: ZoomRejected) -> EnrolmentProblem:
    """Why Zoom refused to register one person."""
    if error.code in {CAPACITY, CAPACITY_WEBINAR} or _says(error, *_FULL):
        return EnrolmentProblem.CAPACITY_REACHED
    if error.code == OVER:
        return EnrolmentProblem.REGISTRATION_CLOSED
    if _names_the_address(error):
        return EnrolmentProblem.INVALID_EMAIL
    return EnrolmentProblem.REJECTED


def has_address_already(error: ZoomRejected) -> bool:
    """Whether a user was not made since Zoom has one with the address, here or elsewhere."""
    return error.code in {1005, 1009}


def none_left(error: ZoomRejected) -> bool:
    """Whether a licence was not given since the account has none left to give."""
    return error.code in {PAID_ONLY, 2034, 2038, 3412}


def _licence_missing(error: ZoomError) -> EventProblem:
    """Which licence Zoom misses where it says no more than that one is missing."""
    if "webinar" in error.operation or _says(error, "webinar"):
        return EventProblem.WEBINAR_NOT_LICENSED
    return EventProblem.HOST_NOT_LICENSED


def _says(error: ZoomError, *texts: str) -> bool:
    said = error.zoom_message.casefold()
    return any(text in said for text in texts)


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
    if error.code == NOT_POSSIBLE:
        return _says(error, *_NO_REGISTRATION)
    wrong_type = error.code == INVALID and _says(error, *_WRONG_TYPE)
    return wrong_type or error.code in {303, 404, NO_MEETING_LICENCE, PAID_ONLY}


def is_of_other_kind(error: ZoomRejected) -> bool:
    """Whether Zoom says that what was asked for as a meeting is a webinar.

    A host can convert one to the other in Zoom's portal, with the same id.
    """
    return error.code == NOT_POSSIBLE and _says(error, "webinar info")


def is_not_live(error: ZoomError) -> bool:
    """Whether a session was not ended since none is on; Zoom documents no code of its own."""
    if isinstance(error, ZoomNotFound):
        return True
    return isinstance(error, ZoomRejected) and error.code in {INVALID, NOT_POSSIBLE}


def zoom_said(error: ZoomError) -> str:
    """Zoom's own code and message, for a person to read, without anybody's address."""
    said = _ADDRESS.sub("(an address)", error.zoom_message.strip())
    return f"Zoom said: {said} (code {error.code})."
