"""How the connections to Zoom stand: whether they work, what they lack, when Zoom was heard of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from lectern.api.connections.endpoints import list_connections
from lectern.api.connections.view import ConnectionPage, ConnectionView
from lectern.api.http.fields import PageQuery
from lectern.console.http.visit import Visit
from lectern.domain.connection_health import HealthState
from lectern.domain.meeting import Kind
from lectern.domain.scope_knowledge import missing_scopes
from lectern.domain.settings import Settings
from lectern.store.webhooks import Heard, heard_about

_MOST_SHOWN = "10"


@dataclass(frozen=True)
class ConnectionStanding:
    """How a connection stands.

    Attributes:
        missing: The scopes that what is switched on needs and does not have.
        heard_at: When Zoom last reported anything; ``None`` for never.
    """

    view: ConnectionView
    missing: tuple[str, ...]
    heard_at: datetime | None

    @property
    def needs_a_person(self) -> bool:
        """Whether somebody has to see to it."""
        return self.view.health.state is HealthState.FAILING or bool(self.missing)


def connections_standing(visit: Visit) -> list[ConnectionStanding]:
    """How the connections stand, those that need a person first."""
    query = PageQuery.model_validate({"limit": _MOST_SHOWN})
    settings, _ = visit.dependencies.settings().get()
    views = visit.ask(list_connections, ConnectionPage, query=query).items
    heard = _heard_at([view.connection_id for view in views], visit)
    found = [
        ConnectionStanding(
            view,
            missing=_missing(view.connection_id, settings, visit),
            heard_at=heard.get(view.connection_id),
        )
        for view in views
    ]
    return sorted(found, key=lambda each: not each.needs_a_person)


def _heard_at(names: list[str], visit: Visit) -> dict[str, datetime]:
    """When Zoom last reported anything, by connection."""
    wanted = [(name, heard_about(kind)) for name in names for kind in Kind]
    cache, now = visit.dependencies.answers(), visit.dependencies.now()
    found: dict[str, datetime] = {}
    for (name, _), heard in cache.recent_of_each(wanted, Heard, now).items():
        found[name] = max(heard.at, found.get(name, heard.at))
    return found


def _missing(name: str, settings: Settings, visit: Visit) -> tuple[str, ...]:
    """The scopes that a connection lacks, by name."""
    knowledge = visit.dependencies.scopes().knowledge(name)
    missing = {each.name for kind in Kind for each in missing_scopes(knowledge, settings, kind)}
    return tuple(sorted(missing))
