"""Notes what it hears from the stream; fails on keys that say so."""

from __future__ import annotations

import json
import os
import time
from typing import Any

import boto3

TABLE = boto3.resource("dynamodb").Table(os.environ["TABLE_NAME"])
MACHINE = boto3.client("stepfunctions")


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    failed = []
    for record in event["Records"]:
        identifier, key = hear(record)
        if key.startswith("crash"):
            raise ValueError(key)
        if key.startswith("bad"):
            failed.append({"itemIdentifier": identifier})
            break
    return {"batchItemFailures": failed}


def hear(record: Any) -> Any:
    key = record["dynamodb"]["Keys"]["PK"]["S"]
    if key.startswith("run"):
        MACHINE.start_execution(
            stateMachineArn=os.environ["MACHINE"], name=key, input=json.dumps({"key": key[3:]})
        )
    if not key.startswith(("heard", "counter")):
        note(key)
    return record["dynamodb"]["SequenceNumber"], key


def note(key: Any) -> None:
    TABLE.update_item(
        Key={"PK": f"heard-{key}"},
        UpdateExpression="SET heard_at = :now ADD times :one",
        ExpressionAttributeValues={":now": str(time.time()), ":one": 1},
    )
