"""The set-up guide: from an app in Zoom to a first event, each step ticked once it can be seen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from lectern.api.connections.body import ConnectionQuery
from lectern.api.connections.scopes import ScopesView, get_scopes
from lectern.api.connections.view import problem_of
from lectern.api.events.view import EventView, event_view
from lectern.api.http.problems import UnknownConnection
from lectern.api.http.response import Response
from lectern.api.validation.endpoints import ValidationListQuery, list_validations
from lectern.api.validation.view import ValidationPage, ValidationView
from lectern.console.http.visit import Visit
from lectern.console.pages.known import asked_connection, connection_ids, heard_at
from lectern.domain.connection_health import HealthState
from lectern.domain.event import SyncState
from lectern.domain.meeting import Kind
from lectern.domain.problems import Problem
from lectern.domain.scope_knowledge import ScopeState
from lectern.domain.scopes import SCOPES
from lectern.domain.settings import DEFAULT_CONNECTION, Connection, Features
from lectern.domain.validation import ValidationState
from lectern.store.keys import stamp

SECONDS_BETWEEN_LOOKS = 4
_LOOKED_THROUGH = 100


@dataclass(frozen=True)
class SetUp:
    """What Lectern can see of how far somebody is.

    Attributes:
        name: The connection that is set up.
        connection: What there is of it; ``None`` while nothing was entered.
        lacking: Scopes that something uses and that are not known to be granted.
        heard: When Zoom last reported anything, by kind.
        last_test: Its last self-test.
        first_event: An event of it that is in order at Zoom.
    """

    name: str
    connection: Connection | None
    features: Features
    lacking: tuple[str, ...]
    heard: Mapping[Kind, datetime | None]
    last_test: ValidationView | None
    first_event: EventView | None

    @property
    def is_accepted(self) -> bool:
        """Whether Zoom takes the credentials."""
        return bool(self.connection) and self._health is HealthState.WORKING

    @property
    def problem(self) -> Problem | None:
        """What Zoom has against the credentials."""
        return problem_of(self.connection) if self.connection else None

    @property
    def has_webhook_secret(self) -> bool:
        """Whether Zoom's reports can be told from others'."""
        return bool(self.connection and self.connection.webhook_secret_changed_at)

    @property
    def kinds(self) -> list[Kind]:
        """What is switched on."""
        on = {Kind.MEETING: self.features.meetings, Kind.WEBINAR: self.features.webinars}
        return [kind for kind, is_on in on.items() if is_on]

    @property
    def steps(self) -> dict[str, bool]:
        """Each step, in order, and whether it is done."""
        is_tested = self.last_test is not None and self.last_test.state is ValidationState.PASSED
        return {
            "app": self.is_accepted,
            "scopes": self.is_accepted and not self.lacking,
            "credentials": self.is_accepted and self.has_webhook_secret,
            "features": bool(self.kinds),
            "webhooks": bool(self.kinds) and all(self.heard[kind] for kind in self.kinds),
            "self_test": is_tested,
            "event": self.first_event is not None,
        }

    @property
    def _health(self) -> HealthState:
        return self.connection.health.state if self.connection else HealthState.UNKNOWN


def set_up_page(visit: Visit) -> Response:
    """Shows the steps, and which are done."""
    seen = look(visit, asked_connection(visit))
    return visit.page(
        "set_up.html",
        seen=seen,
        connections=connection_ids(visit),
        steps=seen.steps,
        seconds=SECONDS_BETWEEN_LOOKS,
        scopes=[scope.name for scope in SCOPES],
        addresses={kind.value: f"{visit.base_url}/webhook/zoom-{kind}" for kind in Kind},
    )


def look(visit: Visit, name: str) -> SetUp:
    """Looks how far the set-up is; Zoom is asked for the scopes, unless it was a moment ago.

    Raises:
        UnknownConnection: There is none of this name; the settings' own is there from the start.
    """
    states: dict[str, ScopeState] = {}
    with suppress(*[UnknownConnection] if name == DEFAULT_CONNECTION else []):
        told = visit.ask(get_scopes, ScopesView, query=ConnectionQuery(connection=name))
        states = {each.scope: each.state for each in told.items}
    parts = visit.dependencies
    settings, _ = parts.settings().get()
    last = visit.query_for(ValidationListQuery, {"limit": "1", "connection": name})
    return SetUp(
        name=name,
        connection=parts.settings().connection(name),
        features=settings.features,
        lacking=tuple(
            scope.name
            for scope in SCOPES
            if scope.unused_because(settings) is None
            and states.get(scope.name) is not ScopeState.GRANTED
        ),
        heard=heard_at(visit, name),
        last_test=next(iter(visit.ask(list_validations, ValidationPage, query=last).items), None),
        first_event=next(_in_order(visit, name), None),
    )


def _in_order(visit: Visit, connection: str) -> Iterator[EventView]:
    """Events of a connection that are in order, among the next ones and the first that were."""
    events, now = visit.dependencies.events(), stamp(visit.dependencies.now())
    for first, last in ((now, "~"), ("0", now)):
        ids = events.page_by_state(
            SyncState.IN_SYNC, first=first, last=last, after=None, limit=_LOOKED_THROUGH
        ).items
        for event in events.get_readable(ids):
            is_in_order = event.sync.state is SyncState.IN_SYNC and not event.is_cancelled
            if event.details.connection == connection and is_in_order:
                yield event_view(event)
