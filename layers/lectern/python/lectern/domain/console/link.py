"""Console links: signed tokens that begin one session of one operator."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta

from lectern.domain.console.session import OperatorRole
from lectern.domain.model import DomainModel, Instant
from lectern.domain.signed_link import content_of, signed

_PURPOSE = b"lectern console link\n"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class ConsoleLink(DomainModel):
    """What a token says.

    Attributes:
        link_id: By which it is known whether the link was opened.
        user_id: The operator, as the LMS calls them.
        path: Where the session begins, below ``/console``.
        issued_at: What was issued before an operator's sessions were ended begins none.
    """

    link_id: str
    user_id: str
    role: OperatorRole
    path: str
    issued_at: Instant
    expires_at: Instant


def new_link_id() -> str:
    """An id that no other link has."""
    return secrets.token_urlsafe(16)


def sign(link: ConsoleLink, key: bytes) -> str:
    """The token that says this."""
    moments = [(moment - _EPOCH) // _MICROSECOND for moment in (link.issued_at, link.expires_at)]
    return signed([link.link_id, link.user_id, link.role, link.path, *moments], _PURPOSE, key)


def read(token: str, key: bytes) -> ConsoleLink:
    """What a token says.

    Raises:
        ForgedLink: It is not of this key, or of no version that is known.
    """
    link_id, user_id, role, path, *moments = content_of(token, _PURPOSE, key)
    issued_at, expires_at = (_EPOCH + moment * _MICROSECOND for moment in moments)
    return ConsoleLink(
        link_id=link_id,
        user_id=user_id,
        role=role,
        path=path,
        issued_at=issued_at,
        expires_at=expires_at,
    )
