"""A change of the connection to a Zoom account: checked with Zoom, then stored with its secrets."""

from __future__ import annotations

from contextlib import suppress

from lectern.api.connections.account import Account, missing_parts, says_something, wanted_account
from lectern.api.connections.body import ZoomBody
from lectern.api.http.dependencies import ApiDependencies
from lectern.api.http.problems import InvalidField
from lectern.domain.errors import ZoomError
from lectern.domain.setting_changes import Author, connection_changed
from lectern.domain.settings import Connection, ConnectionSecrets


class ConnectionChange:
    """One request's change of a connection.

    Args:
        connection_id: The connection.
        body: What is to be changed; what it leaves out stays.
        dependencies: What connections are kept in, and who asks Zoom.
        author: Who wants it so.

    Attributes:
        before: The connection as it is; ``None`` where it was never set.
        wanted: The connection as it is to be; ``None`` where it was never set and is not now.

    Raises:
        InvalidRequest: A part of the credentials would be missing.
    """

    def __init__(
        self, connection_id: str, body: ZoomBody, dependencies: ApiDependencies, author: Author
    ) -> None:
        self._parts = dependencies
        self._author = author
        self._says_something = says_something(body)
        self.before = connection = dependencies.settings().connection(connection_id)
        if self._says_something:
            self._stored = Account(connection, dependencies.secrets().get(connection_id))
            self._wanted = wanted_account(connection_id, body, self._stored, dependencies.now())
        else:
            self._stored = self._wanted = Account(connection, None)
        self.wanted = self._wanted.connection

    @property
    def missing(self) -> list[InvalidField]:
        """What would have to be given for a connection that was never set."""
        return missing_parts({"account_id": None, "client_id": None, "client_secret": None})

    @property
    def is_change(self) -> bool:
        """Whether anything is to be stored."""
        return self._wanted is not self._stored

    def faults(self, *, webinars: bool, webinars_before: bool) -> list[InvalidField]:
        """What Zoom has against what changes: the credentials, and webinars that are switched on.

        Credentials that Zoom took no more are looked at again whenever somebody saves them.

        Args:
            webinars: Whether the account has to have webinars.
            webinars_before: Whether it had to have them before.

        Raises:
            ZoomRateLimited: Zoom takes no more calls at this moment.
            ZoomUnavailable: Zoom could not be asked.
        """
        if self._wanted.credentials and self._is_to_be_checked:
            check = self._parts.credentials_check()
            return check.faults(*self._wanted.credentials, webinars=webinars)
        if webinars and not webinars_before and self.wanted:
            return self._parts.webinar_faults(self.wanted)
        return []

    @property
    def _is_to_be_checked(self) -> bool:
        known = self._stored.connection
        is_lost = known is not None and known.lost_at is not None
        return is_lost or self._wanted.credentials != self._stored.credentials

    def keep_secrets(self) -> None:
        """Stores the secrets, before what says that they are there."""
        if self._wanted.secrets and self.wanted and self.is_change:
            _keep_secrets(self.wanted, self._wanted.secrets, self._parts)

    def store(self) -> None:
        """Stores the connection, and has it found what is to be known of the account.

        Raises:
            WriteConflict: Someone else changed the connection meanwhile.
        """
        if self.wanted is None:
            return
        if self.is_change:
            now, version = self._parts.now(), self._stored.version
            record = connection_changed(self.before, self.wanted, self._author, now)
            self._parts.settings().put_connection(self.wanted, was_version=version, record=record)
        if self._says_something and self._is_to_be_checked:
            self._find_out(self.wanted)

    def _find_out(self, connection: Connection) -> None:
        """Has it found what the app may do, and what the account's calls are limited by."""
        with suppress(ZoomError):
            # It was checked a moment ago: what fails now is for the next sweep to see.
            self._parts.check_connection(connection)
        if self.is_change:
            limits = self._parts.account_limits(connection.connection_id)
            limits.find_anew(self._parts.zoom_account(connection))


def _keep_secrets(
    connection: Connection, secrets: ConnectionSecrets, dependencies: ApiDependencies
) -> None:
    """Keeps the account's secrets, the reception's share first: the rest says it is done."""
    name, store = connection.connection_id, dependencies.secrets()
    store.put_webhook_secret(name, secrets.webhook_secret_token, dependencies.now())
    store.put(name, secrets)
