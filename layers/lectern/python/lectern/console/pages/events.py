"""The list of events, with filters and search."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import ClassVar

from pydantic import Field

from lectern.api.events.listing import EventListQuery, list_events
from lectern.api.events.view import EventPage
from lectern.api.http.response import Response
from lectern.console.http.visit import Visit
from lectern.console.rendering.texts import text
from lectern.domain.event import Event, SyncState
from lectern.store.events import EventStore

FIELDS = ("text", "state", "when", "from", "to")
_ALL_TIMES = "all"
_MOST_IN_A_PAGE = 50
_LONGEST_TEXT = 200
_STATES = {
    SyncState.FAILED.value: "common.state.failed",
    SyncState.WAITING.value: "common.state.waiting",
    SyncState.PENDING.value: "overview.under_way",
    SyncState.IN_SYNC.value: "common.state.in_sync",
}
"""What can be chosen, most urgent first."""
_DAY = re.compile(r"(?:19[7-9]|20[0-9]|21[0-8])[0-9]-[0-9]{2}-[0-9]{2}")
"""Within the years of the API's moments, and one day less than all of them."""


class EventSearch(EventListQuery):
    """Which events to list; also by what is in their title or id."""

    text: str | None = Field(default=None, max_length=_LONGEST_TEXT)

    looked_at: ClassVar[int] = 10
    """A person waits for the page, and can have the search go on."""
    at_once: ClassVar[int] = looked_at * _MOST_IN_A_PAGE

    def worth_reading(self, event_ids: list[str], events: EventStore) -> list[str]:
        """Those with the text in their title or id: to read titles takes a fraction of the time."""
        if self.text is None:
            return event_ids
        titles = events.titles(event_ids)
        return [each for each in event_ids if self._is_named(each, titles.get(each, ""))]

    def takes(self, event: Event) -> bool:
        """Whether the event is asked for."""
        return super().takes(event) and self._is_named(event.event_id, event.details.title)

    def _is_in_state(self, state: SyncState) -> bool:
        """Whether it is the state that is asked for; the console has one name for two of them."""
        return super()._is_in_state(SyncState.PENDING if state is SyncState.SYNCING else state)

    def _is_named(self, event_id: str, title: str) -> bool:
        wanted = (self.text or "").casefold()
        return wanted in title.casefold() or wanted in event_id.casefold()


def list_of_events(visit: Visit) -> Response:
    """Lists the events that are asked for."""
    asked = {name: visit.query.get(name, "") for name in FIELDS}
    faults = _faults(visit, asked)
    page = EventPage(items=[], next_cursor=None)
    if not faults:
        query = visit.query_for(EventSearch, dict(_query(visit, asked)))
        page = visit.ask(list_events, EventPage, query=query)
    return visit.page(
        "events.html",
        asked=asked,
        faults=faults,
        events=page.items,
        states=_states(visit),
        times=_times(visit),
        first_page=visit.url("/events", **asked) if "cursor" in visit.query else None,
        next_page=visit.url("/events", **asked, cursor=page.next_cursor)
        if page.next_cursor
        else None,
    )


def _query(visit: Visit, asked: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """The query of the API that the fields of the page stand for."""
    yield "limit", str(_MOST_IN_A_PAGE)
    if asked["text"]:
        yield "text", asked["text"]
    if asked["state"] in _STATES:
        yield "state", asked["state"]
    if "cursor" in visit.query:
        yield "cursor", visit.query["cursor"]
    if asked["from"]:
        yield "from", _start_of(asked["from"])
    elif not asked["text"] and asked["when"] != _ALL_TIMES:
        yield "from", _start_of(visit.dependencies.now().date().isoformat())
    if asked["to"]:
        yield "to", _start_of(asked["to"], days_later=1)


def _faults(visit: Visit, asked: Mapping[str, str]) -> dict[str, str]:
    """What cannot be looked for, by field, in the visitor's language."""
    found = {name: "events.no_day" for name in ("from", "to") if not _is_day(asked[name])}
    if not found and asked["from"] and asked["to"] and asked["to"] < asked["from"]:
        found["to"] = "events.before_from"
    if len(asked["text"]) > _LONGEST_TEXT:
        found["text"] = "events.too_long"
    return {name: text(visit.language, key) for name, key in found.items()}


def _is_day(told: str) -> bool:
    """Whether it is a day of the years that are kept, or nothing."""
    return not told or (_DAY.fullmatch(told) is not None and _exists(told))


def _exists(day: str) -> bool:
    try:
        date.fromisoformat(day)
    except ValueError:
        return False
    return True


def _start_of(day: str, days_later: int = 0) -> str:
    """The moment at which a day begins (UTC)."""
    return f"{date.fromisoformat(day) + timedelta(days=days_later)}T00:00:00Z"


def _times(visit: Visit) -> list[tuple[str, str]]:
    names = (("", "events.from_today"), (_ALL_TIMES, "events.all_times"))
    return [(value, text(visit.language, key)) for value, key in names]


def _states(visit: Visit) -> list[tuple[str, str]]:
    named = [(state, text(visit.language, key)) for state, key in _STATES.items()]
    return [("", text(visit.language, "events.any_state")), *named]
