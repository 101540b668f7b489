"""Eras: how what is counted up in the table stays unique when the table goes back in time.

A table that was restored to an earlier moment is a new one, whose counters stand where they stood.
What was given out under the numbers since then is known outside: Step Functions refuses the name of
an execution for 90 days, and an LMS reads on after the last notification that it had. But the new
table has a stream of its own, which says when it began. That is the era of what is read from it.
"""

from __future__ import annotations

from datetime import UTC, datetime

_A_SECOND_HAS = 1_000_000
"""More numbers than can be given out in a second, so that no era runs into the next one."""


def era_of_stream(arn: str | None) -> int:
    """When a stream began, in epoch seconds; 0 for what is read from no stream.

    Example:
        >>> era_of_stream("arn:aws:dynamodb:eu-west-1:1:table/t/stream/2030-01-01T00:00:00.123")
        1893456000
    """
    label = (arn or "").partition("/stream/")[2]
    try:
        return int(datetime.fromisoformat(label).replace(tzinfo=UTC).timestamp())
    except ValueError:
        return 0


def last_before(era: int) -> int:
    """The number after which an era counts: greater than all that were given out before it."""
    return era * _A_SECOND_HAS
