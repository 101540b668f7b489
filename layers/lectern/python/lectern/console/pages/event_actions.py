"""What an operator can have done to an event: what the API does, asked for by a form."""

from __future__ import annotations

from http import HTTPStatus

from lectern.api.events.end import end_event
from lectern.api.events.endpoints import get_event, synchronise_event
from lectern.api.events.view import EventView
from lectern.api.http.problems import ZoomRefuses
from lectern.api.http.response import Response
from lectern.api.join.links import (
    JoinDecisionsBody,
    JoinLinkBody,
    JoinLinkView,
    decide_joins,
    make_join_link,
)
from lectern.api.join.view import JoinItems
from lectern.console.http.visit import Visit
from lectern.console.pages.event import can_be_ended
from lectern.domain.join.decision import JoinState
from lectern.domain.timeline import OperatorAct

_NOTHING_TO_OPEN = frozenset({JoinState.NOT_ENROLLED, JoinState.CANCELLED})


def synchronise(visit: Visit) -> Response:
    """Asks for a synchronisation now."""
    visit.ask(synchronise_event, EventView)
    return _back(visit, "sync")


def ask_to_end(visit: Visit) -> Response:
    """Asks whether the session is really to be ended."""
    return _ending(visit, visit.ask(get_event, EventView))


def end(visit: Visit) -> Response:
    """Ends the session at Zoom; what Zoom says against it is told on the page."""
    event = visit.ask(get_event, EventView)
    if not can_be_ended(event):
        return _back(visit, "not_live")
    try:
        status = visit.status_of(end_event)
    except ZoomRefuses as refusal:
        return _ending(visit, event, refusal)
    return _back(visit, "end" if status is HTTPStatus.ACCEPTED else "not_live")


def own_join_link(visit: Visit) -> Response:
    """Shows operators their own join link, and nobody else's."""
    user_id, event_id = visit.session.user_id, visit.path["event_id"]
    event = visit.ask(get_event, EventView)
    [decision] = visit.ask(
        decide_joins,
        JoinItems,
        path={"user_id": user_id},
        body=JoinDecisionsBody(event_ids=[event_id]),
    ).items
    link = None
    if decision.state not in _NOTHING_TO_OPEN:
        body = JoinLinkBody(user_id=user_id, expires="event_end")
        link = visit.ask(make_join_link, JoinLinkView, body=body)
        visit.record(event_id, OperatorAct.OWN_JOIN_LINK)
    return visit.page("join_link.html", event=event, decision=decision, link=link)


def _ending(visit: Visit, event: EventView, refusal: ZoomRefuses | None = None) -> Response:
    status = refusal.status if refusal else HTTPStatus.OK
    problem = refusal.problem if refusal else None
    return visit.page("event_end.html", status, event=event, problem=problem)


def _back(visit: Visit, done: str) -> Response:
    return visit.to(f"/events/{visit.path['event_id']}", done=done)
