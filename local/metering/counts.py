"""Counts of what is used, kept by name in the process where it can be seen."""

import threading
from collections import Counter, defaultdict
from typing import Any

Json = Any
"""What can be written as JSON."""


class Counts:
    """Counters by what they count; several threads add to them.

    Example:
        >>> counts = Counts()
        >>> counts.add("dynamodb.requests", "GetItem")
        >>> counts.add("dynamodb.requests", "GetItem")
        >>> counts.all()
        {'dynamodb.requests': {'GetItem': 2}}
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counters: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self._running: Counter[str] = Counter()

    def add(self, what: str, name: str, amount: float = 1) -> None:
        """Counts something."""
        with self._lock:
            self._counters[what][name] += amount  # type: ignore[assignment] # halves of units

    def begin(self, what: str) -> None:
        """Notes that something runs, until it ends; to forget the counts does not end it."""
        with self._lock:
            self._running[what] += 1

    def end(self, what: str) -> None:
        """Notes that it runs no more."""
        with self._lock:
            self._running[what] -= 1

    def running(self, what: str) -> int:
        """How many run."""
        with self._lock:
            return self._running[what]

    def of(self, what: str) -> Counter[str]:
        """The counter of one thing, as it is now."""
        with self._lock:
            return Counter(self._counters[what])

    def all(self) -> dict[str, dict[str, float]]:
        """All counters, as they are now."""
        with self._lock:
            return {what: dict(counter) for what, counter in self._counters.items() if counter}

    def forget(self) -> None:
        """Begins anew."""
        with self._lock:
            self._counters.clear()
