"""What every step of settling the attendance of one run of a session works with."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from lectern.domain.attendance import Attendee, Directory, Instance, attendees_of, supplemented
from lectern.domain.budget import Lane
from lectern.domain.errors import ZoomCredentialsInvalid
from lectern.domain.event import Event
from lectern.domain.presence import Source
from lectern.domain.settings import Connection
from lectern.store.attendance import AttendanceStore
from lectern.store.enrolments import EnrolmentStore
from lectern.store.events import EventStore
from lectern.store.instances import InstanceStore
from lectern.store.settings import SettingsStore
from lectern.zoom.account import ZoomAccount
from lectern.zoom.reports import Reports


@dataclass(frozen=True)
class Tools:
    """What the settling of attendance reaches the world with.

    Attributes:
        zoom: Gives the Zoom account of a connection.
        delay: How long after the end Zoom's report is first looked for.
    """

    events: EventStore
    enrolments: EnrolmentStore
    settings: SettingsStore
    instances: InstanceStore
    attendance: AttendanceStore
    zoom: Callable[[Connection], ZoomAccount]
    now: Callable[[], datetime]
    delay: timedelta


class Work:
    """One round's work on one run of a session."""

    def __init__(self, tools: Tools, instance: Instance) -> None:
        self.tools = tools
        self.instance = instance

    def now(self) -> datetime:
        """The present moment."""
        return self.tools.now()

    def reports(self) -> Reports:
        """The reports of the account in which the session was run, for which nobody waits.

        Raises:
            ZoomCredentialsInvalid: The account's credentials were never set.
        """
        connection = self.tools.settings.connection(self.instance.connection)
        if connection is None:
            raise ZoomCredentialsInvalid("connect")
        return self.tools.zoom(connection).in_lane(Lane.BACKGROUND).reports

    def attendees(self, event: Event, source: Source) -> Iterable[Attendee]:
        """Who attended the run by what a source told, and by what was seen where it told half."""
        enrolments = self.tools.enrolments.everyone(event.event_id)
        directory = Directory(event, enrolments, self.instance.erased)
        connections = self.tools.attendance.connections(self.instance, source)
        if source is not Source.LIVE:
            seen = self.tools.attendance.connections(self.instance, Source.LIVE)
            connections = supplemented(connections, seen)
        return attendees_of(self.instance, connections, directory)
