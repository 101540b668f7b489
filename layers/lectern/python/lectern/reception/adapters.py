"""The reception's own composition: nothing is built, or even imported, before it is used."""

from __future__ import annotations

import os
import time
from functools import cache
from typing import TYPE_CHECKING

from lectern.domain.webhook_secrets import STORED_AS
from lectern.reception.known_secrets import KnownSecrets
from lectern.reception.receiver import Receiver

if TYPE_CHECKING:
    from botocore.config import Config
    from mypy_boto3_secretsmanager import SecretsManagerClient
    from mypy_boto3_sqs import SQSClient

_NOT_IN_SQS = {"\ufffe": "\\ufffe", "\uffff": "\\uffff"}
"""Characters that JSON allows and SQS does not; they stand in JSON only where an escape may."""


def receiver() -> Receiver:
    """What answers the webhook addresses."""
    return Receiver(KnownSecrets(_stored_secrets, time.time), QueueInbox(), time.time)


class QueueInbox:
    """Deliveries as messages of a queue: the body is what Zoom signed, the connection beside it."""

    def put(self, connection: str, body: str) -> None:
        """Sends a delivery to the queue."""
        for character, escape in _NOT_IN_SQS.items():
            body = body.replace(character, escape)
        _sqs().send_message(
            QueueUrl=os.environ["WEBHOOK_QUEUE_URL"],
            MessageBody=body,
            MessageAttributes={"connection": {"DataType": "String", "StringValue": connection}},
        )


def _stored_secrets() -> str | None:
    client = _secrets_manager()
    try:
        answer = client.get_secret_value(
            SecretId=os.environ["SECRET_PREFIX"] + STORED_AS, VersionStage="AWSCURRENT"
        )
    except client.exceptions.ResourceNotFoundException:
        return None
    return answer["SecretString"]


@cache
def _sqs() -> SQSClient:
    import boto3  # noqa: PLC0415 - it takes longer to load than all the rest together

    return boto3.client("sqs", config=_patient())


@cache
def _secrets_manager() -> SecretsManagerClient:
    import boto3  # noqa: PLC0415

    return boto3.client("secretsmanager", config=_patient())


def _patient() -> Config:
    """Zoom waits for three seconds, and then repeats: what is stored late is not lost to a 5xx."""
    from botocore.config import Config  # noqa: PLC0415

    return Config(
        retries={"mode": "standard", "total_max_attempts": 3},
        connect_timeout=1,
        read_timeout=5,
    )
