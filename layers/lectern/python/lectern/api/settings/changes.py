"""Changes of the settings: checked whole, then stored; a refused one leaves all as it was."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import BaseModel, SecretStr

from lectern.api.http.dependencies import ApiDependencies
from lectern.api.http.problems import InvalidField, InvalidRequest
from lectern.api.settings.body import Kept, NotificationsBody, SettingsBody, ZoomBody
from lectern.api.settings.connection import Account, says_something, wanted_account
from lectern.domain.settings import (
    DEFAULT_CONNECTION,
    Connection,
    ConnectionSecrets,
    Features,
    Notifications,
    Settings,
    is_safe_address,
)

_SECTIONS = ("features", "access_validation", "emails", "hosts")
_CHOICES = ("drift", "unknown_registrants", "retention_days")
_NOT_SAFE = "Has to be an https address."


@dataclass(frozen=True)
class SettingsOutcome:
    """The settings and the default connection as they are now."""

    settings: Settings
    connection: Connection | None
    changed: bool


class SettingsChange:
    """One request to change the settings.

    Args:
        body: What is to be changed.
        parts: What the settings are kept in, and who asks Zoom.
    """

    def __init__(self, body: SettingsBody, dependencies: ApiDependencies) -> None:
        self._body = body
        self._parts = dependencies
        self._now = dependencies.now()

    def carry_out(self) -> SettingsOutcome:
        """Checks the change and stores it: secrets first, so that no version lacks its secrets.

        Raises:
            InvalidRequest: Something cannot be, Zoom does not accept the credentials, or the
                account has no webinars.
            WriteConflict: Someone else changed the settings meanwhile.
            ZoomUnavailable: Zoom could not be asked.
        """
        store = self._parts.settings()
        settings, revision = store.get()
        wanted = self._wanted_settings(settings)
        self._check(wanted)
        stored, account = self._accounts(self._body.zoom)
        _refuse(self._faults_by_zoom(settings.features, wanted.features, stored, account))
        self._keep_notification_secret(settings, wanted)
        if account.secrets and account is not stored:
            self._keep_secrets(account.secrets)
        if wanted != settings:
            store.put(wanted, was_revision=revision)
        if account.connection and account is not stored:
            store.put_connection(account.connection, was_version=stored.version)
            if account.credentials != stored.credentials:
                self._find_limits(account.connection)
        changed = wanted != settings or account is not stored
        return SettingsOutcome(wanted, account.connection, changed)

    def _find_limits(self, connection: Connection) -> None:
        """Has it found what the account's calls are limited by, before they are many."""
        limits = self._parts.account_limits(connection.connection_id)
        limits.find_anew(self._parts.zoom_account(connection))

    def _accounts(self, body: ZoomBody) -> tuple[Account, Account]:
        """The default account as it is stored, and as it is wanted."""
        connection = self._parts.settings().connection(DEFAULT_CONNECTION)
        if not says_something(body):
            unchanged = Account(connection, None)
            return unchanged, unchanged
        stored = Account(connection, self._parts.secrets().get(DEFAULT_CONNECTION))
        return stored, wanted_account(DEFAULT_CONNECTION, body, stored, self._now)

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

    def _keep_secrets(self, secrets: ConnectionSecrets) -> None:
        """Keeps the account's secrets, the reception's share first: the rest says it is done."""
        store = self._parts.secrets()
        store.put_webhook_secret(DEFAULT_CONNECTION, secrets.webhook_secret_token, self._now)
        store.put(DEFAULT_CONNECTION, secrets)

    def _check(self, wanted: Settings) -> None:
        called = {
            "/access_validation/check_url": wanted.access_validation.check_url,
            "/notifications/url": wanted.notifications.url,
        }
        faults = [
            InvalidField(pointer=pointer, detail=_NOT_SAFE)
            for pointer, url in called.items()
            if url is not None and not is_safe_address(url, is_local=self._parts.is_local())
        ]
        _refuse(faults)

    def _faults_by_zoom(
        self, was: Features, wanted: Features, stored: Account, account: Account
    ) -> list[InvalidField]:
        """What Zoom has against what changes: the credentials, and webinars that are switched on.

        Raises:
            ZoomUnavailable: Zoom could not be asked.
        """
        if account.credentials and account.credentials != stored.credentials:
            check = self._parts.credentials_check()
            return check.faults(*account.credentials, webinars=wanted.webinars)
        if wanted.webinars and not was.webinars and account.connection:
            return self._parts.webinar_faults(account.connection)
        return []


def _merged(section: BaseModel, body: BaseModel) -> dict[str, object]:
    return dict(section) | body.model_dump(exclude_unset=True)


def _refuse(faults: list[InvalidField]) -> None:
    if faults:
        raise InvalidRequest(faults=faults)
