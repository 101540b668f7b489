"""Situations of events, each with what is found, in order, and who has to act."""

from __future__ import annotations

from datetime import timedelta

from lectern.domain.drift import DriftFound, Drifts
from lectern.domain.event import (
    LastingProblem,
    ReplacedZone,
    Status,
    SyncState,
)
from lectern.domain.explanation import (
    ConnectionKnown,
    ScopeMissing,
)
from lectern.domain.meeting import Gone
from lectern.domain.problems import EventProblem
from lectern.domain.settings import (
    Features,
    Settings,
)
from lectern_testing.builders import (
    a_meeting,
)
from lectern_testing.situations import (
    BLOCKS,
    ENDED,
    FULL,
    HEARD,
    HOST_INVITED,
    LATER,
    LMS,
    NEW_HOST,
    NOT_READY,
    NOTES,
    NOW,
    OVERDUE,
    PASSING,
    PAST,
    REPORTED,
    SINCE,
    STARTED,
    WAITS,
    WEBINAR,
    WEBINARS,
    ZOOM_ADMIN,
    Row,
    details,
    event,
    event_row,
    failed,
    row,
    sync,
    waiting,
)

SITUATIONS_OF_EVENTS: dict[str, Row] = {
    "all is well": row([]),
    **{f"event: {each}": event_row(each, "zoom_admin") for each in ZOOM_ADMIN},
    **{f"event: {each}": event_row(each, "lms") for each in LMS},
    **{
        f"event: {each}": row(
            [(each.value, WAITS, "lectern")], of=event(meeting=None, sync=waiting(each))
        )
        for each in PASSING
    },
    "event: deleted in Zoom": row(
        [("deleted_in_zoom", BLOCKS, "host")],
        settings=REPORTED,
        of=event(
            meeting=a_meeting(details(), gone=Gone.DELETED),
            sync=failed(EventProblem.DELETED_IN_ZOOM),
        ),
    ),
    "event: internal error": event_row(EventProblem.INTERNAL_ERROR, "lectern"),
    "event: host invited": row(
        [("host_not_in_zoom", BLOCKS, "host")],
        of=event(meeting=None, sync=sync(state=SyncState.FAILED, problem=HOST_INVITED)),
    ),
    "event: tried again just now": row(
        [("host_not_in_zoom", WAITS, "lectern")],
        of=event(
            meeting=None,
            sync=sync(
                state=SyncState.SYNCING,
                requested=2,
                lasting=LastingProblem(code=EventProblem.HOST_NOT_IN_ZOOM, since=SINCE),
            ),
        ),
    ),
    "event: just saved": row(
        [NOT_READY], of=event(meeting=None, sync=sync(state=SyncState.PENDING, requested=2))
    ),
    "event: changed, not in Zoom yet": row(
        [("changes_pending", WAITS, "lectern")],
        of=event(version=2, sync=sync(state=SyncState.PENDING, requested=2)),
    ),
    "event: looked at in the background": row(
        [], of=event(sync=sync(state=SyncState.PENDING, requested=2))
    ),
    "event: another host": row(
        [("meeting_replaced", WAITS, "lectern")],
        of=event(details=NEW_HOST, meeting=a_meeting(details())),
    ),
    "event: Zoom says it is not there": row(
        [("meeting_in_doubt", WAITS, "lectern")],
        of=event(meeting=a_meeting(details(), missing_since=SINCE)),
    ),
    "event: deleted, put right": row(
        [("deleted_in_zoom", WAITS, "lectern")],
        of=event(meeting=a_meeting(details(), gone=Gone.DELETED)),
    ),
    "event: handed over, put right": row(
        [("host_transferred", WAITS, "lectern")],
        of=event(meeting=a_meeting(details(), held_by="somebody")),
    ),
    "event: cancelled": row(
        [("event_cancelled", BLOCKS, "lms")], of=event(status=Status.CANCELLED)
    ),
    "event: never connected": row(
        [("zoom_credentials_invalid", BLOCKS, "zoom_admin")],
        connection=ConnectionKnown(is_set=False),
    ),
    "event: credentials lost": row(
        [("zoom_credentials_invalid", BLOCKS, "zoom_admin")],
        connection=HEARD.model_copy(update={"lost_since": SINCE}),
    ),
    "event: the connection before the host": row(
        [
            ("zoom_credentials_invalid", BLOCKS, "zoom_admin"),
            ("host_not_in_zoom", BLOCKS, "zoom_admin"),
        ],
        connection=HEARD.model_copy(update={"lost_since": SINCE}),
        of=event(meeting=None, sync=failed(EventProblem.HOST_NOT_IN_ZOOM)),
    ),
    "event: a scope is missing that stops nothing yet": row(
        [("zoom_scope_missing", NOTES, "zoom_admin")],
        connection=HEARD.model_copy(
            update={"missing_scopes": (ScopeMissing(name="a:b", without="Nothing."),)}
        ),
    ),
    "event: a scope is missing that stops it": row(
        [("zoom_scope_missing", BLOCKS, "zoom_admin")],
        connection=HEARD.model_copy(
            update={"missing_scopes": (ScopeMissing(name="a:b", without="Nothing."),)}
        ),
        of=event(meeting=None, sync=failed(EventProblem.SCOPE_MISSING)),
    ),
    "event: no webhook secret": row(
        [("webhook_secret_missing", NOTES, "zoom_admin")],
        connection=ConnectionKnown(has_webhook_secret=False),
    ),
    "event: webhooks never heard of": row(
        [("webhooks_never_heard", NOTES, "zoom_admin")], connection=ConnectionKnown()
    ),
    "event: webhooks not heard of for long": row(
        [("webhooks_silent", NOTES, "zoom_admin")],
        connection=ConnectionKnown(heard_at=NOW - timedelta(days=8)),
    ),
    "event: too new for webhooks": row(
        [], connection=ConnectionKnown(), of=event(sync=sync(last_synced_at=NOW))
    ),
    "event: webinars switched off": row(
        [("kind_switched_off", NOTES, "lms")], of=event(details=WEBINAR)
    ),
    "event: webinars switched on": row([], settings=WEBINARS, of=event(details=WEBINAR)),
    "event: meetings switched off": row(
        [("kind_switched_off", NOTES, "lms")], settings=Settings(features=Features(meetings=False))
    ),
    "event: a limit is used up, and nothing needs it": row(
        [("zoom_daily_limit", NOTES, "lectern")], limits={"closed_until": LATER}
    ),
    "event: a limit is used up, and a change waits": row(
        [("zoom_daily_limit", WAITS, "lectern"), ("changes_pending", WAITS, "lectern")],
        limits={"closed_until": LATER},
        of=event(version=2, sync=sync(state=SyncState.PENDING, requested=2)),
    ),
    "event: a setting is locked": row(
        [("setting_locked_in_zoom", NOTES, "nobody")],
        of=event(meeting=a_meeting(details(), locked={"waiting_room": "{}"})),
    ),
    "event: another time zone": row(
        [("timezone_replaced", NOTES, "nobody")],
        of=event(zone=ReplacedZone(wanted="Europe/Copenhagen", told="UTC")),
    ),
    "event: changed in Zoom by hand": row(
        [("changed_in_zoom", NOTES, "nobody")],
        of=event(drift=Drifts(edited=DriftFound(what=("topic",), found_at=SINCE, repaired=True))),
    ),
    "event: some people failed": row(
        [("people_not_registered", NOTES, "lms")], of=event(participants=FULL)
    ),
    "event: should have begun": row([("session_not_started", NOTES, "host")], of=event(**OVERDUE)),
    "event: live": row([], of=event(**STARTED)),
    "event: ended": row([("session_ended", NOTES, "nobody")], of=event(**ENDED)),
    "event: over by plan": row([("session_ended", NOTES, "nobody")], of=event(**PAST)),
}
