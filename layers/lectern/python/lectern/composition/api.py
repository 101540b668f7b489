"""Builds the dependencies of the API, see ``lectern.api.http.dependencies``.

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
    console,
    enrollments,
    events,
    instances,
    joins,
    outbox,
    scopes,
    secrets,
    settings,
    timeline,
    validations,
)
from lectern.composition.surroundings import is_local, now

if TYPE_CHECKING:
    from lectern.api.http.dependencies import CredentialsCheck
    from lectern.api.http.problems import InvalidField
    from lectern.domain.settings import Connection
    from lectern.sync.join_click import JoinClick
    from lectern.sync.precheck import Precheck
    from lectern.zoom.account import ZoomAccount
    from lectern.zoom.plan_limits import AccountLimits

__all__ = [
    "account_limits",
    "addresses_of",
    "answers",
    "attendance",
    "budgets",
    "check_connection",
    "console",
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
    "scopes",
    "secrets",
    "settings",
    "timeline",
    "validations",
    "webinar_faults",
    "zoom_account",
]


@cache
def link_key() -> bytes:
    """The key of join links; a new one counts once the processes have been replaced."""
    return secrets().link_key()


def join_click() -> JoinClick:
    """Builds the registration of one person within a click."""
    from lectern.composition import sync  # noqa: PLC0415

    return sync.join_click()


def addresses_of(host: str) -> list[str]:
    """Where a host's name leads; to nowhere, as long as it is not known."""
    from lectern.notify import addresses  # noqa: PLC0415

    try:
        return addresses.addresses_of(host)
    except OSError:
        return []


def precheck() -> Precheck:
    """Builds the look ahead at what saving an event would run into."""
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


def check_connection(connection: Connection) -> None:
    """Asks Zoom whether a connection's credentials work; the answer is noted with it."""
    from lectern.composition import zoom  # noqa: PLC0415

    zoom.token_source(connection).check()


def webinar_faults(connection: Connection) -> list[InvalidField]:
    """What is to be said against webinars in a Zoom account."""
    from lectern.api.connections import credentials  # noqa: PLC0415

    return credentials.webinar_faults(zoom_account(connection))
