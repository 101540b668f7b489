"""The event that a webhook reports, and the dependencies of those who act on it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from lectern.attendance.live import LiveAttendance
from lectern.store.enrollments import EnrollmentStore
from lectern.store.events import EventStore
from lectern.store.settings import SettingsStore
from lectern.store.timeline import TimelineStore
from lectern.zoom.webhooks import Webhook


@dataclass(frozen=True)
class ReportedEvent:
    """Something that Zoom says happened to a session of an event.

    Attributes:
        connection: The Zoom account whose secret signed it.
        event_id: The event that the session belongs to, or once belonged to.
        webhook: What Zoom says.
    """

    connection: str
    event_id: str
    webhook: Webhook


@dataclass(frozen=True)
class WebhookDependencies:
    """The stores and the clock that reports are acted on with; nothing here can call Zoom.

    Attributes:
        events: The stored events.
        enrollments: The stored enrollments.
        settings: The stored settings.
        attendance: Keeps what is told of who comes and goes.
        timeline: What happened to events.
        now: The clock.
    """

    events: EventStore
    enrollments: EnrollmentStore
    settings: SettingsStore
    attendance: LiveAttendance
    timeline: TimelineStore
    now: Callable[[], datetime]


Act = Callable[[], object]
"""What a report calls for; may be done again after a crash, or beside itself: its writes have
conditions."""

Handler = Callable[[WebhookDependencies, ReportedEvent], Act | None]
"""Says what a report calls for; ``None`` for nothing, however often it comes."""


def always(write: Callable[[WebhookDependencies, ReportedEvent], object]) -> Handler:
    """The handler that has each report written, whatever is there already."""
    return lambda dependencies, report: partial(write, dependencies, report)
