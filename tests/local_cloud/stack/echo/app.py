"""Does what the request asks for: /v1/echo, /v1/sleep, /v1/exit, /v1/put/KEY..."""

import json
import os
import time

import boto3

TABLE = boto3.resource("dynamodb").Table(os.environ["TABLE_NAME"])


def handler(event, context):
    if "do" in event:
        TABLE.put_item(Item={"PK": event.get("key", event["do"])})
        return {"done": event["do"]}
    body = DEEDS.get(event["path"].split("/")[-1], echo)(event)
    return {"statusCode": 200, "body": json.dumps(body), "headers": {"X-Test": "yes"}}


def echo(event):
    return {"event": event, "environment": dict(os.environ)}


def sleep(event):
    time.sleep(60)


def leave(event):
    os._exit(3)


def stumble(event):
    raise ValueError("stumbled")


def chatter(event):
    return "x" * (7 * 1024 * 1024)


def put(event):
    for key in json.loads(event["body"])["keys"]:
        TABLE.put_item(Item={"PK": key, "at": str(time.time())})
    return "put"


def trespass(event):
    try:
        TABLE.delete_item(Key={"PK": "x"})
    except TABLE.meta.client.exceptions.ClientError as error:
        return error.response["Error"]["Code"]
    return "allowed"


def count(event):
    return TABLE.update_item(
        Key={"PK": "counter"},
        UpdateExpression="ADD hits :one",
        ExpressionAttributeValues={":one": 1},
        ReturnValues="UPDATED_NEW",
    )["Attributes"]["hits"].__int__()


DEEDS = {
    "sleep": sleep,
    "exit": leave,
    "stumble": stumble,
    "chatter": chatter,
    "put": put,
    "trespass": trespass,
    "count": count,
}
