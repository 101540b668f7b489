"""A small stack of its own in the local cloud, which ends with the last test here."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
import requests
from requests.sessions import Session

from lectern_testing.small_stack import NOBODY, TEMPLATE
from local.cloud import LocalCloud


@pytest.fixture(scope="package")
def cloud() -> Iterator[LocalCloud]:
    with LocalCloud(template=TEMPLATE, zoom_urls=NOBODY, parameters={"Greeting": "hej"}) as cloud:
        yield cloud


@pytest.fixture
def lms(cloud: LocalCloud) -> Iterator[Session]:
    with requests.Session() as session:
        session.headers["Authorization"] = f"Bearer {cloud.api_key}"
        yield session


@pytest.fixture
def aws(cloud: LocalCloud) -> Iterator[Callable[..., Any]]:
    clients = []

    def client(service: str) -> Any:
        made: Any = boto3.client(  # type: ignore[call-overload]
            service, endpoint_url=cloud.aws_url
        )
        clients.append(made)
        return made

    yield client
    for made in clients:
        made.close()


@pytest.fixture
def table(aws: Callable[..., Any]) -> Callable[..., Any]:
    dynamodb = aws("dynamodb")

    def get(key: str) -> dict[str, Any] | None:
        item = dynamodb.get_item(TableName="lectern-local-Table", Key={"PK": {"S": key}})
        found: dict[str, Any] | None = item.get("Item")
        return found

    return get
