"""The end of a session that is on at Zoom."""

from __future__ import annotations

from http import HTTPStatus

from lectern.api.answers import Answer, status_of_write
from lectern.api.calls import Call
from lectern.api.etags import etag
from lectern.api.event_view import event_view
from lectern.api.fields import Query
from lectern.api.parts import Parts
from lectern.api.problems import UnknownEvent, ZoomRefuses
from lectern.domain.errors import ZoomCredentialsInvalid, ZoomError
from lectern.domain.event import Event, Phase
from lectern.domain.zoom_refusals import is_not_live, problem_of_event


def end_event(call: Call[None, Query], parts: Parts) -> Answer:
    """Ends the session at Zoom; where none is on, nothing is done."""
    event = parts.events().get(call.path["event_id"])
    if event is None:
        raise UnknownEvent
    try:
        ended = _ended(event, parts)
    except ZoomError as error:
        problem = problem_of_event(error)
        if problem is None:
            raise
        raise ZoomRefuses(problem) from error
    status = status_of_write(changed=ended)
    return Answer(event_view(event), HTTPStatus(status), {"ETag": etag(event.version)})


def _ended(event: Event, parts: Parts) -> bool:
    """Whether there was a session to end.

    Zoom is asked whatever is known, since what it said of the session may still be on its way;
    only after the end there is nothing to ask for.
    """
    meeting = event.meeting
    if meeting is None or event.phase is Phase.ENDED:
        return False
    connection = parts.settings().connection(meeting.connection)
    if connection is None:
        raise ZoomCredentialsInvalid("connect")
    try:
        return parts.zoom_account(connection).sessions(meeting.kind).end(meeting.zoom_id)
    except ZoomError as error:
        if not is_not_live(error):
            raise
        return False
