"""Zoom's limits as a budget: what an account, a host and a registrant may use, and in which lane.

Source: Zoom's rate limit page, 2026-02. Limits a second are shared by all users and apps of an
account; daily ones are reset at 00:00 UTC. HEAVY calls have a daily limit of their own, the other
classes none that is published for Pro and Business.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

from lectern.domain.event import Event

HOST_CHANGES_A_DAY = 100
"""Zoom: 100 creates and updates of meetings and webinars a day for each host."""

REGISTRATIONS_A_DAY = 3
"""Zoom: 3 registrations a day for the same registrant in the same meeting."""


class Lane(StrEnum):
    """What a call is for; a lane keeps a share that the lanes below it cannot use up."""

    JOIN = "join"
    PRE_START = "pre_start"
    EDIT = "edit"
    BACKGROUND = "background"


_SHARES: Mapping[Lane, float] = MappingProxyType(
    {Lane.JOIN: 1.0, Lane.PRE_START: 0.95, Lane.EDIT: 0.9, Lane.BACKGROUND: 0.7}
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


PRE_START = timedelta(hours=1)
"""How long before its start an event goes before those that are only edited."""


def lane_of(event: Event, now: datetime) -> Lane:
    """What the work on an event is for: whether it begins soon, was changed, or is looked after."""
    details = event.details
    if not event.is_over(now) and details.starts_at - PRE_START <= now:
        return Lane.PRE_START
    return Lane.BACKGROUND if event.sync.background else Lane.EDIT


def allowance(limit: int, lane: Lane) -> int:
    """How much of a limit a lane may see used up before it has to wait.

    A limit that is too small to be shared is not: everybody may use all of it.
    """
    return max(1, round(limit * _SHARES[lane]))
