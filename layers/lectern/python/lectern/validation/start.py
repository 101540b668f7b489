"""Starts self-tests, from the table's stream."""

from __future__ import annotations

from lectern.executions import Executions
from lectern.store.account_keys import VALIDATION
from lectern.store.table import Item
from lectern.store.validations import validation_of


class ValidationStarter:
    """Starts executions of the validation state machine.

    Args:
        executions: Those of the state machine.
    """

    def __init__(self, executions: Executions) -> None:
        self._executions = executions

    def changed(self, old: Item | None, new: Item) -> None:
        """Starts a self-test that was just stored; once, however often its record comes.

        Args:
            old: The item before; ``None`` for a new one.
            new: The item as it is now.
        """
        if old is None and new["SK"] == VALIDATION:
            name = validation_of(new).validation_id
            self._executions.start(name, {"validation_id": name})
