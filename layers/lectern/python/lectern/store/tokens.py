"""The access token of each Zoom connection: one for the whole stack, renewed under a lock."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime

from lectern.domain.model import DomainModel, Instant
from lectern.store import account_keys, keys
from lectern.store.table import Change, Expression, Table, WriteConflict


class StoredToken(DomainModel):
    """An access token of Zoom.

    Attributes:
        credentials_version: The credentials that it was made with; others void it.
        serial: Grows with each renewal, so that a newer token is told from the one that died.
        issued_at: When Zoom gave it; scopes that were granted later are not in it.
        scopes: The scopes that Zoom named with it; ``None`` if it named none.
    """

    value: str
    expires_at: Instant
    credentials_version: int
    serial: int
    issued_at: Instant | None = None
    scopes: frozenset[str] | None = None

    def __repr__(self) -> str:
        """Nothing of the token, wherever a repr may end up."""
        return f"StoredToken(serial={self.serial})"

    __str__ = __repr__


class TokenStore:
    """Tokens by connection."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def get(self, connection_id: str) -> StoredToken | None:
        """The token that is in use."""
        item = self._table.get(account_keys.token(connection_id))
        return StoredToken.model_validate(item["token"]) if item and item.get("token") else None

    def lock(
        self, connection_id: str, owner: str, *, after: int, now: datetime, until: datetime
    ) -> bool:
        """Takes the renewal for ``owner`` alone, until ``until``.

        Args:
            connection_id: The connection.
            owner: Who renews.
            after: The serial of the token that is to be renewed.
            now: The present moment.
            until: When the owner counts as dead.

        Returns:
            ``False`` if someone else is renewing the token, or has done so since it was read.
        """
        free = Expression(
            "(attribute_not_exists(#locked_until) OR #locked_until <= :now)"
            " AND (attribute_not_exists(#token) OR #token.#serial <= :after)",
            {":now": keys.stamp(now), ":after": after},
        )
        change = Change(set={"locked_until": keys.stamp(until), "locked_by": owner})
        try:
            self._table.update(account_keys.token(connection_id), change, free)
        except WriteConflict:
            return False
        return True

    def unlock(self, connection_id: str, owner: str) -> None:
        """Gives the renewal back without a new token."""
        self._settle(connection_id, owner, Change(remove=["locked_until", "locked_by"]))

    def save(self, connection_id: str, owner: str, token: StoredToken) -> None:
        """Stores the renewed token and gives the lock back.

        A renewal that outlived its lock is dropped: another one took over, and its token is newer.
        """
        fields = {
            "value": token.value,
            "expires_at": keys.stamp(token.expires_at),
            "credentials_version": token.credentials_version,
            "serial": token.serial,
            "issued_at": keys.stamp(token.issued_at) if token.issued_at else None,
            "scopes": None if token.scopes is None else sorted(token.scopes),
        }
        change = Change(
            set={"token": fields, "ttl": int(token.expires_at.timestamp())},
            remove=["locked_until", "locked_by"],
        )
        self._settle(connection_id, owner, change)

    def _settle(self, connection_id: str, owner: str, change: Change) -> None:
        mine = Expression("#locked_by = :owner", {":owner": owner})
        with suppress(WriteConflict):
            self._table.update(account_keys.token(connection_id), change, mine)
