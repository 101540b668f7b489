"""Which events want whom as a host's assistant, and whom Lectern made one.

Assistants are the host's and not an event's: whoever is one for several events stays one until the
last of them lets go, and whoever was made one by hand is never taken away.
"""

from __future__ import annotations

from lectern.domain.enrollment import Assistance
from lectern.store import account_keys
from lectern.store.table import Expression, Table


class AssistantStore:
    """Wishes by host, assistant and event; and who was added, by host and assistant."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def want(self, assistance: Assistance, event_id: str) -> None:
        """Notes that an event wants the assistant, before Zoom is looked at."""
        self._table.write(
            {**account_keys.wish_for_assistant(assistance, event_id), "event_id": event_id}
        )

    def let_go(self, assistance: Assistance, event_id: str) -> None:
        """Notes that an event does not want the assistant any more."""
        self._table.delete(account_keys.wish_for_assistant(assistance, event_id))

    def is_wanted(self, assistance: Assistance) -> bool:
        """Whether any event wants the assistant."""
        wishes = account_keys.wish_for_assistant(assistance, "")
        condition = Expression(
            "#PK = :host AND begins_with(#SK, :assistant)",
            {":host": wishes["PK"], ":assistant": wishes["SK"]},
        )
        return bool(self._table.query(condition, limit=1).items)

    def note_added(self, assistance: Assistance) -> None:
        """Notes that Lectern makes the user an assistant, before it does."""
        self._table.write(
            {**account_keys.added_assistant(assistance), "user_id": assistance.user_id}
        )

    def is_added(self, assistance: Assistance) -> bool:
        """Whether Lectern made the user an assistant."""
        return self._table.get(account_keys.added_assistant(assistance)) is not None

    def forget_added(self, assistance: Assistance) -> None:
        """Notes that Lectern took the assistant away."""
        self._table.delete(account_keys.added_assistant(assistance))
