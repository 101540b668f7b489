"""Zoom's rate limits, on the simulator's clock.

Of the account: calls a second and a day by rate class and plan. A second is a whole second of the
clock, a day ends at 00:00 UTC. Of a host and of a registrant: calls a day.
Source: Zoom's rate limit page, 2026-02; headers and bodies as integrators report them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from http import HTTPStatus
from typing import Generic, TypeVar

from zoom_simulator.account.model import Session
from zoom_simulator.account.seed import LimitsSeed, Plan
from zoom_simulator.clock import zoom_time
from zoom_simulator.errors import ZoomError, daily_limit_of_user
from zoom_simulator.operations import RateClass

Key = TypeVar("Key", bound=Hashable)

CATEGORY_HEADER = "X-RateLimit-Category"


@dataclass(frozen=True)
class Rate:
    """How often a class of operations may be called; ``None`` is no limit."""

    per_second: int | None
    per_day: int | None

    def scaled(self, factor: float) -> Rate:
        """The rate times a factor, at least one call each."""
        return Rate(_scaled(self.per_second, factor), _scaled(self.per_day, factor))


def _scaled(limit: int | None, factor: float) -> int | None:
    return None if limit is None else max(1, round(limit * factor))


LIGHT, MEDIUM, HEAVY = RateClass.LIGHT, RateClass.MEDIUM, RateClass.HEAVY
RATES_OF_PLAN: Mapping[Plan, Mapping[RateClass, Rate]] = {
    "free": {LIGHT: Rate(4, 6_000), MEDIUM: Rate(2, 2_000), HEAVY: Rate(1, 1_000)},
    "pro": {LIGHT: Rate(30, None), MEDIUM: Rate(20, None), HEAVY: Rate(10, 30_000)},
    "business": {LIGHT: Rate(80, None), MEDIUM: Rate(60, None), HEAVY: Rate(40, 60_000)},
}


INVITATIONS_OF_PLAN: Mapping[Plan, int] = {"free": 50, "pro": 1_500, "business": 10_000}


def rates_of(plan: Plan, limits: LimitsSeed) -> Mapping[RateClass, Rate]:
    """The rates of an account: those of the plan, scaled, or those that the seed names."""
    rates = {name: rate.scaled(limits.scale) for name, rate in RATES_OF_PLAN[plan].items()}
    named = {name: Rate(rate.per_second, rate.per_day) for name, rate in limits.classes.items()}
    return rates | named


class DailyCounter(Generic[Key]):
    """Counts events of each key on the current day (UTC)."""

    def __init__(self) -> None:
        self._day = date.min
        self._counts: Counter[Key] = Counter()

    def count(self, key: Key, now: datetime) -> int:
        """How many there were today."""
        if now.date() != self._day:
            self._day = now.date()
            self._counts.clear()
        return self._counts[key]

    def take(self, keys: Iterable[Key], allowed: int, now: datetime) -> Key | None:
        """Count one more of each key: all of them, or none.

        Returns:
            The key that has had its share already, if there is one.
        """
        distinct = set(keys)
        spent = next((key for key in distinct if self.count(key, now) >= allowed), None)
        if spent is None:
            self._counts.update(distinct)
        return spent

    def spend(self, key: Key, times: int, now: datetime) -> None:
        """Count several more of a key, whatever is allowed."""
        self._counts[key] = self.count(key, now) + times


class Limits:
    """All the limits of one account, and what was used of them."""

    def __init__(self, plan: Plan, limits: LimitsSeed) -> None:
        self.configure(plan, limits)
        self._second: datetime | None = None
        self._in_second: Counter[RateClass] = Counter()
        self._in_day: DailyCounter[RateClass] = DailyCounter()
        self._invitations: DailyCounter[str] = DailyCounter()
        self._host_writes: DailyCounter[str] = DailyCounter()
        self._registrations: DailyCounter[tuple[int, str]] = DailyCounter()
        self._status_changes: DailyCounter[tuple[int, str]] = DailyCounter()

    def configure(self, plan: Plan, limits: LimitsSeed) -> None:
        """Set the limits; what was used stays used."""
        self._limits = limits
        self._invitations_per_day = limits.invitations_per_day or INVITATIONS_OF_PLAN[plan]
        self._rates = rates_of(plan, limits)

    def take(self, rate_class: RateClass, now: datetime) -> None:
        """Count one call of a class.

        Raises:
            ZoomError: 429, if the second or the day has no more; then nothing is counted.
        """
        rate = self._rates[rate_class]
        second = now.replace(microsecond=0)
        if second != self._second:
            self._second = second
            self._in_second.clear()
        if rate.per_second is not None and self._in_second[rate_class] >= rate.per_second:
            raise per_second_limit(rate_class, rate.per_second)
        if rate.per_day is not None and self._in_day.take([rate_class], rate.per_day, now):
            raise daily_limit(rate_class, rate.per_day, now)
        self._in_second[rate_class] += 1

    def spend(self, rate_class: RateClass, calls: int, now: datetime) -> None:
        """Count calls of a class that other apps of the account make."""
        self._in_day.spend(rate_class, calls, now)

    def spend_host_writes(self, host_id: str, calls: int, now: datetime) -> None:
        """Count creates and updates of sessions of this host by other apps."""
        self._host_writes.spend(host_id, calls, now)

    def spend_registrations(self, session: Session, email: str, calls: int, now: datetime) -> None:
        """Count registrations of an address for a session by other apps."""
        self._registrations.spend((session.id, email.lower()), calls, now)

    def spend_status_changes(self, session: Session, email: str, calls: int, now: datetime) -> None:
        """Count status changes of a registrant of a session by other apps."""
        self._status_changes.spend((session.id, email.lower()), calls, now)

    def take_host_write(self, host_id: str, now: datetime) -> None:
        """Count a create or update of a session of this host.

        Raises:
            ZoomError: 429, until 00:00 UTC.
        """
        allowed = self._limits.host_writes_per_day
        if self._host_writes.take([host_id], allowed, now):
            raise daily_limit_of_user(
                f"You have exceeded the daily rate limit ({allowed}) of Meeting Create/Update API "
                "requests permitted for this particular user. "
                "You may resume these requests at GMT 00:00:00."
            )

    def take_invitation(self, now: datetime) -> None:
        """Count a user who is created with an invitation.

        Raises:
            ZoomError: 429, until 00:00 UTC; the words are modelled on those for a host.
        """
        allowed = self._invitations_per_day
        if self._invitations.take(["account"], allowed, now):
            raise daily_limit_of_user(
                f"You have exceeded the daily rate limit ({allowed}) of Create User API requests "
                "permitted for this account. You may resume these requests at GMT 00:00:00."
            )

    def take_registrations(self, session: Session, emails: Iterable[str], now: datetime) -> None:
        """Count a registration of each address for a session: all of them, or none.

        Raises:
            ZoomError: 429, until 00:00 UTC, if one of them has had its share.
        """
        allowed = self._limits.registrations_per_day
        keys = [(session.id, email.lower()) for email in emails]
        if spent := self._registrations.take(keys, allowed, now):
            raise _registrant_limit(f"Add {session.kind} registrant", allowed, spent)

    def take_status_changes(self, session: Session, emails: Iterable[str], now: datetime) -> None:
        """Count a status change of each registrant of a session: all of them, or none.

        Raises:
            ZoomError: 429, until 00:00 UTC, if one of them has had its share.
        """
        allowed = self._limits.status_changes_per_day
        keys = [(session.id, email.lower()) for email in emails]
        if spent := self._status_changes.take(keys, allowed, now):
            raise _registrant_limit(f"Update {session.kind} registrant status", allowed, spent)


def _registrant_limit(action: str, allowed: int, key: tuple[int, str]) -> ZoomError:
    _, email = key
    return daily_limit_of_user(
        f"You have exceeded the daily rate limit of ({allowed}) for {action} API requests "
        f"for the registrant ({email}). You can resume these API requests at GMT 00:00:00."
    )


def per_second_limit(rate_class: RateClass, limit: int) -> ZoomError:
    """HTTP 429 for this second; Zoom does not say how long to wait."""
    return ZoomError(
        HTTPStatus.TOO_MANY_REQUESTS,
        4001,
        "You have reached the maximum per-second rate limit for this API. Try again later.",
        headers=_headers(rate_class, "QPS", limit),
    )


def too_many_at_once() -> ZoomError:
    """HTTP 429 for calls on one user or session at the same moment (a report of an integrator)."""
    return ZoomError(
        HTTPStatus.TOO_MANY_REQUESTS,
        429,
        "Too many concurrent requests. A request to disassociate this user has already been made.",
    )


def daily_limit(
    rate_class: RateClass, limit: int, now: datetime, *, retry_after: str | None = None
) -> ZoomError:
    """HTTP 429 for the rest of the day; ``Retry-After`` is a date, unless it is overridden."""
    headers = _headers(rate_class, "Daily-limit", limit)
    headers["Retry-After"] = zoom_time(next_midnight(now)) if retry_after is None else retry_after
    return ZoomError(
        HTTPStatus.TOO_MANY_REQUESTS,
        429,
        "You have reached the maximum daily rate limit for this API. Refer to the response header "
        "for details on when you can make another request.",
        headers={name: value for name, value in headers.items() if value},
    )


def next_midnight(now: datetime) -> datetime:
    """When Zoom's daily limits begin anew: 00:00 UTC."""
    return datetime.combine(now.date() + timedelta(days=1), time(), now.tzinfo)


def _headers(rate_class: RateClass, kind: str, limit: int) -> dict[str, str]:
    return {
        CATEGORY_HEADER: rate_class.value.capitalize(),
        "X-RateLimit-Type": kind,
        "X-RateLimit-Limit": str(limit),
        "X-RateLimit-Remaining": "0",
    }
