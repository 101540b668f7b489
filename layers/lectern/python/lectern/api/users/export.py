"""Everything that is stored about one user, but for the links that let in whoever has them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from itertools import dropwhile
from typing import Any

from pydantic import AwareDatetime, Field

from lectern.api.attendance.reading import RecordedAttendance
from lectern.api.attendance.view import AttendeeView, attendee_view
from lectern.api.changes import ChangeView, change_view
from lectern.api.enrollments.view import EnrollmentView, enrollment_view
from lectern.api.http.cursors import decode_cursor, encode_cursor
from lectern.api.http.dependencies import ApiDependencies
from lectern.api.http.fields import PageQuery
from lectern.api.http.problems import UnknownUser
from lectern.api.http.request import Request
from lectern.api.http.response import Response
from lectern.api.http.views import View
from lectern.api.timeline.endpoints import EntryView
from lectern.domain.attendance.matching import Attendee
from lectern.domain.enrollment import Enrollment
from lectern.domain.event import Event, Phase, Status
from lectern.domain.timeline import TimelineEntry
from lectern.store.outbox_items import OutboxEntry
from lectern.store.page import Page


class StaffRole(StrEnum):
    """The role of somebody whom an event names."""

    HOST = "host"
    INSTRUCTOR = "instructor"


class RegisteredPersonView(View):
    """Who Zoom was told that the person is."""

    email: str
    first_name: str
    last_name: str


class ExportedEnrollment(EnrollmentView):
    """The user in one event."""

    event_id: str
    enrolled_at: AwareDatetime
    updated_at: AwareDatetime
    enrolled: bool = Field(
        description="Whether the LMS enrolled the user. If not, the event lists them as instructor."
    )
    registered_as: RegisteredPersonView | None
    being_erased: bool = Field(description="Whether it goes once Zoom has nothing of the user.")
    attendance: AttendeeView | None = Field(description="`null` where the user was not seen.")
    told: list[ChangeView] = Field(description="What the LMS was told of the user, for 30 days.")
    timeline: list[EntryView] = Field(description="What the event's timeline has of the user.")


class ExportedAttendance(AttendeeView):
    """The attendance of an event in which the user is not enrolled, such as its host's."""

    event_id: str


class ExportedStaff(View):
    """An event that names the user as its host or an instructor, in whatever state it is."""

    event_id: str
    role: StaffRole
    email: str
    name: str | None = Field(description="An instructor's.")
    title: str
    starts_at: AwareDatetime
    status: Status
    timeline: list[EntryView] = Field(description="What the event's timeline has of the user.")


class UserExport(View):
    """A page of what is stored about a user: by event, then what names the user, then the rest."""

    user_id: str
    items: list[ExportedEnrollment]
    events: list[ExportedStaff] = Field(description="What the user hosts or instructs.")
    attended: list[ExportedAttendance]
    next_cursor: str | None


def export_user(request: Request[None, PageQuery], dependencies: ApiDependencies) -> Response:
    """Reads everything that is stored about the user."""
    user_id, query = request.path["user_id"], request.query
    place = (
        ""
        if query.cursor is None
        else decode_cursor(query.cursor, user_id, dependencies.link_key())
    )
    begins_in, _, after = place.partition(" ")
    lists: dict[str, list[Any]] = {name: [] for name in _LISTS}
    left, place = query.limit, ""
    for name in dropwhile(lambda name: begins_in not in {"", name}, _LISTS):
        if left == 0:
            place = f"{name} "
            break
        lists[name], following = _LISTS[name](user_id, after or None, left, dependencies)
        left, after = left - len(lists[name]), ""
        if following:
            place = f"{name} {following}"
            break
    if not (any(lists.values()) or place or query.cursor):
        raise UnknownUser
    next_cursor = encode_cursor(place, user_id, dependencies.link_key()) if place else None
    return Response(UserExport(user_id=user_id, next_cursor=next_cursor, **lists))


