"""When something is tried again that did not work and may the next time: soon, then less often.

How often it was tried in vain is kept with what is tried, and counted anew once it worked or
somebody wants something else.
"""

from __future__ import annotations

import math
from datetime import timedelta
from zlib import crc32

from lectern.domain.problems import EventProblem, Problem

SHORTEST = timedelta(seconds=20)
"""How long after an outage, or a limit a second, was noticed the next try is."""

LONGEST = timedelta(minutes=30)
"""However long it lasts, it is tried again after that."""

_GROWTH = 1.5
_SPREAD = 0.25
"""By which part a pause may be shorter: what stopped at one moment is not to come back at one."""

SECOND_TRY = timedelta(seconds=45)
"""How long after a failure that may pass the execution itself tries again, once."""

_MAY_PASS = frozenset({EventProblem.REJECTED, EventProblem.INTERNAL_ERROR})
"""What is not known to need a person: Zoom refused in a way that nobody foresaw, or something
unforeseen happened here. One odd answer is no proof that the next will be like it."""

_FIRST_SWEPT = timedelta(minutes=5)
"""How long after the second failure a sweep tries again."""


def pause_before_try(name: str, attempts: int) -> timedelta:
    """How long to wait for the end of an outage, or until Zoom is less busy.

    Args:
        name: What is tried; different things are spread over some time.
        attempts: How often it was tried in vain, at least once.
    """
    longest = min(LONGEST, SHORTEST * math.pow(_GROWTH, min(attempts, 20) - 1))
    place = crc32(f"{name}#{attempts}".encode()) / 2**32
    return longest * (1 - _SPREAD * place)


def may_pass(problem: Problem) -> bool:
    """Whether what failed may work the next time though nobody did anything about it."""
    return problem.code in _MAY_PASS


def pause_after_failures(attempts: int) -> timedelta:
    """How long after so many failures in a row, two at least, a sweep tries again."""
    return min(LONGEST, _FIRST_SWEPT * (1 << min(max(attempts - 2, 0), 10)))
