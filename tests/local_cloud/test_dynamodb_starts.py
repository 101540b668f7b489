"""A query begins only where DynamoDB would begin it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import KeySchemaElementTypeDef

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws
from moto.dynamodb.models.table import Table

from lectern_testing.aws.moto_shortcut import go_the_long_way
from local.moto import order, query_starts

WAYS = {"as it came": order.AS_IT_CAME["query"], "in order": order._query}


def key(**texts: str) -> dict[str, Any]:
    return {name: {"S": text} for name, text in texts.items()}


@pytest.fixture(params=["as it came", "in order"], autouse=True)
def moto(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """However moto reads what a query is about."""
    monkeypatch.setattr(Table, "query", WAYS[request.param])
    query_starts.install()


@pytest.fixture(params=["the long way", "the short way"])
def client(request: pytest.FixtureRequest) -> Iterator[Any]:
    with mock_aws():
        client = boto3.client("dynamodb", region_name="eu-west-1")
        if request.param == "the long way":
            go_the_long_way(client)
        client.create_table(
            TableName="t",
            AttributeDefinitions=[
                {"AttributeName": name, "AttributeType": "S"} for name in ("PK", "SK", "GPK", "GSK")
            ],
            KeySchema=keys("PK", "SK"),
            GlobalSecondaryIndexes=[
                {
                    "IndexName": "gsi",
                    "KeySchema": keys("GPK", "GSK"),
                    "Projection": {"ProjectionType": "ALL"},
                }
            ],
            BillingMode="PAY_PER_REQUEST",
        )
        for number in range(4):
            item = key(PK="a", SK=f"k{number}", GPK="g", GSK=f"{number}")
            client.put_item(TableName="t", Item=item)
        yield client


def keys(hash_name: str, range_name: str) -> list[KeySchemaElementTypeDef]:
    return [
        {"AttributeName": hash_name, "KeyType": "HASH"},
        {"AttributeName": range_name, "KeyType": "RANGE"},
    ]


def found(client: Any, start: dict[str, Any], index: str | None = None) -> list[dict[str, Any]]:
    names = ("GPK", "GSK") if index else ("PK", "SK")
    low = "0" if index else "k0"
    found: list[dict[str, Any]] = client.query(
        TableName="t",
        KeyConditionExpression=f"{names[0]} = :p AND {names[1]} BETWEEN :low AND :high",
        ExpressionAttributeValues={
            ":p": {"S": "g" if index else "a"},
            ":low": {"S": low},
            ":high": {"S": low.replace("0", "2")},
        },
        ExclusiveStartKey=start,
        **({"IndexName": index} if index else {}),
    )["Items"]
    return found


def test_a_start_that_a_page_can_have_is_taken(client: Any) -> None:
    assert [item["SK"]["S"] for item in found(client, key(PK="a", SK="k1"))] == ["k2"]
    assert [item["SK"]["S"] for item in found(client, key(PK="a", SK="k15"))] == ["k2"]
    start = key(PK="a", SK="k1", GPK="g", GSK="1")
    assert [item["SK"]["S"] for item in found(client, start, "gsi")] == ["k2"]


SHAPE = "is invalid"
PARTITION = "is outside query boundaries based on provided conditions"
RANGE = "does not match the range key predicate"


@pytest.mark.parametrize(
    ("start", "index", "why"),
    [
        (key(PK="a"), None, SHAPE),
        (key(PK="a", SK=""), None, SHAPE),
        (key(PK="a", SK="k1", GPK="g"), None, SHAPE),
        (key(PK="b", SK="k1"), None, PARTITION),
        (key(PK="a", SK="k3"), None, RANGE),
        (key(PK="a", SK="a"), None, RANGE),
        (key(PK="a", SK="k1"), "gsi", SHAPE),
        (key(GPK="g", GSK="1"), "gsi", SHAPE),
        (key(PK="a", SK="k1", GPK="h", GSK="1"), "gsi", PARTITION),
        (key(PK="a", SK="k1", GPK="g", GSK="9"), "gsi", RANGE),
    ],
)
def test_any_other_is_refused_as_dynamodb_words_it(
    client: Any, start: dict[str, Any], index: str | None, why: str
) -> None:
    with pytest.raises(ClientError) as refused:
        found(client, start, index)
    error = refused.value.response["Error"]
    assert error["Code"] == "ValidationException"
    assert error["Message"] == f"The provided starting key {why}"
