"""The platform's settings and its Zoom connections, without their secrets."""

from __future__ import annotations

from lectern.domain.errors import ZoomCredentialsInvalid
from lectern.domain.settings import DEFAULT_CONNECTION, Connection, Settings
from lectern.store import keys
from lectern.store.items import stored
from lectern.store.table import Expression, Item, Table


class SettingsStore:
    """Settings and connections; what was never set has its defaults."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def get(self) -> tuple[Settings, int]:
        """The settings and their revision; revision 0 where nothing was ever set."""
        return settings_of(self._table.get(keys.settings()))

    def put(self, settings: Settings, *, was_revision: int) -> None:
        """Stores the settings.

        Raises:
            WriteConflict: Someone else stored others since ``was_revision``.
        """
        item = {
            **keys.settings(),
            "settings": stored(settings),
            "revision": was_revision + 1,
        }
        self._table.put(item, _revision_is(was_revision))

    def connection(self, connection_id: str) -> Connection | None:
        """A Zoom account; ``None`` where its credentials were never set."""
        item = self._table.get(keys.connection(connection_id))
        return Connection.model_validate_json(item["connection"]) if item else None

    def connected(self, connection_id: str) -> Connection:
        """Gives a Zoom account whose credentials were set.

        Raises:
            ZoomCredentialsInvalid: They never were.
        """
        connection = self.connection(connection_id)
        if connection is None:
            raise ZoomCredentialsInvalid("connect")
        return connection

    def connections(self) -> list[Connection]:
        """The Zoom accounts whose credentials were set."""
        default = self.connection(DEFAULT_CONNECTION)
        return [] if default is None else [default]

    def put_connection(self, connection: Connection, *, was_version: int) -> None:
        """Stores a Zoom account.

        Raises:
            WriteConflict: Someone else stored other credentials since ``was_version``.
        """
        item: Item = {
            **keys.connection(connection.connection_id),
            "connection": stored(connection),
            "revision": connection.credentials_version,
        }
        self._table.put(item, _revision_is(was_version))


def settings_of(item: Item | None) -> tuple[Settings, int]:
    """The settings that an item holds and their revision; the defaults where there is none."""
    if item is None:
        return Settings(), 0
    return Settings.model_validate_json(item["settings"]), int(item["revision"])


def _revision_is(revision: int) -> Expression:
    if revision == 0:
        return Expression("attribute_not_exists(#PK)")
    return Expression("#revision = :revision", {":revision": revision})
