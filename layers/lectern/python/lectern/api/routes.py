"""The one table of routes: what the API answers and what its document says are read off it."""

from __future__ import annotations

from lectern.api.attendance.endpoint import get_attendance
from lectern.api.attendance.view import AttendanceView
from lectern.api.budget import BudgetView, get_budget
from lectern.api.changes import ChangePage, list_changes
from lectern.api.connections.body import ConnectionBody, ConnectionQuery
from lectern.api.connections.endpoints import (
    delete_connection,
    get_connection,
    list_connections,
    put_connection,
)
from lectern.api.connections.scopes import ScopesView, get_scopes
from lectern.api.connections.view import ConnectionPage, ConnectionView
from lectern.api.console.links import (
    ConsoleLinkBody,
    ConsoleLinkView,
    EndedSessions,
    end_console_sessions,
    make_console_link,
)
from lectern.api.enrollments.body import AccessBody, BatchBody, EnrollmentBody, RosterBody
from lectern.api.enrollments.endpoints import (
    get_enrollment,
    put_access,
    put_enrollment,
    remove_enrollment,
)
from lectern.api.enrollments.listing import EnrollmentListQuery, list_enrollments
from lectern.api.enrollments.rosters import EntryResults, post_batch, put_roster
from lectern.api.enrollments.view import EnrollmentPage, EnrollmentView
from lectern.api.events.body import EventBody
from lectern.api.events.check import CheckView, check_event
from lectern.api.events.end import end_event
from lectern.api.events.endpoints import cancel_event, get_event, put_event, synchronise_event
from lectern.api.events.listing import EventListQuery, list_events
from lectern.api.events.view import EventPage, EventView
from lectern.api.explanation.endpoints import (
    ExplanationQuery,
    ExplanationView,
    get_explanation,
)
from lectern.api.http.fields import PageQuery
from lectern.api.http.problems import (
    ConnectionInUse,
    EventCancelled,
    Forbidden,
    PreconditionFailed,
    UnknownConnection,
    UserHostsEvents,
    ZoomDoesNotAnswer,
    ZoomRefuses,
)
from lectern.api.http.response import CSV
from lectern.api.http.roles import KeyRole
from lectern.api.http.route import ACCEPTED, OK, Route
from lectern.api.join.links import (
    JoinDecisionsBody,
    JoinLinkBody,
    JoinLinkView,
    decide_joins,
    make_join_link,
)
from lectern.api.join.view import JoinItems
from lectern.api.settings.body import SettingsBody
from lectern.api.settings.endpoints import get_settings, put_settings
from lectern.api.settings.view import SettingsView
from lectern.api.timeline.endpoints import TimelinePage, list_timeline
from lectern.api.users.endpoints import UserBody, change_user, log_in
from lectern.api.users.erasure import erase_user
from lectern.api.users.events import TouchedEnrollments
from lectern.api.users.export import UserExport, export_user
from lectern.api.validation.endpoints import (
    ValidationBody,
    ValidationListQuery,
    get_validation,
    list_validations,
    start_validation,
)
from lectern.api.validation.view import ValidationPage, ValidationStarted, ValidationView

_EVENT = "/v1/events/{event_id}"
_USER = "/v1/users/{user_id}"
_ENROLLMENTS = f"{_EVENT}/enrollments"
_CONNECTION = "/v1/connections/{connection_id}"
_ENROLLMENT = f"{_ENROLLMENTS}/{{user_id}}"

