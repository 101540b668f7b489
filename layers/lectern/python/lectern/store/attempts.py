"""The counts of requests about each address, beside the claim of the address."""

from __future__ import annotations

from collections.abc import Iterable

from lectern.domain.limits.attempts import DailyAttempts
from lectern.store import keys
from lectern.store.table import Change, Expression, Table, WriteConflict


class AttemptStore:
    """Sends by event and address; only addresses that are claimed have any."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def get_many(self, event_id: str, addresses: Iterable[str]) -> dict[str, DailyAttempts]:
        """The attempts of these addresses, by address."""
        items = self._table.get_many(
            keys.address_claim(event_id, address) for address in set(addresses)
        )
        return {
            keys.address_of_claim(item["SK"]): DailyAttempts.model_validate_json(item["sends"])
            for item in items
            if "sends" in item
        }

    def claim(
        self, event_id: str, address: str, user_id: str, sends: DailyAttempts
    ) -> tuple[str, bool]:
        """Claims an address that nobody has, and notes with it what is being sent of it.

        Returns:
            The user who holds the claim now, and whether it was made, with the note, by this.
        """
        claim = Change(set={"user_id": user_id, "sends": sends.model_dump_json()})
        nobodys = Expression("attribute_not_exists(#PK)")
        try:
            self._table.update(keys.address_claim(event_id, address), claim, nobodys)
        except WriteConflict as conflict:
            return str(conflict.item["user_id"]) if conflict.item else user_id, False
        return user_id, True

    def put(self, event_id: str, address: str, sends: DailyAttempts) -> None:
        """Notes what was sent of an address."""
        self._table.update(
            keys.address_claim(event_id, address),
            Change(set={"sends": sends.model_dump_json()}),
            Expression("attribute_exists(#PK)"),
        )
