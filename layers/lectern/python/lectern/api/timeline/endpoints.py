"""The list of what happened to an event."""

from __future__ import annotations

from pydantic import AwareDatetime, Field

from lectern.api.http.cursors import decode_cursor, encode_cursor
from lectern.api.http.dependencies import ApiDependencies
from lectern.api.http.fields import PageQuery
from lectern.api.http.problems import UnknownEvent
from lectern.api.http.request import Request
from lectern.api.http.response import Response
from lectern.api.http.views import View
from lectern.domain.timeline import EntryKind


class EntryView(View):
    """Something that happened; like things of one cause are one entry with a count."""

    at: AwareDatetime
    kind: EntryKind = Field(
        description="`change`: the LMS wanted something; `zoom`: something was done at Zoom; "
        "`webhook`: Zoom told something; `notification`: the LMS was told something; `problem`: "
        "one came or was solved; `join`: somebody used the Join button; `operator`: somebody had "
        "something done by hand."
    )
    code: str
    message: str
    user_id: str | None = Field(description="Whom it is about, where that is one person.")
    key: str | None = Field(description="The id of the API key with which it was wanted.")
    count: int


class TimelinePage(View):
    """A page of what happened, newest first."""

    items: list[EntryView]
    next_cursor: str | None


def list_timeline(request: Request[None, PageQuery], dependencies: ApiDependencies) -> Response:
    """Lists what happened to an event."""
    event_id, query = request.path["event_id"], request.query
    scope, key = f"timeline {event_id}", dependencies.link_key()
    after = None if query.cursor is None else decode_cursor(query.cursor, scope, key)
    if dependencies.events().get(event_id) is None:
        raise UnknownEvent
    entries, after = dependencies.timeline().page(event_id, after=after, limit=query.limit)
    next_cursor = encode_cursor(after, scope, key) if after else None
    items = [EntryView.model_validate(each) for each in entries]
    return Response(TimelinePage(items=items, next_cursor=next_cursor))
