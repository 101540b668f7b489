"""Starts the settling of attendance, from the table's stream, and again where it came to a halt."""

from __future__ import annotations

import json
import re
from datetime import datetime
from typing import TYPE_CHECKING

from lectern.domain.attendance import Instance
from lectern.domain.report_rules import QUIET
from lectern.store.instances import InstanceStore, instance_of
from lectern.store.keys import INSTANCE_PREFIX
from lectern.store.table import Item

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient

_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9_-]")


class AttendanceStarter:
    """Starts executions of the attendance state machine.

    Args:
        client: A Step Functions client.
        state_machine: The state machine's ARN.
    """

    def __init__(self, client: SFNClient, state_machine: str) -> None:
        self._client = client
        self._state_machine = state_machine

    def changed(self, old: Item | None, new: Item) -> None:
        """Starts what a change of one item of the table calls for.

        Args:
            old: The item before; ``None`` for a new one.
            new: The item as it is now.
        """
        if not new["SK"].startswith(INSTANCE_PREFIX):
            return
        instance = instance_of(new)
        if instance.round and (old is None or instance_of(old).round != instance.round):
            self.start(instance)

    def start(self, instance: Instance) -> None:
        """Starts an execution for the round; once, however often it is called.

        Step Functions refuses a second execution of one name, so a repeated record starts nothing.
        """
        told = {"event_id": instance.event_id, "instance": instance.key, "round": instance.round}
        try:
            self._client.start_execution(
                stateMachineArn=self._state_machine,
                name=execution_name(instance),
                input=json.dumps(told),
            )
        except self._client.exceptions.ExecutionAlreadyExists:
            return


def execution_name(instance: Instance) -> str:
    """The name of the execution for a round: readable, unique, at most 80 characters."""
    readable = _NOT_IN_NAMES.sub("_", instance.event_id)[:40]
    return f"{readable}-{instance.key}-{instance.round}"


def restart_forgotten(instances: InstanceStore, now: datetime) -> int:
    """Asks again for the attendance that is due and that nobody is at work on.

    Returns:
        How many runs that were.
    """
    return sum(instances.ask_again(each, now + QUIET) for each in instances.due(now))
