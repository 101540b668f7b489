"""Everything that is stored about one user, but for the links that let in whoever has them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

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
from lectern.domain.event import Phase
from lectern.store.outbox import OutboxEntry

_ENROLLED, _ATTENDED = "enrolled ", "attended "
"""Which of the two lists a page begins in; a position in it follows."""


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


class UserExport(View):
    """A page of what is stored about a user: by event, what else the user attended at the end."""

    user_id: str
    items: list[ExportedEnrolment]
    attended: list[ExportedAttendance]
    next_cursor: str | None


def export_user(call: Call[None, PageQuery], parts: Parts) -> Answer:
    """Reads everything that is stored about the user."""
    user_id, query = call.path["user_id"], call.query
    place = None if query.cursor is None else decode_cursor(query.cursor, user_id)
    items: list[ExportedEnrolment] = []
    attended: list[ExportedAttendance] = []
    if place is None or place.startswith(_ENROLLED):
        items, place = _enrolled(user_id, place, query.limit, parts)
    if place is None or place.startswith(_ATTENDED):
        attended, place = _attended(user_id, place, query.limit - len(items), parts)
    if not (items or attended or place or query.cursor):
        raise UnknownUser
    next_cursor = encode_cursor(place, user_id) if place else None
    return Answer(
        UserExport(user_id=user_id, items=items, attended=attended, next_cursor=next_cursor)
    )


def _enrolled(
    user_id: str, place: str | None, limit: int, parts: Parts
) -> tuple[list[ExportedEnrolment], str | None]:
    """A page of the user's enrolments, and where the next one begins, if there is one."""
    after = place.removeprefix(_ENROLLED) if place else None
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
    return exported, _ENROLLED + after if after else None


def _attended(
    user_id: str, place: str | None, limit: int, parts: Parts
) -> tuple[list[ExportedAttendance], str | None]:
    """A page of what the user attended without an enrolment, and where the next one begins."""
    after = (place.removeprefix(_ATTENDED) or None) if place else None
    if limit == 0:
        return [], _ATTENDED
    event_ids, after = parts.attendance().page_of_user(user_id, after=after, limit=limit)
    enrolled = {each.event_id for each in parts.enrolments().of_user(user_id, event_ids)}
    attendance = parts.attendance().of_user(user_id, event_ids)
    exported = [
        ExportedAttendance(event_id=event_id, **dict(attendee_view(attendee, parts.now())))
        for event_id, attendee in sorted(attendance.items())
        if event_id not in enrolled
    ]
    return exported, _ATTENDED + after if after else None


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
