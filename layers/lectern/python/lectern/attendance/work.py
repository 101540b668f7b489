"""The things that every step of settling one run's attendance works with."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from lectern.domain.attendance.matching import (
    Attendee,
    Directory,
    Instance,
    attendees_of,
    supplemented,
)
from lectern.domain.attendance.presence import Source
from lectern.domain.event import Event
from lectern.domain.limits.budget import Lane
from lectern.domain.settings import Connection
from lectern.store.attendance import AttendanceStore
from lectern.store.enrollments import EnrollmentStore
from lectern.store.events import EventStore
from lectern.store.instances import InstanceStore
from lectern.store.settings import SettingsStore
from lectern.zoom.account import ZoomAccount
from lectern.zoom.reports import Reports


@dataclass(frozen=True)
class AttendanceDependencies:
    """The stores, the Zoom account and the clock of the settling of attendance.

    Attributes:
        zoom: Gives the Zoom account of a connection.
        delay: How long after the end Zoom's report is first looked for.
    """

    events: EventStore
    enrollments: EnrollmentStore
    settings: SettingsStore
    instances: InstanceStore
    attendance: AttendanceStore
    zoom: Callable[[Connection], ZoomAccount]
    now: Callable[[], datetime]
    delay: timedelta


class AttendanceReading:
    """One round's work on one run of a session."""

    def __init__(self, dependencies: AttendanceDependencies, instance: Instance) -> None:
        self.dependencies = dependencies
        self.instance = instance

    def now(self) -> datetime:
        """The present moment."""
        return self.dependencies.now()

    def reports(self) -> Reports:
        """The reports of the account in which the session was run, for which nobody waits.

        Raises:
            ZoomCredentialsInvalid: The account's credentials were never set.
        """
        connection = self.dependencies.settings.connected(self.instance.connection)
        return self.dependencies.zoom(connection).in_lane(Lane.BACKGROUND).reports

    def attendees(self, event: Event, source: Source) -> Iterable[Attendee]:
        """Who attended the run by what a source told, and by what was seen where it told half."""
        enrollments = self.dependencies.enrollments.everyone(event.event_id)
        directory = Directory(event, enrollments, self.instance.erased)
        stays = self.dependencies.attendance.stays(self.instance, source)
        if source is not Source.LIVE:
            seen = self.dependencies.attendance.stays(self.instance, Source.LIVE)
            stays = supplemented(stays, seen)
        return attendees_of(self.instance, stays, directory)
