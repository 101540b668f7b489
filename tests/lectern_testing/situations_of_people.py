"""Situations of people, each with whether they can join, what is found, and who has to act."""

from __future__ import annotations

from lectern.domain.enrollment import Access, EnrollmentState, Role, Withdrawn
from lectern.domain.event import (
    Staffing,
    Status,
    SyncState,
)
from lectern.domain.explanation import (
    ConnectionKnown,
)
from lectern.domain.problems import EnrollmentProblem, EventProblem
from lectern_testing.builders import (
    a_meeting,
    a_registration,
)
from lectern_testing.situations import (
    AS_PARTICIPANTS,
    BLOCKS,
    ENDED,
    HOST,
    KIM,
    LATER,
    NEW_HOST,
    NOT_READY,
    NOTES,
    NOW,
    OF_PEOPLE,
    OLD_KIM,
    OVERDUE,
    PANELIST,
    REGISTERED,
    REPORTED,
    SIGNED_IN,
    SINCE,
    STARTED,
    STRANGER,
    TEACHING,
    UNMET,
    VALIDATING,
    WAITS,
    WEBINAR,
    WEBINARS,
    Row,
    details,
    event,
    failed,
    kim,
    person_row,
    row,
    seen,
    sync,
    waiting,
)

SITUATIONS_OF_PEOPLE: dict[str, Row] = {
    "registered": row([], REGISTERED, can_join=True),
    "registered, before the window, webhooks silent": row(
        [], REGISTERED, can_join=True, connection=ConnectionKnown()
    ),
    "registered in a live session": row([], REGISTERED, can_join=True, of=event(**STARTED)),
    "registered, host not there": row(
        [("session_not_started", NOTES, "host")], REGISTERED, can_join=True, of=event(**OVERDUE)
    ),
    "registered, session ended": row(
        [("session_ended", NOTES, "nobody")], REGISTERED, can_join=True, of=event(**ENDED)
    ),
    "registered, the event has failed since": row(
        [("zoom_rejected", NOTES, "lms")],
        REGISTERED,
        can_join=True,
        of=event(sync=failed(EventProblem.REJECTED)),
    ),
    "registered, a change waits for Zoom": row(
        [],
        REGISTERED,
        can_join=True,
        of=event(sync=waiting(EventProblem.UNAVAILABLE)),
    ),
    "registered, has to sign in": row(
        [("sign_in_required", NOTES, "learner")],
        REGISTERED,
        can_join=True,
        of=event(details=SIGNED_IN),
    ),
    "host": row([], HOST, can_join=True),
    "host, meeting handed to another": row(
        [NOT_READY, ("host_transferred", WAITS, "lectern")],
        HOST,
        can_join=False,
        of=event(meeting=a_meeting(details(), held_by="somebody")),
    ),
    "host, not in Zoom": row(
        [("host_not_in_zoom", BLOCKS, "zoom_admin")],
        HOST,
        can_join=False,
        of=event(meeting=None, sync=failed(EventProblem.HOST_NOT_IN_ZOOM)),
    ),
    "stranger": row([("not_enrolled", BLOCKS, "lms")], STRANGER, can_join=False),
    "stranger to an event that is being changed": row(
        [("not_enrolled", BLOCKS, "lms")],
        STRANGER,
        can_join=False,
        of=event(version=2, sync=sync(state=SyncState.PENDING, requested=2)),
    ),
    "stranger to an event that failed": row(
        [("not_enrolled", BLOCKS, "lms"), ("host_not_licensed", BLOCKS, "zoom_admin")],
        STRANGER,
        can_join=False,
        of=event(meeting=None, sync=failed(EventProblem.HOST_NOT_LICENSED)),
    ),
    "removed": row(
        [("enrollment_removed", BLOCKS, "lms")],
        kim(removed=True, state=EnrollmentState.REMOVED),
        can_join=False,
    ),
    "cancelled": row(
        [("event_cancelled", BLOCKS, "lms")],
        REGISTERED,
        can_join=False,
        of=event(status=Status.CANCELLED),
    ),
    "requirements": row(
        [("requirements_not_met", BLOCKS, "learner")],
        kim(access=UNMET),
        can_join=False,
        settings=VALIDATING,
    ),
    "requirements, none of them listed": row(
        [("requirements_not_met", BLOCKS, "lms")],
        kim(access=Access(granted=False)),
        can_join=False,
        settings=VALIDATING,
    ),
    "requirements, and the event failed": row(
        [("requirements_not_met", BLOCKS, "learner"), ("host_not_in_zoom", BLOCKS, "zoom_admin")],
        kim(access=UNMET),
        can_join=False,
        settings=VALIDATING,
        of=event(meeting=None, sync=failed(EventProblem.HOST_NOT_IN_ZOOM)),
    ),
    "requirements that are not looked at": row(
        [("registration_pending", WAITS, "lectern")], kim(access=UNMET), can_join=False
    ),
    **{f"person: {code}": person_row(code, who) for code, who in OF_PEOPLE.items()},
    "just enrolled": row([("registration_pending", WAITS, "lectern")], kim(), can_join=False),
    "just enrolled, no meeting yet": row(
        [NOT_READY],
        kim(),
        can_join=False,
        of=event(meeting=None, sync=sync(state=SyncState.PENDING, requested=2)),
    ),
    "just enrolled, Zoom is down": row(
        [("zoom_unavailable", WAITS, "lectern")],
        kim(),
        can_join=False,
        of=event(meeting=None, sync=waiting(EventProblem.UNAVAILABLE)),
    ),
    "just enrolled, the account's day is used up": row(
        [("registration_pending", WAITS, "lectern"), ("zoom_daily_limit", WAITS, "lectern")],
        kim(),
        can_join=False,
        limits={"closed_until": LATER},
        of=event(sync=sync(state=SyncState.PENDING, requested=2)),
    ),
    "registered three times today": row(
        [("registration_pending", WAITS, "lectern"), ("zoom_daily_limit", WAITS, "lectern")],
        kim(),
        can_join=False,
        limits={"person_closed_until": LATER},
    ),
    "registered, no link yet": row(
        [("link_pending", WAITS, "lectern")],
        kim(registration=a_registration(KIM, join_url=None)),
        can_join=False,
    ),
    "registered under a former address": row(
        [("registration_pending", WAITS, "lectern")],
        kim(registration=a_registration(OLD_KIM)),
        can_join=False,
    ),
    "enrolled after the end": row(
        [("registration_closed", BLOCKS, "lms"), ("session_ended", NOTES, "nobody")],
        kim(),
        can_join=False,
        of=event(**ENDED),
    ),
    "put out of the live session": row(
        [("denied_in_zoom", BLOCKS, "host")],
        kim(
            taken_back=NOW,
            state=EnrollmentState.FAILED,
            reason=EnrollmentProblem.DENIED_IN_ZOOM,
            stands_since=SINCE,
        ),
        can_join=False,
        of=event(**STARTED),
    ),
    "denied in Zoom, which is only reported": row(
        [("denied_in_zoom", BLOCKS, "host")],
        kim(registration=a_registration(KIM, withdrawn=Withdrawn.DENIED)),
        can_join=False,
        settings=REPORTED,
    ),
    "denied in Zoom, which is put right": row(
        [("registration_pending", WAITS, "lectern")],
        kim(registration=a_registration(KIM, withdrawn=Withdrawn.DENIED)),
        can_join=False,
    ),
    "meeting about to be replaced": row(
        [NOT_READY, ("meeting_replaced", WAITS, "lectern")],
        REGISTERED,
        can_join=False,
        of=event(details=NEW_HOST, meeting=a_meeting(details())),
    ),
    "instructor, listed a moment ago": row(
        [("role_pending", WAITS, "lectern")], "kim", can_join=False, of=event(details=TEACHING)
    ),
    "instructor as a panelist": row(
        [],
        kim(role=Role.INSTRUCTOR, state=EnrollmentState.REGISTERED, panelist=PANELIST),
        can_join=True,
        settings=WEBINARS,
        of=event(details=WEBINAR),
    ),
    "instructor, not a panelist yet": row(
        [("role_pending", WAITS, "lectern")],
        kim(role=Role.INSTRUCTOR),
        can_join=False,
        settings=WEBINARS,
        of=event(details=WEBINAR),
    ),
    "instructor as an alternative host": row(
        [],
        kim(
            role=Role.INSTRUCTOR,
            state=EnrollmentState.REGISTERED,
            zoom_user=seen(is_able=True),
        ),
        can_join=True,
        of=event(
            staffing=Staffing(alternative_hosts=(KIM.address,)),
        ),
    ),
    "instructor without a licensed user": row(
        [("joins_as_participant", NOTES, "zoom_admin")],
        REGISTERED.model_copy(update={"role": Role.INSTRUCTOR, "zoom_user": seen()}),
        can_join=True,
    ),
    "instructor as a participant, as the settings want it": row(
        [],
        REGISTERED.model_copy(update={"role": Role.INSTRUCTOR}),
        can_join=True,
        settings=AS_PARTICIPANTS,
    ),
}
