"""moto's DynamoDB answers the same as it came, whatever it leaves out to get there."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import KeySchemaElementTypeDef

from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws
from moto.core import responses
from moto.core.serialize import BaseJSONSerializer
from moto.dynamodb import responses as dynamo_responses
from moto.dynamodb.comparisons import ConditionExpressionParser
from moto.dynamodb.models import DynamoDBBackend, dynamodb_backends, utilities
from moto.dynamodb.models.dynamo_type import Item
from moto.dynamodb.models.table import Table
from moto.dynamodb.parsing.ast_nodes import DepthFirstTraverser
from moto.dynamodb.parsing.executors import UpdateExpressionExecutor
from moto.dynamodb.parsing.expressions import UpdateExpressionParser
from moto.dynamodb.parsing.validators import UpdateExpressionValidator

from lectern_testing.aws.moto_shortcut import go_the_long_way
from local.moto import dynamodb, order

VALUES = {
    "text": {"S": "t"},
    "number": {"N": "1.50"},
    "nothing": {"NULL": True},
    "flag": {"BOOL": False},
    "bytes": {"B": b"\x00\xff"},
    "set": {"SS": ["b", "a"]},
    "numbers": {"NS": ["2"]},
    "blobs": {"BS": [b"\x01"]},
    "list": {"L": [{"M": {"deep": {"L": [{"S": ""}, {"N": "0"}]}}}, {"L": []}]},
    "map": {"M": {}},
}
_AS_IT_CAME = (
    (Table, "query"),
    (DynamoDBBackend, "update_item"),
    (BaseJSONSerializer, "_serialize_type_structure"),
    (UpdateExpressionParser, "make"),
    (DepthFirstTraverser, "traverse_node_recursively"),
    (UpdateExpressionValidator, "__init__"),
    (UpdateExpressionValidator, "validate"),
    (UpdateExpressionExecutor, "execute"),
    (ConditionExpressionParser, "parse"),
    (ConditionExpressionParser, "_make_operand"),
    (responses, "method_names_from_class"),
    (DynamoDBBackend, "transact_write_items"),
    (Item, "size"),
    (utilities, "dynamo_to_dict"),
    (dynamo_responses, "dynamo_to_dict"),
)


@pytest.fixture
def client() -> Iterator[Any]:
    with mock_aws():
        client = boto3.client("dynamodb", region_name="eu-west-1")
        go_the_long_way(client)
        client.create_table(
            TableName="t",
            AttributeDefinitions=[
                {"AttributeName": name, "AttributeType": "S"} for name in ("PK", "SK", "GPK", "GSK")
            ],
            KeySchema=_keys("PK", "SK"),
            GlobalSecondaryIndexes=[
                {
                    "IndexName": "gsi",
                    "KeySchema": _keys("GPK", "GSK"),
                    "Projection": {"ProjectionType": "ALL"},
                }
            ],
            BillingMode="PAY_PER_REQUEST",
            StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
        )
        for partition in ("a", "b"):
            for n in (5, 1, 3, 0, 4, 2):
                item: dict[str, Any] = {
                    "PK": {"S": partition},
                    "SK": {"S": f"k{n}"},
                    "n": {"N": str(n)},
                } | VALUES
                indexed = {"GPK": {"S": f"g{n % 2}"}, "GSK": {"S": f"{n // 3}"}}
                client.put_item(TableName="t", Item=item | (indexed if n else {}))
        client.put_item(TableName="t", Item={"PK": {"S": "a"}, "SK": {"S": "other"}})
        yield client


def _keys(hash_key: str, range_key: str) -> list[KeySchemaElementTypeDef]:
    return [
        {"AttributeName": hash_key, "KeyType": "HASH"},
        {"AttributeName": range_key, "KeyType": "RANGE"},
    ]


def answers(
    client: Any, monkeypatch: pytest.MonkeyPatch, call: Callable[..., Any]
) -> tuple[Any, ...]:
    """What moto answers as it came, and what it answers now."""
    with monkeypatch.context() as patched:
        dynamodb.install()
        now = call(client)
        for owner, name in _AS_IT_CAME:
            patched.setattr(owner, name, (dynamodb.AS_IT_CAME | order.AS_IT_CAME)[name])
        before = call(client)
    for answer in (before, now):
        answer.pop("ResponseMetadata", None)
    return before, now


CONDITIONS = [
    ("PK = :p", {":p": "a"}),
    ("PK = :p", {":p": "nobody"}),
    ("PK = :p AND SK = :x", {":p": "a", ":x": "k3"}),
    ("PK = :p AND SK >= :x", {":p": "a", ":x": "k3"}),
    ("PK = :p AND SK > :x", {":p": "a", ":x": "k3"}),
    ("PK = :p AND SK < :x", {":p": "b", ":x": "k3"}),
    ("PK = :p AND SK BETWEEN :x AND :y", {":p": "a", ":x": "k1", ":y": "k4"}),
    ("PK = :p AND begins_with(SK, :x)", {":p": "a", ":x": "k"}),
]


def every_page(
    client: Any, condition: str, values: dict[str, str], **asked: Any
) -> Iterator[tuple[Any, ...]]:
    start: dict[str, Any] = {}
    while True:
        page = client.query(
            TableName="t",
            KeyConditionExpression=condition,
            ExpressionAttributeValues={name: {"S": text} for name, text in values.items()},
            **asked,
            **start,
        )
        yield page["Items"], page["Count"], page.get("LastEvaluatedKey")
        if "LastEvaluatedKey" not in page:
            return
        start = {"ExclusiveStartKey": page["LastEvaluatedKey"]}


@pytest.mark.parametrize("forward", [True, False])
def test_every_page_of_a_query_is_the_same(
    client: Any, monkeypatch: pytest.MonkeyPatch, *, forward: bool
) -> None:
    def pages(client: Any) -> dict[Any, Any]:
        return {
            (condition, values[":p"], limit): list(
                every_page(
                    client,
                    condition,
                    values,
                    ScanIndexForward=forward,
                    **({"Limit": limit} if limit else {}),
                )
            )
            for condition, values in CONDITIONS
            for limit in (None, 1, 2, 6, 7)
        }

    before, now = answers(client, monkeypatch, pages)
    assert now == before


@pytest.mark.parametrize("start", [None, "k1", "k3"])
def test_a_query_of_an_index_is_the_same(
    client: Any, monkeypatch: pytest.MonkeyPatch, start: str | None
) -> None:
    def query(client: Any) -> dict[str, Any]:
        key = {"PK": "b", "SK": start, "GPK": "g1", "GSK": f"{int((start or 'k0')[1]) // 3}"}
        begin = {"ExclusiveStartKey": {name: {"S": text} for name, text in key.items()}}
        found: dict[str, Any] = client.query(
            TableName="t",
            IndexName="gsi",
            KeyConditionExpression="GPK = :g AND GSK >= :s",
            ExpressionAttributeValues={":g": {"S": "g1"}, ":s": {"S": "0"}},
            **(begin if start else {}),
        )
        return found

    before, now = answers(client, monkeypatch, query)
    assert now == before
    assert now["Items"]


def test_an_item_is_written_the_same(client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def get(client: Any) -> dict[str, Any]:
        found: dict[str, Any] = client.get_item(
            TableName="t", Key={"PK": {"S": "a"}, "SK": {"S": "k1"}}
        )
        return found

    before, now = answers(client, monkeypatch, get)
    assert now == before
    assert now["Item"].items() >= VALUES.items()


def test_an_update_is_parsed_once_for_all_its_values(
    client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    dynamodb.install()

    def add(amount: str) -> str:
        found: str = client.update_item(
            TableName="t",
            Key={"PK": {"S": "a"}, "SK": {"S": "k1"}},
            UpdateExpression="SET #n = #n + :amount",
            ExpressionAttributeNames={"#n": "n"},
            ExpressionAttributeValues={":amount": {"N": amount}},
            ReturnValues="UPDATED_NEW",
        )["Attributes"]["n"]["N"]
        return found

    assert [add("1"), add("10"), add("1")] == ["2", "12", "13"]


UPDATES = [
    ("SET #a = :v", {"#a": "text"}),
    ("SET #a = :v", {"#a": "PK"}),
    ("SET #a = :v", {}),
    ("SET PK = :v", {}),
    ("SET #a = :v, #b = :v", {"#a": "text", "#b": "number"}),
    ("SET #a = :v, #b = :v", {"#a": "text", "#b": "text"}),
    ("SET #a = :v, text = :v", {"#a": "another"}),
    ("SET #a = :v SET #b = :v", {"#a": "text", "#b": "number"}),
    ("SET #a.x = :v, #a.x.y = :v", {"#a": "map"}),
    ("SET #a = :v REMOVE #b", {"#a": "text", "#b": "number"}),
    ("SET #a = :v + :v", {"#a": "text"}),
    ("ADD #a :v", {"#a": "text"}),
    ("ADD #a :n", {"#a": "text"}),
    ("ADD #a :n", {"#a": "number"}),
    ("ADD #a :n, #b :s, #c :s", {"#a": "another", "#b": "set", "#c": "more"}),
    ("ADD #a :s", {"#a": "numbers"}),
    ("ADD #a :s", {"#a": "PK"}),
    ("SET #a = #b, #c = :m", {"#a": "another", "#b": "set", "#c": "map"}),
    ("SET #a = #b", {"#a": "another", "#b": "nowhere"}),
    ("SET #a = #b, #b = :n", {"#a": "another", "#b": "text"}),
    ("SET #a = :missing", {"#a": "text"}),
    (
        "SET #a = :v, #b = :n REMOVE #c, #d ADD #e :n",
        dict(
            zip(
                ("#a", "#b", "#c", "#d", "#e"),
                ("text", "flag", "list", "nowhere", "number"),
                strict=True,
            )
        ),
    ),
    ("REMOVE #a", {"#a": "text"}),
    ("REMOVE #a, #b", {"#a": "text", "#b": "text"}),
    ("REMOVE #a ADD #b :n", {"#a": "set", "#b": "number"}),
    ("SET #a = :empty", {"#a": "GPK"}),
    ("SET #a = :n", {"#a": "GPK"}),
    ("SET #a = :v", {"#a": "GPK"}),
    ("SET #a = :empty", {"#a": "text"}),
    ("SET #a = :large", {"#a": "text"}),
    ("SET #a = :large, #b = :large", {"#a": "text", "#b": "number"}),
    ("", {}),
]
GIVEN = {
    ":v": {"S": "new"},
    ":n": {"N": "2.5"},
    ":s": {"SS": ["b", "c"]},
    ":m": {"M": {"deep": {"L": [{"S": "x"}]}}},
    ":empty": {"S": ""},
    ":large": {"S": "x" * 210_000},
}


@pytest.mark.parametrize(
    "condition", [None, "#a = :v", "attribute_not_exists(#a)", "#a <> :v OR", "#a ! :v"]
)
def test_an_update_is_done_or_refused_the_same_at_first_and_again(
    client: Any, monkeypatch: pytest.MonkeyPatch, condition: str | None
) -> None:
    asked = {"TableName": "t"} | ({"ConditionExpression": condition} if condition else {})

    def answer(
        client: Any, expression: str, names: dict[str, str], key: str
    ) -> dict[str, Any] | str | None:
        given = GIVEN.keys() & re.findall(r":\w+", f"{expression} {condition}")
        try:
            updated = client.update_item(
                Key={"PK": {"S": "a"}, "SK": {"S": key}},
                UpdateExpression=expression,
                ReturnValues="ALL_OLD",
                **({"ExpressionAttributeNames": names} if names else {}),
                **({"ExpressionAttributeValues": {n: GIVEN[n] for n in given}} if given else {}),
                **asked,
            )
        except (ClientError, KeyError, ValueError) as refused:  # moto lets its own ones out
            return repr(refused)
        found: dict[str, Any] | str | None = updated.get("Attributes")
        return found

    def all_of_them(client: Any) -> dict[str, Any]:
        told = [
            answer(client, expression, names, key)
            for expression, names in UPDATES
            for key in ("k1", "new", "k1")
        ]
        left = client.scan(TableName="t")["Items"]
        client.put_item(TableName="t", Item={"PK": {"S": "a"}, "SK": {"S": "k1"}} | VALUES)
        client.delete_item(TableName="t", Key={"PK": {"S": "a"}, "SK": {"S": "new"}})
        return {"told": told, "left": sorted(left, key=str)}

    client.delete_item(TableName="t", Key={"PK": {"S": "a"}, "SK": {"S": "new"}})
    client.put_item(TableName="t", Item={"PK": {"S": "a"}, "SK": {"S": "k1"}} | VALUES)
    before, now = answers(client, monkeypatch, all_of_them)
    assert now == before
    assert condition or sum(isinstance(each, dict) for each in now["told"]) > 20, "all are refused"


def put(key: str, **values: str) -> dict[str, Any]:
    item = {"PK": {"S": "a"}, "SK": {"S": key}} | {name: {"S": v} for name, v in values.items()}
    return {"Put": {"TableName": "t", "Item": item}}


def update(key: str, value: str, condition: str) -> dict[str, Any]:
    return {
        "Update": {
            "TableName": "t",
            "Key": {"PK": {"S": "a"}, "SK": {"S": key}},
            "UpdateExpression": "SET #text = :text",
            "ConditionExpression": condition,
            "ExpressionAttributeNames": {"#text": "text"},
            "ExpressionAttributeValues": {":text": {"S": value}},
        }
    }


def everything(client: Any) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    shard = dynamodb_backends["123456789012"]["eu-west-1"].tables["t"].stream_shard
    return client.scan(TableName="t")["Items"], [record.to_json() for record in shard.items]


@pytest.mark.parametrize(
    "writes",
    [
        [put("new"), update("k1", "other", "attribute_not_exists(PK)")],
        [update("k1", "other", "attribute_exists(PK)"), update("k0", "x", "PK = SK")],
        [put("new"), put("new")],
        [
            {"Delete": {"TableName": "t", "Key": {"PK": {"S": "a"}, "SK": {"S": "k1"}}}},
            put("k1"),
        ],
        [put("k1", text="other"), {"Put": {"TableName": "t", "Item": {"PK": {"S": "a"}}}}],
    ],
)
def test_a_transaction_that_fails_leaves_nothing_behind(
    client: Any, writes: list[dict[str, Any]]
) -> None:
    dynamodb.install()
    before = everything(client)
    with pytest.raises(ClientError):
        client.transact_write_items(TransactItems=writes)
    assert everything(client) == before


def test_a_transaction_that_succeeds_is_in_the_table_and_its_stream(client: Any) -> None:
    dynamodb.install()
    items, records = everything(client)
    client.transact_write_items(
        TransactItems=[put("new", text="t"), update("k1", "other", "attribute_exists(PK)")]
    )
    now, told = everything(client)
    assert len(now) == len(items) + 1
    assert [record["eventName"] for record in told[len(records) :]] == ["INSERT", "MODIFY"]


def test_a_transaction_copies_no_more_than_it_touches(
    client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    dynamodb.install()
    copied: list[Item] = []

    def copy(item: Item, _memo: object) -> Item:
        copied.append(item)
        return item

    monkeypatch.setattr(Item, "__deepcopy__", copy)
    client.transact_write_items(TransactItems=[put("new"), put("newer")])
    assert copied == []


def test_no_list_of_all_items_is_kept(client: Any) -> None:
    dynamodb.install()
    Item.instances_tracked.clear()
    client.get_item(TableName="t", Key={"PK": {"S": "a"}, "SK": {"S": "k1"}})
    client.put_item(TableName="t", Item={"PK": {"S": "c"}, "SK": {"S": "k"}})
    assert Item.instances_tracked == []
