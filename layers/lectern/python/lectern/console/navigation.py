"""What every page of the console leads to."""

from __future__ import annotations

from dataclasses import dataclass

from lectern.domain.console.session import OperatorRole


@dataclass(frozen=True)
class Entry:
    """A page that every page leads to.

    Attributes:
        text: The key of its name.
        path: Below ``/console``.
        role: Who may look at it, as in the table of routes.
    """

    text: str
    path: str
    role: OperatorRole = OperatorRole.SUPPORT


ENTRIES = (
    Entry("common.overview", ""),
    Entry("common.events", "/events"),
    Entry("common.people", "/people"),
    Entry("common.self_test", "/self-tests"),
    Entry("common.scopes", "/scopes"),
    Entry("common.limits", "/limits"),
    Entry("common.set_up", "/set-up", OperatorRole.ADMIN),
    Entry("common.settings", "/settings", OperatorRole.ADMIN),
)


def entries_for(role: OperatorRole) -> list[Entry]:
    """What an operator is led to."""
    return [entry for entry in ENTRIES if role.includes(entry.role)]
