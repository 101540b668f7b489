"""The counts of requests about each address, beside the claim of the address."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from lectern.domain.limits.attempts import DailyAttempts
from lectern.store import keys
from lectern.store.table import Change, Expression, Item, Table, WriteConflict


class AddressClaim(NamedTuple):
    """The claim of an address, after it was tried to make it.

    Attributes:
        holder: The user who holds it now.
        is_new: Whether it was made by this.
        sends: What is noted of the address by others.
    """

    holder: str
    is_new: bool
    sends: DailyAttempts | None = None


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
            keys.address_of_claim(item["SK"]): sends
            for item in items
            if (sends := _sends_of(item)) is not None
        }

    def claim(
        self, event_id: str, address: str, user_id: str, sends: DailyAttempts
    ) -> AddressClaim:
        """Claims an address that nobody has, and notes with it what is being sent of it."""
        claim = Change(set={"user_id": user_id, "sends": sends.model_dump_json()})
        nobodys = Expression("attribute_not_exists(#PK)")
        try:
            self._table.update(keys.address_claim(event_id, address), claim, nobodys)
        except WriteConflict as conflict:
            item = conflict.item or {"user_id": user_id}
            return AddressClaim(str(item["user_id"]), is_new=False, sends=_sends_of(item))
        return AddressClaim(user_id, is_new=True)

    def put(self, event_id: str, address: str, sends: DailyAttempts) -> None:
        """Notes what was sent of an address."""
        self._table.update(
            keys.address_claim(event_id, address),
            Change(set={"sends": sends.model_dump_json()}),
            Expression("attribute_exists(#PK)"),
        )


def _sends_of(item: Item) -> DailyAttempts | None:
    return DailyAttempts.model_validate_json(item["sends"]) if "sends" in item else None
