"""Join links: signed tokens that name one user and one event, and end."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from lectern.domain.event import Event
from lectern.domain.model import DomainModel, Instant
from lectern.domain.signed_link import ForgedLink, content_of, signed

__all__ = ["AFTER_THE_EVENT", "ForgedLink", "JoinLink", "read", "sign"]

_PURPOSE = b"lectern join link\n"

AFTER_THE_EVENT = timedelta(days=7)
"""How long a link that ends with the event lasts after the event's planned end."""


class JoinLink(DomainModel):
    """The content of a token.

    Attributes:
        expires_at: Until when it counts; ``None`` for one that ends with the event, wherever that
            is moved.
    """

    event_id: str
    user_id: str
    expires_at: Instant | None

    def ends_at(self, event: Event | None) -> datetime | None:
        """Until when the link counts; ``None`` if that hangs on an event which does not exist."""
        if self.expires_at is not None:
            return self.expires_at
        return event.details.ends_at + AFTER_THE_EVENT if event else None


def sign(link: JoinLink, key: bytes) -> str:
    """The token that says this; moments are kept to the second."""
    expiry = int(link.expires_at.timestamp()) if link.expires_at else None
    return signed([link.event_id, link.user_id, expiry], _PURPOSE, key)


def read(token: str, key: bytes) -> JoinLink:
    """Reads a token.

    Raises:
        ForgedLink: It is not of this key, or of no version that is known.
    """
    event_id, user_id, expiry = content_of(token, _PURPOSE, key)
    return JoinLink(
        event_id=event_id,
        user_id=user_id,
        expires_at=None if expiry is None else datetime.fromtimestamp(expiry, UTC),
    )
