"""What an explanation is composed from, read from the table: nothing is asked of Zoom."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from lectern.api.http.dependencies import ApiDependencies
from lectern.domain.enrollment import Enrollment
from lectern.domain.event import Event
from lectern.domain.explanation import ConnectionKnown, Known, ScopeMissing
from lectern.domain.scope_knowledge import missing_scopes
from lectern.domain.settings import Settings
from lectern.store.budget import DayOfUse
from lectern.store.webhooks import Heard, heard_about

RATE_CLASSES = frozenset({"light", "medium", "heavy"})


def known_of(
    event: Event, enrollment: Enrollment | None, settings: Settings, dependencies: ApiDependencies
) -> Known:
    """What is stored about an event, and about one person in it."""
    return Known(
        event=event,
        settings=settings,
        connection=_connection(event, settings, dependencies),
        closed_until=_closed_until(event, dependencies),
        person_closed_until=_person_closed_until(event, enrollment, dependencies),
        now=dependencies.now(),
    )


def _connection(event: Event, settings: Settings, dependencies: ApiDependencies) -> ConnectionKnown:
    name, kind = event.details.connection, event.details.kind
    connection = dependencies.settings().connection(name)
    if connection is None:
        return ConnectionKnown(is_set=False)
    heard = dependencies.answers().recent(name, heard_about(kind), Heard, dependencies.now())
    missing = missing_scopes(dependencies.scopes().knowledge(name), settings, kind)
    return ConnectionKnown(
        lost_since=connection.lost_at,
        said=connection.health.said if connection.lost_at else "",
        missing_scopes=tuple(
            ScopeMissing(name=each.name, without=each.without) for each in missing
        ),
        has_webhook_secret=connection.webhook_secret_changed_at is not None,
        heard_at=heard.at if heard else None,
    )


def _closed_until(event: Event, dependencies: ApiDependencies) -> datetime | None:
    """Until when Zoom takes no more of what an event of this kind and host needs."""
    host_id = event.meeting.host_id if event.meeting else ""
    used = dependencies.budgets().used_today(event.details.connection, dependencies.now(), host_id)
    return max(_closings(used, event, host_id), default=None)


def _closings(used: DayOfUse, event: Event, host_id: str) -> Iterator[datetime]:
    for name, until in used.closed.items():
        if name in RATE_CLASSES or event.details.kind in name:
            yield until
    if host_id in used.closed_hosts:
        yield used.closed_hosts[host_id]


def _person_closed_until(
    event: Event, enrollment: Enrollment | None, dependencies: ApiDependencies
) -> datetime | None:
    """Until when Zoom takes no more registrations of a person in the event's meeting."""
    if enrollment is None or event.meeting is None:
        return None
    address = enrollment.person.address
    sends = dependencies.enrollments().sends.get_many(event.event_id, [address]).get(address)
    if sends is None or sends.zoom_id != event.meeting.zoom_id:
        return None
    return sends.at(dependencies.now()).closed_until
