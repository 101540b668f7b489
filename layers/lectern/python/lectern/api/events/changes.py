"""Checks what is wanted of an event, and stores a change of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from lectern.api.http.problems import InvalidField, InvalidRequest, UnknownEvent
from lectern.api.http.retry import retry_on_conflict
from lectern.domain.event import (
    Event,
    EventDetails,
    Phase,
    Status,
    SyncRecord,
    SyncState,
)
from lectern.domain.meeting import Kind
from lectern.domain.settings import DEFAULT_CONNECTION
from lectern.store.events import EventStore
from lectern.store.settings import SettingsStore
from lectern.telemetry import correlation_id

Precondition = Callable[[Event | None], None]
"""Looks at the event as it is stored, and raises what speaks against a change."""


class EventChanges:
    """Changes of events; each is one conditional write, which also asks for the synchronisation.

    Args:
        events: The events.
        settings: What is switched on, and which connections there are.
        now: The present moment.
        key: The id of the API key that changes them.
    """

    def __init__(
        self,
        events: EventStore,
        settings: SettingsStore,
        now: datetime,
        key: str | None = None,
    ) -> None:
        self._events = events
        self._settings = settings
        self._now = now
        self._key = key

    def save(
        self, event_id: str, details: EventDetails, precondition: Precondition
    ) -> tuple[Event, bool]:
        """Makes ``details`` the desired state, and schedules the event again if it was cancelled.

        Returns:
            The event, and whether anything changed; an event that is as wanted is not written.

        Raises:
            InvalidRequest: The settings or the present moment speak against it.
        """

        def decide() -> tuple[Event, bool]:
            stored = self._events.get(event_id)
            precondition(stored)
            if stored and not stored.is_cancelled and stored.details == details:
                return stored, False
            self._check(details, begins_anew=stored is None or stored.is_cancelled)
            if stored is None:
                return self._create(event_id, details), True
            return self._replace(stored, status=Status.SCHEDULED, details=details), True

        return retry_on_conflict(decide)

    def check(self, event_id: str, details: EventDetails) -> None:
        """Looks whether ``details`` could be saved, and changes nothing.

        Raises:
            InvalidRequest: The settings or the present moment speak against it.
        """
        stored = self._events.get(event_id)
        self._check(details, begins_anew=stored is None or stored.is_cancelled)

    def cancel(self, event_id: str, precondition: Precondition) -> tuple[Event, bool]:
        """Cancels the event; one that is cancelled already is left alone.

        Raises:
            UnknownEvent: There is no such event.
        """

        def decide() -> tuple[Event, bool]:
            stored = self._events.get(event_id)
            precondition(stored)
            if stored is None:
                raise UnknownEvent
            if stored.is_cancelled:
                return stored, False
            return self._replace(stored, status=Status.CANCELLED, details=stored.details), True

        return retry_on_conflict(decide)

    def change_details(
        self, event_id: str, change: Callable[[Event], EventDetails]
    ) -> tuple[Event, bool]:
        """Changes what is wanted of an event in a part, whatever its status.

        Returns:
            The event, and whether anything changed.

        Raises:
            UnknownEvent: There is no such event.
        """

        def decide() -> tuple[Event, bool]:
            stored = self._events.get(event_id)
            if stored is None:
                raise UnknownEvent
            details = change(stored)
            if details == stored.details:
                return stored, False
            return self._replace(stored, status=stored.status, details=details), True

        return retry_on_conflict(decide)

    def _create(self, event_id: str, details: EventDetails) -> Event:
        event = Event(
            event_id=event_id,
            version=1,
            status=Status.SCHEDULED,
            details=details,
            created_at=self._now,
            updated_at=self._now,
            changed_by=self._key,
            changed_in=correlation_id(),
            sync=SyncRecord(state=SyncState.PENDING, requested=1, requested_at=self._now),
        )
        self._events.staff.note(event_id, details.staff, event.version)
        self._events.create(event)
        return event

    def _replace(self, stored: Event, *, status: Status, details: EventDetails) -> Event:
        version = stored.version + 1
        new_staff = details.staff - stored.details.staff
        self._events.staff.note(stored.event_id, new_staff, version)
        phase = Phase.UPCOMING if stored.lies_ahead_again(details) else stored.phase
        changed = stored.model_copy(
            update={
                "phase": phase,
                "version": version,
                "status": status,
                "details": details,
                "updated_at": self._now,
                "changed_by": self._key,
                "changed_in": correlation_id(),
                "sync": stored.sync.model_copy(update={"state": SyncState.PENDING}),
            }
        )
        return self._events.replace_desired(
            changed, was_version=stored.version, was_phase=stored.phase
        )

    def _check(self, details: EventDetails, *, begins_anew: bool) -> None:
        faults = self._faults_by_settings(details)
        if begins_anew and details.ends_at <= self._now:
            faults.append(
                InvalidField(pointer="/starts_at", detail="The event would be over already.")
            )
        if faults:
            raise InvalidRequest(faults=faults)

    def _faults_by_settings(self, details: EventDetails) -> list[InvalidField]:
        features = self._settings.get()[0].features
        is_on = features.webinars if details.kind is Kind.WEBINAR else features.meetings
        faults = []
        if not is_on:
            switched_off = f"{details.kind.value.capitalize()}s are switched off in the settings."
            faults.append(InvalidField(pointer="/kind", detail=switched_off))
        # The default connection may be set later: until then the event says what it lacks.
        name = details.connection
        if name != DEFAULT_CONNECTION and self._settings.connection(name) is None:
            faults.append(
                InvalidField(pointer="/connection", detail="There is no such connection.")
            )
        return faults
