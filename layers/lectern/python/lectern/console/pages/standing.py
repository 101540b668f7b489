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
    found = [_standing(view, settings, visit) for view in views]
    return sorted(found, key=lambda each: not each.needs_a_person)


def _standing(view: ConnectionView, settings: Settings, visit: Visit) -> ConnectionStanding:
    dependencies, name = visit.dependencies, view.connection_id
    knowledge = dependencies.scopes().knowledge(name)
    missing = {each.name for kind in Kind for each in missing_scopes(knowledge, settings, kind)}
    heard = (
        dependencies.answers().recent(name, heard_about(kind), Heard, dependencies.now())
        for kind in Kind
    )
    moments = [each.at for each in heard if each]
    return ConnectionStanding(view, tuple(sorted(missing)), max(moments, default=None))
