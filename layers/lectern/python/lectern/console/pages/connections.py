"""The connections to Zoom accounts: listed, added, changed, deleted."""

from __future__ import annotations

from collections.abc import Sequence

from lectern.api.connections.body import ConnectionBody
from lectern.api.connections.endpoints import (
    delete_connection,
    get_connection,
    list_connections,
    put_connection,
)
from lectern.api.connections.view import ConnectionPage, ConnectionView
from lectern.api.http.fields import NO_IDENTIFIER, PageQuery, is_identifier
from lectern.api.http.problems import ConnectionInUse, InvalidField, InvalidRequest
from lectern.api.http.response import Response
from lectern.console.forms.conflict import condition, filled_in_again
from lectern.console.forms.fields import FormField, body_of
from lectern.console.forms.filling import Filling, refusal_of, refused, stored
from lectern.console.forms.settings import CONNECTION_FIELDS, CONNECTION_ID
from lectern.console.http.visit import Visit
from lectern.console.pages.known import heard_at
from lectern.console.pages.settings_history import last_author

_DONE = frozenset({"saved", "deleted"})
_OF_A_NEW_ONE = (CONNECTION_ID, *CONNECTION_FIELDS)
_IS_THERE = "There is a connection of this id already: it is in the list."


def connections_page(visit: Visit) -> Response:
    """Lists the connections, and takes another."""
    return _list(visit, stored(_OF_A_NEW_ONE, {}))


def add_connection(visit: Visit) -> Response:
    """Adds a connection, and leads to it."""
    name = visit.form.get(CONNECTION_ID.name, "").strip()
    refusal = refusal_of(lambda: _add(visit, name))
    if refusal is None:
        return visit.to(f"/connections/{name}", done="saved")
    return _list(visit, refused(_OF_A_NEW_ONE, stored(_OF_A_NEW_ONE, {}), visit.form, refusal))


def connection_page(visit: Visit) -> Response:
    """Shows a connection, to be changed."""
    return _one(visit, _stored(visit))


def save_connection(visit: Visit) -> Response:
    """Changes a connection."""
    name = _connection(visit).connection_id
    refusal = refusal_of(lambda: _put(visit, name, CONNECTION_FIELDS))
    if refusal is None:
        return visit.to(f"/connections/{name}", done="saved")
    return _one(visit, filled_in_again(CONNECTION_FIELDS, _stored(visit), visit.form, refusal))


def ask_to_delete(visit: Visit) -> Response:
    """Asks whether a connection is really to be deleted."""
    return visit.page("connection_delete.html", connection=_connection(visit), in_use=None)


def remove_connection(visit: Visit) -> Response:
    """Deletes a connection, unless events need it."""
    connection = _connection(visit)
    try:
        visit.ask(delete_connection, ConnectionView)
    except ConnectionInUse as refusal:
        return visit.page(
            "connection_delete.html",
            refusal.status,
            connection=connection,
            in_use=refusal.event_count,
        )
    return visit.to("/connections", done="deleted")


def _add(visit: Visit, name: str) -> None:
    """Adds a connection.

    Raises:
        InvalidRequest: The name is none, or is taken; or the API says so.
    """
    if not is_identifier(name):
        raise InvalidRequest(
            faults=[InvalidField(pointer=CONNECTION_ID.pointer, detail=NO_IDENTIFIER)]
        )
    if visit.dependencies.settings().connection(name) is not None:
        raise InvalidRequest(faults=[InvalidField(pointer=CONNECTION_ID.pointer, detail=_IS_THERE)])
    _put(visit, name, _OF_A_NEW_ONE)


def _put(visit: Visit, name: str, fields: Sequence[FormField]) -> None:
    path = {"connection_id": name}
    body = ConnectionBody.model_validate(body_of(fields, visit.form), context=path)
    headers = condition(visit.form)
    visit.ask(put_connection, ConnectionView, path=path, body=body, headers=headers)


def _connection(visit: Visit) -> ConnectionView:
    return visit.ask(get_connection, ConnectionView)


def _stored(visit: Visit) -> Filling:
    view, version = visit.ask_versioned(get_connection, ConnectionView)
    return stored(CONNECTION_FIELDS, view.model_dump(), version)


def _list(visit: Visit, filling: Filling) -> Response:
    asked = {"cursor": visit.query["cursor"]} if "cursor" in visit.query else {}
    page = visit.ask(list_connections, ConnectionPage, query=visit.query_for(PageQuery, asked))
    following = page.next_cursor
    return visit.page(
        "connections.html",
        filling.status,
        connections=page.items,
        fields=_OF_A_NEW_ONE,
        filling=filling,
        done=_done(visit),
        first_page=visit.url("/connections") if asked else None,
        next_page=visit.url("/connections", cursor=following) if following else None,
    )


def _one(visit: Visit, filling: Filling) -> Response:
    connection = _connection(visit)
    return visit.page(
        "connection.html",
        filling.status,
        connection=connection,
        heard=heard_at(visit, connection.connection_id),
        fields=CONNECTION_FIELDS,
        filling=filling,
        changed_by=last_author(visit) if filling.differences else None,
        done=_done(visit),
    )


def _done(visit: Visit) -> str | None:
    return visit.query["done"] if visit.query.get("done") in _DONE else None
