"""The composition root: the only place that builds adapters, each once and only when it is used."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config

from lectern.secret_store import SecretStore
from lectern.store.enrolments import EnrolmentStore
from lectern.store.events import EventStore
from lectern.store.settings import SettingsStore
from lectern.store.table import Table
from lectern.store.tokens import TokenStore

if TYPE_CHECKING:
    import requests

_RETRIES = Config(
    retries={"mode": "standard", "max_attempts": 5}, connect_timeout=2, read_timeout=10
)


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return datetime.now(UTC)


@cache
def table() -> Table:
    """The one table."""
    return Table(boto3.client("dynamodb", config=_RETRIES), os.environ["TABLE_NAME"])


@cache
def events() -> EventStore:
    """The events."""
    return EventStore(table())


@cache
def enrolments() -> EnrolmentStore:
    """The enrolments."""
    return EnrolmentStore(table())


@cache
def settings() -> SettingsStore:
    """The settings and connections."""
    return SettingsStore(table())


@cache
def tokens() -> TokenStore:
    """The access tokens."""
    return TokenStore(table())


@cache
def secrets() -> SecretStore:
    """The secrets of the connections."""
    client = boto3.client("secretsmanager", config=_RETRIES)
    return SecretStore(client, os.environ["SECRET_PREFIX"])


@cache
def http_session() -> requests.Session:
    """One pooled session for all calls to Zoom."""
    import requests  # noqa: PLC0415 - only functions that call Zoom pay for it

    return requests.Session()
