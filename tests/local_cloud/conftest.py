"""A small stack of its own in the local cloud, which ends with the last test here."""

import boto3
import pytest
import requests

from local.cloud import LocalCloud
from local_cloud.small_stack import NOBODY, TEMPLATE


@pytest.fixture(scope="package")
def cloud():
    with LocalCloud(template=TEMPLATE, zoom_urls=NOBODY, parameters={"Greeting": "hej"}) as cloud:
        yield cloud


@pytest.fixture
def lms(cloud):
    with requests.Session() as session:
        session.headers["Authorization"] = f"Bearer {cloud.api_key}"
        yield session


@pytest.fixture
def aws(cloud):
    clients = []

    def client(service):
        made = boto3.client(service, endpoint_url=cloud.aws_url)
        clients.append(made)
        return made

    yield client
    for made in clients:
        made.close()


@pytest.fixture
def table(aws):
    dynamodb = aws("dynamodb")

    def get(key):
        item = dynamodb.get_item(TableName="lectern-local-Table", Key={"PK": {"S": key}})
        return item.get("Item")

    return get
