"""When an event is, told as people say it: "begins in three days", "is live"."""

from __future__ import annotations

from datetime import datetime, timedelta

from lectern.domain.event import Event, Phase

_IN_WORDS = (
    *("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
    *("eleven", "twelve"),
)

_UNITS = (
    (timedelta(days=1), "day"),
    (timedelta(hours=1), "hour"),
    (timedelta(minutes=1), "minute"),
)

_AT_LEAST_TWO = 2


def when(event: Event, now: datetime) -> str:
    """Where an event is in its life, to follow "the meeting"."""
    starts_at, ends_at = event.details.starts_at, event.details.ends_at
    if event.is_cancelled:
        return "was cancelled"
    if event.has_ended:
        return "has ended"
    if event.is_over(now):
        return f"should have ended {span(now - ends_at)} ago"
    if event.phase is Phase.LIVE:
        return "is live"
    if starts_at <= now:
        return f"should have begun {span(now - starts_at)} ago"
    return f"begins in {span(starts_at - now)}"


def span(length: timedelta) -> str:
    """A length of time in its largest fitting unit; less than two of one are told in the next."""
    for unit, name in _UNITS:
        count = length // unit
        if count >= _AT_LEAST_TWO or (unit == _UNITS[-1][0] and count):
            return f"{_number(count)} {name}{'s' if count > 1 else ''}"
    return "less than a minute"


def _number(count: int) -> str:
    return _IN_WORDS[count] if count < len(_IN_WORDS) else f"{count:,}"
