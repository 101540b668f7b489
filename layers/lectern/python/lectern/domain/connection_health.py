"""Whether a connection's credentials work, as far as Zoom said."""

from __future__ import annotations

from enum import StrEnum

from lectern.domain.model import DomainModel, Instant


class HealthState(StrEnum):
    """Whether Zoom gives tokens for the credentials."""

    UNKNOWN = "unknown"
    WORKING = "working"
    FAILING = "failing"


class ConnectionHealth(DomainModel):
    """What Zoom last said of a connection's credentials.

    Attributes:
        state: Whether they work.
        since: Since when.
        checked_at: When Zoom last said so.
        said: Zoom's own reason where they do not work, made fit to be told.
    """

    state: HealthState = HealthState.UNKNOWN
    since: Instant | None = None
    checked_at: Instant | None = None
    said: str = ""
