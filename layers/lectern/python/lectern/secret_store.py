"""The secrets of the Zoom connections, in Secrets Manager and nowhere else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from lectern.domain.settings import ConnectionSecrets

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient


class SecretStore:
    """Secrets by connection.

    Args:
        client: A Secrets Manager client.
        prefix: What the names of this stack's secrets begin with, such as ``lectern/prod/``.
    """

    def __init__(self, client: SecretsManagerClient, prefix: str) -> None:
        self._client = client
        self._prefix = prefix

    def get(self, connection_id: str) -> ConnectionSecrets | None:
        """The secrets of a connection; ``None`` where they were never set."""
        try:
            answer = self._client.get_secret_value(SecretId=self._name(connection_id))
        except ClientError as error:
            if error.response["Error"]["Code"] == "ResourceNotFoundException":
                return None
            raise
        return ConnectionSecrets.model_validate_json(answer["SecretString"])

    def put(self, connection_id: str, secrets: ConnectionSecrets) -> None:
        """Stores the secrets of a connection in place of former ones."""
        name, value = self._name(connection_id), secrets.model_dump_json()
        try:
            self._client.put_secret_value(SecretId=name, SecretString=value)
        except ClientError as error:
            if error.response["Error"]["Code"] != "ResourceNotFoundException":
                raise
            self._client.create_secret(
                Name=name,
                SecretString=value,
                Description="Secrets of a Zoom connection of Lectern",
            )

    def _name(self, connection_id: str) -> str:
        # Secrets Manager allows letters, digits and /_+=.@- in a name; a colon is not among them.
        return f"{self._prefix}connections/{connection_id.replace(':', '+')}"
