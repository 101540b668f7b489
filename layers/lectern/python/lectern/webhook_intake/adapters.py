"""The reception's own composition: nothing is built, or even imported, before it is used."""

from __future__ import annotations

import os
import time
from functools import cache

from lectern.aws.service import AwsService, Refused, endpoint
from lectern.domain.webhook_secrets import STORED_AS
from lectern.inbox import item_of
from lectern.webhook_intake.known_secrets import KnownSecrets
from lectern.webhook_intake.receiver import Receiver


def receiver() -> Receiver:
    """Builds the receiver of webhooks."""
    return Receiver(KnownSecrets(_stored_secrets, time.time), TableInbox(), time.time)


class TableInbox:
    """Deliveries as items of a table of their own, whose stream the worker is given."""

    def put(self, connection: str, body: bytes) -> None:
        """Stores a delivery, unless it is stored already: whoever repeats it is told no other."""
        asked = {
            "TableName": os.environ["INBOX_TABLE_NAME"],
            "Item": item_of(connection, body, time.time()),
            "ConditionExpression": "attribute_not_exists(PK)",
        }
        try:
            _dynamodb().ask("PutItem", asked)
        except Refused as refused:
            if refused.kind != "ConditionalCheckFailedException":
                raise


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
def _dynamodb() -> AwsService:
    return AwsService("dynamodb", "DynamoDB_20120810", "1.0", endpoint("dynamodb"))


@cache
def _secrets_manager() -> AwsService:
    return AwsService("secretsmanager", "secretsmanager", "1.1", endpoint("secretsmanager"))
