"""The first page: what needs a person, how things stand, and what lies ahead."""

from __future__ import annotations

from typing import Any

from lectern.api.budget import BudgetView, get_budget
from lectern.api.connections.body import ConnectionQuery
from lectern.api.events.view import EventView, event_view
from lectern.api.http.response import Response
from lectern.console.http.visit import Visit
from lectern.console.pages.attention import needing_a_person
from lectern.console.pages.standing import connections_standing
from lectern.domain.event import SyncState
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


def overview(visit: Visit) -> Response:
    """Shows how things stand."""
    ahead = _events(visit)
    counts = _counts(visit)
    failed = _events(visit, SyncState.FAILED) if counts[SyncState.FAILED] else []
    return visit.page(
        "overview.html",
        attention=needing_a_person(failed, ahead),
        most_counted=MOST_COUNTED,
        tiles=[
            (name, kind, sum(counts[state] for state in states), states[-1].value)
            for name, kind, states in _TILES
        ],
        upcoming=ahead[:_SHOWN],
        waiting=_events(visit, SyncState.WAITING)[:_SHOWN] if counts[SyncState.WAITING] else [],
        budget=visit.ask(get_budget, BudgetView, query=ConnectionQuery()),
        connections=connections_standing(visit),
    )


def _events(visit: Visit, state: SyncState | None = None) -> list[EventView]:
    """The next events, or those of them that stand in a state, without whether there are more."""
    events, first = visit.dependencies.events(), stamp(visit.dependencies.now())
    wanted: dict[str, Any] = {"first": first, "last": "~", "after": None, "limit": _LOOKED_THROUGH}
    page = events.page_by_state(state, **wanted) if state else events.page_by_start(**wanted)
    found = {
        event.event_id: event
        for event in events.get_many(page.items)
        if state in {None, event.sync.state}  # the index may be a moment behind
    }
    return [event_view(found[event_id]) for event_id in page.items if event_id in found]


def _counts(visit: Visit) -> dict[SyncState, int]:
    """How many events that lie ahead stand in which state."""
    events, first = visit.dependencies.events(), stamp(visit.dependencies.now())
    return {state: events.count_ahead(state, first=first, most=MOST_COUNTED) for state in SyncState}
