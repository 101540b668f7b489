"""What was used of Zoom's limits: shared counters, taken from before each call."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from lectern.domain.budget import Pace
from lectern.domain.model import DomainModel
from lectern.store import keys
from lectern.store.table import Change, Expression, Item, Table, WriteConflict

_KEEP_SECONDS = timedelta(minutes=10)
_KEEP_DAYS = timedelta(days=3)


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

    def take_second(
        self, connection: str, second: datetime, rate_class: str, most: int
    ) -> int | None:
        """Takes a call from a second's budget.

        Returns:
            How many are taken with it; ``None`` if ``most`` are taken already.
        """
        key = keys.budget_of_second(connection, second)
        return self._take(key, rate_class, most, second + _KEEP_SECONDS)

    def taken_of(
        self, connection: str, seconds: Iterable[datetime], rate_class: str
    ) -> dict[datetime, int]:
        """How many calls of a class are taken of each of these seconds, a hundred at most."""
        by_key = {keys.budget_of_second(connection, each)["PK"]: each for each in seconds}
        wanted = (keys.budget_of_second(connection, each) for each in by_key.values())
        found = {item["PK"]: int(item.get(rate_class, 0)) for item in self._table.get_many(wanted)}
        return {second: found.get(key, 0) for key, second in by_key.items()}

    def take_day(self, connection: str, now: datetime, rate_class: str, most: int | None) -> bool:
        """Takes a call from the day's budget; without ``most`` it is only counted."""
        key = keys.budget_of_day(connection, now)
        return self._take(key, rate_class, most, now + _KEEP_DAYS) is not None

    def take_host(self, connection: str, now: datetime, host_id: str, most: int) -> bool:
        """Takes a create or update from the host's budget of the day."""
        key = keys.budget_of_host(connection, now, host_id)
        return self._take(key, "changes", most, now + _KEEP_DAYS) is not None

    def pace(self, connection: str, rate_class: str, now: datetime) -> Pace:
        """What Zoom was seen to allow of a class."""
        item = self._table.get(keys.learned_budget(connection)) or {}
        counts = item.get(f"{rate_class}_until", "") > keys.stamp(now)
        return Pace(
            proven=int(item.get(f"{rate_class}_proven", 1)),
            most=int(item[f"{rate_class}_most"]) if counts else None,
        )

    def prove(self, connection: str, rate_class: str, taken: int, now: datetime) -> None:
        """Notes that Zoom took so many calls of a class within a second, unless it is no news.

        A call that was let through before Zoom refused others proves nothing any more.
        """
        proven, most, until = (f"{rate_class}_{part}" for part in ("proven", "most", "until"))
        news = Expression(
            f"(attribute_not_exists(#{proven}) OR #{proven} < :taken)"
            f" AND (attribute_not_exists(#{until}) OR #{until} <= :now OR #{most} >= :taken)",
            {":taken": taken, ":now": keys.stamp(now)},
        )
        with suppress(WriteConflict):
            self._table.update(keys.learned_budget(connection), Change(set={proven: taken}), news)

    def slow_down(self, connection: str, rate_class: str, most: int, until: datetime) -> None:
        """Notes that Zoom allows no more than so many calls of a class within a second."""
        seen = {
            f"{rate_class}_proven": most,
            f"{rate_class}_most": most,
            f"{rate_class}_until": keys.stamp(until),
        }
        self._table.update(keys.learned_budget(connection), Change(set=seen))

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

    def _take(
        self, key: keys.Key, counter: str, most: int | None, keep_until: datetime
    ) -> int | None:
        free = None
        if most is not None:
            free = Expression(
                f"attribute_not_exists(#{counter}) OR #{counter} < :most", {":most": most}
            )
        change = Change(set={"ttl": int(keep_until.astimezone(UTC).timestamp())}, add={counter: 1})
        try:
            return int(self._table.update(key, change, free)[counter])
        except WriteConflict:
            return None


def _counters(item: Item) -> dict[str, int]:
    return {name: int(count) for name, count in item.items() if name not in {"PK", "SK", "ttl"}}
