"""The project's state machines in moto, which runs an execution to its end when it is started."""

from __future__ import annotations

import json
import re
from functools import cache
from typing import Any

import boto3
import yaml

from lectern_testing.table import REPOSITORY

_ROLE = "arn:aws:iam::123456789012:role/any"
_FUNCTION = re.compile(r"\$\{\w+FunctionArn\}")


class StateMachines:
    """The state machines of these names, each with the one function that does its tasks.

    A name is a file's, with hyphens; the function is called by the same name.
    """

    def __init__(self, *names: str) -> None:
        self._client = boto3.client("stepfunctions", region_name="eu-west-1")
        self._arns = {name: self._made(name) for name in names}

    def _made(self, name: str) -> str:
        made = self._client.create_state_machine(
            name=name, definition=_definition(name), roleArn=_ROLE
        )
        return str(made["stateMachineArn"])

    def run(self, machine: str, name: str, told: dict[str, Any]) -> str:
        """Runs a state machine under a name, and returns how it ended."""
        started = self._client.start_execution(
            stateMachineArn=self._arns[machine], name=name, input=json.dumps(told)
        )
        ended = self._client.describe_execution(executionArn=started["executionArn"])
        return str(ended["status"])


@cache
def _definition(name: str) -> str:
    file = REPOSITORY / "statemachines" / f"{name.replace('-', '_')}.asl.yaml"
    return json.dumps(yaml.safe_load(_FUNCTION.sub(name, file.read_text())))