def _enrolled(
    user_id: str, after: str | None, limit: int, dependencies: ApiDependencies
) -> Page[ExportedEnrollment]:
    """A page of the user's enrollments, and where the next one begins, if there is one."""
    event_ids, after = dependencies.enrollments().page_of_user(user_id, after=after, limit=limit)
    found = {each.event_id: each for each in dependencies.enrollments().of_user(user_id, event_ids)}
    attendance = _attendance_of(user_id, list(found), dependencies)
    exported = [
        _exported(
            found[event_id],
            attendance.get(event_id),
            dependencies.outbox().of_user(user_id, event_id),
            dependencies.timeline().of_user(user_id, event_id),
            dependencies.now(),
        )
        for event_id in event_ids
        if event_id in found
    ]
    return Page(exported, after)


def _staffed(
    user_id: str, after: str | None, limit: int, dependencies: ApiDependencies
) -> Page[ExportedStaff]:
    """A page of the events that name the user, and where the next one begins."""
    event_ids, after = dependencies.events().staff.page_of_user(user_id, after=after, limit=limit)
    events = {event.event_id: event for event in dependencies.events().get_many(event_ids)}
    exported = [
        _named(events[event_id], user_id, dependencies.timeline().of_user(user_id, event_id))
        for event_id in event_ids
        if event_id in events and user_id in events[event_id].details.staff
    ]
    return Page(exported, after)


def _named(event: Event, user_id: str, timeline: Sequence[TimelineEntry]) -> ExportedStaff:
    details, instructor = event.details, event.details.instructor(user_id)
    is_host = details.host.user_id == user_id
    return ExportedStaff(
        event_id=event.event_id,
        role=StaffRole.HOST if is_host else StaffRole.INSTRUCTOR,
        email=details.host.email if is_host or not instructor else instructor.email,
        name=instructor.name if instructor else None,
        title=details.title,
        starts_at=details.starts_at,
        status=event.status,
        timeline=list(map(EntryView.model_validate, timeline)),
    )


def _attended(
    user_id: str, after: str | None, limit: int, dependencies: ApiDependencies
) -> Page[ExportedAttendance]:
    """A page of what the user attended without an enrollment, and where the next one begins."""
    event_ids, after = dependencies.attendance().page_of_user(user_id, after=after, limit=limit)
    enrolled = {each.event_id for each in dependencies.enrollments().of_user(user_id, event_ids)}
    attendance = dependencies.attendance().of_user(user_id, event_ids)
    exported = [
        ExportedAttendance(event_id=event_id, **dict(attendee_view(attendee, dependencies.now())))
        for event_id, attendee in sorted(attendance.items())
        if event_id not in enrolled
    ]
    return Page(exported, after)


List = Callable[[str, str | None, int, ApiDependencies], Page[Any]]
"""Reads a page of a list for a user, and where the next one begins."""

_LISTS: Mapping[str, List] = {"items": _enrolled, "events": _staffed, "attended": _attended}
"""What an export consists of, in order; a cursor names a list and a position in it."""


def _attendance_of(
    user_id: str, event_ids: Sequence[str], dependencies: ApiDependencies
) -> dict[str, Attendee]:
    """The user's attendance in these events, of sessions that still run as well."""
    known = dict(dependencies.attendance().of_user(user_id, event_ids))
    for event in dependencies.events().get_many(event_ids):
        if event.phase is not Phase.UPCOMING and not event.attended:
            attendee = RecordedAttendance(event, dependencies).of_user(user_id)
            known |= {event.event_id: attendee} if attendee else {}
    return known


def _exported(
    enrollment: Enrollment,
    attendee: Attendee | None,
    told: Sequence[OutboxEntry],
    timeline: Sequence[TimelineEntry],
    now: datetime,
) -> ExportedEnrollment:
    at_zoom = enrollment.registration or enrollment.panelist
    return ExportedEnrollment.model_validate(
        dict(enrollment_view(enrollment))
        | {
            "event_id": enrollment.event_id,
            "enrolled_at": enrollment.enrolled_at,
            "updated_at": enrollment.updated_at,
            "enrolled": enrollment.enrolled,
            "registered_as": at_zoom.person if at_zoom else None,
            "being_erased": enrollment.erase,
            "attendance": attendee_view(attendee, now) if attendee else None,
            "told": list(map(change_view, told)),
            "timeline": timeline,
        }
    )
