"""The platform's settings and its Zoom connections, without their secrets."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from typing import Any

from lectern.domain.connection_health import ConnectionHealth, HealthState
from lectern.domain.errors import ZoomCredentialsInvalid
from lectern.domain.setting_changes import SettingsRecord
from lectern.domain.settings import Connection, Settings
from lectern.store import account_keys, keys
from lectern.store.items import stored
from lectern.store.settings_history import SettingsHistory, item_of
from lectern.store.table import Change, Expression, Item, Table, WriteConflict, in_partition

_HEALTH = "health_"
_IS_NEWS = (
    "#revision = :version"
    " AND (attribute_not_exists(#health_checked_at) OR #health_checked_at <= :at)"
)
_OTHER_HEALTH = f"{_IS_NEWS} AND #health_state <> :state"
_SAME_HEALTH = f"{_IS_NEWS} AND #health_state = :state"


class SettingsStore:
    """Settings and connections; what was never set has its defaults."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def get(self) -> tuple[Settings, int]:
        """The settings and their revision; revision 0 where nothing was ever set."""
        return settings_of(self._table.get(keys.settings()))

    @property
    def history(self) -> SettingsHistory:
        """Who changed what of them."""
        return SettingsHistory(self._table)

    def put(
        self, settings: Settings, *, was_revision: int, record: SettingsRecord | None = None
    ) -> None:
        """Stores the settings, and the record of their change with them.

        Raises:
            WriteConflict: Someone else stored others since ``was_revision``.
        """
        item = {
            **keys.settings(),
            # Whole: what an installation began with stays, whatever a later version begins with.
            "settings": settings.model_dump_json(),
            "revision": was_revision + 1,
        }
        beside = item_of(record, was_revision + 1) if record else None
        self._table.write(item, _revision_is(was_revision), beside=beside)

    def connection(self, connection_id: str) -> Connection | None:
        """A Zoom account; ``None`` where its credentials were never set."""
        item = self._table.get(account_keys.connection(connection_id))
        return _connection_of(item) if item else None

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
        """The Zoom accounts whose credentials were set, by id."""
        return list(
            map(_connection_of, self._table.query_all(in_partition(account_keys.CONNECTIONS)))
        )

    def put_connection(
        self, connection: Connection, *, was_version: int, record: SettingsRecord | None = None
    ) -> None:
        """Stores a Zoom account, and the record of its change with it.

        Raises:
            WriteConflict: Someone else stored other credentials since ``was_version``.
        """
        item: Item = {
            **account_keys.connection(connection.connection_id),
            "connection": connection.model_dump_json(exclude={"health"}),
            "revision": connection.credentials_version,
            **_health_attributes(connection.health),
        }
        beside = item_of(record, connection.credentials_version) if record else None
        self._table.write(item, _revision_is(was_version), beside=beside)

    def note_health(
        self, connection: Connection, state: HealthState, at: datetime, said: str = ""
    ) -> None:
        """Notes what Zoom just said of a connection's credentials; since when stays as it was.

        Args:
            connection: The connection, whose credentials may have been replaced meanwhile.
            state: Whether they work.
            at: When Zoom said so.
            said: Zoom's reason, made fit to be told.
        """
        told = {"health_checked_at": keys.stamp(at), "health_said": said}
        values = {
            ":version": connection.credentials_version,
            ":state": state.value,
            ":at": keys.stamp(at),
        }
        for changes, condition in (
            ({**told, "health_state": state.value, "health_since": keys.stamp(at)}, _OTHER_HEALTH),
            (told, _SAME_HEALTH),
        ):
            with suppress(WriteConflict):
                self._table.update(
                    account_keys.connection(connection.connection_id),
                    Change(set=changes),
                    Expression(condition, values),
                )
                return

    def delete_connection(
        self, connection: Connection, *, record: SettingsRecord | None = None
    ) -> None:
        """Deletes a Zoom account and what is kept of it: token, scopes, answers, limits.

        Raises:
            WriteConflict: Someone else stored other credentials since it was read.
        """
        name = connection.connection_id
        known = self._table.query_all(
            in_partition(account_keys.known_of_connection(name)), attributes=("PK", "SK")
        )
        self._table.delete_many(list(known))
        version = connection.credentials_version
        self._table.delete(
            account_keys.connection(name),
            _revision_is(version),
            beside=item_of(record, version) if record else None,
        )


def settings_of(item: Item | None) -> tuple[Settings, int]:
    """The settings that an item holds and their revision; the defaults where there is none."""
    if item is None:
        return Settings(), 0
    return Settings.model_validate_json(item["settings"]), int(item["revision"])


def _revision_is(revision: int) -> Expression:
    if revision == 0:
        return Expression("attribute_not_exists(#PK)")
    return Expression("#revision = :revision", {":revision": revision})


def _connection_of(item: Item) -> Connection:
    fields = {
        name: item[f"{_HEALTH}{name}"]
        for name in ConnectionHealth.model_fields
        if f"{_HEALTH}{name}" in item
    }
    connection = Connection.model_validate_json(item["connection"])
    return connection.model_copy(update={"health": ConnectionHealth.model_validate(fields)})


def _health_attributes(health: ConnectionHealth) -> dict[str, Any]:
    return {f"{_HEALTH}{name}": stored(value) for name, value in health}
