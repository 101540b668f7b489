"""The project's state machines in moto, which runs an execution to its end when it is started."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any, Protocol
from unittest.mock import patch

import boto3
from moto import mock_aws
from moto.stepfunctions.parser.asl.component.common.retry import retrier_decl
from moto.stepfunctions.parser.asl.component.state.exec.state_task import lambda_eval_utils
from moto.stepfunctions.parser.asl.component.state.wait.wait_function.timestamp import Timestamp
from moto.stepfunctions.parser.asl.component.state.wait.wait_function.wait_function import (
    WaitFunction,
)
from moto.stepfunctions.parser.backend.execution_worker import ExecutionWorker, SyncExecutionWorker

from lectern_testing.table import REPOSITORY
from local.moto import jsonata, state_language
from local.yaml_files import read_yaml

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient

_ROLE = "arn:aws:iam::123456789012:role/any"
_FUNCTION = re.compile(r"\$\{\w+FunctionArn\}")


class StateMachines:
    """The state machines, each made when it first runs, with the one function that does its tasks.

    A name is a file's, with hyphens; the function is called by the same name.
    """

    def __init__(self) -> None:
        self._client = _client()
        self._arns: dict[str, str] = {}
        self._last = ""

    def _arn(self, name: str) -> str:
        if name not in self._arns:
            made = self._client.create_state_machine(
                name=name, definition=_definition(name), roleArn=_ROLE
            )
            self._arns[name] = made["stateMachineArn"]
        return self._arns[name]

    def run(self, machine: str, name: str, told: dict[str, Any]) -> str:
        """Runs a state machine under a name, and returns how it ended."""
        started = self._client.start_execution(
            stateMachineArn=self._arn(machine), name=name, input=json.dumps(told)
        )
        self._last = started["executionArn"]
        ended = self._client.describe_execution(executionArn=self._last)
        return str(ended["status"])

    def entered(self) -> list[str]:
        """The states that the last execution entered, each of which is a billed transition."""
        history = self._client.get_execution_history(executionArn=self._last)["events"]
        return [
            each["stateEnteredEventDetails"]["name"]
            for each in history
            if "stateEnteredEventDetails" in each
        ]


@cache
def _client() -> SFNClient:
    return boto3.client("stepfunctions", region_name="eu-west-1")


@cache
def _definition(name: str) -> str:
    file = REPOSITORY / "statemachines" / f"{name.replace('-', '_')}.asl.yaml"
    return json.dumps(
        read_yaml(_FUNCTION.sub(name, file.read_text()).replace("${Partition}", "aws"))
    )


class Surroundings(Protocol):
    """What an execution runs in: functions to invoke, and time that passes where it waits."""

    def invoke(self, **request: Any) -> dict[str, Any]:
        """Answers as Lambda does."""

    def wait(self, seconds: float) -> None:
        """Lets time pass."""

    def wait_until(self, moment: datetime) -> None:
        """Lets time pass until a moment."""


class _Sleeper:
    """Stands for the ``time`` module in the interpreter's retries alone."""

    def __init__(self, sleep: Callable[[float], None]) -> None:
        self.sleep = sleep


@contextmanager
def interpreter() -> Iterator[None]:
    """moto, with its interpreter of state machines."""
    with mock_aws(config={"stepfunctions": {"execute_state_machine": True}}):
        jsonata.install()
        state_language.install()
        yield


@contextmanager
def interpreted_for(surroundings: Surroundings) -> Iterator[None]:
    """Executions call functions, wait and retry in these surroundings."""

    def waited(self: WaitFunction, env: object, wait_seconds: int) -> None:
        if isinstance(self, Timestamp):
            surroundings.wait_until(datetime.now(UTC) + timedelta(seconds=wait_seconds + 1))
        else:
            surroundings.wait(wait_seconds)

    with ExitStack() as stack:
        # To start an execution is to run it to its end.
        stack.enter_context(patch.object(ExecutionWorker, "start", SyncExecutionWorker.start))
        stack.enter_context(patch.object(WaitFunction, "_wait_interval", waited))
        stack.enter_context(patch.object(retrier_decl, "time", _Sleeper(surroundings.wait)))
        stack.enter_context(
            patch.object(lambda_eval_utils, "boto_client_for", lambda **_: surroundings)
        )
        yield
