"""Which scopes an app has, as far as Zoom said.

Nothing here asks Zoom: what is known comes from Zoom's answers to token requests, which name the
scopes of the app, and from calls that Zoom refused for a missing one. Whichever is newer counts.

Zoom was seen to leave scopes out that are included in others which it names. So a call that works
although its scope is not named proves that it is there, until one is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from pydantic import Field

from lectern.domain.meeting import Kind
from lectern.domain.model import DomainModel, Instant
from lectern.domain.scopes import BY_NAME, SCOPES, Scope
from lectern.domain.settings import Settings


class ScopeState(StrEnum):
    """Whether the app has a scope, as far as Zoom said."""

    GRANTED = "granted"
    MISSING = "missing"
    UNKNOWN = "unknown"


_CLASSIC: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "meeting:read:admin": ("meeting:read:",),
        "meeting:write:admin": ("meeting:write:", "meeting:update:", "meeting:delete:"),
        "webinar:read:admin": ("webinar:read:",),
        "webinar:write:admin": ("webinar:write:", "webinar:update:", "webinar:delete:"),
        "user:read:admin": ("user:read:",),
        "user:write:admin": ("user:",),
        "report:read:admin": ("report:read:",),
        "account:read:admin": ("billing:read:plan_usage:",),
    }
)
"""What the scopes of an older app include. Zoom: each operation's page names its classic scopes
beside the granular one; an app has either the ones or the others."""


class ScopeKnowledge(DomainModel):
    """What Zoom said of an app's scopes.

    Attributes:
        granted: What the last token's answer named; ``None`` where none named any.
        granted_at: When.
        refused_at: When Zoom last refused a call for a missing scope, by the scope's name.
        worked_at: When a call last worked whose scope was not named, by the scope's name.
    """

    granted: frozenset[str] | None = None
    granted_at: Instant | None = None
    refused_at: dict[str, Instant] = Field(default_factory=dict)
    worked_at: dict[str, Instant] = Field(default_factory=dict)

    @property
    def checked_at(self) -> Instant | None:
        """When Zoom last said something of it."""
        said = [*self.refused_at.values(), *self.worked_at.values()]
        said += [self.granted_at] if self.granted_at else []
        return max(said, default=None)

    def state(self, scope: Scope) -> ScopeState:
        """Whether the app has a scope."""
        refused_at, worked_at = self.refused_at.get(scope.name), self.worked_at.get(scope.name)
        if worked_at and (refused_at is None or worked_at > refused_at):
            return ScopeState.GRANTED
        if self.granted is None or self.granted_at is None:
            return ScopeState.MISSING if refused_at else ScopeState.UNKNOWN
        if refused_at and refused_at > self.granted_at:
            return ScopeState.MISSING
        return ScopeState.GRANTED if includes(self.granted, scope.name) else ScopeState.MISSING

    @property
    def superfluous(self) -> tuple[str, ...]:
        """What the app was granted and nothing of Lectern needs, by name."""
        needed = {*BY_NAME, *_CLASSIC}
        return tuple(sorted((self.granted or frozenset()) - needed))


def missing_scopes(
    knowledge: ScopeKnowledge, settings: Settings, kind: Kind | None = None
) -> tuple[Scope, ...]:
    """The scopes that are missing although something uses them.

    Args:
        knowledge: What Zoom said of the app's scopes.
        settings: The settings, which say what is used.
        kind: Of what events; ``None`` for all.
    """
    return tuple(
        scope
        for scope in SCOPES
        if knowledge.state(scope) is ScopeState.MISSING
        and scope.unused_because(settings) is None
        and (kind is None or scope.concerns(kind))
    )


def includes(granted: frozenset[str], name: str) -> bool:
    """Whether scopes include one by its name, or as classic ones do."""
    return name in granted or any(
        name.startswith(_CLASSIC[each]) for each in granted if each in _CLASSIC
    )
