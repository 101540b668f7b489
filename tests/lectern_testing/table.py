"""The tables of ``template.yaml``, made in whatever DynamoDB the client reaches."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from local.moto import dynamodb
from local.yaml_files import SafeLoader

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

REPOSITORY = Path(__file__).resolve().parents[2]
TABLE_NAME = "lectern-test"
INBOX_NAME = "lectern-test-inbox"

_TAKEN_OVER = (
    "AttributeDefinitions",
    "KeySchema",
    "LocalSecondaryIndexes",
    "GlobalSecondaryIndexes",
    "BillingMode",
    "StreamSpecification",
)


class _TemplateLoader(SafeLoader):
    """Reads CloudFormation's short functions as what they are given."""


def _function(loader: yaml.SafeLoader, _suffix: str, node: yaml.Node) -> Any:
    if isinstance(node, yaml.ScalarNode):
        return loader.construct_scalar(node)
    if isinstance(node, yaml.SequenceNode):
        return loader.construct_sequence(node, deep=True)
    assert isinstance(node, yaml.MappingNode)
    return loader.construct_mapping(node, deep=True)


_TemplateLoader.add_multi_constructor("!", _function)


@cache
def template() -> dict[str, Any]:
    """The project's template, with intrinsic functions reduced to their arguments."""
    loader = _TemplateLoader((REPOSITORY / "template.yaml").read_text())
    found: dict[str, Any] = loader.get_single_data()
    return found


@cache
def _properties_of(table: str) -> dict[str, Any]:
    properties = template()["Resources"][table]["Properties"]
    request = {key: properties[key] for key in _TAKEN_OVER if key in properties}
    return request | {
        "StreamSpecification": {**request["StreamSpecification"], "StreamEnabled": True}
    }


def make_table(client: DynamoDBClient, name: str = TABLE_NAME) -> str:
    """Makes the template's table and returns its name."""
    dynamodb.install()
    client.create_table(TableName=name, **_properties_of("Table"))
    return name


def make_inbox(client: DynamoDBClient, name: str = INBOX_NAME) -> str:
    """Makes the template's table of Zoom's deliveries and returns its name."""
    client.create_table(TableName=name, **_properties_of("InboxTable"))
    return name
