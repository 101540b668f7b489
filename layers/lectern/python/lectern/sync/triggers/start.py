"""Starts the reconciliation of an event, from the table's stream: no stored change can fail to.

A change of an enrollment asks for a synchronisation of its event; an event that was asked for one
gets an execution of the state machine, unless one is at work on it and will see the request.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from lectern.domain.event import Event
from lectern.executions import Executions, readable
from lectern.store.events import EventStore
from lectern.store.items import event_of
from lectern.store.keys import ENROLLMENT_PREFIX, is_due_among_many
from lectern.store.table import Item
from lectern.telemetry import JsonLog, correlated

_log = logging.getLogger(__name__)
_started = JsonLog(f"{__name__}.started")


class SyncStarter:
    """Starts executions of the event_sync state machine.

    Args:
        executions: Those of the state machine.
    """

    def __init__(self, executions: Executions) -> None:
        self._executions = executions

    def start(self, event: Event) -> None:
        """Starts an execution for what the event was asked for; once, however often it is asked."""
        name = execution_name(event.event_id, event.sync.requested)
        request = event.sync.asked_in or event.changed_in
        told = {"event_id": event.event_id, "correlation_id": request}
        execution = self._executions.start(name, told)
        with correlated(request):
            _started.info("execution started", event_id=event.event_id, execution=execution)


def execution_name(event_id: str, requested: int) -> str:
    """The name of the execution for a request: readable, unique, at most 70 characters."""
    digest = hashlib.sha256(event_id.encode()).hexdigest()[:16]
    return f"{readable(event_id)}-{digest}-{requested}"


_ASKED_SOON = 0.3
"""Seconds within which a request to the API that has changed people asks for their event."""


@dataclass
class _Calls:
    """What the changes of one batch call for with one event.

    Attributes:
        record: The first record of the batch that is about it.
        last: The event as it was last asked for.
        asked_in: The requests to the API that asked for it.
        changed_in: The requests, or executions, that changed its people.
        is_among_many: Whether its people were changed among many, and stand in no index for it.
        is_worked_on: Whether an execution is at work on it by now, or was.
    """

    record: str
    last: Event | None = None
    asked_in: set[str | None] = field(default_factory=set)
    changed_in: set[str | None] = field(default_factory=set)
    is_among_many: bool = False
    is_worked_on: bool = False

    @property
    def are_unasked(self) -> bool:
        """Whether people changed without anybody having asked for the event."""
        return bool(self.changed_in - (self.asked_in - {None}))


class StreamBatch:
    """A batch of the table's changes, in which each event that calls for work is started once.

    Whoever changes people asks for their event in a second write. Where that is missing, as the
    first was the last that was done, it is asked for here.

    Args:
        events: The stored events.
        starter: Starts executions.
        now: The clock.
        sleep: Waits for some seconds.
    """

    def __init__(
        self,
        events: EventStore,
        starter: SyncStarter,
        now: Callable[[], datetime],
        sleep: Callable[[float], None],
    ) -> None:
        self._events = events
        self._starter = starter
        self._now = now
        self._sleep = sleep
        self._calls: dict[str, _Calls] = {}

    def changed(self, record: str, old: Item | None, new: Item) -> None:
        """Takes in a change of one item.

        Args:
            record: Names the record of the stream.
            old: The item before; ``None`` for a new one.
            new: The item as it is now.
        """
        if new["SK"] == "EVENT":
            if _differs("sync_requested", old, new):
                calls = self._calls_of(new["event_id"], record)
                calls.last = event_of(new)
                calls.asked_in.add(calls.last.sync.asked_in)
        elif _is_enrollment(new) and _differs("version", old, new):
            calls = self._calls_of(new["event_id"], record)
            calls.changed_in.add(new.get("changed_in"))
            calls.is_among_many |= is_due_among_many(new)

    def _calls_of(self, event_id: str, record: str) -> _Calls:
        return self._calls.setdefault(event_id, _Calls(record))

    def start(self) -> list[str]:
        """Asks for the events of changed people, and starts what is asked for.

        An execution is started for the last request of the batch: one that began with an earlier
        request may have come to its end before the last was made.

        Returns:
            The records from which on the changes have to come again, as that failed.
        """
        self._look_whether_asked()
        if self._unasked():
            # Whoever changed the people may be about to ask for their event.
            self._sleep(_ASKED_SOON)
            self._look_whether_asked()
        self._look_whether_worked_on()
        return [calls.record for event_id, calls in self._calls.items() if not self._done(event_id)]

    def _unasked(self) -> list[str]:
        return [event_id for event_id, calls in self._calls.items() if calls.are_unasked]

    def _look_whether_asked(self) -> None:
        for event in self._events.get_readable(self._unasked()):
            self._calls[event.event_id].asked_in.add(event.sync.asked_in)

    def _look_whether_worked_on(self) -> None:
        """Looks once more at whom an execution would be started for.

        An execution that took the lease since the request was made sees it before it gives it back,
        or has; one that is started all the same finds that out, and costs half of one that works.
        """
        now = self._now()
        for calls in self._calls.values():
            calls.is_worked_on = calls.last is not None and calls.last.sync.is_leased(now)
        to_start = [
            event_id
            for event_id, calls in self._calls.items()
            if calls.last and not calls.is_worked_on
        ]
        for event in self._events.get_readable(to_start):
            self._calls[event.event_id].is_worked_on = (
                event.sync.is_leased(self._now()) or not event.sync.is_due
            )

    def _done(self, event_id: str) -> bool:
        """Whether all is done that changes call for with an event."""
        calls = self._calls[event_id]
        try:
            if calls.are_unasked:
                self._events.request_sync(event_id, self._now(), everyone=calls.is_among_many)
            if calls.last and not calls.is_worked_on:
                self._starter.start(calls.last)
        except Exception:  # noqa: BLE001 - whatever it is, the others go on, and this comes again
            _log.exception("what changed of an event could not be dispatched yet")
            return False
        return True


def _is_enrollment(item: Item) -> bool:
    """Whether the LMS wrote it; what is kept for the event's list the reconciliation wrote."""
    return item["SK"].startswith(ENROLLMENT_PREFIX) and bool(item.get("enrolled", True))


def _differs(name: str, old: Item | None, new: Item) -> bool:
    return old is None or old.get(name) != new.get(name)
