"""Changes of the settings: checked whole, then stored; a refused one leaves all as it was."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from pydantic import BaseModel, SecretStr

from lectern.api.connections.change import ConnectionChange
from lectern.api.http.dependencies import ApiDependencies
from lectern.api.http.etags import check_version
from lectern.api.http.fields import Query
from lectern.api.http.problems import InvalidField, InvalidRequest
from lectern.api.http.request import Request
from lectern.api.http.secret_fields import Kept
from lectern.api.settings.body import NotificationsBody, SettingsBody
from lectern.domain.public_address import NOT_PUBLIC, fault_of_callback, may_be_called
from lectern.domain.setting_changes import settings_changed
from lectern.domain.settings import (
    DEFAULT_CONNECTION,
    Connection,
    Notifications,
    Settings,
)

_SECTIONS = ("features", "access_validation", "emails", "hosts")
_CHOICES = ("drift", "unknown_registrants", "retention_days")


@dataclass(frozen=True)
class SettingsOutcome:
    """The settings and the default connection as they are now, and the version of both."""

    settings: Settings
    connection: Connection | None
    version: str
    changed: bool


def version_of(revision: int, connection: Connection | None) -> str:
    """The version of the settings with their own connection, for an ``ETag``."""
    return f"{revision}.{connection.credentials_version if connection else 0}"


class SettingsChange:
    """One request to change the settings.

    Args:
        request: What is to be changed, by whom, and of which version.
        dependencies: What the settings are kept in, and who asks Zoom.
    """

    def __init__(
        self, request: Request[SettingsBody, Query], dependencies: ApiDependencies
    ) -> None:
        self._request = request
        self._body = request.body
        self._parts = dependencies
        self._now = dependencies.now()

    def carry_out(self) -> SettingsOutcome:
        """Checks the change and stores it: secrets first, so that no version lacks its secrets.

        Raises:
            InvalidRequest: Something cannot be, Zoom does not accept the credentials, or the
                account has no webinars.
            PreconditionFailed: They have another version than the request names.
            WriteConflict: Someone else changed the settings meanwhile.
            ZoomUnavailable: Zoom could not be asked.
        """
        store = self._parts.settings()
        settings, revision = store.get()
        change = ConnectionChange(
            DEFAULT_CONNECTION, self._body.zoom, self._parts, self._request.author
        )
        check_version(self._request.headers, version_of(revision, change.before))
        wanted = self._wanted_settings(settings)
        _refuse(self._faults_of_callbacks(settings, wanted))
        _refuse(
            change.faults(
                webinars=wanted.features.webinars, webinars_before=settings.features.webinars
            )
        )
        self._keep_notification_secret(settings, wanted)
        change.keep_secrets()
        if wanted != settings:
            record = settings_changed(settings, wanted, self._request.author, self._now)
            store.put(wanted, was_revision=revision, record=record)
        change.store()
        is_other = wanted != settings
        tag = version_of(revision + is_other, change.wanted)
        return SettingsOutcome(wanted, change.wanted, tag, is_other or change.is_change)

    def _wanted_settings(self, settings: Settings) -> Settings:
        body = self._body
        sections = {
            name: _merged(getattr(settings, name), getattr(body, name)) for name in _SECTIONS
        }
        choices = body.model_dump(include=set(_CHOICES), exclude_unset=True)
        notifications = self._wanted_notifications(settings.notifications, body.notifications)
        changes = {**sections, **choices, "notifications": notifications}
        return Settings.model_validate(dict(settings) | changes)

    def _wanted_notifications(
        self, stored: Notifications, body: NotificationsBody
    ) -> Notifications:
        changes = body.model_dump(exclude_unset=True, exclude={"secret"})
        if body.secret is None:
            changes["secret_changed_at"] = None
        elif body.secret is not Kept.KEPT and not self._is_kept_already(stored, body.secret):
            changes["secret_changed_at"] = self._now
        return stored.model_copy(update=changes)

    def _is_kept_already(self, stored: Notifications, secret: SecretStr) -> bool:
        kept = self._parts.secrets().notification_secret() if stored.secret_changed_at else None
        return kept == secret.get_secret_value()

    def _keep_notification_secret(self, settings: Settings, wanted: Settings) -> None:
        changed_at = wanted.notifications.secret_changed_at
        if changed_at == settings.notifications.secret_changed_at:
            return
        secret = self._body.notifications.secret
        value = secret.get_secret_value() if isinstance(secret, SecretStr) else None
        self._parts.secrets().put_notification_secret(value)

    def _faults_of_callbacks(self, stored: Settings, wanted: Settings) -> list[InvalidField]:
        """What is wrong with the addresses that the LMS is to be called at from now on."""
        before, now = _callbacks(stored), _callbacks(wanted)
        found = {
            pointer: self._fault_of_callback(url)
            for pointer, url in now.items()
            if url is not None and url != before[pointer]
        }
        return [
            InvalidField(pointer=pointer, detail=detail)
            for pointer, detail in found.items()
            if detail
        ]

    def _fault_of_callback(self, url: str) -> str | None:
        """A name that is not known yet is taken: where it leads is looked at with each request."""
        is_local = self._parts.is_local()
        fault = fault_of_callback(url, is_local=is_local)
        if fault:
            return fault
        leads_to = self._parts.addresses_of(urlsplit(url).hostname or "")
        is_public = all(may_be_called(address, is_local=is_local) for address in leads_to)
        return None if is_public else NOT_PUBLIC


def _callbacks(settings: Settings) -> dict[str, str | None]:
    return {
        "/access_validation/check_url": settings.access_validation.check_url,
        "/notifications/url": settings.notifications.url,
    }


def _merged(section: BaseModel, body: BaseModel) -> dict[str, object]:
    return dict(section) | body.model_dump(exclude_unset=True)


def _refuse(faults: list[InvalidField]) -> None:
    if faults:
        raise InvalidRequest(faults=faults)
