"""Sessions of the console: begun once with each link, and ended all together for an operator.

Everything of one operator is in one partition, which the cookie names by a digest: a session and
whether it was revoked are read at once. A session is stored by the digest of its secret, so that
nobody who reads the table can take part in it.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from lectern.domain.console.link import ConsoleLink
from lectern.domain.console.session import LONGEST, ConsoleSession
from lectern.domain.errors import LecternError
from lectern.store import console_keys, keys
from lectern.store.items import stored
from lectern.store.table import Expression, PutsConflict, Table, begins, key_of

_NEW = Expression("attribute_not_exists(#PK)")
_KEEP = timedelta(hours=1)
"""Longer than any link lasts, so that none outlives what is kept of it."""


class LinkUsed(LecternError):
    """The link has begun a session already."""


class LinkRevoked(LecternError):
    """The operator's sessions were ended since the link was made."""


class ConsoleStore:
    """Sessions by the secret that the operator's browser keeps."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def begin(self, link: ConsoleLink, now: datetime) -> tuple[str, ConsoleSession]:
        """Begins the session of a link.

        Returns:
            The secret, which is stored nowhere, and the session.

        Raises:
            LinkUsed: It has begun one already.
            LinkRevoked: The operator's sessions were ended since the link was made.
        """
        operator = console_keys.operator(link.user_id)
        if self._is_revoked(operator, link.issued_at):
            raise LinkRevoked
        session = ConsoleSession(
            user_id=link.user_id,
            role=link.role,
            link_issued_at=link.issued_at,
            ends_at=now + LONGEST,
        )
        secret = f"{operator}.{secrets.token_urlsafe(32)}"
        opened = {
            **console_keys.console_link(operator, link.link_id),
            "ttl": int((link.expires_at + _KEEP).timestamp()),
        }
        begun = {
            **console_keys.console_session(operator, _digest(secret)),
            "session": stored(session),
            "ttl": int(session.ends_at.timestamp()),
        }
        try:
            self._table.put_together([(opened, _NEW), (begun, _NEW)])
        except PutsConflict as conflict:
            raise LinkUsed from conflict
        return secret, session

    def find(self, secret: str, now: datetime) -> ConsoleSession | None:
        """The session of a secret; ``None`` where there is none that counts."""
        operator, _, _ = secret.partition(".")
        key, revocation = (
            console_keys.console_session(operator, _digest(secret)),
            console_keys.revocation(operator),
        )
        items = {item["SK"]: item for item in self._table.get_many([key, revocation])}
        if key["SK"] not in items:
            return None
        session = ConsoleSession.model_validate_json(items[key["SK"]]["session"])
        revoked_at = items.get(revocation["SK"], {}).get("revoked_at", "")
        if session.ends_at <= now or keys.stamp(session.link_issued_at) <= revoked_at:
            return None
        return session

    def end(self, secret: str) -> None:
        """Ends a session."""
        operator, _, _ = secret.partition(".")
        self._table.delete(console_keys.console_session(operator, _digest(secret)))

    def revoke(self, user_id: str, now: datetime) -> int:
        """Ends all sessions of an operator, and voids the links that were not opened yet.

        Returns:
            How many sessions there were.
        """
        operator = console_keys.operator(user_id)
        ends_at = now + LONGEST + _KEEP
        self._table.write(
            {
                **console_keys.revocation(operator),
                "revoked_at": keys.stamp(now),
                "ttl": int(ends_at.timestamp()),
            }
        )
        sessions = self._sessions(operator)
        self._table.delete_many(sessions)
        return len(sessions)

    def forget(self, user_id: str, now: datetime) -> None:
        """Does the same for somebody who is erased; who has nothing to end is left alone."""
        operator = console_keys.operator(user_id)
        if self._sessions(operator) or self._table.get(console_keys.revocation(operator)) is None:
            self.revoke(user_id, now)

    def _sessions(self, operator: str) -> list[keys.Key]:
        all_of_them = begins(console_keys.console_session(operator, ""))
        found = self._table.query_all(all_of_them, attributes=("PK", "SK"))
        return list(map(key_of, found))

    def _is_revoked(self, operator: str, issued_at: datetime) -> bool:
        item = self._table.get(console_keys.revocation(operator)) or {}
        return keys.stamp(issued_at) <= str(item.get("revoked_at", ""))


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
