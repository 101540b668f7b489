"""Findings: what is in somebody's way, or worth knowing, and who has to do what about it.

A problem of an event or of a person is a finding as well; one table says of each code whom it
concerns and who has to act. What is no problem by itself has a code of its own, with its texts.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from lectern.domain.hosting import waits_for_host
from lectern.domain.model import DomainModel, Instant
from lectern.domain.problems import (
    EnrollmentProblem,
    EventProblem,
    Problem,
    enrollment_message,
    enrollment_remedy,
    event_problem,
)


class Severity(StrEnum):
    """What a finding means: somebody has to act, it passes by itself, or it is good to know."""

    BLOCKS = "blocks"
    WAITS = "waits"
    NOTES = "notes"


class FindingConcern(StrEnum):
    """What a finding is about."""

    CONNECTION = "connection"
    SETTINGS = "settings"
    HOST = "host"
    EVENT = "event"
    PERSON = "person"


class Who(StrEnum):
    """Who has to do something about a finding."""

    LMS = "lms"
    ZOOM_ADMIN = "zoom_admin"
    HOST = "host"
    LEARNER = "learner"
    LECTERN = "lectern"
    NOBODY = "nobody"


class Circumstance(StrEnum):
    """What is no problem of an event or a person by itself, and answers a question all the same."""

    EVENT_CANCELLED = "event_cancelled"
    NOT_ENROLLED = "not_enrolled"
    ENROLLMENT_REMOVED = "enrollment_removed"
    REGISTRATION_PENDING = "registration_pending"
    LINK_PENDING = "link_pending"
    ROLE_PENDING = "role_pending"
    MEETING_REPLACED = "meeting_replaced"
    MEETING_IN_DOUBT = "meeting_in_doubt"
    CHANGES_PENDING = "changes_pending"
    KIND_SWITCHED_OFF = "kind_switched_off"
    SESSION_NOT_STARTED = "session_not_started"
    SESSION_ENDED = "session_ended"
    SIGN_IN_REQUIRED = "sign_in_required"
    JOINS_AS_PARTICIPANT = "joins_as_participant"
    CHANGED_IN_ZOOM = "changed_in_zoom"
    PEOPLE_NOT_REGISTERED = "people_not_registered"
    WEBHOOK_SECRET_MISSING = "webhook_secret_missing"  # noqa: S105 - the name of a finding
    WEBHOOKS_NEVER_HEARD = "webhooks_never_heard"
    WEBHOOKS_SILENT = "webhooks_silent"


Code = EventProblem | EnrollmentProblem | Circumstance


class Finding(DomainModel):
    """Something that is in the way, or worth knowing.

    Attributes:
        since: Since when, where that is known.
        next_attempt_at: When it is tried again by itself, if it is.
    """

    code: Code
    severity: Severity
    concerns: FindingConcern
    message: str
    remedy: str
    who: Who
    since: Instant | None = None
    next_attempt_at: Instant | None = None

    @property
    def is_in_the_way(self) -> bool:
        """Whether it is more than good to know."""
        return self.severity is not Severity.NOTES

    def as_note(self) -> Finding:
        """The same for somebody in whose way it is not."""
        return self.model_copy(update={"severity": Severity.NOTES})

    def passing(self) -> Finding:
        """The same where Lectern puts it right by itself."""
        return self.model_copy(update={"severity": Severity.WAITS, "who": Who.LECTERN})


class _Place(NamedTuple):
    """Whom a code concerns, who has to act, and whether it passes by itself."""

    concerns: FindingConcern
    who: Who
    severity: Severity = Severity.BLOCKS


_ITSELF = _Place(FindingConcern.CONNECTION, Who.LECTERN, Severity.WAITS)

_OF_EVENT: dict[EventProblem, _Place] = {
    EventProblem.HOST_NOT_IN_ZOOM: _Place(FindingConcern.HOST, Who.ZOOM_ADMIN),
    EventProblem.HOST_NOT_LICENSED: _Place(FindingConcern.HOST, Who.ZOOM_ADMIN),
    EventProblem.WEBINAR_NOT_LICENSED: _Place(FindingConcern.HOST, Who.ZOOM_ADMIN),
    EventProblem.CAPACITY_REACHED: _Place(FindingConcern.HOST, Who.ZOOM_ADMIN),
    EventProblem.CREDENTIALS_INVALID: _Place(FindingConcern.CONNECTION, Who.ZOOM_ADMIN),
    EventProblem.SCOPE_MISSING: _Place(FindingConcern.CONNECTION, Who.ZOOM_ADMIN),
    EventProblem.RATE_LIMITED: _ITSELF,
    EventProblem.DAILY_LIMIT: _ITSELF,
    EventProblem.UNAVAILABLE: _ITSELF,
    EventProblem.DELETED_IN_ZOOM: _Place(FindingConcern.EVENT, Who.HOST),
    EventProblem.REJECTED: _Place(FindingConcern.EVENT, Who.LMS),
    EventProblem.PASSCODE_REFUSED: _Place(FindingConcern.EVENT, Who.LMS),
    EventProblem.REGISTRATION_OFF: _Place(FindingConcern.CONNECTION, Who.ZOOM_ADMIN),
    EventProblem.REGISTRATION_QUESTIONS: _Place(FindingConcern.EVENT, Who.ZOOM_ADMIN),
    EventProblem.HOST_TRANSFERRED: _Place(FindingConcern.HOST, Who.ZOOM_ADMIN),
    EventProblem.SETTING_LOCKED: _Place(FindingConcern.CONNECTION, Who.NOBODY, Severity.NOTES),
    EventProblem.TIMEZONE_REPLACED: _Place(FindingConcern.EVENT, Who.NOBODY, Severity.NOTES),
    EventProblem.TOO_MANY_MEETINGS: _Place(FindingConcern.EVENT, Who.ZOOM_ADMIN),
    EventProblem.INTERNAL_ERROR: _Place(FindingConcern.EVENT, Who.LECTERN),
}

_OF_PERSON: dict[EnrollmentProblem, _Place] = {
    EnrollmentProblem.REQUIREMENTS_NOT_MET: _Place(FindingConcern.PERSON, Who.LEARNER),
    EnrollmentProblem.EVENT_NOT_READY: _Place(FindingConcern.EVENT, Who.LECTERN, Severity.WAITS),
    EnrollmentProblem.INVALID_EMAIL: _Place(FindingConcern.PERSON, Who.LMS),
    EnrollmentProblem.DUPLICATE_EMAIL: _Place(FindingConcern.PERSON, Who.LMS),
    EnrollmentProblem.CAPACITY_REACHED: _Place(FindingConcern.HOST, Who.ZOOM_ADMIN),
    EnrollmentProblem.REGISTRATION_CLOSED: _Place(FindingConcern.EVENT, Who.LMS),
    EnrollmentProblem.DENIED_IN_ZOOM: _Place(FindingConcern.PERSON, Who.HOST),
    EnrollmentProblem.ZOOM_ACCOUNT_REQUIRED: _Place(FindingConcern.PERSON, Who.LEARNER),
    EnrollmentProblem.REGISTRATION_QUESTIONS: _Place(FindingConcern.EVENT, Who.ZOOM_ADMIN),
    EnrollmentProblem.REJECTED: _Place(FindingConcern.PERSON, Who.LMS),
}

_PASSING = _Place(FindingConcern.EVENT, Who.LECTERN, Severity.WAITS)
_OF_ITS_WAY = _Place(FindingConcern.PERSON, Who.LECTERN, Severity.WAITS)
_WEBHOOKS = _Place(FindingConcern.CONNECTION, Who.ZOOM_ADMIN, Severity.NOTES)
_BY_ITSELF = "Nothing to do: it is done by itself, as a rule within a minute."
_SUBSCRIPTION = (
    "In the Zoom App Marketplace, open the app, then Features > Event Subscriptions, and look that "
    "both of Lectern's addresses are subscribed, that they were validated, and that the secret "
    "token of the app is the one in the LMS's settings."
)

_OF_CIRCUMSTANCE: dict[Circumstance, tuple[_Place, str, str]] = {
    Circumstance.EVENT_CANCELLED: (
        _Place(FindingConcern.EVENT, Who.LMS),
        "The event was cancelled.",
        "Schedule it again in the LMS, if it is to be held.",
    ),
    Circumstance.NOT_ENROLLED: (
        _Place(FindingConcern.PERSON, Who.LMS),
        "This person is not enrolled in the event, and neither its host nor one of its "
        "instructors.",
        "Enrol the person in the LMS; everything else follows by itself.",
    ),
    Circumstance.ENROLLMENT_REMOVED: (
        _Place(FindingConcern.PERSON, Who.LMS),
        "This person was enrolled once and was removed from the event.",
        "Enrol the person in the LMS again, if they are to take part.",
    ),
    Circumstance.REGISTRATION_PENDING: (
        _OF_ITS_WAY,
        "The registration at Zoom is under way.",
        f"{_BY_ITSELF} A click on Join registers the person at once.",
    ),
    Circumstance.LINK_PENDING: (
        _OF_ITS_WAY,
        "Zoom has registered the person and has not given the link yet.",
        _BY_ITSELF,
    ),
    Circumstance.ROLE_PENDING: (
        _OF_ITS_WAY,
        "Zoom is being told that this person teaches the event.",
        _BY_ITSELF,
    ),
    Circumstance.MEETING_REPLACED: (
        _PASSING,
        "The event has another host, kind or connection now, so that a new meeting takes the place "
        "of the one at Zoom. Everyone gets a new link.",
        _BY_ITSELF,
    ),
    Circumstance.MEETING_IN_DOUBT: (
        _PASSING,
        "Zoom said that the meeting is not there, and one answer is no proof: Lectern makes sure.",
        _BY_ITSELF,
    ),
    Circumstance.CHANGES_PENDING: (
        _PASSING,
        "What was changed in the LMS is not in Zoom yet.",
        _BY_ITSELF,
    ),
    Circumstance.KIND_SWITCHED_OFF: (
        _Place(FindingConcern.SETTINGS, Who.LMS, Severity.NOTES),
        "Events of this kind are switched off in the settings. This one goes on as it is, and no "
        "change of it is taken.",
        "Switch the kind on under features in the settings, if such events are still to be "
        "changed.",
    ),
    Circumstance.SESSION_NOT_STARTED: (
        _Place(FindingConcern.HOST, Who.HOST, Severity.NOTES),
        "The event should have begun, and Zoom has not reported that it has.",
        "The host starts the session with the Join button of the LMS, or in Zoom.",
    ),
    Circumstance.SESSION_ENDED: (
        _Place(FindingConcern.EVENT, Who.NOBODY, Severity.NOTES),
        "The session is over.",
        "Nothing to do. Move the event in the LMS, if it is to be held again.",
    ),
    Circumstance.SIGN_IN_REQUIRED: (
        _Place(FindingConcern.PERSON, Who.LEARNER, Severity.NOTES),
        "The event lets in only people who are signed in to Zoom.",
        "Sign in to Zoom under the address of the LMS before joining.",
    ),
    Circumstance.JOINS_AS_PARTICIPANT: (
        _Place(FindingConcern.PERSON, Who.ZOOM_ADMIN, Severity.NOTES),
        "This instructor joins as a participant.",
        "In Zoom's web portal, under User Management > Users, give the instructor an active, "
        "licensed user under the address of the LMS, if more is needed.",
    ),
    Circumstance.CHANGED_IN_ZOOM: (
        _Place(FindingConcern.EVENT, Who.NOBODY, Severity.NOTES),
        "Somebody changed in Zoom what the LMS decides.",
        "Make such changes in the LMS: what is changed in Zoom never reaches it.",
    ),
    Circumstance.PEOPLE_NOT_REGISTERED: (
        _Place(FindingConcern.PERSON, Who.LMS, Severity.NOTES),
        "Some people of the event could not be registered at Zoom.",
        "List the enrollments that failed (state=failed); each says why, and who has to act.",
    ),
    Circumstance.WEBHOOK_SECRET_MISSING: (
        _WEBHOOKS,
        "No webhook secret token is set for this connection, so that nothing of what Zoom reports "
        "is believed: neither that a session began nor who came.",
        "Copy the secret token of the app (Zoom App Marketplace, Features > Access) into the "
        "LMS's settings.",
    ),
    Circumstance.WEBHOOKS_NEVER_HEARD: (
        _WEBHOOKS,
        "Zoom has never reported anything for this connection, so that beginning, end and "
        "attendance of sessions stay unknown until they are asked for.",
        _SUBSCRIPTION,
    ),
    Circumstance.WEBHOOKS_SILENT: (
        _WEBHOOKS,
        "Zoom has not reported anything for this connection for a while.",
        _SUBSCRIPTION,
    ),
}


def of_event(
    problem: Problem, *, since: datetime | None = None, next_attempt_at: datetime | None = None
) -> Finding:
    """The finding of a problem, or note, of an event."""
    place = _OF_EVENT[problem.code]
    return Finding(
        code=problem.code,
        severity=place.severity,
        concerns=place.concerns,
        message=problem.message,
        remedy=problem.remedy,
        who=Who.HOST if waits_for_host(problem) else place.who,
        since=since,
        next_attempt_at=next_attempt_at,
    )


def of_event_code(
    code: EventProblem, detail: str = "", *, next_attempt_at: datetime | None = None
) -> Finding:
    """The finding of a problem that no event has noted."""
    return of_event(event_problem(code, detail), next_attempt_at=next_attempt_at)


def of_person(
    code: EnrollmentProblem,
    message: str | None = None,
    *,
    since: datetime | None = None,
    next_attempt_at: datetime | None = None,
) -> Finding:
    """The finding of what keeps a person out."""
    place = _OF_PERSON[code]
    return Finding(
        code=code,
        severity=place.severity,
        concerns=place.concerns,
        message=message or enrollment_message(code),
        remedy=enrollment_remedy(code),
        who=place.who,
        since=since,
        next_attempt_at=next_attempt_at,
    )


def of_circumstance(
    code: Circumstance,
    detail: str = "",
    *,
    since: datetime | None = None,
    next_attempt_at: datetime | None = None,
) -> Finding:
    """The finding of a circumstance, with what is special to this case in ``detail``."""
    place, message, remedy = _OF_CIRCUMSTANCE[code]
    return Finding(
        code=code,
        severity=place.severity,
        concerns=place.concerns,
        message=f"{message} {detail}".strip(),
        remedy=remedy,
        who=place.who,
        since=since,
        next_attempt_at=next_attempt_at,
    )


def in_order(leading: Finding | None, others: Iterable[Finding]) -> tuple[Finding, ...]:
    """Each code once, as it was found first; the one to act on first first.

    What blocks goes before what passes, and that before what is only good to know. Of what is
    alike, the person's own answer leads, and then the cause of more: the connection before the
    host, the host before the event.

    Args:
        leading: What the person is told, if it is about a person who cannot join.
        others: Everything else.
    """
    severities, concerns = list(Severity), list(FindingConcern)
    found: dict[str, Finding] = {}
    for each in [*([leading] if leading else []), *others]:
        found.setdefault(each.code.value, each)

    def place(finding: Finding) -> tuple[int, bool, int]:
        concern = concerns.index(finding.concerns)
        return severities.index(finding.severity), finding is not leading, concern

    return tuple(sorted(found.values(), key=place))
