"""Everything that is stored about one user, but for the links that let in whoever has them."""

from __future__ import annotations

from pydantic import AwareDatetime, Field

from lectern.api.answers import Answer
from lectern.api.calls import Call
from lectern.api.cursors import decode_cursor, encode_cursor
from lectern.api.enrolment_view import EnrolmentView, enrolment_view
from lectern.api.fields import PageQuery
from lectern.api.parts import Parts
from lectern.api.problems import UnknownUser
from lectern.api.views import View
from lectern.domain.enrolment import Enrolment


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


class UserExport(View):
    """A page of what is stored about a user, by event."""

    user_id: str
    items: list[ExportedEnrolment]
    next_cursor: str | None


def export_user(call: Call[None, PageQuery], parts: Parts) -> Answer:
    """Reads everything that is stored about the user."""
    user_id, query = call.path["user_id"], call.query
    after = None if query.cursor is None else decode_cursor(query.cursor, user_id)
    event_ids, after = parts.enrolments().page_of_user(user_id, after=after, limit=query.limit)
    found = {each.event_id: each for each in parts.enrolments().of_user(user_id, event_ids)}
    if not found and query.cursor is None and after is None:
        raise UnknownUser
    exported = [_exported(found[event_id]) for event_id in event_ids if event_id in found]
    next_cursor = encode_cursor(after, user_id) if after else None
    return Answer(UserExport(user_id=user_id, items=exported, next_cursor=next_cursor))


def _exported(enrolment: Enrolment) -> ExportedEnrolment:
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
        }
    )
