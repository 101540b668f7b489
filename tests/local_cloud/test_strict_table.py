"""The table of a running local cloud refuses and leaves over as DynamoDB does."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from local.cloud import LocalCloud
from local.moto.leftovers import EVERY

TABLE = "strict"


@pytest.fixture(scope="module")
def client(cloud: LocalCloud) -> Iterator[Any]:
    client = boto3.client("dynamodb", endpoint_url=cloud.aws_url)
    client.create_table(
        TableName=TABLE,
        AttributeDefinitions=[{"AttributeName": n, "AttributeType": "S"} for n in ("PK", "SK")],
        KeySchema=[
            {"AttributeName": "PK", "KeyType": "HASH"},
            {"AttributeName": "SK", "KeyType": "RANGE"},
        ],
        BillingMode="PAY_PER_REQUEST",
    )
    for number in range(2):
        client.put_item(TableName=TABLE, Item=key(number))
    yield client
    client.delete_table(TableName=TABLE)
    client.close()


def key(number: int) -> dict[str, Any]:
    return {"PK": {"S": "p"}, "SK": {"S": f"k{number}"}}


def test_a_query_begins_only_where_its_own_conditions_hold(client: Any) -> None:
    with pytest.raises(ClientError, match="does not match the range key predicate"):
        client.query(
            TableName=TABLE,
            KeyConditionExpression="PK = :p AND SK BETWEEN :a AND :b",
            ExpressionAttributeValues={
                name: {"S": value} for name, value in ((":p", "p"), (":a", "k1"), (":b", "k9"))
            },
            ExclusiveStartKey=key(0),
        )


def test_a_batch_leaves_something_over_now_and_then(client: Any) -> None:
    asked: Any = {TABLE: {"Keys": [key(0), key(1)]}}
    answers = [client.batch_get_item(RequestItems=asked) for _ in range(EVERY)]
    assert [each for each in answers if each["UnprocessedKeys"]]
