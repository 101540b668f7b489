"""Whose turn it is to deliver: one function at a time empties the queue of deliveries."""

from __future__ import annotations

from datetime import datetime

from lectern.store import keys, outbox_keys
from lectern.store.table import Change, Expression, Table, WriteConflict


class DeliveryTurn:
    """The turn, which is held for a while and given back.

    Whoever comes meanwhile leaves word, and the holder looks once more before the turn is free:
    what was asked for at the last moment waits for nobody.

    Args:
        table: The table.
    """

    def __init__(self, table: Table) -> None:
        self._table = table

    def take(self, owner: str, now: datetime, until: datetime) -> bool:
        """Takes the turn, or leaves word with whoever has it.

        Args:
            owner: Names the one who comes, unlike any other.
            now: The present moment.
            until: When the holder counts as dead, unless the turn is kept.

        Returns:
            Whether it was free.
        """
        free = Expression(
            "attribute_not_exists(#until) OR #until <= :now", {":now": keys.stamp(now)}
        )
        taken = Change(set={"owner": owner, "until": keys.stamp(until)}, remove=["called"])
        while True:
            if self._written(taken, free):
                return True
            if self._written(
                Change(set={"called": True}), Expression("#until > :now", free.values)
            ):
                return False

    def keep(self, owner: str, until: datetime) -> bool:
        """Keeps the turn for longer; ``False`` where it was taken by somebody else."""
        return self._written(Change(set={"until": keys.stamp(until)}), _held_by(owner))

    def give_back(self, owner: str) -> bool:
        """Gives the turn back, unless somebody left word since it was taken.

        Returns:
            Whether the holder is done with it; else the word is taken, and there is more to do.
        """
        held = _held_by(owner)
        nobody = Expression(f"{held.text} AND attribute_not_exists(#called)", held.values)
        free = Change(remove=["owner", "until"])
        return self._written(free, nobody) or not self._written(Change(remove=["called"]), held)

    def drop(self, owner: str) -> None:
        """Gives the turn back, whoever left word."""
        self._written(Change(remove=["owner", "until", "called"]), _held_by(owner))

    def _written(self, change: Change, condition: Expression) -> bool:
        try:
            self._table.update(outbox_keys.delivery_turn(), change, condition)
        except WriteConflict:
            return False
        return True


def _held_by(owner: str) -> Expression:
    return Expression("#owner = :owner", {":owner": owner})
