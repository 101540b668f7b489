"""What Zoom said of each connection's scopes: with its tokens, and when it refused a call."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from lectern.domain.scope_knowledge import ScopeKnowledge
from lectern.store import account_keys, keys
from lectern.store.table import Expression, Item, Table, WriteConflict, begins

_NOT_NEWER = "(attribute_not_exists(#PK) OR #at <= :at)"


class ScopeStore:
    """Knowledge of scopes by connection; what is older never takes the place of what is newer."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def knowledge(self, connection_id: str) -> ScopeKnowledge:
        """What is known; nothing where Zoom said nothing yet."""
        known = ScopeKnowledge()
        for item in self._table.query_all(begins(account_keys.scopes(connection_id))):
            scope = account_keys.scope_of(item["SK"])
            if scope:
                field = "worked_at" if item.get("worked") else "refused_at"
                changes = {field: {**getattr(known, field), scope: item["at"]}}
            else:
                changes = {"granted": item["granted"].split(), "granted_at": item["at"]}
            known = ScopeKnowledge.model_validate(dict(known) | changes)
        return known

    def granted(self, connection_id: str, scopes: Iterable[str], at: datetime) -> None:
        """Notes the scopes that a token's answer named."""
        self._note({**account_keys.scopes(connection_id), "granted": " ".join(sorted(scopes))}, at)

    def refused(self, connection_id: str, scope: str, at: datetime) -> None:
        """Notes that a call was refused for a missing scope."""
        self._note({**account_keys.scope(connection_id, scope), "worked": None}, at)

    def worked(self, connection_id: str, scope: str, at: datetime) -> None:
        """Notes that a call worked for a scope that the token's answer did not name."""
        self._note({**account_keys.scope(connection_id, scope), "worked": True}, at)

    def _note(self, item: Item, at: datetime) -> None:
        moment = keys.stamp(at)
        try:
            self._table.write({**item, "at": moment}, Expression(_NOT_NEWER, {":at": moment}))
        except WriteConflict:
            return
