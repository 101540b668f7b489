"""What needs a person, most urgent first: connections, then events by their start."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from lectern.api.events.view import EventView
from lectern.domain.event import Status, SyncState


@dataclass(frozen=True)
class Attention:
    """Something that waits for a person.

    Attributes:
        event: Where it is.
        failed_people: How many could not be registered, where the event itself is in order.
    """

    event: EventView
    failed_people: int = 0


def needing_a_person(failed: Iterable[EventView], ahead: Iterable[EventView]) -> list[Attention]:
    """Which events need somebody, the one that begins first first.

    Args:
        failed: Events that failed, by start.
        ahead: The next events, whatever their state.
    """
    found = {event.event_id: Attention(event) for event in failed if _is_wanted(event)}
    for event in ahead:
        people = event.participants.failed
        if people and _is_wanted(event) and event.sync.state is not SyncState.FAILED:
            found.setdefault(event.event_id, Attention(event, people))
    return sorted(found.values(), key=lambda each: each.event.starts_at)


def _is_wanted(event: EventView) -> bool:
    return event.status is Status.SCHEDULED
