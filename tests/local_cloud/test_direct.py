"""What goes the direct way is answered as moto itself answers it."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.test import run_wsgi_app
from werkzeug.wsgi import ClosingIterator

from local.moto.direct import Direct

KEY = {"PK": {"S": "p"}, "SK": {"S": "s"}}
SCOPE = "AWS4-HMAC-SHA256 Credential=AKIAEXAMPLE/20260101/eu-west-1/{}/aws4_request, Signature=x"
VARYING = {"MessageId", "NextShardIterator", "ReceiptHandle"}


class Account:
    """moto, asked by both ways, each with a table and a queue of its own."""

    def __init__(self) -> None:
        self.moto = DomainDispatcherApplication(create_backend_app)
        self.handed_on = 0
        self.direct = Direct(self._handed_on)
        dynamodb = boto3.client("dynamodb", region_name="eu-west-1")
        self.urls = {}
        for name in ("directly", "by_moto"):
            dynamodb.create_table(
                TableName=name,
                AttributeDefinitions=[
                    {"AttributeName": key, "AttributeType": "S"} for key in ("PK", "SK")
                ],
                KeySchema=[
                    {"AttributeName": "PK", "KeyType": "HASH"},
                    {"AttributeName": "SK", "KeyType": "RANGE"},
                ],
                BillingMode="PAY_PER_REQUEST",
            )
            queue = boto3.client("sqs", region_name="eu-west-1").create_queue(QueueName=name)
            self.urls[name] = queue["QueueUrl"]

    def _handed_on(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> ClosingIterator:
        self.handed_on += 1
        found: ClosingIterator = self.moto(environ, start_response)
        return found

    def both(self, target: str, asked: dict[str, Any]) -> tuple[Any, ...]:
        """The answers by the direct way and by moto's own."""
        directly = self._ask(self.direct, target, self._of("directly", asked))
        by_moto = self._ask(self.moto, target, self._of("by_moto", asked))
        return directly, by_moto

    def _of(self, name: str, asked: dict[str, Any]) -> bytes:
        text = json.dumps(asked).replace("QUEUE", self.urls[name]).replace("TABLE", name)
        return text.encode()

    def _ask(
        self, application: Direct | DomainDispatcherApplication, target: str, body: bytes
    ) -> tuple[Any, ...]:
        service = "dynamodb" if target.startswith("Dynamo") else "sqs"
        environ = {
            "REQUEST_METHOD": "POST",
            "PATH_INFO": "/",
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "CONTENT_TYPE": "application/x-amz-json-1.0",
            "CONTENT_LENGTH": str(len(body)),
            "HTTP_AUTHORIZATION": SCOPE.format(service),
            "HTTP_X_AMZ_TARGET": target,
            "wsgi.input": io.BytesIO(body),
            "wsgi.url_scheme": "http",
        }
        parts, status, headers = run_wsgi_app(application, environ, buffered=True)
        text = b"".join(parts).decode().replace("by_moto", "TABLE").replace("directly", "TABLE")
        return status[:3], headers["Content-Type"], without_what_varies(json.loads(text or "{}"))


def without_what_varies(answer: Any) -> Any:
    if isinstance(answer, dict):
        return {k: without_what_varies(v) for k, v in answer.items() if k not in VARYING}
    return [without_what_varies(each) for each in answer] if isinstance(answer, list) else answer


@pytest.fixture(scope="module")
def account() -> Iterator[Account]:
    with mock_aws():
        yield Account()


def of_table(operation: str, **asked: Any) -> tuple[str, dict[str, Any]]:
    return f"DynamoDB_20120810.{operation}", {"TableName": "TABLE"} | asked


def of_queue(operation: str, **asked: Any) -> tuple[Any, ...]:
    return f"AmazonSQS.{operation}", {"QueueUrl": "QUEUE"} | asked


