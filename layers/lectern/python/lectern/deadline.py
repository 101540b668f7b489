"""Time limits for what has none of its own, and the time by which a request has to be answered."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar, copy_context
from typing import TypeVar

Done = TypeVar("Done")

_ends_at: ContextVar[float | None] = ContextVar("deadline", default=None)
"""Seconds of the monotonic clock."""


@contextmanager
def ends_in(seconds: float) -> Iterator[None]:
    """Has all that is done meanwhile end by then, as far as it asks here."""
    before = _ends_at.set(time.monotonic() + seconds)
    try:
        yield
    finally:
        _ends_at.reset(before)


def seconds_left(most: float) -> float:
    """How long something may take: so long at the most, and no longer than there is time.

    Raises:
        TimeoutError: There is none left.
    """
    ends_at = _ends_at.get()
    if ends_at is None:
        return most
    left = ends_at - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return min(most, left)


def in_time(work: Callable[[], Done]) -> Done:
    """Does something within the time that is left, or for as long as it takes if none was set.

    Raises:
        TimeoutError: The time is over.
    """
    ends_at = _ends_at.get()
    return work() if ends_at is None else within(max(ends_at - time.monotonic(), 0), work)


def within(seconds: float, work: Callable[[], Done]) -> Done:
    """Does something, or stops waiting for it.

    A time-out of a socket is one for each receipt: who sends a byte now and then never meets it.
    What is not waited for any more ends by itself, or with the process. What the log says of it
    belongs to what the caller does.

    Raises:
        TimeoutError: It took longer.
    """
    # Zoom's webhooks are taken in without any of this, and are not to wait for it.
    from concurrent.futures import Future  # noqa: PLC0415
    from threading import Thread  # noqa: PLC0415

    done: Future[Done] = Future()

    def run() -> None:
        try:
            done.set_result(work())
        except BaseException as error:  # noqa: BLE001 - whatever it is, it is for who waits
            done.set_exception(error)

    Thread(target=copy_context().run, args=(run,), daemon=True).start()
    return done.result(timeout=seconds)
