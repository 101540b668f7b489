"""The meaning of Zoom's refusals: the one reading of its codes, and what follows for Lectern.

Zoom's code says more than the HTTP status, and its words tell apart what one code stands for. Each
row of the table says whom or what a refusal concerns: one person, the meeting, the host, the
account, or the request itself. Whoever is not concerned is not held up. A code that is in no row is
told in Zoom's words, and destroys nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from lectern.domain.errors import (
    ZoomCredentialsInvalid,
    ZoomError,
    ZoomNotFound,
    ZoomRejected,
    ZoomScopeMissing,
)
from lectern.domain.problems import EnrollmentProblem, EventProblem, Problem, event_problem
from lectern.domain.zoom_words import told

INVALID = 300
"""A field that Zoom does not take; which one, its faults say."""

INVALID_TOKEN = 124
USER_MISSING = 1001
MISSING_SCOPES = frozenset({104, 4700, 4711})
PER_SECOND = 4001


class Concern(StrEnum):
    """Whom or what a refusal is about."""

    PERSON = "person"
    MEETING = "meeting"
    HOST = "host"
    ACCOUNT = "account"
    REQUEST = "request"


class Meaning(StrEnum):
    """The meaning of a refusal, where Lectern acts upon it."""

    REFUSED = "refused"

    ADDRESS_INVALID = "address_invalid"
    NAME_INVALID = "name_invalid"
    NO_ZOOM_ACCOUNT = "no_zoom_account"
    IS_PANELIST = "is_panelist"
    NOT_REGISTERED = "not_registered"

    GONE = "gone"
    OF_OTHER_KIND = "of_other_kind"
    FULL = "full"
    OVER = "over"
    IN_PROGRESS = "in_progress"
    NOT_LIVE = "not_live"
    NO_REGISTRATION = "no_registration"
    NO_BATCHES = "no_batches"
    QUESTIONS = "questions"
    PASSCODE = "passcode"
    TIMEZONE = "timezone"

    NO_USER = "no_user"
    NOT_ACCEPTED = "not_accepted"
    NO_LICENCE = "no_licence"
    NO_WEBINARS = "no_webinars"
    EXISTS_ALREADY = "exists_already"

    TOKEN = "token"  # noqa: S105 - the name of a refusal
    SCOPES = "scopes"
    NONE_LEFT = "none_left"
    LIMIT = "limit"
    PAGE_TOKEN = "page_token"  # noqa: S105 - the name of a refusal


@dataclass(frozen=True)
class Reading:
    """A refusal as it was read: whom it concerns, and its meaning."""

    concern: Concern
    meaning: Meaning = Meaning.REFUSED


@dataclass(frozen=True)
class _Row:
    """A row of the table.

    Attributes:
        code: Zoom's code.
        reading: What it means.
        says: One of these stands in Zoom's message, whatever its case; empty for any message.
        within: One of these stands in Lectern's name of the operation; empty for any operation.
        guesses: Whether the code alone says too little to be sure whom it is about.
    """

    code: int
    reading: Reading
    says: tuple[str, ...] = ()
    within: tuple[str, ...] = ()
    guesses: bool = False

    def fits(self, error: ZoomError) -> bool:
        said = error.zoom_message.casefold()
        return (
            error.code == self.code
            and (not self.says or any(text in said for text in self.says))
            and (not self.within or any(name in error.operation for name in self.within))
        )


_PEOPLE = ("registrant", "panelist", "invite_links")
"""Operations that are about people of a session."""

_USERS = ("user", "assistant", "list_meetings", "list_webinars")
"""Operations whose path names a user."""

_ACCOUNT_REQUIRED = ("not been used as a zoom account",)
_FULL = ("attendee capacity", "number of attendees", "number of panelists")
_NO_REGISTRATION = (
    "registration has not been enabled",
    "not have registration",
    "has not registration",
)
_OF_OTHER_KIND = ("access webinar info",)
_BLOCKED = ("have been blocked",)
_ON_THE_STAFF = ("invited as a panelist", "invited as an alternative host")
_NOT_REGISTERED = ("registrant",)

_PERSON = Reading(Concern.PERSON)
_MEETING = Reading(Concern.MEETING)
_HOST = Reading(Concern.HOST)
_ACCOUNT = Reading(Concern.ACCOUNT)
_REQUEST = Reading(Concern.REQUEST)


def _person(meaning: Meaning) -> Reading:
    return Reading(Concern.PERSON, meaning)


def _meeting(meaning: Meaning) -> Reading:
    return Reading(Concern.MEETING, meaning)


def _host(meaning: Meaning) -> Reading:
    return Reading(Concern.HOST, meaning)


def _account(meaning: Meaning) -> Reading:
    return Reading(Concern.ACCOUNT, meaning)


_TABLE: tuple[_Row, ...] = (
    _Row(INVALID_TOKEN, _account(Meaning.TOKEN)),
    *(_Row(code, _account(Meaning.SCOPES)) for code in sorted(MISSING_SCOPES)),
    _Row(429, _account(Meaning.LIMIT)),
    _Row(PER_SECOND, _account(Meaning.LIMIT)),
    # Something is to be paid for, or not permitted.
    _Row(200, _account(Meaning.NONE_LEFT), ("you can add max", "can't add paid")),
    _Row(200, _account(Meaning.NONE_LEFT), within=("update_user_settings", "update_user")),
    _Row(200, _ACCOUNT, ("no permission", "no privilege")),
    _Row(200, _ACCOUNT, within=("create_user", "plan_usage", "past_", "report_")),
    _Row(200, _PERSON, within=("assistant",)),
    _Row(200, _host(Meaning.NO_WEBINARS), ("webinar",)),
    _Row(200, _host(Meaning.NO_WEBINARS), within=("webinar", "panelist")),
    _Row(200, _host(Meaning.NO_LICENCE)),
    # A field that does not pass; the faults are read first, see ``reading_of``.
    _Row(300, _meeting(Meaning.GONE), ("invalid webinar id", "invalid meeting id")),
    _Row(300, _meeting(Meaning.OF_OTHER_KIND), _OF_OTHER_KIND),
    _Row(300, _meeting(Meaning.NO_BATCHES), ("only be used for scheduled",)),
    _Row(300, _meeting(Meaning.NO_REGISTRATION), _NO_REGISTRATION),
    _Row(300, _meeting(Meaning.FULL), _FULL),
    _Row(300, _MEETING, ("access meeting info",)),
    _Row(300, _account(Meaning.PAGE_TOKEN), ("next page token",)),
    _Row(300, _person(Meaning.NO_ZOOM_ACCOUNT), _ACCOUNT_REQUIRED),
    _Row(300, _person(Meaning.NOT_REGISTERED), _NOT_REGISTERED, _PEOPLE),
    _Row(300, _person(Meaning.ADDRESS_INVALID), ("email", "e-mail"), _PEOPLE),
    _Row(300, _host(Meaning.REFUSED), ("name contains", "email is required"), _USERS),
    _Row(300, _person(Meaning.NAME_INVALID), ("last name", "last_name"), _PEOPLE),
    _Row(300, _REQUEST, guesses=True),
    _Row(303, _meeting(Meaning.NO_BATCHES)),
    _Row(404, _meeting(Meaning.NO_REGISTRATION), _NO_REGISTRATION),
    # Users: of the host, but for what Zoom says of the addresses of others.
    _Row(1000, _HOST),
    _Row(1001, _person(Meaning.NO_ZOOM_ACCOUNT), _ACCOUNT_REQUIRED),
    _Row(1001, _meeting(Meaning.GONE), ("meeting does not exist", "webinar does not exist")),
    _Row(1001, _host(Meaning.NO_USER), ("user",)),
    _Row(1001, _host(Meaning.NO_USER), within=_USERS),
    _Row(1001, _PERSON, within=_PEOPLE, guesses=True),
    _Row(1001, _host(Meaning.NO_USER)),
    _Row(1005, _host(Meaning.EXISTS_ALREADY)),
    _Row(1009, _host(Meaning.EXISTS_ALREADY)),
    _Row(1010, _host(Meaning.NO_USER)),
    _Row(1102, _account(Meaning.NONE_LEFT)),
    _Row(1107, _HOST),
    _Row(1108, _HOST),
    _Row(1109, _host(Meaning.NO_LICENCE)),
    _Row(1116, _HOST),
    _Row(1117, _HOST),
    _Row(1120, _host(Meaning.NOT_ACCEPTED)),
    *(_Row(code, _HOST) for code in (1122, 1204, 1205, 1206, 1207, 1233, 1234, 1242)),
    *(_Row(code, _account(Meaning.NONE_LEFT)) for code in (1208, 1209, 1210, 1211, 1228)),
    *(_Row(code, _ACCOUNT) for code in (2002, 2016, 2032, 2035)),
    *(_Row(code, _HOST) for code in (2036, 2037)),
    *(_Row(code, _account(Meaning.NONE_LEFT)) for code in (2033, 2034, 2038, 2039)),
    *(_Row(code, _REQUEST) for code in (2300, 2308, 2309, 2310, 2312)),
    _Row(2306, _ACCOUNT),
    # One code for all that is not possible with a session; its words tell what.
    _Row(3000, _meeting(Meaning.OF_OTHER_KIND), _OF_OTHER_KIND),
    _Row(3000, _meeting(Meaning.NO_REGISTRATION), _NO_REGISTRATION),
    _Row(3000, _meeting(Meaning.FULL), _FULL),
    _Row(3000, _MEETING, ("access meeting info", "paid registration", "simulive")),
    _Row(3000, _person(Meaning.IS_PANELIST), _ON_THE_STAFF),
    _Row(3000, _person(Meaning.NOT_REGISTERED), ("was not found", "registrant"), _PEOPLE),
    _Row(3000, _PERSON, _BLOCKED, _PEOPLE),
    _Row(3000, _HOST, (*_BLOCKED, "schedule a meeting for", "schedule for a user")),
    _Row(3000, _PERSON, within=_PEOPLE, guesses=True),
    _Row(3000, _MEETING),
    _Row(3001, _meeting(Meaning.GONE)),
    _Row(3002, _meeting(Meaning.IN_PROGRESS)),
    _Row(3003, _PERSON, _BLOCKED, _PEOPLE),
    _Row(3003, _HOST),
    _Row(3007, _meeting(Meaning.NOT_LIVE)),
    *(_Row(code, _MEETING) for code in (3018, 3037, 3063, 4505)),
    _Row(3027, _PERSON),
    _Row(3034, _person(Meaning.ADDRESS_INVALID)),
    _Row(3035, _meeting(Meaning.FULL)),
    _Row(3038, _meeting(Meaning.OVER)),
    _Row(3043, _meeting(Meaning.FULL)),
    _Row(3051, _person(Meaning.ADDRESS_INVALID)),
    _Row(3079, _person(Meaning.NOT_REGISTERED)),
    _Row(3161, _host(Meaning.NO_LICENCE)),
    _Row(3412, _account(Meaning.NONE_LEFT)),
    _Row(4100, _HOST),
    _Row(4130, _REQUEST),
    _Row(11321, _HOST),
    _Row(12702, _MEETING),
    *(_Row(code, _REQUEST) for code in (13262, 13267, 13273, 13277)),
)
"""Zoom's codes in order of number; of the rows of a code the first that fits counts."""

