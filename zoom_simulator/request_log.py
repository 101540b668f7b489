"""The log of the calls that were made to the simulator: who asked what, and what came of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class LoggedRequest:
    """One call, without tokens and bodies.

    Attributes:
        sequence: Counts up from 1; it goes on when the log is cleared.
        time: When it came, by the simulator's clock.
        operation: The operation's name, or ``unknown``.
        status: The HTTP status; ``None`` if the connection was cut.
        code: Zoom's code, of an answer that has one.
        rate_class: The rate class of the operation.
        faults: The kinds of the faults that were injected.
    """

    sequence: int
    time: str
    operation: str
    method: str
    path: str
    status: int | None
    code: int | None
    rate_class: str | None
    faults: tuple[str, ...]


class CallLog:
    """All calls since the log was cleared."""

    def __init__(self) -> None:
        self._calls: list[LoggedRequest] = []
        self._sequence = 0
        self._ever: Counter[tuple[str, str]] = Counter()

    def add(
        self,
        *,
        time: datetime,
        operation: str,
        method: str,
        path: str,
        status: int | None,
        code: int | None = None,
        rate_class: str | None = None,
        faults: Sequence[str] = (),
    ) -> None:
        """Note a call that has ended."""
        self._sequence += 1
        self._ever[operation, _status_text(status)] += 1
        at = time.isoformat(timespec="milliseconds")
        self._calls.append(
            LoggedRequest(
                self._sequence, at, operation, method, path, status, code, rate_class, tuple(faults)
            )
        )

    def since(self, sequence: int) -> list[dict[str, Any]]:
        """The calls after the one with this number, oldest first."""
        return [asdict(call) for call in self._calls if call.sequence > sequence]

    def clear(self) -> None:
        """Forget all calls."""
        self._calls.clear()

    def summary(self) -> dict[str, Any]:
        """How many calls there were, by operation and by HTTP status."""
        statuses = Counter(_status_text(call.status) for call in self._calls)
        return {
            "calls": len(self._calls),
            "by_operation": dict(Counter(call.operation for call in self._calls)),
            "by_status": dict(statuses),
        }

    def ever(self) -> list[dict[str, Any]]:
        """How many calls there were of each operation and status, whatever was forgotten."""
        return [
            {"operation": operation, "status": status, "calls": calls}
            for (operation, status), calls in sorted(self._ever.items())
        ]


def _status_text(status: int | None) -> str:
    return "cut" if status is None else str(status)
