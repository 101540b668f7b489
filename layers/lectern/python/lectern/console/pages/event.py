"""One event: where it stands, what can be done, and its people."""

from __future__ import annotations

from lectern.api.enrollments.listing import EnrollmentListQuery, list_enrollments
from lectern.api.enrollments.view import EnrollmentPage
from lectern.api.events.endpoints import get_event
from lectern.api.events.view import EventView
from lectern.api.http.response import Response
from lectern.console.http.visit import Visit
from lectern.console.rendering.texts import text
from lectern.domain.enrollment import EnrollmentState
from lectern.domain.event import Phase, Status, SyncState

SECONDS_BETWEEN_LOOKS = {SyncState.PENDING: 2, SyncState.SYNCING: 2, SyncState.WAITING: 15}
"""How often a page looks again at what moves; what stands still is not looked at again."""

_PEOPLE, _LAST = 50, 5
_DONE = frozenset({"sync", "end", "not_live"})


def event_page(visit: Visit) -> Response:
    """Shows an event and its people."""
    event_id, state = visit.path["event_id"], visit.query.get("state", "")
    event = visit.ask(get_event, EventView)
    known = {each.value for each in EnrollmentState}
    query = {"limit": str(_PEOPLE), **({"state": state} if state in known else {})}
    if "cursor" in visit.query:
        query["cursor"] = visit.query["cursor"]
    asked = visit.query_for(EnrollmentListQuery, query)
    people = visit.ask(list_enrollments, EnrollmentPage, query=asked)
    here, following = f"/events/{event_id}", people.next_cursor
    return visit.page(
        "event.html",
        event=event,
        people=people.items,
        entries=visit.dependencies.timeline().page(event_id, after=None, limit=_LAST)[0],
        state=state,
        states=_states(visit),
        looked_for=visit.query.get("person", ""),
        seconds=SECONDS_BETWEEN_LOOKS.get(event.sync.state),
        done=visit.query["done"] if visit.query.get("done") in _DONE else None,
        can_be_ended=can_be_ended(event),
        first_page=visit.url(here, state=state) if "cursor" in visit.query else None,
        next_page=visit.url(here, state=state, cursor=following) if following else None,
    )


def can_be_ended(event: EventView) -> bool:
    """Whether there may be a session to end: Zoom is asked, since its reports may be late."""
    is_there = event.zoom is not None and event.status is Status.SCHEDULED
    return is_there and event.phase is not Phase.ENDED


def _states(visit: Visit) -> list[tuple[str, str]]:
    everyone = ("", text(visit.language, "event.everyone"))
    return [
        everyone,
        *((each.value, text(visit.language, f"person.state.{each}")) for each in EnrollmentState),
    ]
