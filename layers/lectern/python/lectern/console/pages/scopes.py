"""The scopes of a connection's app: granted, missing, unknown, and superfluous."""

from __future__ import annotations

from collections import Counter
from itertools import groupby

from lectern.api.connections.body import ConnectionQuery
from lectern.api.connections.scopes import ScopesView, get_scopes
from lectern.api.http.problems import UnknownConnection
from lectern.api.http.response import Response
from lectern.console.http.visit import Visit
from lectern.console.pages.known import asked_connection, connection_ids
from lectern.domain.scope_knowledge import ScopeState
from lectern.domain.settings import DEFAULT_CONNECTION


def scopes_page(visit: Visit) -> Response:
    """Shows which scopes there are, and what stops working without the others."""
    connection = asked_connection(visit)
    told = _told(visit, connection)
    counts = Counter(each.state for each in told.items) if told else Counter[ScopeState]()
    groups = groupby(told.items if told else [], key=lambda each: each.feature)
    return visit.page(
        "scopes.html",
        connection=connection,
        connections=connection_ids(visit),
        told=told,
        counts={state.value: counts[state] for state in ScopeState},
        groups=[(feature.value, list(scopes)) for feature, scopes in groups],
    )


def _told(visit: Visit, connection: str) -> ScopesView | None:
    """What the API tells; ``None`` while Zoom is not connected at all."""
    try:
        return visit.ask(get_scopes, ScopesView, query=ConnectionQuery(connection=connection))
    except UnknownConnection:
        if connection == DEFAULT_CONNECTION:
            return None
        raise
