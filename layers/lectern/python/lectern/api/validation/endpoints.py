"""The self-test of a connection: started, read, listed."""

from __future__ import annotations

import uuid
from http import HTTPStatus

from pydantic import Field

from lectern.api.http.cursors import decode_cursor, encode_cursor
from lectern.api.http.dependencies import ApiDependencies
from lectern.api.http.fields import Body, Email, Identifier, PageQuery, Query
from lectern.api.http.problems import UnknownConnection, UnknownValidation
from lectern.api.http.request import Request
from lectern.api.http.response import Response
from lectern.api.validation.view import (
    ValidationPage,
    ValidationStarted,
    validation_view,
)
from lectern.domain.settings import DEFAULT_CONNECTION
from lectern.domain.validation import Validation


class TrialHost(Body):
    """Who hosts the trial meeting of a self-test."""

    email: Email


class ValidationBody(Body):
    """What is to be tested."""

    connection: Identifier = Field(default=DEFAULT_CONNECTION, description="Which Zoom account.")
    host: TrialHost | None = Field(
        default=None, description="Without a host: the account's own user."
    )


class ValidationListQuery(PageQuery):
    """Whose self-tests to list."""

    connection: Identifier = Field(default=DEFAULT_CONNECTION, description="Of which connection.")

    @property
    def scope(self) -> str:
        """What a cursor of this query belongs to."""
        return self.model_dump_json(exclude={"limit", "cursor"})


def start_validation(
    request: Request[ValidationBody, Query], dependencies: ApiDependencies
) -> Response:
    """Starts a self-test, unless one of the connection is running."""
    body, now = request.body, dependencies.now()
    _require_connection(body.connection, dependencies)
    validation = Validation(
        validation_id=uuid.uuid4().hex,
        connection=body.connection,
        host_email=body.host.email if body.host else None,
        started_at=now,
    )
    running = dependencies.validations().start(validation, now)
    return Response(ValidationStarted(validation_id=running), HTTPStatus.ACCEPTED)


def get_validation(request: Request[None, Query], dependencies: ApiDependencies) -> Response:
    """Shows how far a self-test is, and what was found."""
    validation = dependencies.validations().get(request.path["validation_id"])
    if validation is None:
        raise UnknownValidation
    return Response(validation_view(validation.as_of(dependencies.now())))


def list_validations(
    request: Request[None, ValidationListQuery], dependencies: ApiDependencies
) -> Response:
    """Lists the self-tests of a connection, the last one first."""
    query, now = request.query, dependencies.now()
    _require_connection(query.connection, dependencies)
    after = (
        None
        if query.cursor is None
        else decode_cursor(query.cursor, query.scope, dependencies.link_key())
    )
    page, after = dependencies.validations().page(query.connection, after=after, limit=query.limit)
    items = [validation_view(each.as_of(now)) for each in page]
    next_cursor = encode_cursor(after, query.scope, dependencies.link_key()) if after else None
    return Response(ValidationPage(items=items, next_cursor=next_cursor))


def _require_connection(connection_id: str, dependencies: ApiDependencies) -> None:
    """Refuses a connection that there is not; the default one always is, set or not.

    Raises:
        UnknownConnection: There is none of this id.
    """
    if connection_id == DEFAULT_CONNECTION:
        return
    if dependencies.settings().connection(connection_id) is None:
        raise UnknownConnection
