"""Waits for what comes in its own time."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Literal, TypeVar

Found = TypeVar("Found")


def eventually(look: Callable[[], Found | Literal[False] | None], seconds: float = 60) -> Found:
    """The first true answer of `look`, asked until there is one."""
    until = time.monotonic() + seconds
    while not (found := look()):
        if time.monotonic() > until:
            msg = f"nothing within {seconds} s"
            raise AssertionError(msg)
        time.sleep(0.1)
    return found
