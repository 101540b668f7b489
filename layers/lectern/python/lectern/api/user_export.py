"""Everything that is stored about one user, but for the links that let in whoever has them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from itertools import dropwhile
from typing import Any

from pydantic import AwareDatetime, Field

from lectern.api.answers import Answer
from lectern.api.attendance_reading import AttendanceReading
from lectern.api.attendance_view import AttendeeView, attendee_view
from lectern.api.calls import Call
from lectern.api.changes import ChangeView, change_view
from lectern.api.cursors import decode_cursor, encode_cursor
from lectern.api.enrolment_view import EnrolmentView, enrolment_view
from lectern.api.fields import PageQuery
from lectern.api.parts import Parts
from lectern.api.problems import UnknownUser
from lectern.api.views import View
from lectern.domain.attendance import Attendee
from lectern.domain.enrolment import Enrolment
from lectern.domain.event import Event, Phase, Status
from lectern.store.outbox import OutboxEntry


class StaffRole(StrEnum):
    """What somebody is whom an event names."""

    HOST = "host"
    INSTRUCTOR = "instructor"


class RegisteredPersonView(View):
    """Who Zoom was told that the person is."""

    email: str
    first_name: str
    last_name: str


class ExportedEnrolment(EnrolmentView):
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


class UserExport(View):
    """A page of what is stored about a user: by event, then what names the user, then the rest."""

    user_id: str
    items: list[ExportedEnrolment]
    events: list[ExportedStaff] = Field(description="What the user hosts or instructs.")
    attended: list[ExportedAttendance]
    next_cursor: str | None


def export_user(call: Call[None, PageQuery], parts: Parts) -> Answer:
    """Reads everything that is stored about the user."""
    user_id, query = call.path["user_id"], call.query
    place = "" if query.cursor is None else decode_cursor(query.cursor, user_id, parts.link_key())
    begins_in, _, after = place.partition(" ")
    lists: dict[str, list[Any]] = {name: [] for name in _LISTS}
    left, place = query.limit, ""
    for name in dropwhile(lambda name: begins_in not in {"", name}, _LISTS):
        if left == 0:
            place = f"{name} "
            break
        lists[name], following = _LISTS[name](user_id, after or None, left, parts)
        left, after = left - len(lists[name]), ""
        if following:
            place = f"{name} {following}"
            break
    if not (any(lists.values()) or place or query.cursor):
        raise UnknownUser
    next_cursor = encode_cursor(place, user_id, parts.link_key()) if place else None
    return Answer(UserExport(user_id=user_id, next_cursor=next_cursor, **lists))


def _enrolled(
    user_id: str, after: str | None, limit: int, parts: Parts
) -> tuple[list[ExportedEnrolment], str | None]:
    """A page of the user's enrolments, and where the next one begins, if there is one."""
    event_ids, after = parts.enrolments().page_of_user(user_id, after=after, limit=limit)
    found = {each.event_id: each for each in parts.enrolments().of_user(user_id, event_ids)}
    attendance = _attendance_of(user_id, list(found), parts)
    exported = [
        _exported(
            found[event_id],
            attendance.get(event_id),
            parts.outbox().of_user(user_id, event_id),
            parts.now(),
        )
        for event_id in event_ids
        if event_id in found
    ]
    return exported, after


def _staffed(
    user_id: str, after: str | None, limit: int, parts: Parts
) -> tuple[list[ExportedStaff], str | None]:
    """A page of the events that name the user, and where the next one begins."""
    event_ids, after = parts.events().staff.page_of_user(user_id, after=after, limit=limit)
    events = {event.event_id: event for event in parts.events().get_many(event_ids)}
    exported = [
        _named(events[event_id], user_id)
        for event_id in event_ids
        if event_id in events and user_id in events[event_id].details.staff
    ]
    return exported, after


def _named(event: Event, user_id: str) -> ExportedStaff:
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
    )


def _attended(
    user_id: str, after: str | None, limit: int, parts: Parts
) -> tuple[list[ExportedAttendance], str | None]:
    """A page of what the user attended without an enrolment, and where the next one begins."""
    event_ids, after = parts.attendance().page_of_user(user_id, after=after, limit=limit)
    enrolled = {each.event_id for each in parts.enrolments().of_user(user_id, event_ids)}
    attendance = parts.attendance().of_user(user_id, event_ids)
    exported = [
        ExportedAttendance(event_id=event_id, **dict(attendee_view(attendee, parts.now())))
        for event_id, attendee in sorted(attendance.items())
        if event_id not in enrolled
    ]
    return exported, after


List = Callable[[str, str | None, int, Parts], tuple[list[Any], str | None]]
"""Reads a page of a list for a user, and where the next one begins."""

_LISTS: Mapping[str, List] = {"items": _enrolled, "events": _staffed, "attended": _attended}
"""What an export consists of, in order; a cursor names a list and a position in it."""


def _attendance_of(user_id: str, event_ids: Sequence[str], parts: Parts) -> dict[str, Attendee]:
    """The user's attendance in these events, of sessions that still run as well."""
    known = dict(parts.attendance().of_user(user_id, event_ids))
    for event in parts.events().get_many(event_ids):
        if event.phase is not Phase.UPCOMING and not event.attended:
            attendee = AttendanceReading(event, parts).of_user(user_id)
            known |= {event.event_id: attendee} if attendee else {}
    return known


def _exported(
    enrolment: Enrolment, attendee: Attendee | None, told: Sequence[OutboxEntry], now: datetime
) -> ExportedEnrolment:
    at_zoom = enrolment.registration or enrolment.panelist
    return ExportedEnrolment.model_validate(
        dict(enrolment_view(enrolment))
        | {
            "event_id": enrolment.event_id,
            "enrolled_at": enrolment.enrolled_at,
            "updated_at": enrolment.updated_at,
            "enrolled": enrolment.enrolled,
            "registered_as": at_zoom.person if at_zoom else None,
            "being_erased": enrolment.erase,
            "attendance": attendee_view(attendee, now) if attendee else None,
            "told": list(map(change_view, told)),
        }
    )
