"""The settings as the API shows them: of secrets, only that they are set."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import AwareDatetime

from lectern.api.http.views import View
from lectern.domain.settings import (
    Connection,
    Drift,
    InstructorsAs,
    Licence,
    MissingHost,
    Settings,
    UnknownRegistrants,
)


class SecretView(View):
    """Whether a secret is set."""

    set: bool
    changed_at: AwareDatetime | None


class ZoomSettingsView(View):
    """The Server-to-Server OAuth app of the default connection."""

    application_type: Literal["server_to_server_oauth"] = "server_to_server_oauth"
    account_id: str | None
    client_id: str | None
    client_secret: SecretView
    webhook_secret_token: SecretView


class FeaturesView(View):
    """Which kinds of event are switched on."""

    meetings: bool
    webinars: bool


class AccessValidationView(View):
    """Whether only people who meet the requirements are registered."""

    enabled: bool
    lead_minutes: list[int]
    check_url: str | None


class EmailsView(View):
    """Whether Zoom sends its own e-mails."""

    zoom_emails: bool


class HostRulesView(View):
    """How hosts and instructors are brought into Zoom."""

    missing_host: MissingHost
    licence: Licence
    instructors_as: InstructorsAs


class NotificationsView(View):
    """Where the LMS is told."""

    url: str | None
    secret: SecretView


class SettingsView(View):
    """The platform's settings."""

    zoom: ZoomSettingsView
    features: FeaturesView
    access_validation: AccessValidationView
    emails: EmailsView
    drift: Drift
    unknown_registrants: UnknownRegistrants
    hosts: HostRulesView
    notifications: NotificationsView
    retention_days: int


def settings_view(settings: Settings, connection: Connection | None) -> SettingsView:
    """The settings as the API shows them."""
    notifications = settings.notifications
    return SettingsView.model_validate(
        dict(settings)
        | {
            "zoom": _zoom_view(connection),
            "notifications": NotificationsView(
                url=notifications.url, secret=_secret_view(notifications.secret_changed_at)
            ),
        }
    )


def _zoom_view(connection: Connection | None) -> ZoomSettingsView:
    return ZoomSettingsView(
        account_id=connection.account_id if connection else None,
        client_id=connection.client_id if connection else None,
        client_secret=_secret_view(connection.client_secret_changed_at if connection else None),
        webhook_secret_token=_secret_view(
            connection.webhook_secret_changed_at if connection else None
        ),
    )


def _secret_view(changed_at: datetime | None) -> SecretView:
    return SecretView(set=changed_at is not None, changed_at=changed_at)
