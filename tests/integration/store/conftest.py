"""A table of its own for each test, as the template has it, reached by the long way."""

from __future__ import annotations

from collections.abc import Iterator

import boto3
import pytest
from moto import mock_aws

from lectern.store.table import Table
from lectern_testing.aws.moto_shortcut import go_the_long_way
from lectern_testing.table import make_table


@pytest.fixture
def table() -> Iterator[Table]:
    with mock_aws():
        client = boto3.client("dynamodb", region_name="eu-west-1")
        go_the_long_way(client)
        yield Table(client, make_table(client))
