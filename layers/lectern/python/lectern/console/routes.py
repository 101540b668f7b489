"""The console's table of routes: each row says who may ask, which is checked for all alike."""

from __future__ import annotations

from lectern.api.console.links import OPENING
from lectern.api.http.response import HTML
from lectern.api.http.route import OK, Route
from lectern.console.http.files import get_file
from lectern.console.http.guard import GuardedRoute, action, page
from lectern.console.pages.attendance import attendance_page, attendance_table
from lectern.console.pages.connections import (
    add_connection,
    ask_to_delete,
    connection_page,
    connections_page,
    remove_connection,
    save_connection,
)
from lectern.console.pages.entering import leave, open_link
from lectern.console.pages.event import event_page
from lectern.console.pages.event_actions import ask_to_end, end, own_join_link, synchronise
from lectern.console.pages.events import list_of_events
from lectern.console.pages.finding import find, find_in_event
from lectern.console.pages.limits import limits_page
from lectern.console.pages.overview import overview
from lectern.console.pages.people import person_in_event, person_page
from lectern.console.pages.scopes import scopes_page
from lectern.console.pages.self_tests import self_test_page, self_tests_page, start_self_test
from lectern.console.pages.set_up import set_up_page
from lectern.console.pages.settings import save_settings, settings_page
from lectern.console.pages.settings_history import settings_history
from lectern.console.pages.why import history, why
from lectern.domain.console.session import OperatorRole

_SUPPORT, _ADMIN = OperatorRole.SUPPORT, OperatorRole.ADMIN
_EVENT = "/console/events/{event_id}"
_CONNECTIONS = "/console/connections"
_SELF_TESTS = "/console/self-tests"
_CONNECTION = f"{_CONNECTIONS}/{{connection_id}}"

OPEN_TO_ALL: tuple[Route, ...] = (
    Route(
        "GET",
        f"{OPENING}/{{token}}",
        open_link,
        "Begin a session with a console link",
        answers={OK: None},
        content_type=HTML,
        path_has_ids=False,
    ),
    Route(
        "GET",
        "/console/static/{name}",
        get_file,
        "A file of the console",
        answers={OK: None},
        path_has_ids=False,
    ),
)
"""What there is without a session."""

GUARDED: tuple[GuardedRoute, ...] = (
    page("/console", overview, _SUPPORT, "Overview"),
    page("/console/events", list_of_events, _SUPPORT, "Events, with filters and search"),
    page(_EVENT, event_page, _SUPPORT, "An event and its people"),
    action(f"{_EVENT}/sync", synchronise, _SUPPORT, "Synchronise an event now"),
    page(f"{_EVENT}/end", ask_to_end, _SUPPORT, "Whether a session is really to be ended"),
    action(f"{_EVENT}/end", end, _SUPPORT, "End the session that is on at Zoom"),
    action(f"{_EVENT}/join-link", own_join_link, _SUPPORT, "The operator's own join link"),
    page(f"{_EVENT}/why", why, _SUPPORT, "Why an event is as it is"),
    page(f"{_EVENT}/history", history, _SUPPORT, "What happened to an event"),
    page(f"{_EVENT}/people", find_in_event, _SUPPORT, "Find a person in an event"),
    page(f"{_EVENT}/people/{{user_id}}", person_in_event, _SUPPORT, "A person in an event"),
    page("/console/people", find, _SUPPORT, "Find a person"),
    page("/console/people/{user_id}", person_page, _SUPPORT, "A person across events"),
    page("/console/settings", settings_page, _ADMIN, "The settings"),
    action("/console/settings", save_settings, _ADMIN, "Save the settings"),
    page("/console/settings/history", settings_history, _ADMIN, "Who changed what of them"),
    page(_CONNECTIONS, connections_page, _ADMIN, "The connections"),
    action(_CONNECTIONS, add_connection, _ADMIN, "Add a connection"),
    page(_CONNECTION, connection_page, _ADMIN, "A connection"),
    action(_CONNECTION, save_connection, _ADMIN, "Change a connection"),
    page(f"{_CONNECTION}/delete", ask_to_delete, _ADMIN, "Whether to delete a connection"),
    action(f"{_CONNECTION}/delete", remove_connection, _ADMIN, "Delete a connection"),
    page(_SELF_TESTS, self_tests_page, _SUPPORT, "The last self-tests of a connection"),
    action(_SELF_TESTS, start_self_test, _ADMIN, "Start a self-test"),
    page(f"{_SELF_TESTS}/{{validation_id}}", self_test_page, _SUPPORT, "A self-test"),
    page("/console/set-up", set_up_page, _ADMIN, "The set-up guide"),
    page("/console/scopes", scopes_page, _SUPPORT, "The scopes of a connection"),
    page("/console/limits", limits_page, _SUPPORT, "Today's use of Zoom's limits"),
    page(f"{_EVENT}/attendance", attendance_page, _SUPPORT, "Who attended, and when"),
    page(f"{_EVENT}/attendance/table.csv", attendance_table, _SUPPORT, "Who attended, as CSV"),
    action("/console/leave", leave, _SUPPORT, "End the session"),
)
"""What there is for operators, by role."""

CONSOLE_ROUTES: tuple[Route, ...] = (*OPEN_TO_ALL, *GUARDED)
