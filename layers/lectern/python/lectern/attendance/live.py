"""Stores Zoom's news of a running session, in whatever order and however often it comes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from lectern.domain.attendance.matching import Instance, instance_key
from lectern.domain.attendance.presence import Sighting, stay_name
from lectern.domain.attendance.report import QUIET, UNTOLD_END
from lectern.domain.meeting import Kind
from lectern.domain.model import DomainModel
from lectern.store.attendance import AttendanceStore
from lectern.store.events import EventStore
from lectern.store.instances import InstanceStore
from lectern.store.settings import SettingsStore


class Run(DomainModel):
    """Which run of which event's session something is told of.

    Attributes:
        connection: The Zoom account.
        zoom_id: The meeting or webinar, which need not be the event's present one.
        uuid: The run.
    """

    event_id: str
    connection: str
    kind: Kind
    zoom_id: str
    uuid: str

    @property
    def key(self) -> str:
        """Names the run within the event."""
        return instance_key(self.uuid)


@dataclass(frozen=True)
class LiveAttendance:
    """Keeps what Zoom tells.

    Attributes:
        events: When a session is planned to end.
        settings: How long attendance is kept.
        now: The clock.
    """

    events: EventStore
    settings: SettingsStore
    instances: InstanceStore
    attendance: AttendanceStore
    now: Callable[[], datetime]

    def began(self, run: Run, started_at: datetime) -> None:
        """Notes that a run began."""
        instance = self._known(run, started_at)
        if instance is not None and instance.started_at != started_at:
            self.instances.start(instance, started_at)

    def ended(self, run: Run, started_at: datetime | None, ended_at: datetime) -> None:
        """Notes that a run ended, which asks for its report.

        Args:
            run: The run.
            started_at: When it began, which counts if its beginning was not told.
            ended_at: When it ended.
        """
        instance = self._known(run)
        if instance is not None:
            if started_at is not None and started_at <= ended_at:
                self.instances.start_if_unknown(instance, started_at)
            now = self.now()
            self.instances.end(
                instance,
                ended_at,
                told_at=now,
                due_at=now + QUIET,
                expires_at=ended_at + self._retention(),
            )

    def seen(self, run: Run, stay: str, sighting: Sighting) -> None:
        """Keeps that a stay came or went; once the attendance is final it is late news."""
        instance = self._known(run)
        if instance is not None and not instance.is_final:
            self.attendance.see(instance, stay_name(stay), sighting)

    def _known(self, run: Run, started_at: datetime | None = None) -> Instance | None:
        """The stored run, which is created if there is none; ``None`` without an event."""
        known = self.instances.get(run.event_id, run.key)
        event = None if known else self.events.get(run.event_id)
        if event is None:
            return known
        now = self.now()
        instance = Instance(
            event_id=run.event_id,
            key=run.key,
            uuid=run.uuid,
            connection=run.connection,
            kind=run.kind,
            zoom_id=run.zoom_id,
            started_at=started_at,
            due_at=max(now, event.details.ends_at) + UNTOLD_END,
            expires_at=max(now, event.details.ends_at) + self._retention(),
        )
        if self.instances.create(instance):
            return instance
        return self.instances.get(run.event_id, run.key)

    def _retention(self) -> timedelta:
        settings, _ = self.settings.get()
        return timedelta(days=settings.retention_days)