ROUTES: tuple[Route, ...] = (
    Route(
        "GET",
        "/v1/events",
        list_events,
        "List events by start",
        answers={OK: EventPage},
        query=EventListQuery,
    ),
    Route(
        "PUT",
        _EVENT,
        put_event,
        "Create or replace an event; schedule a cancelled one again",
        answers={ACCEPTED: EventView, OK: EventView},
        body=EventBody,
        creates=True,
        shows_etag=True,
        refusals=(PreconditionFailed,),
    ),
    Route("GET", _EVENT, get_event, "Read an event", answers={OK: EventView}, shows_etag=True),
    Route(
        "DELETE",
        _EVENT,
        cancel_event,
        "Cancel an event",
        answers={ACCEPTED: EventView, OK: EventView},
        shows_etag=True,
        refusals=(PreconditionFailed,),
    ),
    Route(
        "POST",
        f"{_EVENT}/sync",
        synchronise_event,
        "Synchronise an event now, and try again what had failed",
        answers={ACCEPTED: EventView},
        shows_etag=True,
    ),
    Route(
        "POST",
        f"{_EVENT}/check",
        check_event,
        "What saving an event would run into; stores nothing",
        answers={OK: CheckView},
        body=EventBody,
    ),
    Route(
        "POST",
        f"{_EVENT}/end",
        end_event,
        "End the session that is on at Zoom; where none is on, nothing is done",
        answers={ACCEPTED: EventView, OK: EventView},
        shows_etag=True,
        refusals=(ZoomRefuses, ZoomDoesNotAnswer),
    ),
    Route(
        "GET",
        f"{_EVENT}/explanation",
        get_explanation,
        "Why an event, or one person in it, is not ready, and who has to do what",
        answers={OK: ExplanationView},
        query=ExplanationQuery,
    ),
    Route(
        "GET",
        f"{_EVENT}/timeline",
        list_timeline,
        "List what happened to an event, newest first",
        answers={OK: TimelinePage},
        query=PageQuery,
    ),
    Route(
        "GET",
        _ENROLLMENTS,
        list_enrollments,
        "List an event's enrollments by user id",
        answers={OK: EnrollmentPage},
        query=EnrollmentListQuery,
    ),
    Route(
        "POST",
        _ENROLLMENTS,
        post_batch,
        "Enrol or change up to 500 users; the good ones are stored whatever the others are",
        answers={ACCEPTED: EntryResults, OK: EntryResults},
        body=BatchBody,
        refusals=(EventCancelled,),
    ),
    Route(
        "PUT",
        _ENROLLMENTS,
        put_roster,
        "Declare everyone who is in the event; who is not in it is removed",
        answers={ACCEPTED: EntryResults, OK: EntryResults},
        body=RosterBody,
        refusals=(EventCancelled,),
    ),
    Route(
        "PUT",
        _ENROLLMENT,
        put_enrollment,
        "Enrol or change one user",
        answers={ACCEPTED: EnrollmentView, OK: EnrollmentView},
        body=EnrollmentBody,
        refusals=(EventCancelled,),
    ),
    Route(
        "GET",
        _ENROLLMENT,
        get_enrollment,
        "Read where one user stands",
        answers={OK: EnrollmentView},
    ),
    Route(
        "DELETE",
        _ENROLLMENT,
        remove_enrollment,
        "Remove one user",
        answers={ACCEPTED: EnrollmentView},
    ),
    Route(
        "PUT",
        f"{_ENROLLMENT}/access",
        put_access,
        "Change one user's access alone",
        answers={ACCEPTED: EnrollmentView, OK: EnrollmentView},
        body=AccessBody,
    ),
    Route(
        "GET",
        f"{_EVENT}/attendance",
        get_attendance,
        "Read who attended, and for how long",
        answers={OK: AttendanceView},
        query=PageQuery,
        also=(CSV,),
    ),
    Route(
        "POST",
        f"{_EVENT}/join-links",
        make_join_link,
        "Make a link for the Join button, which decides anew at each click",
        answers={OK: JoinLinkView},
        body=JoinLinkBody,
    ),
    Route(
        "POST",
        f"{_USER}/join-decisions",
        decide_joins,
        "What the Join buttons of a course page show, from what is stored",
        answers={OK: JoinItems},
        body=JoinDecisionsBody,
    ),
    Route(
        "POST",
        f"{_USER}/login",
        log_in,
        "Say that the user logged in: what lies ahead of them is synchronised",
        answers={ACCEPTED: TouchedEnrollments},
    ),
    Route(
        "GET",
        _USER,
        export_user,
        "Read everything that is stored about the user, by event",
        answers={OK: UserExport},
        query=PageQuery,
    ),
    Route(
        "PUT",
        _USER,
        change_user,
        "Change the user wherever they are enrolled in what is not over",
        answers={ACCEPTED: TouchedEnrollments, OK: TouchedEnrollments},
        body=UserBody,
    ),
    Route(
        "DELETE",
        _USER,
        erase_user,
        "Remove the user from every event, here and in Zoom, and erase them",
        answers={ACCEPTED: TouchedEnrollments},
        refusals=(UserHostsEvents,),
    ),
    Route(
        "GET",
        "/v1/changes",
        list_changes,
        "Read what the LMS was told, in order, for 30 days",
        answers={OK: ChangePage},
        query=PageQuery,
    ),
    Route(
        "GET",
        "/v1/budget",
        get_budget,
        "Today's use and rest of Zoom's limits",
        answers={OK: BudgetView},
        query=ConnectionQuery,
        refusals=(UnknownConnection,),
    ),
    Route(
        "GET",
        "/v1/scopes",
        get_scopes,
        "Which scopes a connection's app has, and what stops working without the others",
        answers={OK: ScopesView},
        query=ConnectionQuery,
        refusals=(UnknownConnection,),
    ),
    Route(
        "GET",
        "/v1/connections",
        list_connections,
        "List the connections to Zoom accounts, by id",
        answers={OK: ConnectionPage},
        query=PageQuery,
    ),
    Route(
        "PUT",
        _CONNECTION,
        put_connection,
        "Create or change a connection; what is left out stays as it is",
        answers={ACCEPTED: ConnectionView, OK: ConnectionView},
        body=ConnectionBody,
        creates=True,
        shows_etag=True,
        refusals=(PreconditionFailed, ZoomDoesNotAnswer),
        key_role=KeyRole.ADMIN,
    ),
    Route(
        "GET",
        _CONNECTION,
        get_connection,
        "Read a connection, and whether its credentials work",
        answers={OK: ConnectionView},
        shows_etag=True,
    ),
    Route(
        "DELETE",
        _CONNECTION,
        delete_connection,
        "Delete a connection that no event needs any more, with its secrets",
        answers={ACCEPTED: ConnectionView},
        refusals=(ConnectionInUse,),
        key_role=KeyRole.ADMIN,
    ),
    Route(
        "POST",
        "/v1/validation",
        start_validation,
        "Start the self-test of a connection; while one runs, it is that one",
        answers={ACCEPTED: ValidationStarted},
        body=ValidationBody,
        body_is_optional=True,
        refusals=(UnknownConnection,),
        key_role=KeyRole.ADMIN,
    ),
    Route(
        "GET",
        "/v1/validation",
        list_validations,
        "List the self-tests of a connection, the last one first",
        answers={OK: ValidationPage},
        query=ValidationListQuery,
        refusals=(UnknownConnection,),
    ),
    Route(
        "GET",
        "/v1/validation/{validation_id}",
        get_validation,
        "Read how far a self-test is, and what was found",
        answers={OK: ValidationView},
    ),
    Route(
        "POST",
        "/v1/console-links",
        make_console_link,
        "Make a link to the operators' console, which is opened once",
        answers={OK: ConsoleLinkView},
        body=ConsoleLinkBody,
        refusals=(Forbidden,),
    ),
    Route(
        "DELETE",
        f"{_USER}/console-sessions",
        end_console_sessions,
        "End the user's sessions in the console; links not opened yet are void",
        answers={OK: EndedSessions},
    ),
    Route(
        "GET",
        "/v1/settings",
        get_settings,
        "Read the settings",
        answers={OK: SettingsView},
        shows_etag=True,
    ),
    Route(
        "PUT",
        "/v1/settings",
        put_settings,
        "Change the settings; what is left out stays as it is",
        answers={ACCEPTED: SettingsView, OK: SettingsView},
        body=SettingsBody,
        shows_etag=True,
        refusals=(PreconditionFailed, ZoomDoesNotAnswer),
        key_role=KeyRole.ADMIN,
    ),
)
