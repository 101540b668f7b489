"""Which of the scopes that are needed an app has, and what stops working without the others."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta

from pydantic import AwareDatetime, Field

from lectern.api.connections.body import ConnectionQuery
from lectern.api.connections.endpoints import known_connection
from lectern.api.http.dependencies import ApiDependencies
from lectern.api.http.request import Request
from lectern.api.http.response import Response
from lectern.api.http.views import View
from lectern.domain.errors import ZoomError
from lectern.domain.scope_knowledge import ScopeKnowledge, ScopeState
from lectern.domain.scopes import SCOPES, Feature
from lectern.domain.settings import Settings

_FRESH = timedelta(minutes=1)
"""Who has just granted a scope and looks again is to see it, and not to cost a token each time."""


class ScopeView(View):
    """A scope that Lectern needs."""

    scope: str
    feature: Feature
    state: ScopeState
    without: str = Field(description="What stops working without it, with the present settings.")


class ScopesView(View):
    """The scopes of a connection's app."""

    connection: str
    checked_at: AwareDatetime | None = Field(description="When Zoom last said something of them.")
    items: list[ScopeView]
    superfluous: list[str] = Field(description="Granted, and needed for nothing.")


def get_scopes(request: Request[None, ConnectionQuery], dependencies: ApiDependencies) -> Response:
    """Tells which scopes a connection's app has; Zoom is asked, unless it was a moment ago."""
    name = request.query.connection
    connection = known_connection(name, dependencies)
    known = dependencies.scopes().knowledge(name)
    if not _is_fresh(known, dependencies.now()):
        with suppress(ZoomError):
            dependencies.check_connection(connection)
        known = dependencies.scopes().knowledge(name)
    settings, _ = dependencies.settings().get()
    return Response(scopes_view(name, known, settings))


def scopes_view(connection_id: str, known: ScopeKnowledge, settings: Settings) -> ScopesView:
    """What is known of a connection's scopes as the API shows it."""
    return ScopesView(
        connection=connection_id,
        checked_at=known.checked_at,
        items=[
            ScopeView(
                scope=scope.name,
                feature=scope.feature,
                state=known.state(scope),
                without=scope.told_without(settings),
            )
            for scope in SCOPES
        ],
        superfluous=list(known.superfluous),
    )


def _is_fresh(known: ScopeKnowledge, now: datetime) -> bool:
    return known.granted_at is not None and known.granted_at + _FRESH > now
