"""What is known of a connection beside what its own endpoints say."""

from __future__ import annotations

from datetime import datetime

from lectern.api.connections.body import ConnectionQuery
from lectern.console.http.visit import Visit
from lectern.domain.meeting import Kind
from lectern.domain.settings import DEFAULT_CONNECTION
from lectern.store.webhooks import Heard, heard_about


def asked_connection(visit: Visit) -> str:
    """The connection that a page is asked of; the settings' own unless it says so."""
    return visit.query_for(ConnectionQuery, _named(visit)).connection


def heard_at(visit: Visit, connection_id: str) -> dict[Kind, datetime | None]:
    """When Zoom last reported anything, by kind."""
    wanted = {kind: (connection_id, heard_about(kind)) for kind in Kind}
    cache, now = visit.dependencies.answers(), visit.dependencies.now()
    found = cache.recent_of_each(wanted.values(), Heard, now)
    return {kind: found[key].at if key in found else None for kind, key in wanted.items()}


def connection_ids(visit: Visit) -> list[str]:
    """All connections, the settings' own first, which there is even where it was never set."""
    others = (each.connection_id for each in visit.dependencies.settings().connections())
    return [DEFAULT_CONNECTION, *(each for each in others if each != DEFAULT_CONNECTION)]


def _named(visit: Visit) -> dict[str, str]:
    return {"connection": visit.query["connection"]} if "connection" in visit.query else {}
