"""The secrets of the settings, in Secrets Manager and nowhere else."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from lectern.domain.errors import Conflict
from lectern.domain.settings import ConnectionSecrets
from lectern.domain.webhook_secrets import STORED_AS, with_secret

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient


_NOTIFICATIONS = "notifications"
_LINK_KEY = "link-key"
"""Made with the stack, by the template; never changed here."""
_CURRENT = "AWSCURRENT"
_CANDIDATE = "CANDIDATE"
"""The label of a version that is to become the current one."""


_MOST_RACES = 10
_LOST_RACES = {"InvalidParameterException", "ResourceExistsException"}
"""What Secrets Manager says of a label that is elsewhere by now, or of a name that is taken."""


class SecretStore:
    """The secrets of connections by connection, and that of notifications.

    Args:
        client: A Secrets Manager client.
        prefix: What the names of this stack's secrets begin with, such as ``lectern/prod/``.
    """

    def __init__(self, client: SecretsManagerClient, prefix: str) -> None:
        self._client = client
        self._prefix = prefix

    def get(self, connection_id: str) -> ConnectionSecrets | None:
        """The secrets of a connection; ``None`` where they were never set."""
        text = self._read(_of_connection(connection_id))
        return ConnectionSecrets.model_validate_json(text) if text else None

    def put(self, connection_id: str, secrets: ConnectionSecrets) -> None:
        """Stores the secrets of a connection in place of former ones."""
        text = secrets.model_dump_json()
        self._write(_of_connection(connection_id), text, "Secrets of a Zoom connection of Lectern")

    def delete(self, connection_id: str) -> None:
        """Deletes the secrets of a connection at once; nobody can bring them back."""
        try:
            self._client.delete_secret(
                SecretId=self._prefix + _of_connection(connection_id),
                ForceDeleteWithoutRecovery=True,
            )
        except ClientError as error:
            if _code_of(error) != "ResourceNotFoundException":
                raise

    def put_webhook_secret(self, connection_id: str, key: str | None, now: datetime) -> None:
        """Stores what a connection's webhooks are signed with; ``None`` takes it away.

        All connections' are one secret, which the reception reads with one call and without any
        right to other secrets. A lost race against another connection's change is run again.

        Raises:
            Conflict: Others were faster again and again.
        """
        for _ in range(_MOST_RACES):
            text, version = self._read_version(STORED_AS) or (None, None)
            changed = with_secret(text, connection_id, key, now)
            if changed == (text or "{}") or self._replace(STORED_AS, changed, version):
                return
        raise Conflict(STORED_AS)

    def notification_secret(self) -> str | None:
        """The key that notifications are signed with; ``None`` where it is not set."""
        text = self._read(_NOTIFICATIONS)
        secret: str | None = json.loads(text)["secret"] if text else None
        return secret

    def put_notification_secret(self, secret: str | None) -> None:
        """Stores what notifications are signed with; ``None`` takes it away."""
        text = json.dumps({"secret": secret})
        self._write(_NOTIFICATIONS, text, "What Lectern signs its notifications with")

    def link_key(self) -> bytes:
        """The key that join links are signed with.

        Raises:
            LookupError: The stack's key is gone.
        """
        text = self._read(_LINK_KEY)
        if not text:
            raise LookupError(_LINK_KEY)
        return text.encode()

    def _read(self, name: str) -> str | None:
        read = self._read_version(name)
        return read[0] if read else None

    def _read_version(self, name: str) -> tuple[str, str] | None:
        """A secret and its version; ``None`` where it was never set."""
        try:
            answer = self._client.get_secret_value(
                SecretId=self._prefix + name, VersionStage=_CURRENT
            )
        except ClientError as error:
            if _code_of(error) == "ResourceNotFoundException":
                return None
            raise
        return answer["SecretString"], answer["VersionId"]

    def _replace(self, name: str, value: str, was_version: str | None) -> bool:
        """Writes a secret if it is still of the version that was read; ``False`` if it is not.

        Secrets Manager has no conditional write; but a label is moved only from the version that
        is named.
        """
        secret = self._prefix + name
        try:
            if was_version is None:
                description = "What Zoom signs its webhooks with, by connection of Lectern"
                self._client.create_secret(Name=secret, SecretString=value, Description=description)
                return True
            candidate = self._client.put_secret_value(
                SecretId=secret, SecretString=value, VersionStages=[_CANDIDATE]
            )
            self._client.update_secret_version_stage(
                SecretId=secret,
                VersionStage=_CURRENT,
                MoveToVersionId=candidate["VersionId"],
                RemoveFromVersionId=was_version,
            )
        except ClientError as error:
            if _code_of(error) in _LOST_RACES:
                return False
            raise
        return True

    def _write(self, name: str, value: str, description: str) -> None:
        name = self._prefix + name
        try:
            self._client.put_secret_value(SecretId=name, SecretString=value)
        except ClientError as error:
            if _code_of(error) != "ResourceNotFoundException":
                raise
            self._client.create_secret(Name=name, SecretString=value, Description=description)


def _code_of(error: ClientError) -> str:
    return error.response["Error"]["Code"]


def _of_connection(connection_id: str) -> str:
    # Secrets Manager allows letters, digits and /_+=.@- in a name; a colon is not among them.
    return f"connections/{connection_id.replace(':', '+')}"
