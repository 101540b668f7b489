"""A function that stores what it is given by boto3, and does nothing else."""

import os
from typing import Any

import boto3

client = boto3.client("dynamodb")


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Stores one item, and answers."""
    item: Any = {"PK": {"S": event["body"]}}
    client.put_item(TableName=os.environ["INBOX_TABLE_NAME"], Item=item)
    return {"statusCode": 200, "headers": {}, "body": ""}
