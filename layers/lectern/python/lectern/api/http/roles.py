"""What an API key may do: the role that it was made for."""

from __future__ import annotations

from enum import StrEnum


class KeyRole(StrEnum):
    """The role of an API key; each may do what those before it may.

    Attributes:
        READ: Reads everything but join decisions, and changes nothing.
        LMS: All that the LMS does by itself: events, people, joining.
        ADMIN: Settings, connections, the self-test and an administrator's console as well.
    """

    READ = "read"
    LMS = "lms"
    ADMIN = "admin"

    def may(self, least: KeyRole) -> bool:
        """Whether it may do what takes at least another role."""
        ranks = list(KeyRole)
        return ranks.index(self) >= ranks.index(least)


def role_named(name: str | None) -> KeyRole | None:
    """The role that the authorizer says; ``None`` for what is none."""
    return next((role for role in KeyRole if role == name), None)


def least_role_of(method: str) -> KeyRole:
    """The least role of a route that says nothing of its own: to read, or to change."""
    return KeyRole.READ if method == "GET" else KeyRole.LMS
