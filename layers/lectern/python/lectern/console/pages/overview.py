"""The first page: what needs a person, how things stand, and what lies ahead."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from lectern.api.budget import BudgetView, get_budget
from lectern.api.connections.body import ConnectionQuery
from lectern.api.events.view import EventView, event_view
from lectern.api.http.response import Response
from lectern.console.http.visit import Visit
from lectern.console.pages.attention import needing_a_person
from lectern.console.pages.standing import connections_standing
from lectern.domain.event import Event, SyncState
from lectern.store.keys import stamp

_SHOWN, _LOOKED_THROUGH = 5, 25
MOST_COUNTED = 100
"""What is more is told as that many and more: to count costs as much as to read the keys."""
_TILES = (
    ("failed", "bad", (SyncState.FAILED,)),
    ("waiting", "wait", (SyncState.WAITING,)),
    ("under_way", "", (SyncState.PENDING, SyncState.SYNCING)),
    ("in_order", "good", (SyncState.IN_SYNC,)),
)


@dataclass(frozen=True)
class _Ahead:
    """The events that lie ahead, by start.

    Attributes:
        ids: The next ones.
        by_state: The next ones in each state, as many as are counted.
        events: Those of both that are shown or looked through.
    """

    ids: list[str]
    by_state: Mapping[SyncState, list[str]]
    events: Mapping[str, Event]

    def views(self, ids: Iterable[str], *states: SyncState) -> list[EventView]:
        """Those of some ids; only in these states, of which an index may be a moment behind."""
        found = (self.events[each] for each in ids if each in self.events)
        return [event_view(event) for event in found if not states or event.sync.state in states]

    def count(self, states: Iterable[SyncState]) -> int:
        """How many stand in one of these states, up to as many as are counted of each."""
        return sum(len(self.by_state[state]) for state in states)


def overview(visit: Visit) -> Response:
    """Shows how things stand."""
    ahead = _ahead(visit)
    upcoming = ahead.views(ahead.ids)
    failed = ahead.views(ahead.by_state[SyncState.FAILED], SyncState.FAILED)
    waiting = ahead.views(ahead.by_state[SyncState.WAITING], SyncState.WAITING)
    return visit.page(
        "overview.html",
        attention=needing_a_person(failed, upcoming),
        most_counted=MOST_COUNTED,
        tiles=[
            (name, kind, ahead.count(states), states[-1].value) for name, kind, states in _TILES
        ],
        upcoming=upcoming[:_SHOWN],
        waiting=waiting[:_SHOWN],
        budget=visit.ask(get_budget, BudgetView, query=ConnectionQuery()),
        connections=connections_standing(visit),
    )


def _ahead(visit: Visit) -> _Ahead:
    """Reads the ids that the indexes have of what lies ahead, and of the events those needed."""
    events, first = visit.dependencies.events(), stamp(visit.dependencies.now())
    span: dict[str, Any] = {"first": first, "last": "~", "after": None}
    ids = events.page_by_start(**span, limit=_LOOKED_THROUGH).items
    by_state = {
        state: events.page_by_state(state, **span, limit=MOST_COUNTED).items for state in SyncState
    }
    failed, waiting = by_state[SyncState.FAILED], by_state[SyncState.WAITING]
    wanted = dict.fromkeys([*ids, *failed[:_LOOKED_THROUGH], *waiting[:_LOOKED_THROUGH]])
    return _Ahead(ids, by_state, {event.event_id: event for event in events.get_many(wanted)})
