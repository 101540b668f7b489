"""Takes each call from the shared budget before it is made, and waits for its turn."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from lectern.domain.errors import LimitScope, ZoomDailyLimit, ZoomRateLimited, ZoomSlotReserved
from lectern.domain.limits.budget import (
    PER_DAY,
    PER_SECOND,
    Lane,
    ObservedRate,
    Plan,
    Reservation,
    allowance,
    changes_allowed,
)
from lectern.store.budget import BudgetStore
from lectern.zoom.operations import Operation

PATIENCE_SECONDS = 2.0
"""Nobody sleeps in a Lambda for longer; what does not fit goes back to Step Functions."""

TOO_LATE_SECONDS = 0.95
"""A call that begins so late in a second may reach Zoom in the next one."""

_SECOND = timedelta(seconds=1)
_KEPT_AHEAD = 60
"""How many seconds ahead a place is kept; who finds none asks again then."""

_KEPT_TO_BEGIN = 3
"""The same for work that has not begun: what has goes before it, and is done earlier."""

_WHILE_TRYING = 0
"""The same while it is not known how fast Zoom can be called: those who wait find it out."""

_MOST_REFUSALS = 4
"""In a row, of calls that had a place: more is no matter of turns."""

_FOLDED = frozenset({Lane.EDIT, Lane.BACKGROUND})
"""Whose changes of one session are folded once half of the host's day is used."""

_LOWER_FOR = timedelta(minutes=10)
"""How long a limit counts that Zoom named."""

_SHARED_FOR = timedelta(minutes=5)
"""How long it counts that others use the account as well."""


@dataclass(frozen=True)
class Slot:
    """A place in a second of a rate class.

    Attributes:
        second: The second.
        number: How many calls the second has with this one.
        patience: The seconds that may still be waited for another.
        is_news: Whether Zoom is not known to take so many calls in a second.
    """

    second: datetime
    number: int
    patience: float
    is_news: bool


@dataclass(frozen=True)
class Queue:
    """The queue that a call waits in, and how fast it moves.

    Attributes:
        kind: The rate class.
        lane: What the call is for.
        pace: What Zoom is known to take.
        published: The limit of the account's plan.
    """

    kind: str
    lane: Lane
    observed_rate: ObservedRate
    published: int

    @property
    def is_known(self) -> bool:
        """Whether it is known how fast Zoom can be called."""
        return self.observed_rate.is_known(self.published)

    @property
    def of_questions(self) -> Queue:
        """The line of those who ask again whether there is a place."""
        return replace(self, kind=f"{self.kind}_questions")

    def slots(self, second: datetime) -> int:
        """How many calls may be taken of the present second."""
        return self.observed_rate.slots(self.published, self.lane, second)

    def slots_ahead(self, second: datetime) -> int:
        """How many calls may be taken of a second to come."""
        return self.observed_rate.slots_ahead(self.published, self.lane, second)


class Reservations:
    """A place for one call that is kept for somebody who comes back later, and what they know.

    Args:
        kept: What was kept for them when they last had to go.
        begun: Whether their work has begun.

    Attributes:
        known: What they found out, by name; they have it when they come back.
    """

    def __init__(self, kept: Reservation | None = None, *, begun: bool = False) -> None:
        self._slot = kept if kept and kept.rate_class else None
        self._begun = begun or (kept is not None and kept.begun)
        self.known = dict(kept.known) if kept else {}
        self._refused = kept.refused if kept else 0

    def claim(self, queue: Queue, now: datetime, patience: float) -> Reservation | None:
        """The place that is kept, if it still is one; it can be claimed once."""
        kept = self._slot
        if kept is None or kept.rate_class != queue.kind:
            return None
        self._slot = None
        ahead = (kept.at - now).total_seconds()
        is_in_time = -TOO_LATE_SECONDS < ahead <= patience
        return kept if is_in_time and kept.number <= queue.slots(kept.at) else None

    def begin(self) -> None:
        """Notes that a call is made."""
        self._begun = True

    def note(self, *, refused: bool) -> None:
        """Notes whether Zoom refused a call that had a place."""
        self._refused = self._refused + 1 if refused else 0

    @property
    def is_in_vain(self) -> bool:
        """Whether Zoom refuses whatever is waited for: then it is said, and waited for longer."""
        return self._refused >= _MOST_REFUSALS

    def far_ahead(self, queue: Queue) -> int:
        """How many seconds ahead a place may be kept.

        What has begun goes before what has not, so that it is done earlier.
        """
        if not queue.is_known:
            return _WHILE_TRYING
        return _KEPT_AHEAD if self._begun else _KEPT_TO_BEGIN

    def later(self, slot: Reservation) -> Reservation:
        """The turn with what has to be brought back."""
        brought = {"begun": self._begun, "known": self.known, "refused": self._refused}
        return slot.model_copy(update=brought)


