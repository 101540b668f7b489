"""AWS's clients, all with the same patience."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_secretsmanager import SecretsManagerClient
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_stepfunctions import SFNClient

_RETRIES = Config(
    retries={"mode": "standard", "max_attempts": 5}, connect_timeout=2, read_timeout=10
)


@cache
def dynamodb() -> DynamoDBClient:
    """The client of the table."""
    return boto3.client("dynamodb", config=_RETRIES)


@cache
def secrets_manager() -> SecretsManagerClient:
    """The client of the secrets."""
    return boto3.client("secretsmanager", config=_RETRIES)


@cache
def s3() -> S3Client:
    """The client of the changes that could not be dispatched."""
    return boto3.client("s3", config=_RETRIES)


@cache
def sqs() -> SQSClient:
    """The client of the queues."""
    return boto3.client("sqs", config=_RETRIES)


@cache
def step_functions() -> SFNClient:
    """The client of the state machines."""
    return boto3.client("stepfunctions", config=_RETRIES)
