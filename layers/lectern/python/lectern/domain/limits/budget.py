"""Zoom's limits as a budget: what an account, a host and a registrant may use, and in which lane.

Source: Zoom's rate limit page, 2026-02. Limits a second are shared by all users and apps of an
account; daily ones are reset at 00:00 UTC. HEAVY calls have a daily limit of their own, the other
classes none that is published for Pro and Business.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

from pydantic import Field

from lectern.domain.event import Event
from lectern.domain.model import DomainModel, Instant

HOST_CHANGES_A_DAY = 100
"""Zoom: 100 creates and updates of meetings and webinars a day for each host."""

KEPT_OF_CHANGES = 20
"""How many of a host's changes only what is made anew, or begins soon, may use."""

FREE_CHANGES = HOST_CHANGES_A_DAY // 2
"""So many changes a host's events may make as they come; then each event's own are folded."""

FOLD = timedelta(minutes=30)
"""How long after a change of a session its next one waits then: the other half, less what is kept,
lasts for fifteen hours whatever a single event does."""

REGISTRATIONS_A_DAY = 3
"""Zoom: 3 registrations a day for the same registrant in the same meeting."""

STATUS_CHANGES_A_DAY = 10
"""Zoom: 10 changes of a registrant's status a day for the same registrant in the same meeting."""


class Lane(StrEnum):
    """The urgency of a call; a lane keeps a share that the lanes below it cannot use up."""

    JOIN = "join"
    PRE_START = "pre_start"
    EDIT = "edit"
    BACKGROUND = "background"


_PERCENT: Mapping[Lane, int] = MappingProxyType(
    {Lane.JOIN: 100, Lane.PRE_START: 98, Lane.EDIT: 95, Lane.BACKGROUND: 70}
)


class Plan(StrEnum):
    """The Zoom plans that have what Lectern needs."""

    PRO = "pro"
    BUSINESS = "business"


PER_SECOND: Mapping[Plan, Mapping[str, int]] = MappingProxyType(
    {
        Plan.PRO: {"light": 30, "medium": 20, "heavy": 10},
        Plan.BUSINESS: {"light": 80, "medium": 60, "heavy": 40},
    }
)
PER_DAY: Mapping[Plan, Mapping[str, int]] = MappingProxyType(
    {Plan.PRO: {"heavy": 30_000}, Plan.BUSINESS: {"heavy": 60_000}}
)
RATE_CLASSES = tuple(PER_SECOND[Plan.PRO])
"""The names under which calls are counted."""


PRE_START = timedelta(hours=1)
"""How long before its start an event goes before those that are only edited."""


def lane_of(event: Event, now: datetime) -> Lane:
    """Chooses the lane for work on an event: it begins soon, was changed, or is looked after."""
    details = event.details
    if not event.is_over(now) and details.starts_at - PRE_START <= now:
        return Lane.PRE_START
    return Lane.BACKGROUND if event.sync.background else Lane.EDIT


def allowance(limit: int, lane: Lane) -> int:
    """How much of a day's limit a lane may see used up before it has to wait.

    A limit that is too small to be shared is not: everybody may use all of it.
    """
    return max(1, round(limit * _PERCENT[lane] / 100))


def changes_allowed(lane: Lane, *, creates: bool) -> int:
    """How many changes of a host's day may be made before one of this kind has to wait.

    Args:
        lane: What the change is for.
        creates: Whether it makes a session, which nobody could join otherwise.
    """
    if lane is Lane.BACKGROUND:
        return allowance(HOST_CHANGES_A_DAY, lane)
    if creates or lane is not Lane.EDIT:
        return HOST_CHANGES_A_DAY
    return HOST_CHANGES_A_DAY - KEPT_OF_CHANGES


def next_midnight(now: datetime) -> datetime:
    """When Zoom's daily limits are reset: 00:00 UTC."""
    today = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return today + timedelta(days=1)


def slots(limit: int, lane: Lane, second: datetime) -> int:
    """How many calls of a second a lane may see taken before it has to take another second.

    Over time a lane has just its share, however small the limit: of one call a second, 19 of 20
    seconds are for edits, and each twentieth is kept for what goes before them.
    """
    share, number = limit * _PERCENT[lane], int(second.timestamp())
    return (number + 1) * share // 100 - number * share // 100


class ObservedRate(DomainModel):
    """The rate that Zoom was seen to allow in a class.

    Attributes:
        proven: The most calls within a second that Zoom took.
        most: What Zoom was lately seen to allow at most; ``None`` if nothing was refused lately.
    """

    proven: int = 1
    most: int | None = None

    def slots(self, published: int, lane: Lane, second: datetime) -> int:
        """How many calls of this second a lane may see taken: few more than Zoom is known to take.

        Other apps may use the account, and its limits may be others than those of its plan. Only a
        click, for which somebody waits, is tried at once.

        Args:
            published: The limit of the account's plan.
            lane: What the call is for.
            second: The second.
        """
        share = slots(self._most(published), lane, second)
        return share if lane is Lane.JOIN else min(share, self.proven + max(1, self.proven // 4))

    def slots_ahead(self, published: int, lane: Lane, second: datetime) -> int:
        """The same of a second to come, in which nothing is tried."""
        return min(slots(self._most(published), lane, second), self.proven)

    def is_known(self, published: int) -> bool:
        """Whether the pace is as fast as it can be."""
        return self.proven >= self._most(published)

    def _most(self, published: int) -> int:
        return published if self.most is None else min(published, self.most)


class Reservation(DomainModel):
    """When a call that has to wait for its turn can be made.

    Attributes:
        rate_class: The class in which a place is kept; ``None`` where none could be.
        at: The second of the place.
        number: How many calls that second has with this one.
        wake_at: When to come back, so as to be there in time.
        begun: Whether the work has begun, which goes before what has not.
        known: What was found out before the wait, and need not be asked again.
        refused: How often in a row Zoom refused a call all the same, though it had a place.
    """

    rate_class: str | None
    at: Instant
    number: int
    wake_at: Instant
    begun: bool = False
    known: dict[str, str] = Field(default_factory=dict)
    refused: int = 0
