"""The key by which a stack knows the passcodes that it gave."""

from __future__ import annotations

import secrets

from lectern.store import account_keys
from lectern.store.table import Expression, Table, WriteConflict

_BYTES = 32


class PasscodeKeyStore:
    """The key, made when it is first asked for; it stays in the table, and in what is restored."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def key(self) -> bytes:
        """The key."""
        return self._stored() or self._made()

    def _stored(self) -> bytes | None:
        item = self._table.get(account_keys.passcode_key())
        return bytes.fromhex(item["key"]) if item else None

    def _made(self) -> bytes:
        new = secrets.token_bytes(_BYTES)
        item = {**account_keys.passcode_key(), "key": new.hex()}
        try:
            self._table.write(item, Expression("attribute_not_exists(#PK)", {}))
        except WriteConflict:
            return self._stored() or new
        return new
