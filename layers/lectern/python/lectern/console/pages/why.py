"""Why an event is as it is, and what happened to it."""

from __future__ import annotations

from lectern.api.events.endpoints import get_event
from lectern.api.events.view import EventView
from lectern.api.explanation.endpoints import (
    ExplanationQuery,
    ExplanationView,
    get_explanation,
)
from lectern.api.http.fields import PageQuery
from lectern.api.http.response import Response
from lectern.api.timeline.endpoints import TimelinePage, list_timeline
from lectern.console.http.visit import Visit

_ENTRIES = "50"


def why(visit: Visit) -> Response:
    """Shows what is in the way of an event."""
    event = visit.ask(get_event, EventView)
    explanation = explained(visit)
    return visit.page("event_why.html", event=event, explanation=explanation)


def explained(visit: Visit, user_id: str | None = None) -> ExplanationView:
    """What is in the way of an event, or of one person."""
    query = ExplanationQuery(user_id=user_id)
    return visit.ask(get_explanation, ExplanationView, query=query)


def history(visit: Visit) -> Response:
    """Shows what happened to an event, newest first."""
    event = visit.ask(get_event, EventView)
    asked = {"limit": _ENTRIES}
    if "cursor" in visit.query:
        asked["cursor"] = visit.query["cursor"]
    page = visit.ask(list_timeline, TimelinePage, query=visit.query_for(PageQuery, asked))
    here, following = f"/events/{event.event_id}/history", page.next_cursor
    return visit.page(
        "event_history.html",
        event=event,
        entries=page.items,
        first_page=visit.url(here) if "cursor" in visit.query else None,
        next_page=visit.url(here, cursor=following) if following else None,
    )
