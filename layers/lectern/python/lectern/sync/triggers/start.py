"""Starts the reconciliation of an event, from the table's stream: no stored change can fail to.

A change of an enrollment asks for a synchronisation of its event; an event that was asked for one
gets an execution of the state machine, unless one is at work on it and will see the request.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime

from lectern.domain.event import Event
from lectern.executions import Executions, readable
from lectern.store.events import EventStore
from lectern.store.items import event_of
from lectern.store.keys import ENROLLMENT_PREFIX
from lectern.store.table import Item


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
        self._executions.start(name, {"event_id": event.event_id})


def execution_name(event_id: str, requested: int) -> str:
    """The name of the execution for a request: readable, unique, at most 70 characters."""
    digest = hashlib.sha256(event_id.encode()).hexdigest()[:16]
    return f"{readable(event_id)}-{digest}-{requested}"


class StreamBatch:
    """A batch of the table's changes, in which an event with many changed people is asked for once.

    Args:
        events: The stored events.
        starter: Starts executions.
        now: The clock.
    """

    def __init__(
        self, events: EventStore, starter: SyncStarter, now: Callable[[], datetime]
    ) -> None:
        self._events = events
        self._starter = starter
        self._now = now
        self._asked: set[str] = set()

    def changed(self, old: Item | None, new: Item) -> None:
        """Starts what a change of one item calls for.

        Args:
            old: The item before; ``None`` for a new one.
            new: The item as it is now.
        """
        if new["SK"] == "EVENT":
            if _differs("sync_requested", old, new):
                self._start(event_of(new))
        elif _is_enrollment(new) and _differs("version", old, new):
            self._ask(new["event_id"])

    def _start(self, event: Event) -> None:
        if not event.sync.is_leased(self._now()):
            self._starter.start(event)

    def _ask(self, event_id: str) -> None:
        if event_id not in self._asked:
            self._events.request_sync(event_id, self._now())
            self._asked.add(event_id)


def _is_enrollment(item: Item) -> bool:
    """Whether the LMS wrote it; what is kept for the event's list the reconciliation wrote."""
    return item["SK"].startswith(ENROLLMENT_PREFIX) and bool(item.get("enrolled", True))


def _differs(name: str, old: Item | None, new: Item) -> bool:
    return old is None or old.get(name) != new.get(name)
