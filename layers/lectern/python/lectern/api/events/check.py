"""The check of an event before it is saved: what saving it would run into."""

from __future__ import annotations

from lectern.api.events.body import EventBody, details_of
from lectern.api.events.changes import EventChanges
from lectern.api.http.dependencies import ApiDependencies
from lectern.api.http.fields import Query
from lectern.api.http.request import Request
from lectern.api.http.response import Response
from lectern.api.http.views import View
from lectern.domain.precheck import Clash
from lectern.domain.problems import EventProblem


class ForeseenView(View):
    """Something that saving the event would run into."""

    code: EventProblem | Clash
    message: str
    remedy: str


class CheckView(View):
    """Everything that saving the event would run into; nothing is in the way of an empty list."""

    problems: list[ForeseenView]


def check_event(request: Request[EventBody, Query], dependencies: ApiDependencies) -> Response:
    """Says what saving the event would run into, and stores nothing."""
    event_id, details = request.path["event_id"], details_of(request.body)
    EventChanges(dependencies.events(), dependencies.settings(), dependencies.now()).check(
        event_id, details
    )
    found = dependencies.precheck().problems(event_id, details)
    return Response(CheckView(problems=[ForeseenView.model_validate(each) for each in found]))
