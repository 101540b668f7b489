"""Intervals on a line of time, as shares of its length: what pictures are drawn from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

_STEPS = tuple(timedelta(minutes=each) for each in (5, 10, 15, 30, 60, 120, 240, 480, 1440))
_MOST_MARKS = 6
_SHORTEST = timedelta(minutes=1)
_NARROWEST = 0.4
"""In percent: what is shorter still shows."""
_WHOLE = 100.0


@dataclass(frozen=True)
class Bar:
    """A stretch of the line, in percent of its length."""

    start: float
    width: float


@dataclass(frozen=True)
class Mark:
    """A full moment on the line, in percent of its length."""

    at: datetime
    place: float


@dataclass(frozen=True)
class TimeLine:
    """The line from the first moment to the last."""

    begins: datetime
    ends: datetime

    @classmethod
    def around(cls, moments: Iterable[datetime]) -> TimeLine | None:
        """The line that has all of them; ``None`` for none."""
        found = sorted(moments)
        if not found:
            return None
        return cls(found[0], max(found[-1], found[0] + _SHORTEST))

    def bar(self, start: datetime, end: datetime) -> Bar:
        """An interval on the line; what is beyond its ends is left out."""
        first = min(self._place(start), _WHOLE - _NARROWEST)
        return Bar(round(first, 2), round(max(self._place(end) - first, _NARROWEST), 2))

    def marks(self) -> list[Mark]:
        """Round times of the day, as many as there is room for."""
        length = self.ends - self.begins
        step = next((each for each in _STEPS if length / each <= _MOST_MARKS), length)
        midnight = self.begins.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        at = midnight + step * -((midnight - self.begins) // step)
        marks = []
        while at <= self.ends:
            marks.append(Mark(at, round(self._place(at), 2)))
            at += step
        return marks

    def _place(self, moment: datetime) -> float:
        share = (moment - self.begins) / (self.ends - self.begins)
        return _WHOLE * min(1.0, max(0.0, share))
