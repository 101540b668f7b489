"""Foresees what saving an event would run into, for a form to show: pure rules."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from enum import StrEnum

from lectern.domain.event import Event, EventDetails
from lectern.domain.limits.budget import HOST_CHANGES_A_DAY
from lectern.domain.model import DomainModel
from lectern.domain.passcode import PasscodeRule
from lectern.domain.planner import BATCH_SIZE
from lectern.domain.problems import EventProblem, Problem, event_problem

_NAMED = 5
"""How many events of a host are named; more of them are as good a reason."""


class Clash(StrEnum):
    """A finding that is no problem of an event by itself, and worth a look before it is saved."""

    HOST_BUSY = "host_busy"


class Foreseen(DomainModel):
    """Something that saving the event would run into."""

    code: EventProblem | Clash
    message: str
    remedy: str


class UsedToday(DomainModel):
    """The use of Zoom's daily limits, and the limits.

    Attributes:
        changes: Creates and updates of the host.
        changes_allowed: How many of those there may be before saving the event has to wait.
        closed: Whether Zoom itself said that the host's are used up, or what the account needs.
        heavy: Heavy calls of the account.
        heavy_limit: How many of those Zoom allows; ``None`` where it names no limit.
    """

    changes: int
    heavy: int
    heavy_limit: int | None
    changes_allowed: int = HOST_CHANGES_A_DAY
    closed: bool = False


def of_problem(problem: Problem) -> Foreseen:
    """A problem that the event would have."""
    return Foreseen(code=problem.code, message=problem.message, remedy=problem.remedy)


def of_capacity(capacity: int, people: int) -> Iterator[Foreseen]:
    """Who would find no place in a meeting of the host."""
    if capacity < people:
        numbers = f"The host's meetings hold {capacity:,}, and {people:,} are to take part."
        yield of_problem(event_problem(EventProblem.CAPACITY_REACHED, numbers))


def of_passcode(passcode: str, rule: PasscodeRule | None) -> Iterator[Foreseen]:
    """Lists the account's demands that this passcode fails."""
    faults = rule.faults(passcode) if rule else []
    if faults:
        yield of_problem(
            event_problem(EventProblem.PASSCODE_REFUSED, f"It needs {', '.join(faults)}.")
        )


def of_other_events(
    event_id: str, details: EventDetails, others: Iterable[Event]
) -> list[Foreseen]:
    """The host's other events at that time: a host can lead one at once."""
    at_once = [
        each.event_id
        for each in others
        if each.event_id != event_id
        and not each.is_cancelled
        and _overlap(each.details, details.starts_at, details.ends_at)
    ]
    if not at_once:
        return []
    named = ", ".join(at_once[:_NAMED]) + (" and others" if len(at_once) > _NAMED else "")
    return [
        Foreseen(
            code=Clash.HOST_BUSY,
            message=f"The host has another event at that time: {named}.",
            remedy="Choose another time or another host, unless they need not be led at once.",
        )
    ]


def of_limits(used: UsedToday, people: int) -> Iterator[Foreseen]:
    """Limits of today that would make the work wait until 00:00 UTC."""
    if used.closed:
        detail = "Zoom itself says that it takes no more of this kind today."
        yield of_problem(event_problem(EventProblem.DAILY_LIMIT, detail))
    elif used.changes >= used.changes_allowed:
        detail = f"Of the host's {HOST_CHANGES_A_DAY} changes of today {used.changes} are used up."
        yield of_problem(event_problem(EventProblem.DAILY_LIMIT, detail))
    calls = -(-people // BATCH_SIZE)
    if used.heavy_limit is not None and used.heavy + calls > used.heavy_limit:
        detail = f"The account has used {used.heavy:,} of {used.heavy_limit:,} heavy calls."
        yield of_problem(event_problem(EventProblem.DAILY_LIMIT, detail))


def _overlap(details: EventDetails, starts_at: datetime, ends_at: datetime) -> bool:
    return details.starts_at < ends_at and starts_at < details.ends_at
