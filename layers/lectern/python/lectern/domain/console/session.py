"""Sessions of operators: who looks at the console, as what, and until when."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum

from lectern.domain.model import DomainModel, Instant

LONGEST = timedelta(hours=8)
"""A session ends then, whatever is done in it."""


class OperatorRole(StrEnum):
    """What an operator may do."""

    ADMIN = "admin"
    SUPPORT = "support"

    def includes(self, other: OperatorRole) -> bool:
        """Whether whoever has this role may do what the other one may."""
        return self in {OperatorRole.ADMIN, other}


class ConsoleSession(DomainModel):
    """A session.

    Attributes:
        user_id: The operator, as the LMS calls them.
        link_issued_at: When the link was made that it began with.
        ends_at: Until when it counts.
    """

    user_id: str
    role: OperatorRole
    link_issued_at: Instant
    ends_at: Instant
