"""The client that does without boto3, and has boto3 for what does not go well."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPException
from threading import Barrier, Event
from typing import Any

import pytest

from lectern.aws.quick_client import QuickClient
from lectern.aws.service import Refused, endpoint
from lectern.deadline import ends_in
from lectern_testing.table import REPOSITORY

ITEM = {"Item": {"PK": {"S": "a"}}}


class Service:
    """A service that answers, or fails as it is told to."""

    def __init__(self, fails: Exception | None = None) -> None:
        self.fails = fails
        self.asked: list[tuple[str, Any, int]] = []

    def ask(self, operation: str, asked: Any, attempts: int) -> Any:
        self.asked.append((operation, asked, attempts))
        if self.fails:
            raise self.fails
        return ITEM


class Boto3:
    """boto3's client, which notes what it is asked."""

    def __init__(self) -> None:
        self.asked: list[Any] = []

    def get_item(self, **asked: Any) -> Any:
        self.asked.append(asked)
        return {"by": "boto3"}

    def scan(self, **asked: Any) -> Any:
        return {"scanned": asked}


def quick_client(
    service: Callable[[], Any], client: Callable[[], Any] = lambda: pytest.fail("boto3 is loaded")
) -> Any:
    return QuickClient(service, {"get_item": "GetItem"}, client)


def test_what_goes_well_is_asked_without_boto3() -> None:
    service = Service()
    client = quick_client(lambda: service)
    assert client.get_item(TableName="t") == ITEM
    assert service.asked == [("GetItem", {"TableName": "t"}, 2)]


@pytest.mark.parametrize(
    "failure",
    [
        Refused("ConditionalCheckFailedException"),
        ConnectionResetError(),
        HTTPException(),
        ValueError("no JSON"),
    ],
)
def test_what_fails_is_asked_again_by_boto3_which_says_why(failure: Exception) -> None:
    boto3 = Boto3()
    client = quick_client(lambda: Service(failure), lambda: boto3)
    assert client.get_item(TableName="t") == {"by": "boto3"}
    assert boto3.asked == [{"TableName": "t"}]


def test_boto3_has_the_time_that_is_left() -> None:
    answers = Event()

    class Slow(Boto3):
        def get_item(self, **asked: Any) -> Any:
            answers.wait(10)
            return super().get_item(**asked)

    client = quick_client(lambda: Service(ConnectionResetError()), Slow)
    with ends_in(0.1), pytest.raises(TimeoutError):
        client.get_item(TableName="t")
    answers.set()


def test_all_the_rest_is_boto3s() -> None:
    made: list[Boto3] = []

    def make() -> Boto3:
        made.append(Boto3())
        return made[-1]

    client = quick_client(Service, make)
    assert client.scan(Limit=1) == {"scanned": {"Limit": 1}}
    assert client.scan(Limit=2) == {"scanned": {"Limit": 2}}
    assert len(made) == 1


def test_threads_have_a_connection_each_and_give_it_back() -> None:
    made: list[Service] = []
    together = Barrier(4)

    class Slow(Service):
        def ask(self, operation: str, asked: Any, attempts: int) -> Any:
            together.wait(10)
            return super().ask(operation, asked, attempts)

    def make() -> Slow:
        made.append(Slow())
        return made[-1]  # type: ignore[return-value] # it was put there above

    client = quick_client(make)
    for _ in range(2):
        with ThreadPoolExecutor(4) as threads:
            list(threads.map(lambda n: client.get_item(n=n), range(4)))
    assert len(made) == 4
    assert sum(len(each.asked) for each in made) == 8


def test_a_service_is_where_the_standard_variables_say(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_DYNAMODB"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_REGION", "cn-north-1")
    assert endpoint("dynamodb") == "https://dynamodb.cn-north-1.amazonaws.com.cn"
    monkeypatch.setenv("AWS_REGION", "eu-west-1")
    assert endpoint("dynamodb") == "https://dynamodb.eu-west-1.amazonaws.com"
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://all")
    monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", "http://tables")
    assert endpoint("dynamodb") == "http://tables"
    assert endpoint("secretsmanager") == "http://all"


@pytest.mark.parametrize(("start", "kind"), [("", "QuickClient"), ("import boto3", "DynamoDB")])
def test_who_starts_without_boto3_asks_without_it(start: str, kind: str) -> None:
    script = (
        f"{start}\nfrom lectern.composition import aws\n"
        "import json; print(json.dumps(type(aws.dynamodb()).__name__))"
    )
    environment = {
        "PATH": os.environ["PATH"],
        "AWS_REGION": "eu-west-1",
        "AWS_DEFAULT_REGION": "eu-west-1",
        "PYTHONPATH": str(REPOSITORY / "layers" / "lectern" / "python"),
    }
    told = subprocess.run(
        [sys.executable, "-c", script],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert json.loads(told.stdout) == kind
