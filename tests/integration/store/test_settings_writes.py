"""Settings, connections and tokens: the defaults, and who wins a race."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from lectern.domain.setting_changes import (
    Author,
    SettingsRecord,
    connection_changed,
    settings_changed,
)
from lectern.domain.settings import Connection, Drift, Emails, Settings
from lectern.store.settings import SettingsStore
from lectern.store.table import Table, WriteConflict
from lectern.store.tokens import StoredToken, TokenStore

NOW = datetime(2026, 11, 30, 9, tzinfo=UTC)
UNTIL = NOW + timedelta(seconds=25)
CONNECTION = Connection(account_id="acc", client_id="cli", client_secret_changed_at=NOW)


@pytest.fixture
def store(table: Table) -> SettingsStore:
    return SettingsStore(table)


@pytest.fixture
def tokens(table: Table) -> TokenStore:
    return TokenStore(table)


def a_token(serial: int) -> StoredToken:
    return StoredToken(
        value=f"token-{serial}",
        expires_at=NOW + timedelta(hours=1),
        credentials_version=1,
        serial=serial,
    )


def lock(tokens: TokenStore, owner: str, *, after: int = 0, now: datetime = NOW) -> bool:
    return tokens.lock("default", owner, after=after, now=now, until=now + timedelta(seconds=25))


def test_what_was_never_set_has_its_defaults(store: SettingsStore) -> None:
    assert store.get() == (Settings(), 0)
    assert store.connection("default") is None


def test_settings_are_stored_with_a_revision(store: SettingsStore) -> None:
    settings = Settings(emails=Emails(zoom_emails=True), drift=Drift.REPORT)

    store.put(settings, was_revision=0)
    assert store.get() == (settings, 1)

    store.put(Settings(), was_revision=1)
    assert store.get() == (Settings(), 2)


def changed_to(days: int) -> SettingsRecord:
    return settings_changed(Settings(), Settings(retention_days=days), Author(user_id="u"), NOW)


def test_a_change_and_its_record_are_written_together_or_not_at_all(store: SettingsStore) -> None:
    store.put(Settings(retention_days=7), was_revision=0, record=changed_to(7))

    with pytest.raises(WriteConflict):
        store.put(Settings(retention_days=8), was_revision=0, record=changed_to(8))

    assert store.get() == (Settings(retention_days=7), 1)
    assert store.history.page(after=None, limit=5) == ([changed_to(7)], None)


def test_records_are_read_the_newest_first_a_page_at_a_time(store: SettingsStore) -> None:
    made = []
    for number in range(5):
        made.append(changed_to(number + 1).model_copy(update={"at": NOW + timedelta(days=number)}))
        settings = Settings(retention_days=number + 1)
        store.put(settings, was_revision=number, record=made[-1])

    first, after = store.history.page(after=None, limit=3)
    second, end = store.history.page(after=after, limit=3)

    assert [*first, *second] == made[::-1]
    assert end is None


def test_a_connection_is_deleted_with_its_record_or_not_at_all(store: SettingsStore) -> None:
    store.put_connection(CONNECTION, was_version=0)
    record = connection_changed(CONNECTION, None, Author(key="k"), NOW)
    stale = CONNECTION.model_copy(update={"credentials_version": 7})

    with pytest.raises(WriteConflict):
        store.delete_connection(stale, record=record)
    assert store.history.page(after=None, limit=5).items == []

    store.delete_connection(CONNECTION, record=record)
    assert store.connection("default") is None
    assert store.history.page(after=None, limit=5).items == [record]


@pytest.mark.parametrize("stale", [0, 2])
def test_settings_that_changed_meanwhile_are_kept(store: SettingsStore, stale: int) -> None:
    store.put(Settings(retention_days=7), was_revision=0)

    with pytest.raises(WriteConflict):
        store.put(Settings(retention_days=8), was_revision=stale)

    assert store.get()[0].retention_days == 7


def test_credentials_that_changed_meanwhile_are_kept(store: SettingsStore) -> None:
    store.put_connection(CONNECTION, was_version=0)
    newer = CONNECTION.model_copy(update={"client_id": "newer", "credentials_version": 2})
    store.put_connection(newer, was_version=1)

    for stale in (0, 1):
        with pytest.raises(WriteConflict):
            store.put_connection(CONNECTION, was_version=stale)

    assert store.connection("default") == newer


def test_a_renewal_is_one_functions_alone(tokens: TokenStore) -> None:
    assert lock(tokens, "one")
    assert not lock(tokens, "other")
    assert not lock(tokens, "one")
    assert lock(tokens, "other", now=UNTIL)


def test_a_renewal_that_failed_is_free_again(tokens: TokenStore) -> None:
    lock(tokens, "one")
    tokens.unlock("default", "other")
    assert not lock(tokens, "other")

    tokens.unlock("default", "one")

    assert lock(tokens, "other")
    assert tokens.get("default") is None


def test_a_token_that_was_renewed_since_is_not_renewed_again(tokens: TokenStore) -> None:
    lock(tokens, "one")
    tokens.save("default", "one", a_token(1))

    assert tokens.get("default") == a_token(1)
    assert not lock(tokens, "other", after=0)
    assert lock(tokens, "other", after=1)


def test_a_renewal_that_came_too_late_is_dropped(tokens: TokenStore) -> None:
    lock(tokens, "one")
    lock(tokens, "other", now=UNTIL)
    tokens.save("default", "other", a_token(2))

    tokens.save("default", "one", a_token(1))

    assert tokens.get("default") == a_token(2)
