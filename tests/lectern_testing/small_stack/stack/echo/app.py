"""Does what the request asks for: /v1/echo, /v1/sleep, /v1/exit, /v1/put/KEY..."""

from __future__ import annotations

import json
import os
import time
from typing import Any

import boto3

TABLE = boto3.resource("dynamodb").Table(os.environ["TABLE_NAME"])


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    if "do" in event:
        TABLE.put_item(Item={"PK": event.get("key", event["do"])})
        return {"done": event["do"]}
    body = DEEDS.get(event["path"].split("/")[-1], echo)(event)
    return {"statusCode": 200, "body": json.dumps(body), "headers": {"X-Test": "yes"}}


def echo(event: dict[str, Any]) -> dict[str, Any]:
    return {"event": event, "environment": dict(os.environ)}


def sleep(event: dict[str, Any]) -> None:
    time.sleep(60)


def leave(event: dict[str, Any]) -> None:
    os._exit(3)


def stumble(event: dict[str, Any]) -> None:
    raise ValueError("stumbled")


def chatter(event: dict[str, Any]) -> str:
    return "x" * (7 * 1024 * 1024)


def put(event: dict[str, Any]) -> str:
    for key in json.loads(event["body"])["keys"]:
        TABLE.put_item(Item={"PK": key, "at": str(time.time())})
    return "put"


def trespass(event: dict[str, Any]) -> str:
    try:
        TABLE.delete_item(Key={"PK": "x"})
    except TABLE.meta.client.exceptions.ClientError as error:
        return error.response["Error"]["Code"]
    return "allowed"


def count(event: dict[str, Any]) -> int:
    counted: Any = TABLE.update_item(
        Key={"PK": "counter"},
        UpdateExpression="ADD hits :one",
        ExpressionAttributeValues={":one": 1},
        ReturnValues="UPDATED_NEW",
    )
    return int(counted["Attributes"]["hits"])


DEEDS = {
    "sleep": sleep,
    "exit": leave,
    "stumble": stumble,
    "chatter": chatter,
    "put": put,
    "trespass": trespass,
    "count": count,
}
