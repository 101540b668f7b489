"""What a situation is made of, of which it is explained what is in the way."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from lectern.domain.enrollment import (
    Access,
    EnrollmentState,
    Panelist,
    Person,
    Requirement,
    ZoomUserSeen,
)
from lectern.domain.event import (
    Host,
    Instructor,
    LastingProblem,
    Options,
    Participants,
    Phase,
    SyncRecord,
    SyncState,
)
from lectern.domain.explanation import (
    ConnectionKnown,
)
from lectern.domain.hosting import HostFacts, HostState, next_step
from lectern.domain.meeting import Kind
from lectern.domain.people.given_up import attempt_key
from lectern.domain.problems import EnrollmentProblem, EventProblem, event_problem
from lectern.domain.settings import (
    AccessValidation,
    Drift,
    Features,
    HostRules,
    InstructorsAs,
    Settings,
)
from lectern_testing.builders import (
    ZOOM_ID,
    a_details,
    a_meeting,
    a_registration,
    an_enrollment,
    an_event,
)

NOW = datetime(2026, 11, 30, 9, tzinfo=UTC)
SINCE = NOW - timedelta(hours=2)
LATER = NOW + timedelta(minutes=20)
IN_THREE_DAYS = NOW + timedelta(days=3, minutes=5)
KIM = Person(email="kim@people.example", first_name="Kim")
OLD_KIM = Person(email="old-kim@people.example", first_name="Kim")
UNMET = Access(
    granted=False, requirements=(Requirement(id="r1", title="Complete module 1", met=False),)
)
REPORTED = Settings(drift=Drift.REPORT)
VALIDATING = Settings(access_validation=AccessValidation(enabled=True))
AS_PARTICIPANTS = Settings(hosts=HostRules(instructors_as=InstructorsAs.PARTICIPANTS))
WEBINARS = Settings(features=Features(webinars=True))

HEARD = ConnectionKnown(heard_at=NOW - timedelta(hours=1))


def details(**changes: Any) -> Any:
    return a_details(**{"starts_at": IN_THREE_DAYS} | changes)


def sync(**changes: Any) -> SyncRecord:
    fields = {
        "state": SyncState.IN_SYNC,
        "requested": 1,
        "done": 1,
        "requested_at": NOW,
        "synced_version": 1,
        "last_synced_at": NOW - timedelta(hours=1),
    }
    return SyncRecord(**fields | changes)


def failed(code: EventProblem, detail: str = "", **changes: Any) -> SyncRecord:
    state = changes.pop("state", SyncState.FAILED)
    problem = event_problem(code, detail)
    lasting = LastingProblem(code=code, since=SINCE)
    return sync(state=state, problem=problem, lasting=lasting, **changes)


def waiting(code: EventProblem) -> SyncRecord:
    return failed(code, state=SyncState.WAITING, next_attempt_at=LATER, requested=2)


def event(**changes: Any) -> Any:
    own = changes.pop("details", details())
    meeting = changes.pop("meeting", a_meeting(own))
    return an_event(now=SINCE, details=own, meeting=meeting, **{"sync": sync()} | changes)


def kim(**changes: Any) -> Any:
    return an_enrollment("kim", now=SINCE, person=KIM, **changes)


def failed_kim(code: EnrollmentProblem, of: Any = None, **changes: Any) -> Any:
    return kim(
        state=EnrollmentState.FAILED,
        reason=code,
        stands_since=SINCE,
        failed_for=attempt_key(of or event()),
        **changes,
    )


def seen(**changes: Any) -> ZoomUserSeen:
    return ZoomUserSeen(address=KIM.address, seen_at=NOW, **{"is_able": False} | changes)


HOST_INVITED = next_step(HostFacts(state=HostState.INVITED), Kind.MEETING, HostRules(), 1).problem
NEW_HOST = details(host=Host(user_id="u-new", email="new@acme.example"))
LIVE_AT = {"phase": Phase.LIVE, "phase_at": NOW - timedelta(minutes=30), "instance": "run"}
STARTED = {"details": details(starts_at=NOW - timedelta(minutes=30)), **LIVE_AT}
ENDED = {
    "details": details(starts_at=NOW - timedelta(hours=2)),
    "phase": Phase.ENDED,
    "phase_at": NOW - timedelta(hours=1),
    "instance": "run",
}
OVERDUE = {"details": details(starts_at=NOW - timedelta(minutes=5))}
PAST = {"details": details(starts_at=NOW - timedelta(days=2))}
WEBINAR = details(kind=Kind.WEBINAR)
TEACHING = details(instructors=(Instructor(user_id="kim", email=KIM.email, name="Kim"),))
SIGNED_IN = details(options=Options(require_sign_in=True))
REGISTERED = kim(state=EnrollmentState.REGISTERED, registration=a_registration(KIM))
PANELIST = Panelist(zoom_id=ZOOM_ID, panelist_id="p", join_url="https://zoom.example/p", person=KIM)

FULL = Participants(registered=38, failed=1, pending=1)

Row = tuple[dict[str, Any], Any, bool | None, list[tuple[str, str, str]]]
"""What is known, the person (``None``: the event), whether they can join, and what is found."""

BLOCKS, WAITS, NOTES = "blocks", "waits", "notes"


def row(
    found: list[tuple[str, str, str]],
    person: Any = None,
    *,
    can_join: bool | None = None,
    settings: Settings | None = None,
    connection: ConnectionKnown = HEARD,
    limits: dict[str, datetime] | None = None,
    of: Any = None,
) -> Row:
    known = {
        "event": of or event(),
        "settings": settings or Settings(),
        "connection": connection,
        "now": NOW,
        **(limits or {}),
    }
    return known, person, can_join, found


def event_row(code: EventProblem, who: str, severity: str = BLOCKS) -> Row:
    return row([(code.value, severity, who)], of=event(meeting=None, sync=failed(code)))


def person_row(code: EnrollmentProblem, who: str) -> Row:
    return row([(code.value, BLOCKS, who)], failed_kim(code), can_join=False)


HOST, STRANGER = "u-host", "stranger"
NOT_READY = (EnrollmentProblem.EVENT_NOT_READY.value, WAITS, "lectern")
ZOOM_ADMIN = (
    *(EventProblem.HOST_NOT_IN_ZOOM, EventProblem.HOST_NOT_LICENSED),
    *(EventProblem.WEBINAR_NOT_LICENSED, EventProblem.CAPACITY_REACHED),
    *(EventProblem.CREDENTIALS_INVALID, EventProblem.SCOPE_MISSING),
    *(EventProblem.REGISTRATION_OFF, EventProblem.REGISTRATION_QUESTIONS),
    *(EventProblem.HOST_TRANSFERRED, EventProblem.TOO_MANY_MEETINGS),
)
LMS = (EventProblem.REJECTED, EventProblem.PASSCODE_REFUSED)
PASSING = (EventProblem.RATE_LIMITED, EventProblem.DAILY_LIMIT, EventProblem.UNAVAILABLE)
OF_PEOPLE = {
    EnrollmentProblem.INVALID_EMAIL: "lms",
    EnrollmentProblem.DUPLICATE_EMAIL: "lms",
    EnrollmentProblem.CAPACITY_REACHED: "zoom_admin",
    EnrollmentProblem.REGISTRATION_CLOSED: "lms",
    EnrollmentProblem.ZOOM_ACCOUNT_REQUIRED: "learner",
    EnrollmentProblem.REGISTRATION_QUESTIONS: "zoom_admin",
    EnrollmentProblem.REJECTED: "lms",
    EnrollmentProblem.DENIED_IN_ZOOM: "host",
}
