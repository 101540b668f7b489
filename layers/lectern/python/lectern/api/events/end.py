"""The end of a session that is on at Zoom."""

from __future__ import annotations

from http import HTTPStatus

from lectern.api.events.view import event_view
from lectern.api.http.dependencies import ApiDependencies
from lectern.api.http.etags import etag
from lectern.api.http.fields import Query
from lectern.api.http.problems import UnknownEvent, ZoomRefuses
from lectern.api.http.request import Request
from lectern.api.http.response import Response, status_of_write
from lectern.api.timeline.acts import record_act
from lectern.domain.errors import ZoomError
from lectern.domain.event import Event, Phase
from lectern.domain.timeline import OperatorAct
from lectern.domain.zoom_refusals import is_not_live, problem_of_event


def end_event(request: Request[None, Query], dependencies: ApiDependencies) -> Response:
    """Ends the session at Zoom; where none is on, nothing is done."""
    event = dependencies.events().get(request.path["event_id"])
    if event is None:
        raise UnknownEvent
    try:
        ended = _ended(event, dependencies)
    except ZoomError as error:
        problem = problem_of_event(error)
        if problem is None:
            raise
        raise ZoomRefuses(problem) from error
    if ended:
        record_act(event.event_id, OperatorAct.END_SESSION, request, dependencies)
    status = status_of_write(changed=ended)
    return Response(event_view(event), HTTPStatus(status), {"ETag": etag(event.version)})


def _ended(event: Event, dependencies: ApiDependencies) -> bool:
    """Whether there was a session to end.

    Zoom is asked whatever is known, since what it said of the session may still be on its way;
    only after the end there is nothing to ask for.
    """
    meeting = event.meeting
    if meeting is None or event.phase is Phase.ENDED:
        return False
    connection = dependencies.settings().connected(meeting.connection)
    try:
        return dependencies.zoom_account(connection).sessions(meeting.kind).end(meeting.zoom_id)
    except ZoomError as error:
        if not is_not_live(error):
            raise
        return False
