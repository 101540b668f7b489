"""moto, as several clients at once need it to behave."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import boto3
import pytest

from lectern_testing.small_stack import TEMPLATE
from local.cloud import await_listener, free_port
from local.moto.server import OneAtATime
from local.processes import Process
from local.resources import Aws
from local.template import ROOT, load

PARAMETERS = {"ApiKeyHashes": "0" * 64, "ZoomApiUrl": "http://a", "ZoomOauthUrl": "http://b"}


def _no_response(*_: object) -> Any:
    """What no application here begins an answer with."""


def test_requests_are_handled_one_after_the_other() -> None:
    inside, most = 0, 0
    entered = threading.Event()

    def application(environ: dict[str, Any], start_response: object) -> list[bytes]:
        nonlocal inside, most
        inside += 1
        most = max(most, inside)
        entered.wait(0.02)
        inside -= 1
        return []

    one_at_a_time = OneAtATime(application)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: one_at_a_time({}, _no_response), range(8)))
    assert most == 1


def test_tables_are_where_the_standard_variables_say(monkeypatch: pytest.MonkeyPatch) -> None:
    elsewhere, here = free_port(), free_port()
    stack = load(PARAMETERS, f"http://127.0.0.1:{here}", TEMPLATE)
    with moto(elsewhere) as other_url, moto(here) as url:
        monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", other_url)
        monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB_STREAMS", other_url)
        aws = Aws(url)
        aws.create(stack)
        assert tables(other_url) == ["lectern-local-Table"]
        assert tables(url) == []
        role = stack.of_type("AWS::Lambda::Function")["Echo"]["Role"]
        assert aws.variables(role)["AWS_ENDPOINT_URL_DYNAMODB"] == other_url
        assert aws.variables(role)["AWS_ENDPOINT_URL"] == url


@contextmanager
def moto(port: int) -> Iterator[str]:
    """A moto of its own on this port."""
    lines: list[str] = []
    process = Process(
        ["local.moto.server", f"--port={port}", "--lambda-url=http://127.0.0.1:9"],
        {"PATH": os.environ["PATH"]},
        ROOT,
        lines.append,
    )
    try:
        await_listener(process, port)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.stop()


def tables(url: str) -> list[str]:
    client = boto3.client("dynamodb", endpoint_url=url)
    try:
        return client.list_tables()["TableNames"]
    finally:
        client.close()
