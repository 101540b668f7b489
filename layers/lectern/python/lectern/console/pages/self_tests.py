"""Self-tests of connections: started, watched while they run, and the last ones."""

from __future__ import annotations

from lectern.api.http.fields import is_identifier
from lectern.api.http.response import Response
from lectern.api.validation.endpoints import (
    ValidationBody,
    ValidationListQuery,
    get_validation,
    list_validations,
    start_validation,
)
from lectern.api.validation.view import ValidationPage, ValidationStarted, ValidationView
from lectern.console.forms.fields import body_of
from lectern.console.forms.filling import Filling, refusal_of, refused
from lectern.console.forms.self_test import self_test_fields
from lectern.console.http.visit import Visit
from lectern.console.pages.known import asked_connection, connection_ids
from lectern.domain.settings import DEFAULT_CONNECTION
from lectern.domain.validation import CheckState, ValidationState

SECONDS_BETWEEN_LOOKS = 2
_SHOWN = 20


def self_tests_page(visit: Visit) -> Response:
    """Lists the last self-tests of a connection, and takes another."""
    connection = asked_connection(visit)
    return _page(visit, connection, Filling({"connection": connection, "host.email": ""}))


def start_self_test(visit: Visit) -> Response:
    """Starts a self-test, and leads to it; to the one that runs where one does."""
    started: list[str] = []
    refusal = refusal_of(lambda: started.append(_start(visit)))
    if refusal is None:
        return visit.to(f"/self-tests/{started[0]}")
    connection = visit.form.get("connection", "")
    if not is_identifier(connection):
        connection = DEFAULT_CONNECTION
    fields = self_test_fields(connection_ids(visit))
    return _page(visit, connection, refused(fields, Filling({}), visit.form, refusal))


def self_test_page(visit: Visit) -> Response:
    """Shows how far a self-test is, and what was found."""
    validation = visit.ask(get_validation, ValidationView)
    is_running = validation.state is ValidationState.RUNNING
    over = sum(
        each.state not in {CheckState.PENDING, CheckState.RUNNING} for each in validation.checks
    )
    return visit.page(
        "self_test.html",
        validation=validation,
        over=over,
        seconds=SECONDS_BETWEEN_LOOKS if is_running else None,
    )


def _start(visit: Visit) -> str:
    fields = self_test_fields(connection_ids(visit))
    body = ValidationBody.model_validate(body_of(fields, visit.form))
    return visit.ask(start_validation, ValidationStarted, body=body).validation_id


def _page(visit: Visit, connection: str, filling: Filling) -> Response:
    ids = connection_ids(visit)
    asked = {"connection": connection, "limit": str(_SHOWN)}
    if "cursor" in visit.query:
        asked["cursor"] = visit.query["cursor"]
    query = visit.query_for(ValidationListQuery, asked)
    page = visit.ask(list_validations, ValidationPage, query=query)
    here, following = "/self-tests", page.next_cursor
    return visit.page(
        "self_tests.html",
        filling.status,
        connection=connection,
        connections=ids,
        fields=self_test_fields(ids),
        filling=filling,
        validations=page.items,
        first_page=visit.url(here, connection=connection) if "cursor" in visit.query else None,
        next_page=visit.url(here, connection=connection, cursor=following) if following else None,
    )
