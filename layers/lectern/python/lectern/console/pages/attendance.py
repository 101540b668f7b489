"""Who attended a session: a time line for each person, in a table that says the same in words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from lectern.api.attendance.endpoint import get_attendance
from lectern.api.attendance.view import AttendanceView, AttendeeView, StrangerView
from lectern.api.events.endpoints import get_event
from lectern.api.events.view import EventView
from lectern.api.http.fields import PageQuery
from lectern.api.http.response import CSV, Response
from lectern.console.http.answers import HEADERS
from lectern.console.http.visit import Visit
from lectern.console.pages.time_line import Bar, TimeLine
from lectern.domain.attendance.matching import AttendanceState

SECONDS_BETWEEN_LOOKS = 20

Person = AttendeeView | StrangerView
Presence = tuple[datetime, datetime | None]
"""When somebody came, and went; ``None`` for who is still there."""


@dataclass(frozen=True)
class Row:
    """Somebody who was there.

    Attributes:
        user_id: Empty for whom nobody of the event could be matched with.
        name: What who is not matched is called at Zoom.
    """

    user_id: str
    name: str
    email: str
    minutes: int
    presences: tuple[Presence, ...]
    bars: tuple[Bar, ...]


def attendance_page(visit: Visit) -> Response:
    """Shows who was there when."""
    event = visit.ask(get_event, EventView)
    asked = {"cursor": visit.query["cursor"]} if "cursor" in visit.query else {}
    query = visit.query_for(PageQuery, asked)
    attendance = visit.ask(get_attendance, AttendanceView, query=query)
    now = visit.dependencies.now()
    line = TimeLine.around(_moments(attendance, now))
    here, following = f"/events/{event.event_id}/attendance", attendance.next_cursor
    return visit.page(
        "attendance.html",
        event=event,
        attendance=attendance,
        rows=[_row(each, _presences(each), line, now) for each in _people(attendance) if line],
        line=line,
        seconds=SECONDS_BETWEEN_LOOKS if attendance.state is AttendanceState.LIVE else None,
        first_page=visit.url(here) if asked else None,
        next_page=visit.url(here, cursor=following) if following else None,
    )


def attendance_table(visit: Visit) -> Response:
    """Everybody who attended, for a spreadsheet."""
    text = visit.text_of(get_attendance, CSV.partition(";")[0], query=PageQuery())
    name = f"attendance-{visit.path['event_id']}.csv"
    headers = {**HEADERS, "Content-Disposition": f'attachment; filename="{name}"'}
    return Response(text, headers=headers, content_type=CSV)


def _people(attendance: AttendanceView) -> list[Person]:
    return [*attendance.items, *attendance.unmatched]


def _moments(attendance: AttendanceView, now: datetime) -> Iterator[datetime]:
    """What the line has to have room for: the counted runs, and who was there on this page."""
    spans = [(each.started_at, each.ended_at) for each in attendance.runs if each.counted]
    spans += [(each.joined_at, each.left_at) for each in _people(attendance)]
    for start, end in spans:
        if start is not None:
            yield from (start, end or now)


def _presences(person: Person) -> tuple[Presence, ...]:
    if isinstance(person, AttendeeView):
        return tuple((each.joined_at, each.left_at) for each in person.sessions)
    return ((person.joined_at, person.left_at),)


def _row(
    person: Person,
    presences: tuple[Presence, ...],
    line: TimeLine,
    now: datetime,
) -> Row:
    return Row(
        user_id=person.user_id if isinstance(person, AttendeeView) else "",
        name=person.name if isinstance(person, StrangerView) else "",
        email=person.email,
        minutes=person.minutes,
        presences=presences,
        bars=tuple(line.bar(start, end or now) for start, end in presences),
    )
