"""One process of a function, from its first call to its end."""

import json
import os

import pytest

from local.sandbox import Sandbox
from local_cloud.small_stack import TEMPLATE


@pytest.fixture
def sandbox():
    started = []

    def start(handler, timeout):
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


def test_a_process_answers_again_and_again(sandbox):
    warm = sandbox("app.handler", timeout=5)
    answers = [warm.invoke(b'{"authorizationToken": "x"}') for _ in range(2)]
    assert [answer.failed for answer in answers] == [False, False]
    assert warm.usable


def test_a_process_that_takes_too_long_is_no_more(sandbox):
    slow = sandbox("asleep.handler", timeout=0.1)
    answer = slow.invoke(b"{}")
    assert answer.failed
    assert json.loads(answer.payload)["errorType"] == "Sandbox.Timedout"
    assert not slow.usable
    assert not slow._process.running


def test_a_handler_that_does_not_exist_is_told_to_whoever_calls(sandbox):
    answer = sandbox("app.nothing", timeout=5).invoke(b"{}")
    assert answer.failed
    assert json.loads(answer.payload)["errorType"] == "Runtime.HandlerNotFound"
