"""Restores a stack's table: ``make restore STACK=lectern TO=2030-03-17T09:00Z``.

DynamoDB restores into a new table, and leaves out what the old one was set to: its stream, the time
to live, the recovery to a moment, the protection. They are set here, so that the stack can take the
new table over by two parameters, which are said in the end.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import boto3

from operations.stack import DeployedStack, arguments

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import (
        StreamSpecificationTypeDef,
        TimeToLiveSpecificationTypeDef,
        WaiterConfigTypeDef,
    )

_PATIENCE: WaiterConfigTypeDef = {"Delay": 20, "MaxAttempts": 1080}
"""A restore takes minutes, for a large table hours; six of them are waited."""


@dataclass(frozen=True)
class Restored:
    """A restored table, by the parameters that have a stack use it."""

    table: str
    stream: str

    def parameters(self) -> str:
        """The parameters, as ``sam deploy --parameter-overrides`` takes them."""
        return f"RestoredTable={self.table} RestoredTableStream={self.stream}"


def restore(client: DynamoDBClient, table: str, name: str, moment: datetime | None) -> Restored:
    """Restores a table under another name, and sets it to what the template's is set to.

    Args:
        client: A DynamoDB client.
        table: The table that has the recovery.
        name: What the restored one is to be called.
        moment: As it was when; ``None`` for as late as can be.
    """
    if moment is None:
        client.restore_table_to_point_in_time(
            SourceTableName=table, TargetTableName=name, UseLatestRestorableTime=True
        )
    else:
        client.restore_table_to_point_in_time(
            SourceTableName=table, TargetTableName=name, RestoreDateTime=moment
        )
    _await(client, name)
    return adopt(client, name)


def adopt(client: DynamoDBClient, table: str) -> Restored:
    """Sets a table to what the template's is set to, and says how a stack can use it."""
    if not client.describe_table(TableName=table)["Table"].get("LatestStreamArn"):
        stream: StreamSpecificationTypeDef = {
            "StreamEnabled": True,
            "StreamViewType": "NEW_AND_OLD_IMAGES",
        }
        client.update_table(TableName=table, StreamSpecification=stream)
        _await(client, table)
    # DynamoDB refuses to switch on what is on.
    lasting = client.describe_time_to_live(TableName=table)["TimeToLiveDescription"]
    if lasting["TimeToLiveStatus"] == "DISABLED":
        expiry: TimeToLiveSpecificationTypeDef = {"AttributeName": "ttl", "Enabled": True}
        client.update_time_to_live(TableName=table, TimeToLiveSpecification=expiry)
    client.update_continuous_backups(
        TableName=table, PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True}
    )
    client.update_table(TableName=table, DeletionProtectionEnabled=True)
    _await(client, table)
    described = client.describe_table(TableName=table)["Table"]
    return Restored(table, described["LatestStreamArn"])


def _await(client: DynamoDBClient, table: str) -> None:
    client.get_waiter("table_exists").wait(TableName=table, WaiterConfig=_PATIENCE)


def main(given: Sequence[str] | None = None) -> int:
    """Restores, and says how to go on."""
    parser = arguments(__doc__)
    parser.add_argument("--to", help="the moment, with its zone; without it, as late as can be")
    parser.add_argument("--keep", help="a table that is there already, which is only to be set up")
    options = parser.parse_args(given)
    client = boto3.client("dynamodb")
    if options.keep:
        restored = adopt(client, options.keep)
    else:
        stack = DeployedStack(boto3.client("cloudformation"), options.stack)
        moment = datetime.fromisoformat(options.to) if options.to else None
        if moment is not None and moment.tzinfo is None:
            parser.error("--to needs a zone: 2030-03-17T09:00Z")
        name = f"{options.stack}-{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
        restored = restore(client, stack.output("TableName"), name, moment)
    print(f"Deploy the stack with these parameters:\n{restored.parameters()}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
