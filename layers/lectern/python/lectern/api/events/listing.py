"""The list of events: by start, of a state, of a course."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field, field_validator

from lectern.api.events.view import EventPage, event_view
from lectern.api.http.cursors import decode_cursor, encode_cursor
from lectern.api.http.dependencies import ApiDependencies
from lectern.api.http.fields import CourseId, Lax, Moment, PageQuery
from lectern.api.http.paging import LOOKED_AT, MOST_AT_ONCE, full_page
from lectern.api.http.problems import InvalidField, InvalidRequest
from lectern.api.http.request import Request
from lectern.api.http.response import Response
from lectern.domain.event import Event, SyncState
from lectern.store.events import EventStore
from lectern.store.keys import stamp
from lectern.store.page import Page

_BEFORE_ALL, _AFTER_ALL = "0", "~"


class EventListQuery(PageQuery):
    """Which events to list."""

    from_: Moment | None = Field(default=None, alias="from", description="Starting then or later.")
    to: Moment | None = Field(default=None, description="Starting before then.")
    state: Annotated[SyncState, Lax] | None = Field(default=None, description="`sync.state`.")
    context: CourseId | None = Field(default=None, description="The course's id.")

    looked_at: ClassVar[int] = LOOKED_AT
    """How many events are read for one of a page."""
    at_once: ClassVar[int] = MOST_AT_ONCE
    """How many are read at once where none was found so far."""

    @field_validator("from_", "to", mode="before")
    @classmethod
    def _plus_that_came_as_a_blank(cls, text: str) -> str:
        return text.replace(" ", "+")

    @property
    def scope(self) -> str:
        """The query as a text, which ties a cursor to it."""
        return self.model_dump_json(exclude={"limit", "cursor"})

    def worth_reading(self, event_ids: list[str], events: EventStore) -> list[str]:  # noqa: ARG002 - for what asks for more
        """Those of the next events that may be asked for, as far as little tells."""
        return event_ids

    def takes(self, event: Event) -> bool:
        """Whether the event, as it is now, is asked for; an index may be a moment behind."""
        starts_at, context = event.details.starts_at, event.details.context
        return (
            (self.from_ is None or starts_at >= self.from_)
            and (self.to is None or starts_at < self.to)
            and (self.state is None or self._is_in_state(event.sync.state))
            and (self.context is None or (context is not None and context.id == self.context))
        )

    def _is_in_state(self, state: SyncState) -> bool:
        return state is self.state


class _Reading:
    """Reads events off the index that leaves out most of what is not asked for."""

    def __init__(self, events: EventStore, query: EventListQuery) -> None:
        self._events = events
        self._query = query
        # A start is followed by "#" and an id in the index: "to" itself is thereby left out.
        self._first = stamp(query.from_) if query.from_ else _BEFORE_ALL
        self._last = stamp(query.to) if query.to else _AFTER_ALL

    def read(self, after: str | None, limit: int) -> Page[Event | None]:
        """Up to ``limit`` events after a position, as they are now, and where to read on.

        In the place of one that is gone, or was not worth reading, there is nothing.
        """
        ids, after = self._page(after, limit)
        worth = self._query.worth_reading(ids, self._events)
        found = {event.event_id: event for event in self._events.get_many(worth)}
        return Page([found.get(event_id) for event_id in ids], after)

    def takes(self, event: Event | None) -> bool:
        """Whether there is an event, and it is asked for."""
        return event is not None and self._query.takes(event)

    def _page(self, after: str | None, limit: int) -> Page[str]:
        query, events = self._query, self._events
        first, last = self._first, self._last
        if query.context is not None:
            return events.page_by_context(
                query.context, first=first, last=last, after=after, limit=limit
            )
        if query.state is not None:
            return events.page_by_state(
                query.state, first=first, last=last, after=after, limit=limit
            )
        return events.page_by_start(first=first, last=last, after=after, limit=limit)


def list_events(request: Request[None, EventListQuery], dependencies: ApiDependencies) -> Response:
    """Lists events by start."""
    query = request.query
    if query.from_ and query.to and query.to < query.from_:
        raise InvalidRequest(faults=[InvalidField(pointer="/to", detail="Is before from.")])
    after = (
        None
        if query.cursor is None
        else decode_cursor(query.cursor, query.scope, dependencies.link_key())
    )
    reading = _Reading(dependencies.events(), query)
    page, after = full_page(
        reading.read,
        after,
        query.limit,
        reading.takes,
        looked_at=query.looked_at,
        at_once=query.at_once,
        knows_its_end=True,
    )
    views = [event_view(event) for event in page if event]
    next_cursor = encode_cursor(after, query.scope, dependencies.link_key()) if after else None
    return Response(EventPage(items=views, next_cursor=next_cursor))
