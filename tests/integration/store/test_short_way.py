"""By the short way the other tests are told of the table what they would be told by the long."""

from __future__ import annotations

from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from lectern_testing.aws.moto_shortcut import go_the_long_way
from lectern_testing.table import TABLE_NAME, make_table

KEY = {"PK": {"S": "a"}, "SK": {"S": "b"}}
ITEM = {**KEY, "n": {"N": "1"}, "names": {"SS": ["x", "y"]}, "map": {"M": {"l": {"L": []}}}}
NEW = {
    "ConditionExpression": "attribute_not_exists(#PK)",
    "ExpressionAttributeNames": {"#PK": "PK"},
}
PUT = {"Put": {"TableName": TABLE_NAME, "Item": ITEM, **NEW}}
NOT_READ = {"ResponseMetadata", "message", "Message"}
"""What a request that was sent has besides, and a message that stands under "Error" as well."""

CALLS: list[tuple[str, dict[str, Any]]] = [
    ("get_item", {"Key": KEY}),
    ("put_item", {"Item": ITEM, **NEW}),
    ("put_item", {"Item": ITEM, **NEW, "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}),
    ("put_item", {"Item": ITEM, **NEW}),
    ("get_item", {"Key": KEY, "ConsistentRead": True}),
    (
        "update_item",
        {
            "Key": KEY,
            "UpdateExpression": "SET #n = #n + :one ADD #names :more",
            "ExpressionAttributeNames": {"#n": "n", "#names": "names"},
            "ExpressionAttributeValues": {":one": {"N": "1"}, ":more": {"SS": ["z"]}},
            "ReturnValues": "ALL_NEW",
        },
    ),
    (
        "query",
        {
            "KeyConditionExpression": "#PK = :a",
            "ExpressionAttributeNames": {"#PK": "PK"},
            "ExpressionAttributeValues": {":a": {"S": "a"}},
            "ReturnConsumedCapacity": "TOTAL",
        },
    ),
    ("update_item", {"Key": KEY, "UpdateExpression": "SET nonsense"}),
    ("delete_item", {"Key": KEY, "ReturnValues": "ALL_OLD"}),
    ("transact_write_items", {"TransactItems": [PUT]}),
    ("transact_write_items", {"TransactItems": [PUT]}),
    ("batch_get_item", {"RequestItems": {TABLE_NAME: {"Keys": [KEY]}}}),
    ("batch_write_item", {"RequestItems": {TABLE_NAME: [{"DeleteRequest": {"Key": KEY}}]}}),
    ("get_item", {"TableName": "another", "Key": KEY}),
]


def told(*, the_long_way: bool) -> list[object]:
    """What is answered to the calls."""
    with mock_aws():
        client = boto3.client("dynamodb")
        if the_long_way:
            go_the_long_way(client)
        make_table(client)
        return [answer(client, operation, request) for operation, request in CALLS]


def answer(client: object, operation: str, request: dict[str, Any]) -> object:
    named = request if operation.startswith(("batch", "transact")) else {"TableName": TABLE_NAME}
    try:
        answer = getattr(client, operation)(**named | request)
    except ClientError as error:
        answer = {"type": type(error).__name__, "text": str(error), **error.response}
    return {name: value for name, value in answer.items() if name not in NOT_READ}


@pytest.mark.parametrize("number", range(len(CALLS)))
def test_both_ways_give_one_answer(number: int, both: tuple[list[object], list[object]]) -> None:
    short, long = both
    assert short[number] == long[number]


@pytest.fixture(scope="module")
def both() -> tuple[list[object], list[object]]:
    return told(the_long_way=False), told(the_long_way=True)