KNOWN_CODES = frozenset(row.code for row in _TABLE)
"""The codes that the table reads; any other is told in Zoom's words."""

_PERSONS_FIELDS = {
    "email": Meaning.ADDRESS_INVALID,
    "first_name": Meaning.NAME_INVALID,
    "last_name": Meaning.NAME_INVALID,
    "name": Meaning.NAME_INVALID,
}
"""What Lectern says of a person; of anything else that a registration lacks Lectern knows nothing,
so it is what the account's registration form asks for."""

_MEETINGS_FIELDS = {"password": Meaning.PASSCODE, "timezone": Meaning.TIMEZONE}


def reading_of(error: ZoomError) -> Reading:
    """Reads a refusal: by its fields, then its code, then its words."""
    by_fields = _reading_of_fields(error) if error.code == INVALID and error.faults else None
    if by_fields is not None:
        return by_fields
    return _row_of(error).reading


def is_guessed(error: ZoomError) -> bool:
    """Whether nobody can tell from a refusal whom it is about: its code is unknown, or vague."""
    by_fields = _reading_of_fields(error) if error.code == INVALID and error.faults else None
    return by_fields is None and _row_of(error).guesses


def _row_of(error: ZoomError) -> _Row:
    return next((row for row in _TABLE if row.fits(error)), _UNKNOWN)


