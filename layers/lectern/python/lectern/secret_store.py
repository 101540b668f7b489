"""The secrets of the settings, in Secrets Manager and nowhere else."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from lectern.domain.settings import ConnectionSecrets

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient


_NOTIFICATIONS = "notifications"
_LINK_KEY = "link-key"
"""Made with the stack, by the template; never changed here."""


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

    def notification_secret(self) -> str | None:
        """What notifications are signed with; ``None`` where it is not set."""
        text = self._read(_NOTIFICATIONS)
        secret: str | None = json.loads(text)["secret"] if text else None
        return secret

    def put_notification_secret(self, secret: str | None) -> None:
        """Stores what notifications are signed with; ``None`` takes it away."""
        text = json.dumps({"secret": secret})
        self._write(_NOTIFICATIONS, text, "What Lectern signs its notifications with")

    def link_key(self) -> bytes:
        """What links are signed with.

        Raises:
            LookupError: The stack's key is gone.
        """
        text = self._read(_LINK_KEY)
        if not text:
            raise LookupError(_LINK_KEY)
        return text.encode()

    def _read(self, name: str) -> str | None:
        try:
            answer = self._client.get_secret_value(SecretId=self._prefix + name)
        except ClientError as error:
            if error.response["Error"]["Code"] == "ResourceNotFoundException":
                return None
            raise
        return answer["SecretString"]

    def _write(self, name: str, value: str, description: str) -> None:
        name = self._prefix + name
        try:
            self._client.put_secret_value(SecretId=name, SecretString=value)
        except ClientError as error:
            if error.response["Error"]["Code"] != "ResourceNotFoundException":
                raise
            self._client.create_secret(Name=name, SecretString=value, Description=description)


def _of_connection(connection_id: str) -> str:
    # Secrets Manager allows letters, digits and /_+=.@- in a name; a colon is not among them.
    return f"connections/{connection_id.replace(':', '+')}"
