"""The settings as the API shows them: of secrets, only that they are set."""

from __future__ import annotations

from lectern.api.connections.view import ZoomSettingsView, zoom_view
from lectern.api.http.secret_fields import SecretView, secret_view
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
            "zoom": zoom_view(connection),
            "notifications": NotificationsView(
                url=notifications.url, secret=secret_view(notifications.secret_changed_at)
            ),
        }
    )
