"""Lets the loser decide again when two requests change the same thing at once."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import TypeVar

from lectern.store.table import WriteConflict

ATTEMPTS = 12
_LONGEST_SECONDS = 0.2

Outcome = TypeVar("Outcome")


def retry_on_conflict(decide: Callable[[], Outcome]) -> Outcome:
    """Reads, decides and writes, again after each lost race.

    Args:
        decide: Reads what there is, and writes on the condition that it is still so.

    Raises:
        WriteConflict: Someone else was first each time.
    """
    for attempt in range(ATTEMPTS - 1):
        try:
            return decide()
        except WriteConflict:
            longest = min(_LONGEST_SECONDS, 0.005 * 2**attempt)
            time.sleep(random.uniform(0, longest))  # noqa: S311 - spreads the losers, no secret
    return decide()
