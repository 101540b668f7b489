"""A query that is answered in order says what moto says that goes through everything."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from moto import mock_aws
from moto.dynamodb.models.dynamo_type import Item
from moto.dynamodb.models.table import Table

from local.moto import dynamodb, order

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import KeySchemaElementTypeDef

KEYS = {
    "t": ("PK", "SK"),
    "keys": ("KPK", "KSK"),
    "all": ("APK", "ASK"),
    "some": ("KPK", "SK"),
    "local": ("PK", "KSK"),
}
"""The keys of the table, and of its indexes by the way in which items are projected into them."""
CONSISTENT = {"t", "local"}
PROJECTIONS: dict[str, Any] = {
    "keys": {"ProjectionType": "KEYS_ONLY"},
    "all": {"ProjectionType": "ALL"},
    "some": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["n"]},
}
QUARTER_OF_A_PAGE = "x" * 250_000
TEXTS = st.sampled_from(["a", "a#", "b", "é", "\U00010348", "\uffff"])
HASHES = st.sampled_from("ab")
WRITES = st.tuples(
    st.sampled_from(["put", "put", "update", "update", "take out", "delete", "lose a race"]),
    st.fixed_dictionaries({"PK": HASHES, "SK": TEXTS}),
    st.fixed_dictionaries({}, optional={"KPK": HASHES, "KSK": TEXTS, "APK": HASHES, "ASK": TEXTS}),
    st.booleans(),
)
COMPARISONS: dict[str | None, str] = {
    None: "",
    **{sign: f" AND #r {sign} :x" for sign in ("=", "<", "<=", ">", ">=")},
    "BETWEEN": " AND #r BETWEEN :x AND :y",
    "BEGINS_WITH": " AND begins_with(#r, :x)",
}
QUERIES = st.tuples(
    st.sampled_from(list(KEYS)),
    HASHES,
    st.sampled_from(list(COMPARISONS)),
    st.tuples(TEXTS, TEXTS),
    st.fixed_dictionaries(
        {},
        optional={
            "Limit": st.integers(1, 4),
            "ScanIndexForward": st.booleans(),
            "FilterExpression": st.sampled_from(["n < :n", "attribute_exists(ASK) AND n < :n"]),
            "ProjectionExpression": st.just("n, SK"),
        },
    ),
)


def schema(name: str) -> list[KeySchemaElementTypeDef]:
    hash_key, range_key = KEYS[name]
    return [
        {"AttributeName": hash_key, "KeyType": "HASH"},
        {"AttributeName": range_key, "KeyType": "RANGE"},
    ]


@contextmanager
def a_table() -> Iterator[Any]:
    with mock_aws():
        client = boto3.client("dynamodb", region_name="eu-west-1")
        names = sorted({name for names in KEYS.values() for name in names})
        client.create_table(
            TableName="t",
            AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in names],
            KeySchema=schema("t"),
            GlobalSecondaryIndexes=[
                {"IndexName": name, "KeySchema": schema(name), "Projection": projection}
                for name, projection in PROJECTIONS.items()
            ],
            LocalSecondaryIndexes=[
                {
                    "IndexName": "local",
                    "KeySchema": schema("local"),
                    "Projection": {"ProjectionType": "KEYS_ONLY"},
                }
            ],
            BillingMode="PAY_PER_REQUEST",
        )
        yield client


def texts(**values: str) -> dict[str, Any]:
    return {name: {"S": value} for name, value in values.items()}


def write(client: Any, written: tuple[str, dict[str, str], dict[str, str], bool]) -> None:
    way, keys, values, is_big = written
    key, attributes = texts(**keys), texts(**values)
    names = {f"#{name}": name for name in values or ["n"]}
    put = {"Put": {"TableName": "t", "Item": key | attributes}}
    if way == "put":
        size = texts(big=QUARTER_OF_A_PAGE) if is_big else {}
        item = {**key, **attributes, **size, "n": {"N": str(len(values))}}
        client.put_item(TableName="t", Item=item)
    elif way == "update":
        client.update_item(
            TableName="t",
            Key=key,
            UpdateExpression="SET n = :n" + "".join(f", #{name} = :{name}" for name in values),
            **({"ExpressionAttributeNames": names} if values else {}),
            ExpressionAttributeValues={
                ":n": {"N": "7"},
                **{f":{name}": value for name, value in attributes.items()},
            },
        )
    elif way == "take out":
        client.update_item(
            TableName="t",
            Key=key,
            UpdateExpression="REMOVE " + ", ".join(names),
            ExpressionAttributeNames=names,
        )
    elif way == "delete":
        client.delete_item(TableName="t", Key=key)
    else:
        refused = {"TableName": "t", "Key": texts(PK="nobody", SK="nothing")}
        with pytest.raises(client.exceptions.TransactionCanceledException):
            client.transact_write_items(
                TransactItems=[
                    put,
                    {"ConditionCheck": {**refused, "ConditionExpression": "attribute_exists(PK)"}},
                ]
            )


def pages(client: Any, query: tuple[str, str, str | None, tuple[str, str], Any]) -> list[Any]:
    name, hash_value, comparison, (x, y), options = query
    hash_key, range_key = KEYS[name]
    is_filtered = "FilterExpression" in options
    used = {None: "", "BETWEEN": "xy"}.get(comparison, "x")
    asked = {
        "TableName": "t",
        **({} if name == "t" else {"IndexName": name}),
        "ConsistentRead": name in CONSISTENT,
        "KeyConditionExpression": f"#h = :h{COMPARISONS[comparison]}",
        "ExpressionAttributeNames": {"#h": hash_key, **({"#r": range_key} if used else {})},
        "ExpressionAttributeValues": {
            ":h": {"S": hash_value},
            **{f":{each}": {"S": {"x": x, "y": y}[each]} for each in used},
            **({":n": {"N": "3"}} if is_filtered else {}),
        },
        **options,
    }
    found = [client.query(**asked)]
    while start := found[-1].get("LastEvaluatedKey"):
        found.append(client.query(**asked, ExclusiveStartKey=start))
    return found


@settings(max_examples=40)
@given(
    st.lists(
        st.tuples(
            st.lists(WRITES, min_size=8, max_size=20), st.lists(QUERIES, min_size=3, max_size=6)
        ),
        min_size=1,
        max_size=3,
    )
)
def test_whatever_was_written_every_page_of_a_query_is_motos(rounds: Any) -> None:
    dynamodb.install()
    with a_table() as client:
        for writes, queries in rounds:
            for each in writes:
                write(client, each)
            for query in queries:
                now = pages(client, query)
                with pytest.MonkeyPatch.context() as patched:
                    patched.setattr(Table, "query", order.AS_IT_CAME["query"])
                    assert now == pages(client, query)


@pytest.mark.parametrize("is_forward", [True, False])
@pytest.mark.parametrize("sizes", [[1] * 9, [1, 0, 1, 0, 0, 1, 1, 1, 0], [0, 1, 1, 1, 1]])
@pytest.mark.parametrize("comparison", list(COMPARISONS))
def test_a_page_that_is_full_ends_where_motos_does(
    comparison: str, sizes: list[int], *, is_forward: bool
) -> None:
    with a_table() as client:
        for number, size in enumerate(sizes):
            values = {"KPK": "a", "KSK": f"k{number}", "APK": "a", "ASK": f"k{number // 2}"}
            write(client, ("put", {"PK": "p", "SK": f"k{number}"}, values, bool(size)))
        for name in KEYS:
            hash_value = "p" if name in CONSISTENT else "a"
            query = name, hash_value, comparison, ("k2", "k6"), {"ScanIndexForward": is_forward}
            now = pages(client, query)
            with pytest.MonkeyPatch.context() as patched:
                patched.setattr(Table, "query", order.AS_IT_CAME["query"])
                assert now == pages(client, query)


@pytest.mark.parametrize("is_forward", [True, False])
@pytest.mark.parametrize("name", KEYS)
def test_a_query_costs_what_it_answers(
    monkeypatch: pytest.MonkeyPatch, name: str, *, is_forward: bool
) -> None:
    looked_at: list[Item] = []
    size = Item.size

    def noticed(item: Item) -> int:
        looked_at.append(item)
        found: int = size(item)
        return found

    with a_table() as client:
        for number in range(300):
            values = {"KPK": "a", "KSK": f"k{number:03}", "APK": "a", "ASK": f"k{number:03}"}
            write(client, ("put", {"PK": "p", "SK": f"k{number:03}"}, values, False))
        options = {"Limit": 10, "ScanIndexForward": is_forward}
        monkeypatch.setattr(Item, "size", noticed)
        monkeypatch.setattr(Table, "all_items", None)
        found = pages(
            client, (name, "p" if name in CONSISTENT else "a", "BETWEEN", ("k100", "k109"), options)
        )
    assert sum(page["Count"] for page in found) == 10
    assert len(looked_at) <= 12
