"""What the API is built from, see ``lectern.api.http.dependencies``.

What takes Zoom's client along is imported by the requests that use it: the others are not to wait
for that.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from lectern.composition.stores import (
    answers,
    attendance,
    budgets,
    enrollments,
    events,
    instances,
    joins,
    outbox,
    secrets,
    settings,
)
from lectern.composition.surroundings import is_local, now

if TYPE_CHECKING:
    from lectern.api.http.problems import InvalidField
    from lectern.api.settings.credentials import CredentialsCheck
    from lectern.domain.settings import Connection
    from lectern.sync.join_click import JoinClick
    from lectern.sync.precheck import Precheck
    from lectern.zoom.account import ZoomAccount
    from lectern.zoom.plan_limits import AccountLimits

__all__ = [
    "account_limits",
    "answers",
    "attendance",
    "budgets",
    "credentials_check",
    "enrollments",
    "events",
    "instances",
    "is_local",
    "join_click",
    "joins",
    "link_key",
    "now",
    "outbox",
    "precheck",
    "secrets",
    "settings",
    "webinar_faults",
    "zoom_account",
]


@cache
def link_key() -> bytes:
    """What links are signed with; a new one counts once the processes have been replaced."""
    return secrets().link_key()


def join_click() -> JoinClick:
    """What registers a person who wants to join."""
    from lectern.composition import sync  # noqa: PLC0415

    return sync.join_click()


def precheck() -> Precheck:
    """What looks ahead at what saving an event would run into."""
    from lectern.composition import sync  # noqa: PLC0415

    return sync.precheck()


def account_limits(connection_id: str) -> AccountLimits:
    """Whose limits a Zoom account has."""
    from lectern.composition import zoom  # noqa: PLC0415

    return zoom.account_limits(connection_id)


def zoom_account(connection: Connection) -> ZoomAccount:
    """The Zoom account of a connection, with the account's shared token."""
    from lectern.composition import zoom  # noqa: PLC0415

    return zoom.zoom_account(connection)


def credentials_check() -> CredentialsCheck:
    """The check of credentials before they are stored."""
    from lectern.composition import credentials  # noqa: PLC0415

    return credentials.credentials_check()


def webinar_faults(connection: Connection) -> list[InvalidField]:
    """What is to be said against webinars in a Zoom account."""
    from lectern.api.settings import credentials  # noqa: PLC0415

    return credentials.webinar_faults(zoom_account(connection))
