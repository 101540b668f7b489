"""AWS's clients, all with the same patience.

A function that did not load boto3 while it started asks the table and the secrets without it, and
loads it for what remains; the others find it loaded.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from lectern.aws.quick_client import QuickClient
from lectern.aws.service import AwsService, endpoint

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_secretsmanager import SecretsManagerClient
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_stepfunctions import SFNClient

_OF_TABLES = {
    "batch_get_item": "BatchGetItem",
    "get_item": "GetItem",
    "put_item": "PutItem",
    "query": "Query",
    "update_item": "UpdateItem",
}
_OF_SECRETS = {"get_secret_value": "GetSecretValue"}


@cache
def dynamodb() -> DynamoDBClient:
    """The client of the table."""
    client: DynamoDBClient = _quick_client("dynamodb", "DynamoDB_20120810", "1.0", _OF_TABLES)
    return client


@cache
def secrets_manager() -> SecretsManagerClient:
    """The client of the secrets."""
    client: SecretsManagerClient = _quick_client(
        "secretsmanager", "secretsmanager", "1.1", _OF_SECRETS
    )
    return client


@cache
def s3() -> S3Client:
    """The client of the changes that could not be dispatched."""
    client: S3Client = _client("s3")
    return client


@cache
def sqs() -> SQSClient:
    """The client of the queues."""
    client: SQSClient = _client("sqs")
    return client


@cache
def lambda_() -> LambdaClient:
    """The client of the functions."""
    client: LambdaClient = _client("lambda")
    return client


@cache
def step_functions() -> SFNClient:
    """The client of the state machines."""
    client: SFNClient = _client("stepfunctions")
    return client


def _quick_client(name: str, target: str, version: str, operations: Mapping[str, str]) -> Any:  # noqa: ANN401
    """A client that does without boto3 as long as nothing else has loaded it."""
    if "boto3" in sys.modules:
        return _client(name)
    return QuickClient(
        lambda: AwsService(name, target, version, endpoint(name)),
        operations,
        lambda: _client(name),
    )


def _client(service: str) -> Any:  # noqa: ANN401 - boto3 makes its clients at run time
    import boto3  # noqa: PLC0415 - see above
    from botocore.config import Config  # noqa: PLC0415

    patience = Config(
        retries={"mode": "standard", "max_attempts": 5}, connect_timeout=2, read_timeout=10
    )
    make_client: Any = boto3.client
    return make_client(service, config=patience)
