"""What the functions are invoked for, as Lambda bills it."""

from collections.abc import Iterator
from contextlib import contextmanager
from math import ceil
from typing import Any

from local.metering.counts import Counts

_RUNNING = "invocations"
_MB_IN_A_GB = 1024


class FunctionMeter:
    """Counts invocations, and their milliseconds: each is rounded up to a whole one."""

    def __init__(self) -> None:
        self._counts = Counts()

    @contextmanager
    def running(self) -> Iterator[None]:
        """Notes that an invocation runs, or waits for a process, until the `with` ends."""
        self._counts.begin(_RUNNING)
        try:
            yield
        finally:
            self._counts.end(_RUNNING)

    @property
    def count_running(self) -> int:
        """How many invocations run."""
        return self._counts.running(_RUNNING)

    def add(self, name: str, memory: int, seconds: float) -> None:
        """Counts an invocation of a function with so many MB."""
        milliseconds = max(1, ceil(1000 * seconds))
        self._counts.add("invocations", name)
        self._counts.add("milliseconds", name, milliseconds)
        self._counts.add("gb_seconds", name, milliseconds / 1000 * memory / _MB_IN_A_GB)

    def by_function(self) -> dict[str, dict[str, Any]]:
        """Invocations, milliseconds and GB-seconds of each function."""
        counted = {what: self._counts.of(what) for what in _COUNTED}
        return {
            name: {what: round(counted[what][name], 6) for what in _COUNTED}
            for name in sorted(counted["invocations"])
        }

    def forget(self) -> None:
        """Begins anew."""
        self._counts.forget()


_COUNTED = ("invocations", "milliseconds", "gb_seconds")
