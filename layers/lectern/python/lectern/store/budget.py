"""What was used of Zoom's limits: shared counters, taken from before each call."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from lectern.domain.model import DomainModel
from lectern.store import keys
from lectern.store.table import Change, Expression, Item, Table, WriteConflict

_KEEP_SECONDS = timedelta(minutes=10)
_KEEP_DAYS = timedelta(days=3)
_KEEP_LEARNED = timedelta(minutes=10)


class DayOfUse(DomainModel):
    """What was used of an account's limits on a day (UTC).

    Attributes:
        classes: Calls by rate class.
        hosts: Creates and updates by Zoom's id of the host.
    """

    classes: dict[str, int]
    hosts: dict[str, int]


class BudgetStore:
    """Counters by connection: of each second, of each day, and of each host on a day."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def take_second(self, connection: str, second: datetime, rate_class: str, most: int) -> bool:
        """Takes a call from a second's budget; ``False`` if ``most`` are taken already."""
        key = keys.budget_of_second(connection, second)
        return self._take(key, rate_class, most, second + _KEEP_SECONDS)

    def take_day(self, connection: str, now: datetime, rate_class: str, most: int | None) -> bool:
        """Takes a call from the day's budget; without ``most`` it is only counted."""
        key = keys.budget_of_day(connection, now)
        return self._take(key, rate_class, most, now + _KEEP_DAYS)

    def take_host(self, connection: str, now: datetime, host_id: str, most: int) -> bool:
        """Takes a create or update from the host's budget of the day."""
        key = keys.budget_of_host(connection, now, host_id)
        return self._take(key, "changes", most, now + _KEEP_DAYS)

    def learn(self, connection: str, rate_class: str, now: datetime) -> None:
        """Notes that Zoom allowed fewer calls than were taken from this second's budget."""
        item = self._table.get(keys.budget_of_second(connection, now.replace(microsecond=0)))
        taken = int(item.get(rate_class, 1)) if item else 1
        until = now + _KEEP_LEARNED
        learned = {rate_class: max(1, taken - 1), f"{rate_class}_until": keys.stamp(until)}
        self._table.update(keys.learned_budget(connection), Change(set=learned))

    def learned(self, connection: str, rate_class: str, now: datetime) -> int | None:
        """How many calls a second Zoom was lately seen to allow, if fewer than it should."""
        item = self._table.get(keys.learned_budget(connection))
        if item is None or item.get(f"{rate_class}_until", "") <= keys.stamp(now):
            return None
        return int(item[rate_class])

    def used_today(self, connection: str, now: datetime, host_id: str) -> DayOfUse:
        """What was used on the day of ``now`` by the account, and by one host alone."""
        day = keys.budget_of_day(connection, now)
        wanted = [day, *([keys.budget_of_host(connection, now, host_id)] if host_id else [])]
        classes: dict[str, int] = {}
        hosts: dict[str, int] = {}
        for item in self._table.get_many(wanted):
            if item["SK"] == day["SK"]:
                classes = _counters(item)
            else:
                hosts[host_id] = int(item["changes"])
        return DayOfUse(classes=classes, hosts=hosts)

    def used_on(self, connection: str, now: datetime) -> DayOfUse:
        """What was used on the day of ``now``."""
        day = keys.budget_of_day(connection, now)
        condition = Expression("#PK = :day", {":day": day["PK"]})
        classes: dict[str, int] = {}
        hosts: dict[str, int] = {}
        page = self._table.query(condition)
        while True:
            for item in page.items:
                if item["SK"] == day["SK"]:
                    classes = _counters(item)
                else:
                    hosts[keys.host_of_budget(item["SK"])] = int(item["changes"])
            if page.next_key is None:
                return DayOfUse(classes=classes, hosts=hosts)
            page = self._table.query(condition, start=page.next_key)

    def _take(self, key: keys.Key, counter: str, most: int | None, keep_until: datetime) -> bool:
        free = None
        if most is not None:
            free = Expression(
                f"attribute_not_exists(#{counter}) OR #{counter} < :most", {":most": most}
            )
        change = Change(set={"ttl": int(keep_until.astimezone(UTC).timestamp())}, add={counter: 1})
        try:
            self._table.update(key, change, free)
        except WriteConflict:
            return False
        return True


def _counters(item: Item) -> dict[str, int]:
    return {name: int(count) for name, count in item.items() if name not in {"PK", "SK", "ttl"}}
