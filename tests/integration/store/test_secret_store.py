"""Secrets: kept under the stack's own names, replaced whole, and in no text of an error."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws
from pydantic import ValidationError

from lectern.domain.settings import ConnectionSecrets
from lectern.domain.webhook_secrets import STORED_AS, WebhookSecret, read_secrets
from lectern.secret_store import SecretStore
from lectern_testing.unknown_fields import FIELD, VALUE, with_future_fields

NOW = datetime(2030, 1, 1, tzinfo=UTC)
FIRST = ConnectionSecrets(client_secret="first")
SECOND = ConnectionSecrets(client_secret="second", webhook_secret_token="t", credentials_version=2)


@pytest.fixture
def client() -> Iterator[Any]:
    with mock_aws():
        yield boto3.client("secretsmanager", region_name="eu-west-1")


@pytest.fixture
def store(client: Any) -> SecretStore:
    return SecretStore(client, "lectern/test/")


def test_what_was_never_set_is_none(store: SecretStore) -> None:
    assert store.get("default") is None
    assert store.notification_secret() is None


def test_the_secrets_of_a_connection_are_replaced_whole(store: SecretStore) -> None:
    store.put("default", FIRST)
    assert store.get("default") == FIRST

    store.put("default", SECOND)
    assert store.get("default") == SECOND
    assert store.get("other") is None


def test_stacks_do_not_see_each_others_secrets(client: Any, store: SecretStore) -> None:
    store.put("default", FIRST)

    assert SecretStore(client, "lectern/other/").get("default") is None


def test_every_connection_id_has_a_name_that_secrets_manager_takes(store: SecretStore) -> None:
    for connection_id in ("a:b", "a@b", "a.b", "a_b-c"):
        store.put(connection_id, ConnectionSecrets(client_secret=connection_id))

    for connection_id in ("a:b", "a@b", "a.b", "a_b-c"):
        assert store.get(connection_id) == ConnectionSecrets(client_secret=connection_id)


def test_the_secret_of_notifications_is_set_and_taken_away(store: SecretStore) -> None:
    store.put_notification_secret("hush")
    assert store.notification_secret() == "hush"

    store.put_notification_secret(None)
    assert store.notification_secret() is None


def test_a_secret_that_is_being_deleted_is_not_one_that_was_never_set(client: Any) -> None:
    client.create_secret(Name="connections/default", SecretString="{}")
    client.delete_secret(SecretId="connections/default")

    with pytest.raises(ClientError, match="InvalidRequestException"):
        SecretStore(client, "").get("default")


def test_a_secret_that_cannot_be_read_is_not_shown(client: Any, store: SecretStore) -> None:
    client.create_secret(
        Name="lectern/test/connections/default", SecretString='{"client_secret": ["hush"]}'
    )

    with pytest.raises(ValidationError) as caught:
        store.get("default")

    assert "hush" not in f"{caught.value} {caught.value!r}"


def webhook_secrets(client: Any) -> tuple[WebhookSecret, ...]:
    answer = client.get_secret_value(
        SecretId="lectern/test/webhook-secrets", VersionStage="AWSCURRENT"
    )
    return read_secrets(answer["SecretString"])


def test_webhook_secrets_of_all_connections_are_one_secret(store: SecretStore, client: Any) -> None:
    store.put_webhook_secret("default", "first", NOW)
    store.put_webhook_secret("academy", "second", NOW)
    store.put_webhook_secret("default", "third", NOW)

    kept = webhook_secrets(client)
    assert [(each.connection, each.key) for each in kept] == [
        ("default", "third"),
        ("academy", "second"),
        ("default", "first"),
    ]


def test_a_webhook_secret_that_is_as_wanted_is_not_written(store: SecretStore, client: Any) -> None:
    store.put_webhook_secret("default", None, NOW)
    with pytest.raises(ClientError):
        client.describe_secret(SecretId="lectern/test/webhook-secrets")

    store.put_webhook_secret("default", "first", NOW)
    [written] = client.list_secret_version_ids(SecretId="lectern/test/webhook-secrets")["Versions"]
    store.put_webhook_secret("default", "first", NOW)
    [kept] = client.list_secret_version_ids(SecretId="lectern/test/webhook-secrets")["Versions"]
    assert kept["VersionId"] == written["VersionId"]


@pytest.mark.parametrize("known", [True, False])
def test_two_connections_changed_at_once_keep_both_webhook_secrets(
    store: SecretStore, client: Any, monkeypatch: pytest.MonkeyPatch, known: Any
) -> None:
    if known:
        store.put_webhook_secret("third", "known", NOW)
    read = client.get_secret_value
    raced: list[bool] = []

    def read_and_be_late(**request: Any) -> Any:
        try:
            return read(**request)
        finally:
            if not raced:
                raced.append(True)
                store.put_webhook_secret("academy", "theirs", NOW)

    monkeypatch.setattr(client, "get_secret_value", read_and_be_late)
    store.put_webhook_secret("default", "ours", NOW)

    kept = webhook_secrets(client)
    assert {each.connection for each in kept} == {"academy", "default"} | (
        {"third"} if known else set()
    )


def test_secrets_that_a_newer_version_wrote_are_read(client: Any, store: SecretStore) -> None:
    for connection in ("default", "other"):
        store.put(connection, SECOND)
        store.put_webhook_secret(connection, "hook", NOW)
    store.put_notification_secret("hush")
    for each in client.list_secrets()["SecretList"]:
        name = each["Name"].removeprefix("lectern/test/")
        told, version = store._read_version(name) or ("", "")
        newer = with_future_fields(json.loads(told))
        if name == STORED_AS:
            newer.pop(FIELD)  # what is stored there are connections by name
        assert store._replace(name, json.dumps(newer), version)

    assert store.get("default") == SECOND
    assert store.notification_secret() == "hush"
    store.put_webhook_secret("default", "next", NOW)
    text, _ = store._read_version(STORED_AS) or ("", "")
    present, *_, former = read_secrets(text)
    assert (present.key, former.key) == ("next", "hook")
    assert json.loads(text)["default"][FIELD] == VALUE
