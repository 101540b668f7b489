"""A function that reads one item by boto3: what any function costs that looks into a table."""

import os
from typing import Any

import boto3

_table = boto3.client("dynamodb")


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Reads the item that it is told of."""
    answer = _table.get_item(
        TableName=os.environ["TABLE_NAME"], Key=event["key"], ConsistentRead=True
    )
    return {"statusCode": 200 if "Item" in answer else 500}
