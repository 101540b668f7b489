"""Join links: signed tokens that name one user and one event, and end.

A token is ``1.<payload>.<signature>``: the version of the form, what it says as JSON in base64url,
and the HMAC-SHA256 of purpose, version and payload. Nothing in it is secret; nothing in it can be
changed.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta

from lectern.domain.errors import LecternError
from lectern.domain.event import Event
from lectern.domain.model import DomainModel, Instant

_VERSION = "1"
_PURPOSE = b"lectern join link\n"
"""Keeps what else the same key may sign from being taken for a join link."""

AFTER_THE_EVENT = timedelta(days=7)
"""How long a link that ends with the event lasts after the event's planned end."""


class ForgedLink(LecternError):
    """The token was not signed by this stack, or was changed."""


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
    content = json.dumps([link.event_id, link.user_id, expiry], separators=(",", ":"))
    payload = _encoded(content.encode())
    return f"{_VERSION}.{payload}.{_signature(payload, key)}"


def read(token: str, key: bytes) -> JoinLink:
    """Reads a token.

    Raises:
        ForgedLink: It is not of this key, or of no version that is known.
    """
    version, _, rest = token.partition(".")
    payload, _, signature = rest.partition(".")
    is_ours = hmac.compare_digest(_signature(payload, key).encode(), _bytes(signature))
    if not is_ours or version != _VERSION:
        raise ForgedLink
    padded = payload + "=" * (-len(payload) % 4)
    event_id, user_id, expiry = json.loads(base64.urlsafe_b64decode(padded))
    return JoinLink(
        event_id=event_id,
        user_id=user_id,
        expires_at=None if expiry is None else datetime.fromtimestamp(expiry, UTC),
    )


def _signature(payload: str, key: bytes) -> str:
    signed = _PURPOSE + _VERSION.encode() + b"." + _bytes(payload)
    return _encoded(hmac.digest(key, signed, hashlib.sha256))


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _encoded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")
