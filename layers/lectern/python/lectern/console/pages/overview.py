"""The first page: what needs a person, how things stand, and what lies ahead."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import chain

from lectern.api.budget import BudgetView, get_budget
from lectern.api.connections.body import ConnectionQuery
from lectern.api.events.view import EventView, event_view
from lectern.api.http.response import Response
from lectern.console.http.visit import Visit
from lectern.console.pages.attention import needing_a_person
from lectern.console.pages.standing import connections_standing
from lectern.domain.event import Event, Status, SyncState
from lectern.store.keys import stamp
from lectern.store.page import Page

_SHOWN, _ATTENTION_SHOWN, _LOOKED_THROUGH = 5, 10, 25
MOST_COUNTED = 100
"""What is more is told as that many and more: to count costs as much as to read the keys."""
_OUT_OF_ORDER = (SyncState.FAILED, SyncState.WAITING, SyncState.PENDING)
"""Of what is pending there is one list with what is syncing."""
_TILES = (
    ("failed", "bad", SyncState.FAILED),
    ("waiting", "wait", SyncState.WAITING),
    ("under_way", "", SyncState.PENDING),
    ("in_order", "good", SyncState.IN_SYNC),
)


@dataclass(frozen=True)
class Count:
    """How many events there are.

    Attributes:
        number: Those that were counted.
        is_more: Whether there may be more.
    """

    number: int
    is_more: bool


@dataclass(frozen=True)
class _Ahead:
    """The events that lie ahead, by start.

    Attributes:
        by_start: The next ones, as many as are counted.
        by_state: The next ones of each list of those that are out of order.
        events: Those of both that are shown or looked through.
    """

    by_start: Page[str]
    by_state: Mapping[SyncState, Page[str]]
    events: Mapping[str, Event]

    def views(self, ids: Iterable[str], *states: SyncState) -> list[EventView]:
        """Those of some ids; only in these states, of which an index may be a moment behind."""
        found = (self.events[each] for each in ids if each in self.events)
        return [event_view(event) for event in found if not states or event.sync.state in states]

    def count(self, state: SyncState) -> Count:
        """How many stand in a state; in order is of the next ones whatever is on no list."""
        if state is not SyncState.IN_SYNC:
            ids, following = self.by_state[state]
            return Count(len(ids), is_more=following is not None)
        listed = set(chain.from_iterable(page.items for page in self.by_state.values()))
        number = sum(each not in listed for each in self.by_start.items)
        return Count(number, is_more=self.by_start.next_after is not None)


def overview(visit: Visit) -> Response:
    """Shows how things stand."""
    ahead = _ahead(visit)
    upcoming = [
        event for event in ahead.views(ahead.by_start.items) if event.status is Status.SCHEDULED
    ]
    failed = ahead.views(ahead.by_state[SyncState.FAILED].items, SyncState.FAILED)
    waiting = ahead.views(ahead.by_state[SyncState.WAITING].items, SyncState.WAITING)
    return visit.page(
        "overview.html",
        attention=needing_a_person(failed, upcoming),
        most_shown=_ATTENTION_SHOWN,
        tiles=[(name, kind, ahead.count(state), state.value) for name, kind, state in _TILES],
        upcoming=upcoming[:_SHOWN],
        waiting=waiting[:_SHOWN],
        budget=visit.ask(get_budget, BudgetView, query=ConnectionQuery()),
        connections=connections_standing(visit),
    )


def _ahead(visit: Visit) -> _Ahead:
    """Reads the ids that the indexes have of what lies ahead, and of the events those needed."""
    events, now = visit.dependencies.events(), stamp(visit.dependencies.now())
    by_start, by_state = events.first_pages(_OUT_OF_ORDER, first=now, last="~", limit=MOST_COUNTED)
    lists = [by_start, by_state[SyncState.FAILED], by_state[SyncState.WAITING]]
    wanted = dict.fromkeys(each for page in lists for each in page.items[:_LOOKED_THROUGH])
    found = {event.event_id: event for event in events.get_many(wanted)}
    return _Ahead(by_start, by_state, found)
