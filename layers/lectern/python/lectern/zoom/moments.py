"""Moments as Zoom tells them: in UTC, and within a time that can be reckoned with."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator

_FIRST_YEAR, _LAST_YEAR = 2000, 2200


def plausible(moment: datetime | None) -> datetime | None:
    """A moment in UTC, also where Zoom does not say so; ``None`` for one that is no session's."""
    if moment is None or not _FIRST_YEAR <= moment.year <= _LAST_YEAR:
        return None
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


Moment = Annotated[datetime | None, AfterValidator(plausible)]
"""A moment in Zoom's answers; ``None`` where it is unsaid, or odd."""
