"""The shared counters of Zoom's limits, taken from before each call."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

from pydantic import Field

from lectern.domain.limits.budget import (
    FOLD,
    FREE_CHANGES,
    RATE_CLASSES,
    ObservedRate,
    next_midnight,
)
from lectern.domain.model import DomainModel, Instant
from lectern.store import account_keys, keys
from lectern.store.table import Change, Expression, Item, Table, WriteConflict

_KEEP_SECONDS = timedelta(minutes=10)
_KEEP_DAYS = timedelta(days=3)


_CHANGES = "changes"
"""The counter of a host."""

_CLOSED = "closed_"
_FOLDED = "folded_"


class DayOfUse(DomainModel):
    """The use of an account's limits on a day (UTC).

    Attributes:
        classes: Calls by rate class.
        hosts: Creates and updates by Zoom's id of the host.
        closed: Until when Zoom said that it takes no more calls, by rate class or operation.
        closed_hosts: The same of creates and updates, by Zoom's id of the host.
    """

    classes: dict[str, int]
    hosts: dict[str, int]
    closed: dict[str, Instant] = Field(default_factory=dict)
    closed_hosts: dict[str, Instant] = Field(default_factory=dict)


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
        key = account_keys.budget_of_second(connection, second)
        return self._take(key, rate_class, _kept(second + _KEEP_SECONDS), _fewer(rate_class, most))

    def taken_of(
        self, connection: str, seconds: Iterable[datetime], rate_class: str
    ) -> dict[datetime, int]:
        """How many calls of a class are taken of each of these seconds, a hundred at most."""
        by_key = {account_keys.budget_of_second(connection, each)["PK"]: each for each in seconds}
        wanted = (account_keys.budget_of_second(connection, each) for each in by_key.values())
        found = {item["PK"]: int(item.get(rate_class, 0)) for item in self._table.get_many(wanted)}
        return {second: found.get(key, 0) for key, second in by_key.items()}

    def take_day(
        self,
        connection: str,
        now: datetime,
        rate_class: str,
        most: int | None,
        operation: str = "",
    ) -> bool:
        """Takes a call from the day's budget; without ``most`` it is only counted.

        Returns:
            Whether there was one left, of which Zoom did not say that it takes no more.
        """
        key = account_keys.budget_of_day(connection, now)
        conditions = [_open(name, now) for name in (rate_class, operation) if name]
        if most is not None:
            conditions.append(_fewer(rate_class, most))
        return self._take(key, rate_class, _kept(now + _KEEP_DAYS), *conditions) is not None

    def take_host(
        self, connection: str, now: datetime, host_id: str, most: int, fold: str = ""
    ) -> bool:
        """Takes a create or update from the host's budget of the day.

        Args:
            connection: The Zoom account.
            now: The present moment.
            host_id: Zoom's id of the host.
            most: How many may be taken.
            fold: The session whose changes come one after the other only, with a pause, once half
                of the host's day is used.

        Returns:
            Whether there was one left, of which Zoom did not say that it takes no more.
        """
        key, notes = account_keys.budget_of_host(connection, now, host_id), _kept(now + _KEEP_DAYS)
        conditions = [_open(_CHANGES, now), _fewer(_CHANGES, most)]
        if fold:
            folded = f"{_FOLDED}{fold}"
            conditions.append(_either(_fewer(_CHANGES, FREE_CHANGES), _over(folded, now)))
            notes[folded] = keys.stamp(now + FOLD)
        return self._take(key, _CHANGES, notes, *conditions) is not None

    def close_day(self, connection: str, now: datetime, name: str, until: datetime) -> None:
        """Notes that Zoom takes no more calls of a rate class, or of an operation."""
        for day in _days(now, until):
            self._close(account_keys.budget_of_day(connection, day), name, day, until)

    def close_host(self, connection: str, now: datetime, host_id: str, until: datetime) -> None:
        """Notes that Zoom takes no more creates and updates of a host."""
        for day in _days(now, until):
            self._close(account_keys.budget_of_host(connection, day, host_id), _CHANGES, day, until)

    def day_reopens_at(self, connection: str, now: datetime, *names: str) -> datetime:
        """When calls can be taken again that could not be: when Zoom said, or with the next day.

        Args:
            connection: The Zoom account.
            now: The present moment.
            names: Their rate class, and their operation.
        """
        item = self._table.get(account_keys.budget_of_day(connection, now)) or {}
        return max(_closed(item, now, names), default=next_midnight(now))

    def host_reopens_at(
        self, connection: str, now: datetime, host_id: str, most: int, fold: str = ""
    ) -> datetime:
        """The same for a create or update of a host; see ``take_host``."""
        item = self._table.get(account_keys.budget_of_host(connection, now, host_id)) or {}
        closed = list(_closed(item, now, [_CHANGES]))
        folded = item.get(f"{_FOLDED}{fold}", "")
        if not closed and item.get(_CHANGES, 0) < most and folded > keys.stamp(now):
            return datetime.fromisoformat(folded)
        return max(closed, default=next_midnight(now))

    def observed_rate(self, connection: str, rate_class: str, now: datetime) -> ObservedRate:
        """What Zoom was seen to allow of a class."""
        item = self._table.get(account_keys.learned_budget(connection)) or {}
        counts = item.get(f"{rate_class}_until", "") > keys.stamp(now)
        return ObservedRate(
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
            self._table.update(
                account_keys.learned_budget(connection), Change(set={proven: taken}), news
            )

    def slow_down(self, connection: str, rate_class: str, most: int, until: datetime) -> None:
        """Notes that Zoom allows no more than so many calls of a class within a second."""
        seen = {
            f"{rate_class}_proven": most,
            f"{rate_class}_most": most,
            f"{rate_class}_until": keys.stamp(until),
        }
        self._table.update(account_keys.learned_budget(connection), Change(set=seen))

    def used_today(self, connection: str, now: datetime, host_id: str) -> DayOfUse:
        """What was used on the day of ``now`` by the account, and by one host alone."""
        day = account_keys.budget_of_day(connection, now)
        wanted = [
            day,
            *([account_keys.budget_of_host(connection, now, host_id)] if host_id else []),
        ]
        return _use(self._table.get_many(wanted), now)

    def used_on(self, connection: str, now: datetime) -> DayOfUse:
        """What was used on the day of ``now``."""
        day = account_keys.budget_of_day(connection, now)
        return _use(self._table.query_all(Expression("#PK = :day", {":day": day["PK"]})), now)

    def _close(self, key: keys.Key, name: str, day: datetime, until: datetime) -> None:
        closed = {f"{_CLOSED}{name}": keys.stamp(until), **_kept(day + _KEEP_DAYS)}
        self._table.update(key, Change(set=closed))

    def _take(
        self, key: keys.Key, counter: str, notes: Mapping[str, Any], *conditions: Expression
    ) -> int | None:
        """Counts one more, under all of the conditions; how many there are with it."""
        values = {name: value for each in conditions for name, value in each.values.items()}
        free = Expression(" AND ".join(each.text for each in conditions), values)
        try:
            item = self._table.update(
                key, Change(set=notes, add={counter: 1}), free if conditions else None
            )
        except WriteConflict:
            return None
        return int(item[counter])


def _kept(until: datetime) -> dict[str, Any]:
    return {"ttl": int(until.astimezone(UTC).timestamp())}


def _fewer(counter: str, most: int) -> Expression:
    """Fewer are counted than this."""
    value = f":{counter}_{most}"
    return Expression(f"(attribute_not_exists(#{counter}) OR #{counter} < {value})", {value: most})


def _over(moment: str, now: datetime) -> Expression:
    """A moment that may be noted is over."""
    return Expression(
        f"(attribute_not_exists(#{moment}) OR #{moment} <= :now)", {":now": keys.stamp(now)}
    )


def _open(name: str, now: datetime) -> Expression:
    """Zoom has not said that it takes no more calls of this name."""
    return _over(f"{_CLOSED}{name}", now)


def _either(one: Expression, other: Expression) -> Expression:
    return Expression(f"({one.text} OR {other.text})", {**one.values, **other.values})


def _closed(item: Item, now: datetime, names: Iterable[str]) -> Iterator[datetime]:
    """Until when calls by these names are closed, of those that are."""
    for name in names:
        until = item.get(f"{_CLOSED}{name}", "")
        if until > keys.stamp(now):
            yield datetime.fromisoformat(until)


def _days(now: datetime, until: datetime) -> list[datetime]:
    """A moment of each day up to then: limits are counted by day, and Zoom may name the next."""
    midnight = next_midnight(now)
    return [now, *([midnight] if until > midnight else [])]


def _use(items: Iterable[Item], now: datetime) -> DayOfUse:
    use = DayOfUse(classes={}, hosts={})
    for item in items:
        closed = _closings(item, now)
        if not account_keys.is_budget_of_host(item["SK"]):
            use.classes.update(_counters(item))
            use.closed.update(closed)
            continue
        host_id = account_keys.host_of_budget(item["SK"])
        use.hosts[host_id] = int(item.get(_CHANGES, 0))
        if _CHANGES in closed:
            use.closed_hosts[host_id] = closed[_CHANGES]
    return use


def _closings(item: Item, now: datetime) -> dict[str, datetime]:
    names = [name.removeprefix(_CLOSED) for name in item if name.startswith(_CLOSED)]
    return {name: until for name in names for until in _closed(item, now, [name])}


def _counters(item: Item) -> dict[str, int]:
    return {name: int(item[name]) for name in RATE_CLASSES if name in item}
