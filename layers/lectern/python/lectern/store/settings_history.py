"""The records of changes of the settings and connections, newest first.

A record is written in the transaction of its change. The operator who made it is taken out of it
with all that timelines have of them, by the index of their entries.
"""

from __future__ import annotations

from lectern.domain.setting_changes import SettingsRecord
from lectern.store import keys
from lectern.store.page import Page
from lectern.store.table import Item, Table, begins
from lectern.store.timeline_keys import change_by_user


def item_of(record: SettingsRecord, revision: int) -> Item:
    """A record as an item.

    Args:
        record: The record.
        revision: Of the settings or the connection, as the change leaves it.
    """
    name = f"{record.connection or ''}#{revision}"
    user_id = record.author.user_id
    return {
        **keys.change_of_settings(record.at, name),
        **(change_by_user(user_id, f"{keys.stamp(record.at)}#{name}") if user_id else {}),
        "change": record.model_dump_json(exclude={"author"}),
        "key": record.author.key,
        "user_id": user_id,
    }


class SettingsHistory:
    """What was changed, newest first."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def page(self, *, after: str | None, limit: int) -> Page[SettingsRecord]:
        """A page of the records.

        Returns:
            The records, and the position after which the next page begins, if there may be one.
        """
        prefix = keys.changes_of_settings()
        start = {**prefix, "SK": after} if after is not None else None
        page = self._table.query(begins(prefix), start=start, limit=limit, newest_first=True)
        return Page(list(map(_record, page.items)), page.next_key["SK"] if page.next_key else None)


def _record(item: Item) -> SettingsRecord:
    record = SettingsRecord.model_validate_json(item["change"])
    author = {"key": item.get("key"), "user_id": item.get("user_id")}
    return record.model_copy(update={"author": record.author.model_copy(update=author)})
