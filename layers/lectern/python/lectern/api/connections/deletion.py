"""Deletes a connection with all that is kept of it, once no event needs it any more."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from lectern.api.http.dependencies import ApiDependencies
from lectern.api.http.problems import ConnectionInUse
from lectern.domain.event import Event
from lectern.domain.setting_changes import Author, connection_changed
from lectern.domain.settings import Connection
from lectern.store.events import EventStore
from lectern.store.keys import stamp

_PAGE = 100
_LONGEST_EVENT = timedelta(days=1)
_AFTER_ALL = "~"


def delete(connection: Connection, dependencies: ApiDependencies, author: Author) -> None:
    """Deletes a connection: its secrets first, so that none is left behind by a crash.

    Raises:
        ConnectionInUse: Events need it.
        WriteConflict: Someone else changed it meanwhile.
    """
    name, now = connection.connection_id, dependencies.now()
    users = sum(needs(event, name, now) for event in _ahead(dependencies.events(), now))
    if users:
        raise ConnectionInUse(users)
    dependencies.secrets().put_webhook_secret(name, None, now)
    dependencies.secrets().delete(name)
    record = connection_changed(connection, None, author, now)
    dependencies.settings().delete_connection(connection, record=record)


def needs(event: Event, connection_id: str, now: datetime) -> bool:
    """Whether an event needs a connection: until it is over, and to take away what it has there."""
    is_ahead = not event.is_cancelled and not event.is_over(now)
    if is_ahead and event.details.connection == connection_id:
        return True
    to_be_deleted = [*event.retired]
    if event.is_cancelled and event.meeting:
        to_be_deleted.append(event.meeting)
    return any(meeting.connection == connection_id for meeting in to_be_deleted)


def _ahead(events: EventStore, now: datetime) -> Iterator[Event]:
    """All events that may not be over: those that run since yesterday, and those to come."""
    after: str | None = None
    while True:
        ids, after = events.page_by_start(
            first=stamp(now - _LONGEST_EVENT), last=_AFTER_ALL, after=after, limit=_PAGE
        )
        yield from events.get_readable(ids) if ids else ()
        if after is None:
            return
