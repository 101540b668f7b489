"""Merges a body into the connection to a Zoom account and into its secrets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from pydantic import SecretStr

from lectern.api.connections.body import ZoomBody
from lectern.api.http.problems import InvalidField, InvalidRequest
from lectern.api.http.secret_fields import Kept
from lectern.domain.settings import Connection, ConnectionSecrets

_MISSING = "Is missing: account id, client id and client secret are needed together."

Credentials = tuple[str, str, str]
"""Account id, client id, client secret: what Zoom gives a token for."""


@dataclass(frozen=True)
class Account:
    """A Zoom account as it is stored or is to be stored; ``None`` for what was never set."""

    connection: Connection | None
    secrets: ConnectionSecrets | None

    @property
    def version(self) -> int:
        """The version of the credentials; 0 where none were ever set."""
        return self.connection.credentials_version if self.connection else 0

    @property
    def credentials(self) -> Credentials | None:
        """The credentials to get a token with; ``None`` unless the secrets are the connection's.

        Secrets are stored first: after a crash in between they are a version ahead.
        """
        connection, secrets = self.connection, self.secrets
        if connection is None or secrets is None or secrets.credentials_version != self.version:
            return None
        return connection.account_id, connection.client_id, secrets.client_secret


def says_something(body: ZoomBody) -> bool:
    """Whether the body gives anything that it does not leave as it is."""
    given = body.account_id or body.client_id or isinstance(body.client_secret, SecretStr)
    return bool(given) or body.webhook_secret_token is not Kept.KEPT


def wanted_account(connection_id: str, body: ZoomBody, stored: Account, now: datetime) -> Account:
    """The account that the body asks for: ``stored`` itself, or another with a new version.

    Raises:
        InvalidRequest: A part of the credentials would be missing.
    """
    known, kept = stored.connection, stored.secrets
    account_id = body.account_id or (known.account_id if known else None)
    client_id = body.client_id or (known.client_id if known else None)
    client_secret = _new(body.client_secret) or (kept.client_secret if kept else None)
    webhook_secret = _new(body.webhook_secret_token)
    if body.webhook_secret_token is Kept.KEPT and kept:
        webhook_secret = kept.webhook_secret_token
    if not (account_id or client_id or client_secret or webhook_secret):
        return stored
    if not (account_id and client_id and client_secret):
        parts = {"account_id": account_id, "client_id": client_id, "client_secret": client_secret}
        raise InvalidRequest(faults=missing_parts(parts))
    return _account(
        connection_id, (account_id, client_id, client_secret), webhook_secret, stored, now
    )


def _account(
    connection_id: str,
    credentials: Credentials,
    webhook_secret: str | None,
    stored: Account,
    now: datetime,
) -> Account:
    account_id, client_id, client_secret = credentials
    had = stored.credentials
    had_webhook_secret = stored.secrets.webhook_secret_token if stored.secrets else None
    if (credentials, webhook_secret) == (had, had_webhook_secret):
        return stored
    changed_at = now
    webhook_changed_at = now if webhook_secret else None
    if had and stored.connection:
        if client_secret == had[-1]:
            changed_at = stored.connection.client_secret_changed_at
        if webhook_secret == had_webhook_secret:
            webhook_changed_at = stored.connection.webhook_secret_changed_at
    return Account(
        Connection(
            connection_id=connection_id,
            account_id=account_id,
            client_id=client_id,
            client_secret_changed_at=changed_at,
            webhook_secret_changed_at=webhook_changed_at,
            credentials_version=stored.version + 1,
        ),
        ConnectionSecrets(
            client_secret=client_secret,
            webhook_secret_token=webhook_secret,
            credentials_version=stored.version + 1,
        ),
    )


def _new(secret: SecretStr | Kept | None) -> str | None:
    return secret.get_secret_value() if isinstance(secret, SecretStr) else None


def missing_parts(parts: Mapping[str, str | None]) -> list[InvalidField]:
    """What is to be said of the parts of the credentials that are not there."""
    return [
        InvalidField(pointer=f"/zoom/{name}", detail=_MISSING)
        for name, part in parts.items()
        if not part
    ]
