"""Executions of a state machine, each started once however often it is asked for."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient

_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9_-]")
_READABLE_LENGTH = 24
"""Leaves room for what makes a name unique. Step Functions: at most 80 characters."""


class Executions:
    """Executions of one state machine.

    Args:
        client: A Step Functions client.
        state_machine: The state machine's ARN.
        era: When the stream began that asks for executions, in epoch seconds. A table that was
            restored asks for what it asked for before, and Step Functions keeps names for 90 days.
    """

    def __init__(self, client: SFNClient, state_machine: str, era: int = 0) -> None:
        self._client = client
        self._state_machine = state_machine
        self._era = era

    def start(self, name: str, told: Mapping[str, object]) -> str:
        """Starts an execution, unless one of that name was.

        Step Functions refuses a second execution of one name, so a repeated record starts nothing.

        Args:
            name: Names what is asked for, at most 70 characters.
            told: The execution's input.

        Returns:
            The execution's name.
        """
        name = name_in_era(name, self._era)
        with suppress(self._client.exceptions.ExecutionAlreadyExists):
            self._client.start_execution(
                stateMachineArn=self._state_machine, name=name, input=json.dumps(told)
            )
        return name


def name_in_era(name: str, era: int) -> str:
    """The name of an execution, which no other era has.

    Example:
        >>> name_in_era("ev-1-3", 1893456000)
        'ev-1-3-70dbd880'
    """
    return f"{name}-{era:x}" if era else name


def readable(event_id: str) -> str:
    """The part of an execution's name that tells a person which event it is about."""
    return _NOT_IN_NAMES.sub("_", event_id)[:_READABLE_LENGTH]
