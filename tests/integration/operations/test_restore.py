"""A restored table is set to what the template's is set to, which DynamoDB leaves out."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from moto import mock_aws

from lectern.store.eras import era_of_stream
from lectern_testing.aws.moto_shortcut import _ShortWay
from lectern_testing.table import TABLE_NAME, make_table, template
from operations import restore

KEY = {"PK": {"S": "EVENT#ev-1"}, "SK": {"S": "EVENT"}}


@pytest.fixture(autouse=True)
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(_ShortWay, "goes_the_long_way", True)
    with mock_aws():
        client = boto3.client("dynamodb")
        make_table(client)
        lasting: Any = {"AttributeName": "ttl", "Enabled": True}
        client.update_time_to_live(TableName=TABLE_NAME, TimeToLiveSpecification=lasting)
        client.update_continuous_backups(
            TableName=TABLE_NAME,
            PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True},
        )
        client.put_item(TableName=TABLE_NAME, Item=KEY)
        outputs = {"TableName": {"Value": TABLE_NAME}}
        body = {"Resources": {"Q": {"Type": "AWS::SQS::Queue"}}, "Outputs": outputs}
        boto3.client("cloudformation").create_stack(
            StackName="lectern", TemplateBody=json.dumps(body)
        )
        yield


def settings(table: str) -> dict[str, Any]:
    """What counts of a table, as the template says it."""
    client = boto3.client("dynamodb")
    described: dict[str, Any] = dict(client.describe_table(TableName=table)["Table"])
    recovery = client.describe_continuous_backups(TableName=table)["ContinuousBackupsDescription"]
    lasting = client.describe_time_to_live(TableName=table)["TimeToLiveDescription"]
    return {
        "DeletionProtectionEnabled": described["DeletionProtectionEnabled"],
        "StreamSpecification": {
            "StreamViewType": described["StreamSpecification"]["StreamViewType"]
        },
        "TimeToLiveSpecification": {
            "AttributeName": lasting["AttributeName"],
            "Enabled": lasting["TimeToLiveStatus"] == "ENABLED",
        },
        "PointInTimeRecoverySpecification": {
            "PointInTimeRecoveryEnabled": recovery["PointInTimeRecoveryDescription"][
                "PointInTimeRecoveryStatus"
            ]
            == "ENABLED"
        },
    }


def wanted() -> dict[str, Any]:
    properties = template()["Resources"]["Table"]["Properties"]
    return {name: properties[name] for name in settings(TABLE_NAME)}


@pytest.mark.parametrize("moment", [[], ["--to", f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"]])
def test_a_table_is_restored_and_set_up_by_one_command(
    moment: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert restore.main(["--stack", "lectern", *moment]) == 0
    said = dict(each.split("=") for each in capsys.readouterr().out.splitlines()[-1].split())
    name = said["RestoredTable"]
    assert name != TABLE_NAME
    assert settings(name) == wanted()
    found = boto3.client("dynamodb").get_item(TableName=name, Key=KEY)
    assert found["Item"] == KEY
    assert f"table/{name}/stream/" in said["RestoredTableStream"]
    assert era_of_stream(said["RestoredTableStream"]) > 0


def test_a_table_that_a_former_stack_left_is_set_up_in_the_same_way() -> None:
    assert restore.main(["--stack", "lectern", "--keep", TABLE_NAME]) == 0
    assert settings(TABLE_NAME) == wanted()


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(SystemExit):
        restore.main(["--stack", "lectern", "--to", "2030-03-17T09:00"])
