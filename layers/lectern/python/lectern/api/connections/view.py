"""A connection as the API shows it: of secrets, only that they are set."""

from __future__ import annotations

from typing import Literal

from pydantic import AwareDatetime, Field

from lectern.api.events.view import ProblemView
from lectern.api.http.secret_fields import SecretView, secret_view
from lectern.api.http.views import View
from lectern.domain.connection_health import HealthState
from lectern.domain.problems import EventProblem, Problem, event_problem
from lectern.domain.settings import Connection


class ZoomSettingsView(View):
    """The Server-to-Server OAuth app of a connection."""

    application_type: Literal["server_to_server_oauth"] = "server_to_server_oauth"
    account_id: str | None
    client_id: str | None
    client_secret: SecretView
    webhook_secret_token: SecretView


class ConnectionHealthView(View):
    """Whether Zoom takes the credentials."""

    state: HealthState
    since: AwareDatetime | None = Field(description="Since when it is so.")
    checked_at: AwareDatetime | None = Field(description="When Zoom last said so.")
    problem: ProblemView | None = Field(description="While `failing`: what is wrong.")


class ConnectionView(ZoomSettingsView):
    """A connection to a Zoom account."""

    connection_id: str
    health: ConnectionHealthView


class ConnectionPage(View):
    """A page of connections, by id."""

    items: list[ConnectionView]
    next_cursor: str | None


def zoom_view(connection: Connection | None) -> ZoomSettingsView:
    """The app of a connection as the API shows it."""
    return ZoomSettingsView(
        account_id=connection.account_id if connection else None,
        client_id=connection.client_id if connection else None,
        client_secret=secret_view(connection.client_secret_changed_at if connection else None),
        webhook_secret_token=secret_view(
            connection.webhook_secret_changed_at if connection else None
        ),
    )


def connection_view(connection: Connection) -> ConnectionView:
    """The connection as the API shows it."""
    health = ConnectionHealthView.model_validate(
        dict(connection.health) | {"problem": problem_of(connection)}
    )
    return ConnectionView(
        **dict(zoom_view(connection)), connection_id=connection.connection_id, health=health
    )


def problem_of(connection: Connection) -> Problem | None:
    """What is wrong with a connection, in Zoom's own words as well; ``None`` for nothing."""
    if connection.lost_at is None:
        return None
    said = connection.health.said
    return event_problem(EventProblem.CREDENTIALS_INVALID, f"Zoom says: {said}" if said else "")