@dataclass(frozen=True)
class RateLimiter:
    """The budget of one connection.

    Attributes:
        connection: The Zoom account.
        store: The shared counters.
        plan: Gives the account's plan, which its limits go by.
        now: The clock.
        sleep: Waits for seconds.
    """

    connection: str
    store: BudgetStore
    plan: Callable[[], Plan]
    now: Callable[[], datetime]
    sleep: Callable[[float], None]

    def take(
        self, operation: Operation, lane: Lane, host_id: str | None, session_id: str = ""
    ) -> None:
        """Takes a call from the daily limits that it counts against.

        Args:
            operation: What is to be called.
            lane: What for.
            host_id: Zoom's id of the host whose creates and updates it counts among, if any.
            session_id: The session that it changes; empty for one that it makes.

        Raises:
            ZoomDailyLimit: The host's or the account's day is used up, by what was counted here or
                as Zoom said; nothing was called.
        """
        now, name, kind = self.now(), operation.name, operation.rate_class
        a_day = PER_DAY[self.plan()].get(kind)
        most = None if a_day is None else allowance(a_day, lane)
        if not self.store.take_day(self.connection, now, kind, most, name):
            reopens_at = self.store.day_reopens_at(self.connection, now, kind, name)
            raise _used_up(operation, LimitScope.ACCOUNT, reopens_at)
        if host_id is None:
            return
        most = changes_allowed(lane, creates=not session_id)
        fold = session_id if lane in _FOLDED else ""
        if not self.store.take_host(self.connection, now, host_id, most, fold):
            reopens_at = self.store.host_reopens_at(self.connection, now, host_id, most, fold)
            raise _used_up(operation, LimitScope.HOST, reopens_at)

    def close(self, operation: Operation, limit: ZoomDailyLimit, host_id: str | None) -> None:
        """Remembers what Zoom said is used up, so that nobody tries it before Zoom takes it again.

        Other apps may use the account, and its limits may be others than those of its plan. What
        is said of one person is kept beside the person's address.

        Args:
            operation: What was refused.
            limit: What Zoom said.
            host_id: Zoom's id of the host whose creates and updates it counts among, if any.
        """
        now = self.now()
        if limit.scope is LimitScope.HOST and host_id is not None:
            self.store.close_host(self.connection, now, host_id, limit.resume_at)
        elif limit.scope is LimitScope.ACCOUNT:
            # Where Zoom names no class, it may mean this operation alone, such as new users.
            name = limit.rate_class or operation.name
            self.store.close_day(self.connection, now, name, limit.resume_at)

    def wait_for_slot(
        self,
        operation: Operation,
        lane: Lane,
        patience: float,
        reservations: Reservations | None = None,
    ) -> Slot:
        """Takes a place in this second or one of the next, and waits for it.

        Args:
            operation: What is to be called.
            lane: What for.
            patience: How many seconds ahead the place may be.
            reservations: Of whoever can come back later; a place that is kept there is used.

        Raises:
            ZoomSlotReserved: There is no place so soon; one is kept, and nothing was called.
            ZoomRateLimited: The same for whoever cannot come back, or did so in vain.
        """
        now = self.now()
        queue = self._queue(operation, lane)
        slot = self._kept_slot(queue, reservations, patience) or self._next_slot(queue, patience)
        if slot is not None:
            if reservations:
                reservations.begin()
            if slot.second > now:
                self.sleep((slot.second - now).total_seconds())
            return slot
        if reservations is None or reservations.is_in_vain:
            raise ZoomRateLimited(operation.name)
        raise ZoomSlotReserved(
            operation.name, reservations.later(self._reserve(queue, reservations))
        )

    def prove(self, operation: Operation, slot: Slot) -> None:
        """Notes that Zoom took a call, where that says something new."""
        if slot.is_news:
            kind = operation.rate_class
            self.store.prove(self.connection, kind, slot.number, self.now())

    def learn(self, operation: Operation, slot: Slot, said: int | None) -> None:
        """Remembers for some minutes that Zoom allowed less than was thought, as it just said.

        Others may use the account as well, or its limits are lower than its plan's: then those of
        the other classes will be, too.

        Args:
            operation: What was refused.
            slot: The slot that the call had.
            said: The limit that Zoom named, if any.
        """
        now, kind = self.now(), operation.rate_class
        taken = self.store.taken_of(self.connection, [slot.second], kind)[slot.second]
        if said is None or said > taken:
            self.store.slow_down(self.connection, kind, max(1, taken - 1), now + _SHARED_FOR)
            return
        self.store.slow_down(self.connection, kind, said, now + _LOWER_FOR)
        published = PER_SECOND[self.plan()]
        for other, limit in published.items():
            observed_rate = self.store.observed_rate(self.connection, other, now)
            lower = max(1, round(limit * said / published[kind]))
            if other != kind and observed_rate.most is None and observed_rate.proven < limit:
                most = max(lower, observed_rate.proven)
                self.store.slow_down(self.connection, other, most, now + _LOWER_FOR)

    def _queue(self, operation: Operation, lane: Lane) -> Queue:
        kind = operation.rate_class
        observed_rate = self.store.observed_rate(self.connection, kind, self.now())
        return Queue(kind, lane, observed_rate, PER_SECOND[self.plan()][kind])

    def _kept_slot(
        self, queue: Queue, reservations: Reservations | None, patience: float
    ) -> Slot | None:
        now = self.now()
        kept = reservations.claim(queue, now, patience) if reservations else None
        return self._slot(queue, kept.at, kept.number, patience) if kept else None

    def _next_slot(self, queue: Queue, patience: float) -> Slot | None:
        now = self.now()
        second = _next_second(now)
        while (second - now).total_seconds() <= patience:
            most = queue.slots(second) if second <= now else queue.slots_ahead(second)
            number = self._take(queue, second, most)
            if number is not None:
                return self._slot(queue, second, number, patience)
            second += _SECOND
        return None

    def _slot(self, queue: Queue, second: datetime, number: int, patience: float) -> Slot:
        wait = max(0.0, (second - self.now()).total_seconds())
        return Slot(second, number, patience - wait, is_news=number > queue.observed_rate.proven)

    def _reserve(self, queue: Queue, reservations: Reservations) -> Reservation:
        """Takes the next place there is, as far ahead as that goes, or says when to ask again.

        Those who are to ask again are in line as well, so that they never come all at once.
        """
        first, far = _next_second(self.now()), reservations.far_ahead(queue)
        if not far:
            return Reservation(
                rate_class=None, at=first + _SECOND, number=0, wake_at=first + _SECOND
            )
        ahead = [first + n * _SECOND for n in range(_KEPT_AHEAD)]
        kept = self._first_free(queue, ahead[:far])
        if kept is not None:
            second, number = kept
            early = second - _SECOND
            return Reservation(rate_class=queue.kind, at=second, number=number, wake_at=early)
        asked = self._first_free(queue.of_questions, ahead[far:])
        second = asked[0] if asked else ahead[-1]
        return Reservation(rate_class=None, at=second, number=0, wake_at=second)

    def _first_free(self, queue: Queue, seconds: list[datetime]) -> tuple[datetime, int] | None:
        """The first of these seconds that has a place, which is taken; and its number."""
        taken = self.store.taken_of(self.connection, seconds, queue.kind)
        for second in seconds:
            most = queue.slots_ahead(second)
            number = self._take(queue, second, most) if taken[second] < most else None
            if number is not None:
                return second, number
        return None

    def _take(self, queue: Queue, second: datetime, most: int) -> int | None:
        return self.store.take_second(self.connection, second, queue.kind, most) if most else None


def _used_up(operation: Operation, scope: LimitScope, resume_at: datetime) -> ZoomDailyLimit:
    return ZoomDailyLimit(operation.name, resume_at=resume_at, scope=scope, status=0, code=0)


def _next_second(now: datetime) -> datetime:
    """The second in which a call that begins now reaches Zoom."""
    second = now.replace(microsecond=0)
    is_late = (now - second).total_seconds() > TOO_LATE_SECONDS
    return second + _SECOND if is_late else second
