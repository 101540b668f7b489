"""The reception's own composition: nothing is built, or even imported, before it is used."""

from __future__ import annotations

import os
import time
from functools import cache

from lectern.aws.service import AwsService, Refused, endpoint
from lectern.domain.webhook_secrets import STORED_AS
from lectern.webhook_intake.known_secrets import KnownSecrets
from lectern.webhook_intake.receiver import Receiver

_NOT_IN_SQS = {"\ufffe": "\\ufffe", "\uffff": "\\uffff"}
"""Characters that JSON allows and SQS does not; they stand in JSON only where an escape may."""


def receiver() -> Receiver:
    """Builds the receiver of webhooks."""
    return Receiver(KnownSecrets(_stored_secrets, time.time), QueueInbox(), time.time)


class QueueInbox:
    """Deliveries as messages of a queue: the body is what Zoom signed, the connection beside it."""

    def put(self, connection: str, body: str) -> None:
        """Sends a delivery to the queue."""
        for character, escape in _NOT_IN_SQS.items():
            body = body.replace(character, escape)
        _sqs().ask(
            "SendMessage",
            {
                "QueueUrl": os.environ["WEBHOOK_QUEUE_URL"],
                "MessageBody": body,
                "MessageAttributes": {
                    "connection": {"DataType": "String", "StringValue": connection}
                },
            },
        )


def _stored_secrets() -> str | None:
    asked = {
        "SecretId": os.environ["SECRET_PREFIX"] + STORED_AS,
        "VersionStage": "AWSCURRENT",
    }
    try:
        secret: str = _secrets_manager().ask("GetSecretValue", asked)["SecretString"]
    except Refused as refused:
        if refused.kind == "ResourceNotFoundException":
            return None
        raise
    return secret


@cache
def _sqs() -> AwsService:
    """SQS is where the queue's address says."""
    return AwsService("sqs", "AmazonSQS", "1.0", os.environ["WEBHOOK_QUEUE_URL"])


@cache
def _secrets_manager() -> AwsService:
    return AwsService("secretsmanager", "secretsmanager", "1.1", endpoint("secretsmanager"))
