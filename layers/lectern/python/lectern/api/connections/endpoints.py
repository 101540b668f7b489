"""The endpoints of the connections."""

from __future__ import annotations

from lectern.api.connections.body import ConnectionBody
from lectern.api.connections.change import ConnectionChange
from lectern.api.connections.deletion import delete
from lectern.api.connections.view import ConnectionPage, connection_view
from lectern.api.http.cursors import decode_cursor, encode_cursor
from lectern.api.http.dependencies import ApiDependencies
from lectern.api.http.etags import check_version, etag
from lectern.api.http.fields import PageQuery, Query
from lectern.api.http.problems import InvalidField, InvalidRequest, UnknownConnection
from lectern.api.http.request import Request
from lectern.api.http.response import Response, status_of_write
from lectern.api.http.retry import retry_on_conflict
from lectern.api.http.route import ACCEPTED
from lectern.domain.setting_changes import Author
from lectern.domain.settings import DEFAULT_CONNECTION, Connection

_QUERY = "connections"
_IN_SETTINGS = "/zoom"


def list_connections(request: Request[None, PageQuery], dependencies: ApiDependencies) -> Response:
    """Lists the connections, by id."""
    query = request.query
    key = dependencies.link_key()
    after = "" if query.cursor is None else decode_cursor(query.cursor, _QUERY, key)
    left = [each for each in dependencies.settings().connections() if each.connection_id > after]
    page = left[: query.limit]
    next_cursor = None
    if len(left) > len(page):
        next_cursor = encode_cursor(page[-1].connection_id, _QUERY, key)
    return Response(ConnectionPage(items=list(map(connection_view, page)), next_cursor=next_cursor))


def get_connection(request: Request[None, Query], dependencies: ApiDependencies) -> Response:
    """Reads a connection."""
    connection = known_connection(request.path["connection_id"], dependencies)
    headers = {"ETag": etag(connection.credentials_version)}
    return Response(connection_view(connection), headers=headers)


def put_connection(
    request: Request[ConnectionBody, Query], dependencies: ApiDependencies
) -> Response:
    """Creates or changes a connection; what is left out stays as it is."""
    connection_id = request.path["connection_id"]
    try:
        changed = retry_on_conflict(lambda: _change(connection_id, request, dependencies))
    except InvalidRequest as refusal:
        # They are told as of the settings, whose section is the whole body here.
        raise InvalidRequest(faults=[_here(fault) for fault in refusal.faults]) from refusal
    connection = known_connection(connection_id, dependencies)
    headers = {"ETag": etag(connection.credentials_version)}
    return Response(connection_view(connection), status_of_write(changed=changed), headers)


def delete_connection(request: Request[None, Query], dependencies: ApiDependencies) -> Response:
    """Deletes a connection that no event needs any more."""
    connection_id = request.path["connection_id"]
    deleted = retry_on_conflict(lambda: _delete(connection_id, request.author, dependencies))
    return Response(connection_view(deleted), ACCEPTED)


def known_connection(connection_id: str, dependencies: ApiDependencies) -> Connection:
    """The connection.

    Raises:
        UnknownConnection: There is none of this id.
    """
    connection = dependencies.settings().connection(connection_id)
    if connection is None:
        raise UnknownConnection
    return connection


def _change(
    connection_id: str, request: Request[ConnectionBody, Query], dependencies: ApiDependencies
) -> bool:
    change = ConnectionChange(connection_id, request.body, dependencies, request.author)
    before = change.before
    check_version(request.headers, before.credentials_version if before else None)
    # Of the accounts, only the settings' own has to have what the settings switch on: each event
    # of another says what its account lacks.
    settings, _ = dependencies.settings().get()
    webinars = settings.features.webinars and connection_id == DEFAULT_CONNECTION
    faults = change.faults(webinars=webinars, webinars_before=webinars)
    if change.wanted is None:
        faults = change.missing
    if faults:
        raise InvalidRequest(faults=faults)
    change.keep_secrets()
    change.store()
    return change.is_change


def _delete(connection_id: str, author: Author, dependencies: ApiDependencies) -> Connection:
    connection = known_connection(connection_id, dependencies)
    delete(connection, dependencies, author)
    return connection


def _here(fault: InvalidField) -> InvalidField:
    return fault.model_copy(update={"pointer": fault.pointer.removeprefix(_IN_SETTINGS)})
