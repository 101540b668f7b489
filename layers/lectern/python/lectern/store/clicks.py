"""How often clicks of one person lately had Zoom called."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta

from lectern.store import account_keys, keys
from lectern.store.table import Change, Expression, Table, WriteConflict

WINDOW = timedelta(seconds=10)
"""What is counted together; the next call after its end begins another."""

MOST_FOR_AN_EVENT = 3
"""Calls for one person in one event: the button, the link, and once more."""

MOST_FOR_A_PERSON = 20
"""Calls for one person in all events: a course page may ask for each of them."""

_KEEP = timedelta(minutes=1)


class ClickStore:
    """Counters by person and event: whoever has a link must not use up what others need."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def take(self, event_id: str, user_id: str, now: datetime) -> datetime | None:
        """Counts a call at Zoom for a click.

        Returns:
            ``None`` if it may be made; otherwise when the next one may.
        """
        return self._take(
            account_keys.clicks(user_id, event_id), MOST_FOR_AN_EVENT, now
        ) or self._take(account_keys.clicks(user_id), MOST_FOR_A_PERSON, now)

    def _take(self, key: keys.Key, most: int, now: datetime) -> datetime | None:
        moment = keys.stamp(now)
        is_on = Expression("#until > :now AND #calls < :most", {":now": moment, ":most": most})
        is_over = Expression("attribute_not_exists(#until) OR #until <= :now", {":now": moment})
        begin = {
            "until": keys.stamp(now + WINDOW),
            "calls": 1,
            "ttl": int((now + _KEEP).timestamp()),
        }
        while True:
            with suppress(WriteConflict):
                self._table.update(key, Change(set=begin), is_over)
                return None
            try:
                self._table.update(key, Change(add={"calls": 1}), is_on)
            except WriteConflict as conflict:
                until = (conflict.item or {}).get("until", "")
                if until > moment:
                    return datetime.fromisoformat(until)
            else:
                return None
