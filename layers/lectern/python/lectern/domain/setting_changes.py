"""Who changed what in the settings and connections, and when: a record of each change.

It names fields, and has the values of those that are no secrets. Of a secret it says that it was
set, replaced or taken away.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum

from lectern.domain.model import DomainModel, Instant
from lectern.domain.settings import Connection, Settings

_SECRETS = {
    "notifications.secret_changed_at": "notifications.secret",
    "client_secret_changed_at": "client_secret",
    "webhook_secret_changed_at": "webhook_secret_token",
}
"""What is kept of secrets: when each was changed."""
_OF_A_CONNECTION = ("account_id", "client_id", *list(_SECRETS)[1:])

Value = bool | int | str | tuple[int, ...] | None
"""What can stand in a field."""


class Author(DomainModel):
    """Whoever had something changed.

    Attributes:
        key: The id of the API key that it was asked for with.
        user_id: The operator, where it was one of the console.
    """

    key: str | None = None
    user_id: str | None = None


class ChangeAct(StrEnum):
    """What was done."""

    ADDED = "added"
    CHANGED = "changed"
    DELETED = "deleted"


class Alteration(DomainModel):
    """A field that has another value now.

    Attributes:
        field: Its name in the API, sections before it with dots.
        before: What it had; of a secret, whether it was set.
        after: What it has.
    """

    field: str
    before: Value
    after: Value
    is_secret: bool = False


class SettingsRecord(DomainModel):
    """A change of the settings, or of a connection.

    Attributes:
        connection: Which one; ``None`` for the settings.
    """

    at: Instant
    act: ChangeAct
    author: Author = Author()
    connection: str | None = None
    alterations: tuple[Alteration, ...] = ()


def settings_changed(
    before: Settings, after: Settings, author: Author, at: Instant
) -> SettingsRecord:
    """The record of a change of the settings."""
    had, has = (dict(_flat(each.model_dump())) for each in (before, after))
    return SettingsRecord(
        at=at, act=ChangeAct.CHANGED, author=author, alterations=_alterations(had, has)
    )


def connection_changed(
    before: Connection | None, after: Connection | None, author: Author, at: Instant
) -> SettingsRecord:
    """The record of a connection that was added, changed or deleted."""
    present = after or before
    if present is None:
        raise ValueError("neither was nor is there a connection")
    had, has = (
        {name: getattr(each, name) if each else None for name in _OF_A_CONNECTION}
        for each in (before, after)
    )
    act = ChangeAct.CHANGED if before and after else ChangeAct.ADDED
    return SettingsRecord(
        at=at,
        act=act if after else ChangeAct.DELETED,
        author=author,
        connection=present.connection_id,
        alterations=_alterations(had, has),
    )


def _flat(section: Mapping[str, object], prefix: str = "") -> Iterator[tuple[str, object]]:
    for name, value in section.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", value


def _alterations(had: Mapping[str, object], has: Mapping[str, object]) -> tuple[Alteration, ...]:
    return tuple(_alteration(name, had[name], has[name]) for name in has if had[name] != has[name])


def _alteration(name: str, before: object, after: object) -> Alteration:
    is_secret = name in _SECRETS
    values = {"before": before, "after": after}
    if is_secret:
        values = {side: value is not None for side, value in values.items()}
    return Alteration.model_validate(
        {"field": _SECRETS.get(name, name), "is_secret": is_secret, **values}
    )
