"""A table of its own for each test, as the template has it, reached by the long way.

Where `DYNAMODB_LOCAL` is the address of Amazon's DynamoDB Local, the tables are there.
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator

import boto3
import pytest
from moto import mock_aws

from lectern.store.table import Table
from lectern_testing.aws.dynamodb_local import elder_client
from lectern_testing.aws.moto_shortcut import go_the_long_way
from lectern_testing.table import make_table


@pytest.fixture
def is_enumerated() -> bool:
    """Whether a test does the same at each of many writes, each time by the short way."""
    return False


@pytest.fixture
def table(*, is_enumerated: bool) -> Iterator[Table]:
    if url := os.environ.get("DYNAMODB_LOCAL"):
        elder = elder_client(url)
        yield Table(elder, make_table(elder, f"lectern-{uuid.uuid4()}"))
        return
    with mock_aws():
        client = boto3.client("dynamodb", region_name="eu-west-1")
        if not is_enumerated:
            go_the_long_way(client)
        yield Table(client, make_table(client))
