"""The endpoint that lists notifications, for an LMS that cannot be reached from outside."""

from __future__ import annotations

from datetime import date
from typing import Any

from pydantic import AwareDatetime, BaseModel, Field

from lectern.api.http.cursors import decode_cursor, encode_cursor
from lectern.api.http.dependencies import ApiDependencies
from lectern.api.http.fields import PageQuery
from lectern.api.http.problems import InvalidField, InvalidRequest
from lectern.api.http.request import Request
from lectern.api.http.response import Response
from lectern.api.http.views import View
from lectern.domain.notifications import NotificationType
from lectern.domain.problems import EnrollmentProblem, EventProblem
from lectern.notify.payload import payload
from lectern.store.outbox_items import OutboxEntry, Position

_QUERY = "changes"


class ChangeData(BaseModel):
    """The content of a notification; fields that do not belong to its type are left out."""

    event_id: str
    user_id: str | None = Field(default=None, description="Where it is about a person.")
    version: int | None = Field(default=None, description="The event's version.")
    links_changed: bool | None = Field(
        default=None, description="Of `event.updated`: whether people have other links now."
    )
    code: EventProblem | EnrollmentProblem | None = None
    message: str | None = None
    remedy: str | None = None


class ChangeView(View):
    """A notification."""

    id: str = Field(description="The `webhook-id` of the same notification.")
    type: NotificationType
    timestamp: AwareDatetime
    data: ChangeData


class ChangePage(View):
    """A page of notifications, in order."""

    items: list[ChangeView]
    next_cursor: str | None = Field(
        description="Where to read on, now or later: given with every page that has items. Keep "
        "the last one; what comes meanwhile follows after it."
    )


def list_changes(request: Request[None, PageQuery], dependencies: ApiDependencies) -> Response:
    """Lists notifications of the last 30 days, oldest first."""
    query = request.query
    after = (
        _position(decode_cursor(query.cursor, _QUERY, dependencies.link_key()))
        if query.cursor is not None
        else None
    )
    page = dependencies.outbox().page(after, query.limit, dependencies.now())
    items = list(map(change_view, page))
    next_cursor = (
        encode_cursor(_text(page[-1].position), _QUERY, dependencies.link_key()) if page else None
    )
    return Response({"items": items, "next_cursor": next_cursor})


def change_view(entry: OutboxEntry) -> dict[str, Any]:
    """A notification as the API shows it: as it was sent, with its id."""
    return {"id": entry.identifier, **payload(entry)}


def _text(position: Position) -> str:
    return f"{position.day}#{position.number}"


def _position(text: str) -> Position:
    """The place that a cursor names; whoever made one up themselves is told so.

    Raises:
        InvalidRequest: It names none.
    """
    day, _, number = text.partition("#")
    try:
        return Position(day=date.fromisoformat(day).isoformat(), number=int(number))
    except ValueError as error:
        detail = "Is no cursor that was given out for this query."
        raise InvalidRequest(faults=[InvalidField(pointer="/cursor", detail=detail)]) from error
