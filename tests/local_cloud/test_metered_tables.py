"""What each request to moto's DynamoDB takes, against cases worked out by hand."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.test import run_wsgi_app

from local.metering.counts import Counts
from local.moto.direct import Direct
from local.moto.metered import Metered

SCOPE = "AWS4-HMAC-SHA256 Credential=AKIAEXAMPLE/20260101/eu-west-1/{}/aws4_request, Signature=x"
NAMES = ("PK", "SK", "GSI1PK", "GSI1SK")


def S(text: str) -> dict[str, str]:  # noqa: N802 (DynamoDB's name)
    return {"S": text}


KEY = {"PK": S("EVENT#1"), "SK": S("USER#a")}
OTHER = {"PK": S("EVENT#1"), "SK": S("USER#b")}
INDEXED = {"GSI1PK": S("EVENTS"), "GSI1SK": S("1")}
REFUSAL = {"ConditionExpression": "attribute_not_exists(PK)"}


class Account:
    """moto with a table, metered."""

    def __init__(self) -> None:
        client = boto3.client("dynamodb", region_name="eu-west-1")
        client.create_table(
            TableName="T",
            AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in NAMES],
            KeySchema=[
                {"AttributeName": "PK", "KeyType": "HASH"},
                {"AttributeName": "SK", "KeyType": "RANGE"},
            ],
            GlobalSecondaryIndexes=[
                {
                    "IndexName": "GSI1",
                    "KeySchema": [
                        {"AttributeName": "GSI1PK", "KeyType": "HASH"},
                        {"AttributeName": "GSI1SK", "KeyType": "RANGE"},
                    ],
                    "Projection": {"ProjectionType": "KEYS_ONLY"},
                }
            ],
            BillingMode="PAY_PER_REQUEST",
        )
        self.counts = Counts()
        moto = DomainDispatcherApplication(create_backend_app)
        self._application = Metered(Direct(moto), self.counts)

    def ask(self, operation: str, **asked: Any) -> Any:
        """The answer to a request."""
        body = json.dumps(asked).encode()
        environ = {
            "REQUEST_METHOD": "POST",
            "PATH_INFO": "/",
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "CONTENT_TYPE": "application/x-amz-json-1.0",
            "CONTENT_LENGTH": str(len(body)),
            "HTTP_AUTHORIZATION": SCOPE.format("dynamodb"),
            "HTTP_X_AMZ_TARGET": f"DynamoDB_20120810.{operation}",
            "wsgi.input": io.BytesIO(body),
            "wsgi.url_scheme": "http",
        }
        parts, _status, _headers = run_wsgi_app(self._application, environ, buffered=True)
        return json.loads(b"".join(parts) or b"{}")

    def take(self, operation: str, **asked: Any) -> dict[str, dict[str, float]]:
        """What a request took, by what and whose it is."""
        self.counts.forget()
        self.ask(operation, **asked)
        counted = self.counts.all()
        return {
            what.removeprefix("dynamodb."): of
            for what, of in counted.items()
            if what.endswith("_by_item")
        }

    def writes(self, operation: str, **asked: Any) -> dict[str, float]:
        return self.take(operation, **asked).get("write_units_by_item", {})

    def reads(self, operation: str, **asked: Any) -> dict[str, float]:
        return self.take(operation, **asked).get("read_units_by_item", {})

    def put(self, *items: dict[str, Any]) -> None:
        for item in items:
            self.ask("PutItem", TableName="T", Item=item)


@pytest.fixture
def account() -> Iterator[Account]:
    with mock_aws():
        yield Account()


def text(size: int) -> dict[str, dict[str, str]]:
    return {"text": S("x" * size)}


def test_a_new_item_and_its_entry_in_an_index(account: Account) -> None:
    found = account.writes("PutItem", TableName="T", Item=KEY | INDEXED | text(900))
    assert found == {"EVENT/USER": 1, "index GSI1": 1}


def test_an_item_of_three_kilobytes_without_an_index(account: Account) -> None:
    assert account.writes("PutItem", TableName="T", Item=KEY | text(3_000)) == {"EVENT/USER": 3}


def test_an_item_that_shrinks_takes_what_it_was(account: Account) -> None:
    account.put(KEY | text(3_000))
    assert account.writes("PutItem", TableName="T", Item=KEY) == {"EVENT/USER": 3}


def test_an_item_without_a_word_in_its_key_goes_by_the_rest(account: Account) -> None:
    numbered = {"PK": S("OUTBOX#2030-01-01"), "SK": S("0000000000000043")}
    assert account.writes("PutItem", TableName="T", Item=numbered) == {"OUTBOX/#": 1}


def update(value: str, name: str = "v", **more: Any) -> dict[str, Any]:
    return {
        "TableName": "T",
        "Key": KEY,
        "UpdateExpression": "SET #n = :v",
        "ExpressionAttributeNames": {"#n": name},
        "ExpressionAttributeValues": {":v": S(value)},
        "ReturnValues": "ALL_NEW",
    } | more


def test_an_update_that_leaves_the_index_and_one_that_moves_in_it(account: Account) -> None:
    account.put(KEY | INDEXED)
    assert account.writes("UpdateItem", **update("1")) == {"EVENT/USER": 1}
    moved = account.writes("UpdateItem", **update("2", "GSI1SK"))
    assert moved == {"EVENT/USER": 1, "index GSI1": 2}


def test_an_update_takes_the_larger_of_before_and_after(account: Account) -> None:
    account.put(KEY | text(500))
    assert account.writes("UpdateItem", **update("y" * 2_000)) == {"EVENT/USER": 3}
    assert account.writes("UpdateItem", **update("y")) == {"EVENT/USER": 3}


def test_to_delete_an_item_its_entry_and_what_is_not_there(account: Account) -> None:
    account.put(KEY | INDEXED | text(1_500))
    deletion = {"TableName": "T", "Key": KEY}
    assert account.writes("DeleteItem", **deletion) == {"EVENT/USER": 2, "index GSI1": 1}
    assert account.writes("DeleteItem", **deletion) == {"EVENT/USER": 1}


def test_a_refused_condition_takes_what_is_there_or_would_have_been(account: Account) -> None:
    account.put(KEY | INDEXED | text(1_500))
    small, large = KEY | {"v": S("1")}, KEY | text(5_000)
    assert account.writes("PutItem", TableName="T", Item=small, **REFUSAL) == {"EVENT/USER": 2}
    assert account.writes("PutItem", TableName="T", Item=large, **REFUSAL) == {"EVENT/USER": 5}
    assert account.writes("UpdateItem", **update("1"), **REFUSAL) == {"EVENT/USER": 2}
    assert account.writes("UpdateItem", **update("y" * 3_000), **REFUSAL) == {"EVENT/USER": 5}
    deletion = account.writes("DeleteItem", TableName="T", Key=KEY, **REFUSAL)
    assert deletion == {"EVENT/USER": 2}
    assert account.counts.all()["dynamodb.refused"] == {"DeleteItem": 1}
    missing = {"ConditionExpression": "attribute_exists(PK)"}
    assert account.writes("DeleteItem", TableName="T", Key=OTHER, **missing) == {"EVENT/USER": 1}


def test_an_update_that_could_not_be_made_either_takes_what_is_there(account: Account) -> None:
    account.put(KEY | text(1_500))
    impossible = update("1") | {
        "UpdateExpression": "SET #n = #n + :v",
        "ExpressionAttributeValues": {":v": {"N": "1"}},
    }
    assert account.writes("UpdateItem", **impossible, **REFUSAL) == {"EVENT/USER": 2}


def test_a_refused_update_leaves_the_item_as_it_is(account: Account) -> None:
    account.put(KEY | text(10))
    account.writes("UpdateItem", **update("1", "text"), **REFUSAL)
    assert account.ask("GetItem", TableName="T", Key=KEY)["Item"] == KEY | text(10)


def test_what_is_malformed_takes_nothing(account: Account) -> None:
    assert account.take("PutItem", TableName="T", Item={"PK": S("p")}) == {}
    assert account.take("UpdateItem", **update("1") | {"UpdateExpression": "SET"}) == {}
    assert account.take("GetItem", TableName="nowhere", Key=KEY) == {}
    assert account.counts.all() == {}


def transaction(*items: dict[str, Any]) -> dict[str, Any]:
    return {"TransactItems": list(items)}


def test_a_transaction_writes_twice_and_its_indexes_once(account: Account) -> None:
    account.put(OTHER | text(1_500))
    put = {"Put": {"TableName": "T", "Item": KEY | INDEXED}}
    delete = {"Delete": {"TableName": "T", "Key": OTHER}}
    check = {
        "ConditionCheck": {
            "TableName": "T",
            "Key": {"PK": S("EVENT#1"), "SK": S("EVENT")},
            "ConditionExpression": "attribute_not_exists(PK)",
        }
    }
    found = account.writes("TransactWriteItems", **transaction(put, delete, check))
    assert found == {"EVENT/USER": 2 + 4, "EVENT/EVENT": 2, "index GSI1": 1}


def test_a_refused_transaction_takes_what_it_would_have_of_the_table(account: Account) -> None:
    account.put(KEY | text(1_500))
    refused = {"Put": {"TableName": "T", "Item": KEY | text(10), **REFUSAL}}
    other = {"Put": {"TableName": "T", "Item": OTHER | INDEXED}}
    found = account.writes("TransactWriteItems", **transaction(refused, other))
    assert found == {"EVENT/USER": 4 + 2}


def test_a_batch_is_its_writes(account: Account) -> None:
    account.put(OTHER | text(1_500))
    requests = [{"PutRequest": {"Item": KEY | INDEXED}}, {"DeleteRequest": {"Key": OTHER}}]
    found = account.writes("BatchWriteItem", RequestItems={"T": requests})
    assert found == {"EVENT/USER": 1 + 2, "index GSI1": 1}
    assert account.counts.all()["dynamodb.requests"] == {"BatchWriteItem": 1}


def test_an_item_is_read_whole_whatever_is_asked_of_it(account: Account) -> None:
    account.put(KEY | text(5_000))
    asked = {"TableName": "T", "Key": KEY, "ProjectionExpression": "PK"}
    assert account.reads("GetItem", **asked) == {"EVENT/USER": 1}
    assert account.reads("GetItem", **asked, ConsistentRead=True) == {"EVENT/USER": 2}
    missing = {"TableName": "T", "Key": OTHER}
    assert account.reads("GetItem", **missing) == {"EVENT/USER": 0.5}
    assert account.reads("GetItem", **missing, ConsistentRead=True) == {"EVENT/USER": 1}


def test_the_items_of_a_batch_are_rounded_up_each(account: Account) -> None:
    account.put(KEY | text(1_500), OTHER | text(6_500))
    keys = {"Keys": [KEY, OTHER]}
    assert account.reads("BatchGetItem", RequestItems={"T": keys}) == {"EVENT/USER": 1.5}
    consistent = {"T": keys | {"ConsistentRead": True}}
    assert account.reads("BatchGetItem", RequestItems=consistent) == {"EVENT/USER": 3}


def test_a_read_in_a_transaction_is_made_twice(account: Account) -> None:
    account.put(KEY)
    get = {"Get": {"TableName": "T", "Key": KEY}}
    assert account.reads("TransactGetItems", **transaction(get)) == {"EVENT/USER": 2}


def query(**more: Any) -> dict[str, Any]:
    return {
        "TableName": "T",
        "KeyConditionExpression": "#p = :p",
        "ExpressionAttributeNames": {"#p": "PK"},
        "ExpressionAttributeValues": {":p": S("EVENT#1")},
    } | more


@pytest.fixture
def crowd(account: Account) -> Account:
    """Twenty items of 1,020 bytes, five times 4 KB together."""
    for n in range(20):
        account.put({"PK": S("EVENT#1"), "SK": S(f"USER#{n:02}"), "n": {"N": str(n)}} | text(995))
    return account


def test_a_query_reads_its_items_together(crowd: Account) -> None:
    assert crowd.reads("Query", **query()) == {"EVENT/USER": 2.5}
    assert crowd.reads("Query", **query(ConsistentRead=True)) == {"EVENT/USER": 5}
    assert crowd.reads("Query", **query(Limit=5)) == {"EVENT/USER": 1}


def test_what_a_query_leaves_out_of_its_answer_is_read_all_the_same(crowd: Account) -> None:
    filtered = query(
        FilterExpression="#n < :n AND begins_with(#p, :p)",
        ExpressionAttributeNames={"#p": "PK", "#n": "n"},
        ExpressionAttributeValues={":p": S("EVENT#1"), ":n": {"N": "3"}},
    )
    assert len(crowd.ask("Query", **filtered)["Items"]) == 3
    assert crowd.reads("Query", **filtered) == {"EVENT/USER": 2.5}
    assert crowd.reads("Query", **query(ProjectionExpression="SK")) == {"EVENT/USER": 2.5}
    assert crowd.reads("Query", **query(Select="COUNT")) == {"EVENT/USER": 2.5}
    assert crowd.counts.all()["dynamodb.requests"] == {"Query": 1}


def test_a_query_that_finds_nothing_takes_the_least(account: Account) -> None:
    assert account.reads("Query", **query()) == {"nothing": 0.5}
    assert account.reads("Query", **query(ConsistentRead=True)) == {"nothing": 1}


def test_a_query_of_an_index_reads_what_is_copied(crowd: Account) -> None:
    for n in range(4):
        crowd.put({"PK": S("EVENT#2"), "SK": S(f"USER#{n}")} | INDEXED | text(3_000))
    asked = query(
        IndexName="GSI1",
        ExpressionAttributeNames={"#p": "GSI1PK"},
        ExpressionAttributeValues={":p": S("EVENTS")},
    )
    assert crowd.reads("Query", **asked) == {"index GSI1": 0.5}


def test_a_scan_reads_all(crowd: Account) -> None:
    assert crowd.reads("Scan", TableName="T", ConsistentRead=True) == {"EVENT/USER": 5}


def test_the_answers_are_motos(account: Account) -> None:
    assert account.ask("PutItem", TableName="T", Item=KEY) == {}
    refused = account.ask("PutItem", TableName="T", Item=KEY, **REFUSAL)
    assert refused["__type"].endswith("#ConditionalCheckFailedException")
