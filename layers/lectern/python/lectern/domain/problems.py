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
    PASSCODE_REFUSED = "passcode_refused"
    REGISTRATION_OFF = "registration_off"
    REGISTRATION_QUESTIONS = "registration_questions"
    HOST_TRANSFERRED = "host_transferred"
    SETTING_LOCKED = "setting_locked_in_zoom"
    TIMEZONE_REPLACED = "timezone_replaced"
    TOO_MANY_MEETINGS = "too_many_meetings"
    INTERNAL_ERROR = "internal_error"


class EnrollmentProblem(StrEnum):
    """Why a person is not registered."""

    REQUIREMENTS_NOT_MET = "requirements_not_met"
    EVENT_NOT_READY = "event_not_ready"
    INVALID_EMAIL = "invalid_email"
    DUPLICATE_EMAIL = "duplicate_email"
    CAPACITY_REACHED = "capacity_reached"
    REGISTRATION_CLOSED = "registration_closed"
    DENIED_IN_ZOOM = "denied_in_zoom"
    ZOOM_ACCOUNT_REQUIRED = "zoom_account_required"
    REGISTRATION_QUESTIONS = "registration_questions"
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
        "One of Zoom's daily limits is used up, or what is left is kept for more urgent work.",
        "Nothing to do: the work goes on by itself, at the latest when Zoom's limit is reset.",
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
    EventProblem.PASSCODE_REFUSED: (
        "The Zoom account does not take the passcode of this event.",
        "Choose a passcode that fits the rule, or leave it out so that Lectern chooses one. The "
        "rule stands in Zoom's web portal under Settings > Security > Passcode requirement.",
    ),
    EventProblem.REGISTRATION_OFF: (
        "Zoom does not switch registration on for this meeting, although the host is licensed.",
        "In Zoom's web portal, unlock registration under Account Management > Account Settings > "
        "Meeting, and check in User Management that the host's licence and group allow it; then "
        "synchronise the event again.",
    ),
    EventProblem.REGISTRATION_QUESTIONS: (
        "The account's registration form at Zoom requires answers that Lectern does not have.",
        "In Zoom's web portal, open the meeting or webinar, then Registration > Edit > Questions "
        "(and the template that it came from), and make the questions optional; then synchronise "
        "the event again.",
    ),
    EventProblem.HOST_TRANSFERRED: (
        "Somebody handed the meeting to another Zoom user.",
        "Hand it back in Zoom's web portal under User Management, or make that user the event's "
        "host in the LMS. With the setting drift: repair Lectern makes a new meeting by itself.",
    ),
    EventProblem.SETTING_LOCKED: (
        "The Zoom account holds a setting of this meeting fast.",
        "Nothing has to be done. To have it as the LMS wants it, unlock it in Zoom's web portal "
        "under Account Management > Account Settings (or Group Management).",
    ),
    EventProblem.TIMEZONE_REPLACED: (
        "Zoom does not take the time zone of this event, so it has another; the start is the same.",
        "Nothing has to be done. Choose another time zone in the LMS if people find it confusing.",
    ),
    EventProblem.TOO_MANY_MEETINGS: (
        "Lectern made several meetings for this event within a day, and Zoom says of each that it "
        "is not there, or not as it was made. No more are made for now.",
        "Look in Zoom's web portal whether the host's meetings are there, and ask the Zoom "
        "administrator; Lectern goes on by itself a day after the first of them.",
    ),
    EventProblem.INTERNAL_ERROR: (
        "The synchronisation stopped with an unexpected fault.",
        "Synchronise the event again; if it stops again, the operators find the fault in the logs.",
    ),
}

_ENROLLMENT_TEXTS: dict[EnrollmentProblem, str] = {
    EnrollmentProblem.REQUIREMENTS_NOT_MET: "The requirements of the event are not met yet.",
    EnrollmentProblem.EVENT_NOT_READY: "The meeting does not exist at Zoom yet.",
    EnrollmentProblem.INVALID_EMAIL: (
        "Zoom does not accept the e-mail address. Correct it in the LMS."
    ),
    EnrollmentProblem.DUPLICATE_EMAIL: (
        "Someone else in this event has the same e-mail address. Give each person their own."
    ),
    EnrollmentProblem.CAPACITY_REACHED: "The event is full at Zoom.",
    EnrollmentProblem.REGISTRATION_CLOSED: "Registration at Zoom is closed.",
    EnrollmentProblem.DENIED_IN_ZOOM: "The registration was denied or deleted in Zoom.",
    EnrollmentProblem.ZOOM_ACCOUNT_REQUIRED: (
        "The event lets in only people who are signed in to Zoom, and this address has no Zoom "
        "account."
    ),
    EnrollmentProblem.REGISTRATION_QUESTIONS: (
        "The registration form of the Zoom account requires answers that the LMS does not have."
    ),
    EnrollmentProblem.REJECTED: "Zoom refused to register this person.",
}

_ENROLLMENT_REMEDIES: dict[EnrollmentProblem, str] = {
    EnrollmentProblem.REQUIREMENTS_NOT_MET: "Meet the requirements, or grant access in the LMS.",
    EnrollmentProblem.EVENT_NOT_READY: "Nothing to do: the person is registered once it exists.",
    EnrollmentProblem.INVALID_EMAIL: "Correct the person's e-mail address in the LMS.",
    EnrollmentProblem.DUPLICATE_EMAIL: (
        "Give each person an e-mail address of their own in the LMS."
    ),
    EnrollmentProblem.CAPACITY_REACHED: (
        "Remove people, or give the host a larger Zoom licence and synchronise the event again."
    ),
    EnrollmentProblem.REGISTRATION_CLOSED: "Move the event, if the session is still to be held.",
    EnrollmentProblem.DENIED_IN_ZOOM: "Approve the person in Zoom; then synchronise the event.",
    EnrollmentProblem.ZOOM_ACCOUNT_REQUIRED: (
        "Let the person open a Zoom account under this address, or let the event take people who "
        "are not signed in (options.require_sign_in; in Zoom's web portal under Settings > Meeting "
        "> Security)."
    ),
    EnrollmentProblem.REGISTRATION_QUESTIONS: (
        "In Zoom's web portal, open the meeting or webinar, then Registration > Edit > Questions, "
        "and make the questions optional; then synchronise the event again."
    ),
    EnrollmentProblem.REJECTED: (
        "Change what Zoom names, or ask the Zoom administrator; then synchronise the event again."
    ),
}


def event_problem(code: EventProblem, detail: str = "") -> Problem:
    """The problem as told to people, with what is special to this case in ``detail``."""
    message, remedy = _EVENT_TEXTS[code]
    return Problem(code=code, message=f"{message} {detail}".strip(), remedy=remedy)


def enrollment_message(code: EnrollmentProblem, detail: str = "") -> str:
    """The sentence that tells a person why they are not registered."""
    return f"{_ENROLLMENT_TEXTS[code]} {detail}".strip()


def enrollment_remedy(code: EnrollmentProblem) -> str:
    """Says how the person gets registered all the same."""
    return _ENROLLMENT_REMEDIES[code]
