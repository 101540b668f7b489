"""One process of a function, from its first call to its end."""

from __future__ import annotations

import json
import os
import socket
import struct
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from lectern_testing.small_stack import TEMPLATE
from local.sandbox import Invocation, Sandbox
from local.servers import HOST


@pytest.fixture
def sandbox() -> Iterator[Callable[..., Any]]:
    started = []

    def start(handler: str, timeout: float | int) -> Sandbox:
        folder = TEMPLATE.parent / "guard"
        environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(folder)}
        sandbox = Sandbox(
            arn="arn:aws:lambda:eu-west-1:123456789012:function:guard",
            handler=handler,
            folder=folder,
            environment=environment,
            timeout=timeout,
            output=lambda line: None,
        )
        started.append(sandbox)
        return sandbox

    yield start
    for sandbox in started:
        sandbox.stop()


def test_a_process_answers_again_and_again(sandbox: Callable[..., Any]) -> None:
    warm = sandbox("app.handler", timeout=5)
    answers = [warm.invoke(b'{"authorizationToken": "x"}') for _ in range(2)]
    assert [answer.failed for answer in answers] == [False, False]
    assert warm.usable


def test_a_process_that_takes_too_long_is_no_more(sandbox: Callable[..., Any]) -> None:
    slow = sandbox("asleep.handler", timeout=0.1)
    answer = slow.invoke(b"{}")
    assert answer.failed
    assert json.loads(answer.payload)["errorType"] == "Sandbox.Timedout"
    assert not slow.usable
    assert not slow._process.running


def test_a_handler_that_does_not_exist_is_told_to_whoever_calls(
    sandbox: Callable[..., Any],
) -> None:
    answer = sandbox("app.nothing", timeout=5).invoke(b"{}")
    assert answer.failed
    assert json.loads(answer.payload)["errorType"] == "Runtime.HandlerNotFound"


def test_nothing_is_said_of_a_process_that_hangs_up_before_it_has_its_call(
    sandbox: Callable[..., Any], capfd: pytest.CaptureFixture[str]
) -> None:
    warm = sandbox("app.handler", timeout=5)
    warm.initialised.wait(30)
    with socket.create_connection((HOST, warm._api.server_port)) as second:
        second.sendall(b"GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\n\r\n")
        time.sleep(0.2)
        second.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    for number in range(2):
        warm.inbox.put(Invocation(str(number), b"{}" * 1_000_000, time.time() + 5))
    warm.outbox.get(timeout=5)

    assert warm.invoke(b'{"authorizationToken": "x"}').failed is False
    assert "Exception" not in capfd.readouterr().err
