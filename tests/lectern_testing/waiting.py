"""Waits for what comes in its own time."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Literal, TypeVar

Found = TypeVar("Found")

_LONGEST_PAUSE_SECONDS = 0.5
"""What is asked all the time takes what it is waited for."""


def eventually(look: Callable[[], Found | Literal[False] | None], seconds: float = 60) -> Found:
    """The first true answer of `look`, asked until there is one."""
    until, pause = time.monotonic() + seconds, 0.1
    while not (found := look()):
        if time.monotonic() > until:
            msg = f"nothing within {seconds} s"
            raise AssertionError(msg)
        time.sleep(pause)
        pause = min(pause * 1.1, _LONGEST_PAUSE_SECONDS)
    return found