_UNKNOWN = _Row(0, _REQUEST, guesses=True)


def _reading_of_fields(error: ZoomError) -> Reading | None:
    names = {fault.name for fault in error.faults}
    if any(name in error.operation for name in _PEOPLE):
        of_person = [_PERSONS_FIELDS[name] for name in _PERSONS_FIELDS if name in names]
        if of_person:
            return _person(of_person[0])
        return _meeting(Meaning.QUESTIONS) if names - _PARAMETERS else None
    of_meeting = [_MEETINGS_FIELDS[name] for name in _MEETINGS_FIELDS if name in names]
    return _meeting(of_meeting[0]) if of_meeting else None


_PARAMETERS = frozenset(
    {"", "next_page_token", "page_size", "registrant_id", "registrantId", "registrants", "status"}
)
"""Fields of requests about people that no registration form asks for."""


def problem_of_event(error: ZoomError) -> Problem | None:
    """The problem that a refusal is for an event; ``None`` where it is none for good."""
    match error:
        case ZoomCredentialsInvalid():
            return event_problem(EventProblem.CREDENTIALS_INVALID)
        case ZoomScopeMissing(scopes=scopes):
            return event_problem(EventProblem.SCOPE_MISSING, f"Missing: {', '.join(scopes)}.")
        case ZoomNotFound() | ZoomRejected():
            code = _PROBLEMS.get(reading_of(error).meaning, EventProblem.REJECTED)
            return event_problem(code, zoom_said(error))
        case _:
            return None


