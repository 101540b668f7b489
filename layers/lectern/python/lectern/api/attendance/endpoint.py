"""The endpoint of an event's attendance."""

from __future__ import annotations

from collections.abc import Mapping

from lectern.api.attendance.reading import RecordedAttendance
from lectern.api.attendance.view import (
    AttendanceProblemView,
    AttendanceView,
    RunView,
    attendee_view,
    stranger_view,
    table_text,
)
from lectern.api.http.cursors import decode_cursor, encode_cursor
from lectern.api.http.dependencies import ApiDependencies
from lectern.api.http.fields import PageQuery
from lectern.api.http.problems import UnknownEvent
from lectern.api.http.request import Request
from lectern.api.http.response import CSV, Response


def get_attendance(request: Request[None, PageQuery], dependencies: ApiDependencies) -> Response:
    """Says who attended, as far as it is known at this moment."""
    event_id, query = request.path["event_id"], request.query
    scope = f"attendance {event_id}"
    after = (
        None
        if query.cursor is None
        else decode_cursor(query.cursor, scope, dependencies.link_key())
    )
    event = dependencies.events().get(event_id)
    if event is None:
        raise UnknownEvent
    reading, now = RecordedAttendance(event, dependencies), dependencies.now()
    if wants_table(request.headers):
        return Response(table_text(reading.everyone(), now), content_type=CSV)
    page, after = reading.page(after, query.limit)
    session, problem = reading.session, reading.problem
    view = AttendanceView(
        state=reading.state,
        started_at=session.started_at,
        ended_at=session.ended_at,
        planned_minutes=event.details.duration_minutes,
        problem=AttendanceProblemView.model_validate(problem) if problem else None,
        runs=[RunView(**dict(run), counted=counted) for run, counted in reading.runs],
        items=[attendee_view(each, now) for each in page if each.user_id is not None],
        unmatched=[stranger_view(each, now) for each in page if each.user_id is None],
        next_cursor=encode_cursor(after, scope, dependencies.link_key()) if after else None,
    )
    return Response(view)


def wants_table(headers: Mapping[str, str]) -> bool:
    """Whether ``Accept`` names CSV, and would not rather have JSON."""
    wishes: dict[str, float] = {}
    for wish in headers.get("accept", "").split(","):
        media, *parameters = (part.strip().lower() for part in wish.split(";"))
        wishes[media] = _weight(parameters)
    table = wishes.get("text/csv", 0.0)
    return table > wishes.get("application/json", 0.0)


def _weight(parameters: list[str]) -> float:
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                return float(value)
            except ValueError:
                return 0.0
    return 1.0
