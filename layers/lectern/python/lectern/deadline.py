"""A time limit for what has none of its own."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from contextvars import copy_context
from threading import Thread
from typing import TypeVar

Done = TypeVar("Done")


def within(seconds: float, work: Callable[[], Done]) -> Done:
    """Does something, or stops waiting for it.

    A time-out of a socket is one for each receipt: who sends a byte now and then never meets it.
    What is not waited for any more ends by itself, or with the process. What the log says of it
    belongs to what the caller does.

    Raises:
        TimeoutError: It took longer.
    """
    done: Future[Done] = Future()

    def run() -> None:
        try:
            done.set_result(work())
        except BaseException as error:  # noqa: BLE001 - whatever it is, it is for who waits
            done.set_exception(error)

    Thread(target=copy_context().run, args=(run,), daemon=True).start()
    return done.result(timeout=seconds)