_PROBLEMS = {
    Meaning.NO_USER: EventProblem.HOST_NOT_IN_ZOOM,
    Meaning.NOT_ACCEPTED: EventProblem.HOST_NOT_IN_ZOOM,
    Meaning.NO_LICENCE: EventProblem.HOST_NOT_LICENSED,
    Meaning.NO_WEBINARS: EventProblem.WEBINAR_NOT_LICENSED,
    Meaning.QUESTIONS: EventProblem.REGISTRATION_QUESTIONS,
    Meaning.PASSCODE: EventProblem.PASSCODE_REFUSED,
}


def reason_of_person(error: ZoomRejected) -> EnrollmentProblem:
    """Why Zoom refused to register one person."""
    return _REASONS.get(reading_of(error).meaning, EnrollmentProblem.REJECTED)


_REASONS = {
    Meaning.FULL: EnrollmentProblem.CAPACITY_REACHED,
    Meaning.OVER: EnrollmentProblem.REGISTRATION_CLOSED,
    Meaning.ADDRESS_INVALID: EnrollmentProblem.INVALID_EMAIL,
    Meaning.NO_ZOOM_ACCOUNT: EnrollmentProblem.ZOOM_ACCOUNT_REQUIRED,
    Meaning.QUESTIONS: EnrollmentProblem.REGISTRATION_QUESTIONS,
}


def has_address_already(error: ZoomRejected) -> bool:
    """Whether a user was not made since Zoom has one with the address, here or elsewhere."""
    return reading_of(error).meaning is Meaning.EXISTS_ALREADY


def none_left(error: ZoomRejected) -> bool:
    """Whether a licence was not given since the account has none left to give."""
    return reading_of(error).meaning is Meaning.NONE_LEFT


def was_not_accepted(error: ZoomRejected) -> bool:
    """Whether a user did not accept the invitation to the account in time."""
    return reading_of(error).meaning is Meaning.NOT_ACCEPTED


def is_of_other_kind(error: ZoomRejected) -> bool:
    """Whether Zoom says that what was asked for as a meeting is a webinar.

    A host can convert one to the other in Zoom's portal, with the same id.
    """
    return reading_of(error).meaning is Meaning.OF_OTHER_KIND


def is_not_registered(error: ZoomError) -> bool:
    """Whether Zoom says that it does not have a registrant, or panelist, of a session."""
    return reading_of(error).meaning is Meaning.NOT_REGISTERED


def is_domain_blocked(error: ZoomError) -> bool:
    """Whether Zoom refuses somebody since the account has blocked the domain of the address."""
    said = error.zoom_message.casefold()
    return isinstance(error, ZoomRejected) and any(words in said for words in _BLOCKED)


def is_over(error: ZoomError) -> bool:
    """Whether Zoom registers nobody since the planned end of the session has passed."""
    return reading_of(error).meaning is Meaning.OVER


def is_in_progress(error: ZoomRejected) -> bool:
    """Whether Zoom does not delete a session since it is on."""
    return reading_of(error).meaning is Meaning.IN_PROGRESS


def is_not_live(error: ZoomError) -> bool:
    """Whether a session was not ended since none is on; Zoom documents no code of its own."""
    reading = reading_of(error)
    said_so = reading.meaning in {Meaning.GONE, Meaning.NOT_LIVE}
    return said_so or (isinstance(error, ZoomRejected) and error.code in {INVALID, 3000})


def zoom_said(error: ZoomError) -> str:
    """Zoom's own code and words, each field that it names included, for a person to read.

    Nobody's address, name or link is in it.
    """
    said = [
        told(error.zoom_message),
        *(f"{each.field}: {told(each.message)}" for each in error.faults),
    ]
    words = "; ".join(part.rstrip(". ") for part in said if part.strip(": "))
    return f"Zoom said: {words} (code {error.code})." if words else f"Zoom's code is {error.code}."