ITEM = KEY | {
    "n": {"N": "1.50"},
    "list": {"L": [{"M": {"x": {"NULL": True}}}, {"BOOL": False}]},
    "set": {"SS": ["b", "a"]},
}
UPDATE = {
    "Key": KEY,
    "UpdateExpression": "SET n = n + :one ADD seen :set",
    "ExpressionAttributeValues": {":one": {"N": "1"}, ":set": {"SS": ["x"]}},
    "ReturnValues": "ALL_NEW",
}
OTHER = {"PK": {"S": "p"}, "SK": {"S": "t"}}
CALLS = [
    of_table("PutItem", Item=ITEM),
    of_table("PutItem", Item=ITEM, ReturnValues="ALL_OLD", ReturnConsumedCapacity="TOTAL"),
    of_table("PutItem", Item=KEY | {"B": {"B": "AAE="}, "M": {"M": {"B": {"B": "AA=="}}}}),
    of_table("GetItem", Key=KEY, ConsistentRead=True),
    of_table("PutItem", Item=ITEM, ReturnValues="ALL_OLD"),
    of_table("GetItem", Key=KEY, ConsistentRead=True),
    of_table("GetItem", Key=OTHER),
    of_table("UpdateItem", **UPDATE),
    of_table("DeleteItem", Key=OTHER),
    (
        "DynamoDB_20120810.TransactWriteItems",
        {"TransactItems": [{"Put": {"TableName": "TABLE", "Item": OTHER}}]},
    ),
    (
        "DynamoDB_20120810.BatchWriteItem",
        {"RequestItems": {"TABLE": [{"PutRequest": {"Item": OTHER}}]}},
    ),
    ("DynamoDB_20120810.BatchGetItem", {"RequestItems": {"TABLE": {"Keys": [KEY, OTHER]}}}),
    of_table(
        "Query",
        KeyConditionExpression="PK = :p",
        ExpressionAttributeValues={":p": {"S": "p"}},
        Limit=1,
    ),
    of_queue("SendMessage", MessageBody="plain"),
    of_queue(
        "SendMessage",
        MessageBody="ø",
        DelaySeconds=0,
        MessageAttributes={"connection": {"DataType": "String", "StringValue": "default"}},
    ),
    of_queue("SendMessageBatch", Entries=[{"Id": "1", "MessageBody": "in a batch"}]),
    of_queue("ReceiveMessage", MaxNumberOfMessages=10, MessageAttributeNames=["All"]),
    of_queue("ReceiveMessage"),
    of_queue("DeleteMessageBatch", Entries=[{"Id": "1", "ReceiptHandle": "of none"}]),
]
"""In an order in which they find something."""
HANDED_ON = [
    of_table("PutItem", Item=KEY, ConditionExpression="attribute_not_exists(PK)"),
    of_table(
        "PutItem",
        Item=KEY,
        ConditionExpression="attribute_not_exists(PK)",
        ReturnValuesOnConditionCheckFailure="ALL_OLD",
    ),
    (
        "DynamoDB_20120810.TransactWriteItems",
        {
            "TransactItems": [
                {
                    "Put": {
                        "TableName": "TABLE",
                        "Item": KEY,
                        "ConditionExpression": "attribute_not_exists(PK)",
                    }
                }
            ]
        },
    ),
    of_table("GetItem", Key={"PK": {"S": "p"}}),
    of_table("PutItem", Item=KEY | {"bytes": {"BS": ["AAE="]}}),
    of_table("PutItem", Item=KEY | {"bytes": {"B": "no base64"}}),
    ("DynamoDB_20120810.GetItem", {"TableName": "nowhere", "Key": KEY}),
    ("DynamoDB_20120810.ListTables", {"Limit": 0}),
    of_queue("SendMessage", MessageBody="x", DelaySeconds=10_000),
    of_queue("DeleteMessageBatch", Entries=[]),
    of_queue("ReceiveMessage", MaxNumberOfMessages=11),
    ("AmazonSQS.SendMessage", {"QueueUrl": "http://localhost/nowhere", "MessageBody": "x"}),
]
"""What is refused, and what is not for the direct way."""


def test_what_goes_the_direct_way_is_answered_the_same(account: Account) -> None:
    for target, asked in CALLS:
        before = account.handed_on
        directly, by_moto = account.both(target, asked)
        assert directly == by_moto, target
        assert account.handed_on == before, target


def test_bytes_that_were_stored_before_are_read_and_returned_once(account: Account) -> None:
    item = KEY | {"bytes": {"B": "AAE="}}
    account.both(*of_table("PutItem", Item=item))
    for call in (
        of_table("GetItem", Key=KEY),
        of_table("PutItem", Item=ITEM, ReturnValues="ALL_OLD"),
    ):
        directly, by_moto = account.both(*call)
        assert directly == by_moto
        assert item in directly[2].values()


def test_the_records_of_a_stream_are_the_same(account: Account) -> None:
    dynamodb = boto3.client("dynamodb", region_name="eu-west-1")
    dynamodb.create_table(
        TableName="streamed",
        AttributeDefinitions=[{"AttributeName": "PK", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "PK", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
    )
    for item in ({"bytes": {"B": "AAE="}}, {"bytes": {"B": "AAI="}, "list": ITEM["list"]}):
        asked = {"TableName": "streamed", "Item": item | {"PK": {"S": "p"}}}
        account.both("DynamoDB_20120810.PutItem", asked)
    dynamodb.delete_item(TableName="streamed", Key={"PK": {"S": "p"}})
    streams = boto3.client("dynamodbstreams", region_name="eu-west-1")
    [stream] = streams.list_streams(TableName="streamed")["Streams"]
    described = streams.describe_stream(StreamArn=stream["StreamArn"])["StreamDescription"]
    iterator = streams.get_shard_iterator(
        StreamArn=stream["StreamArn"],
        ShardId=described["Shards"][0]["ShardId"],
        ShardIteratorType="TRIM_HORIZON",
    )["ShardIterator"]
    before = account.handed_on

    for limit in (1, 100):
        directly, by_moto = account.both(
            "DynamoDBStreams_20120810.GetRecords", {"ShardIterator": iterator, "Limit": limit}
        )
        assert directly == by_moto
        assert len(directly[2]["Records"]) == min(limit, 5)
        assert directly[2]["Records"][0]["dynamodb"]["NewImage"]["bytes"] == {"B": "AAE="}
    assert account.handed_on == before


@pytest.mark.parametrize(("target", "asked"), HANDED_ON)
def test_the_rest_goes_motos_own(account: Account, target: str, asked: dict[str, Any]) -> None:
    account.both(*CALLS[0])
    before = account.handed_on
    directly, by_moto = account.both(target, asked)
    assert directly == by_moto
    assert account.handed_on == before + 1
