"""The problem codes: whatever is not as it should be, a sentence for a person, and a remedy."""

from __future__ import annotations

from enum import StrEnum

from lectern.domain.model import DomainModel


class EventProblem(StrEnum):
    """Why an event is not in sync."""

    HOST_NOT_IN_ZOOM = "host_not_in_zoom"
    HOST_NOT_LICENSED = "host_not_licensed"
    WEBINAR_NOT_LICENSED = "webinar_not_licensed"
    CAPACITY_REACHED = "capacity_reached"
    CREDENTIALS_INVALID = "zoom_credentials_invalid"
    SCOPE_MISSING = "zoom_scope_missing"
    RATE_LIMITED = "zoom_rate_limited"
    DAILY_LIMIT = "zoom_daily_limit"
    UNAVAILABLE = "zoom_unavailable"
    DELETED_IN_ZOOM = "deleted_in_zoom"
    REJECTED = "zoom_rejected"
    INTERNAL_ERROR = "internal_error"


class EnrolmentProblem(StrEnum):
    """Why a person is not registered."""

    REQUIREMENTS_NOT_MET = "requirements_not_met"
    EVENT_NOT_READY = "event_not_ready"
    INVALID_EMAIL = "invalid_email"
    DUPLICATE_EMAIL = "duplicate_email"
    CAPACITY_REACHED = "capacity_reached"
    REGISTRATION_CLOSED = "registration_closed"
    DENIED_IN_ZOOM = "denied_in_zoom"
    REJECTED = "zoom_rejected"


class Problem(DomainModel):
    """A problem of an event, as the LMS sees it."""

    code: EventProblem
    message: str
    remedy: str


_EVENT_TEXTS: dict[EventProblem, tuple[str, str]] = {
    EventProblem.HOST_NOT_IN_ZOOM: (
        "The host has no active user in the Zoom account.",
        "Add the host to the Zoom account under the address that the LMS uses, let the host accept "
        "Zoom's invitation, or choose another host; then synchronise the event again.",
    ),
    EventProblem.HOST_NOT_LICENSED: (
        "The host's Zoom user has no licence to host meetings with registration.",
        "Give the host a Zoom licence or choose another host; then synchronise the event again.",
    ),
    EventProblem.WEBINAR_NOT_LICENSED: (
        "Webinars are not available to this host.",
        "Give the host a Zoom Webinars licence, or make the event a meeting.",
    ),
    EventProblem.CAPACITY_REACHED: (
        "The host's webinars hold fewer people than are to take part.",
        "Give the host a larger Zoom Webinars licence, or enrol fewer people. Whoever is left out "
        "is registered by itself once there is a place.",
    ),
    EventProblem.CREDENTIALS_INVALID: (
        "Zoom does not accept the credentials of this connection, or none are set.",
        "Enter account id, client id and client secret of the Server-to-Server OAuth app in the "
        "settings, and check in Zoom that the app is activated.",
    ),
    EventProblem.SCOPE_MISSING: (
        "The Zoom app lacks a scope.",
        "Add the scope to the app in the Zoom Marketplace; the event then heals by itself.",
    ),
    EventProblem.RATE_LIMITED: (
        "Zoom asked to slow down.",
        "Nothing to do: the work goes on by itself.",
    ),
    EventProblem.DAILY_LIMIT: (
        "One of Zoom's daily limits is used up.",
        "Nothing to do: the work goes on by itself when Zoom's limit is reset at 00:00 UTC.",
    ),
    EventProblem.UNAVAILABLE: (
        "Zoom does not answer.",
        "Nothing to do: the work is tried again by itself. Zoom's status page tells about outages.",
    ),
    EventProblem.DELETED_IN_ZOOM: (
        "The meeting was deleted in Zoom, or made something else there.",
        "Recover the meeting in Zoom and synchronise the event, or cancel the event in the LMS and "
        "schedule it again. With the setting drift: repair Lectern puts it right by itself.",
    ),
    EventProblem.REJECTED: (
        "Zoom refused the request.",
        "Change what Zoom names, or ask the Zoom administrator; then synchronise the event again.",
    ),
    EventProblem.INTERNAL_ERROR: (
        "The synchronisation stopped with an unexpected fault.",
        "Synchronise the event again; if it stops again, the operators find the fault in the logs.",
    ),
}

_ENROLMENT_TEXTS: dict[EnrolmentProblem, str] = {
    EnrolmentProblem.REQUIREMENTS_NOT_MET: "The requirements of the event are not met yet.",
    EnrolmentProblem.EVENT_NOT_READY: "The meeting does not exist at Zoom yet.",
    EnrolmentProblem.INVALID_EMAIL: (
        "Zoom does not accept the e-mail address. Correct it in the LMS."
    ),
    EnrolmentProblem.DUPLICATE_EMAIL: (
        "Someone else in this event has the same e-mail address. Give each person their own."
    ),
    EnrolmentProblem.CAPACITY_REACHED: "The event is full at Zoom.",
    EnrolmentProblem.REGISTRATION_CLOSED: "Registration at Zoom is closed: the session is over.",
    EnrolmentProblem.DENIED_IN_ZOOM: "The registration was denied or deleted in Zoom.",
    EnrolmentProblem.REJECTED: "Zoom refused to register this person.",
}

_ENROLMENT_REMEDIES: dict[EnrolmentProblem, str] = {
    EnrolmentProblem.REQUIREMENTS_NOT_MET: "Meet the requirements, or grant access in the LMS.",
    EnrolmentProblem.EVENT_NOT_READY: "Nothing to do: the person is registered once it exists.",
    EnrolmentProblem.INVALID_EMAIL: "Correct the person's e-mail address in the LMS.",
    EnrolmentProblem.DUPLICATE_EMAIL: "Give each person an e-mail address of their own in the LMS.",
    EnrolmentProblem.CAPACITY_REACHED: (
        "Remove people, or give the host a larger Zoom licence and synchronise the event again."
    ),
    EnrolmentProblem.REGISTRATION_CLOSED: "Move the event, if the session is still to be held.",
    EnrolmentProblem.DENIED_IN_ZOOM: "Approve the person in Zoom; then synchronise the event.",
    EnrolmentProblem.REJECTED: (
        "Change what Zoom names, or ask the Zoom administrator; then synchronise the event again."
    ),
}


def event_problem(code: EventProblem, detail: str = "") -> Problem:
    """The problem as told to people, with what is special to this case in ``detail``."""
    message, remedy = _EVENT_TEXTS[code]
    return Problem(code=code, message=f"{message} {detail}".strip(), remedy=remedy)


def enrolment_message(code: EnrolmentProblem, detail: str = "") -> str:
    """The sentence that tells a person why they are not registered."""
    return f"{_ENROLMENT_TEXTS[code]} {detail}".strip()


def enrolment_remedy(code: EnrolmentProblem) -> str:
    """What gets the person registered all the same."""
    return _ENROLMENT_REMEDIES[code]
