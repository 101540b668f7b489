"""Starts the settling of attendance, from the table's stream, and again where it came to a halt."""

from __future__ import annotations

from datetime import datetime

from lectern.domain.attendance.matching import Instance
from lectern.domain.attendance.report import QUIET
from lectern.executions import Executions, readable
from lectern.store.instances import InstanceStore, instance_of
from lectern.store.keys import INSTANCE_PREFIX
from lectern.store.table import Item


class AttendanceStarter:
    """Starts executions of the attendance state machine.

    Args:
        executions: Those of the state machine.
    """

    def __init__(self, executions: Executions) -> None:
        self._executions = executions

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
        """Starts an execution for the round; once, however often it is called."""
        told = {"event_id": instance.event_id, "instance": instance.key, "round": instance.round}
        self._executions.start(execution_name(instance), told)


def execution_name(instance: Instance) -> str:
    """The name of the execution for a round: readable, unique, at most 70 characters."""
    return f"{readable(instance.event_id)}-{instance.key}-{instance.round}"


def restart_forgotten(instances: InstanceStore, now: datetime) -> int:
    """Asks again for the attendance that is due and that nobody is at work on.

    Returns:
        How many runs that were.
    """
    return sum(instances.ask_again(each, now + QUIET) for each in instances.due(now))
