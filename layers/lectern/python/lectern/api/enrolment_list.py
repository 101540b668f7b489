"""The list of an event's enrolments, by user id."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Annotated

from pydantic import Field

from lectern.api.answers import Answer
from lectern.api.calls import Call
from lectern.api.cursors import decode_cursor, encode_cursor
from lectern.api.enrolment_view import EnrolmentPage, enrolment_view
from lectern.api.fields import Lax, PageQuery
from lectern.api.paging import full_page
from lectern.api.parts import Parts
from lectern.api.problems import UnknownEvent
from lectern.domain.enrolment import Enrolment, EnrolmentState
from lectern.store.enrolments import EnrolmentStore


class EnrolmentListQuery(PageQuery):
    """Which enrolments to list."""

    state: Annotated[EnrolmentState, Lax] | None = Field(
        default=None, description="`sync.state`; without it, everyone who was not removed."
    )

    def takes(self, enrolment: Enrolment) -> bool:
        """Whether the enrolment, as it is now, is asked for; the index may be a moment behind."""
        if self.state is EnrolmentState.REMOVED:
            return enrolment.enrolled and enrolment.state is EnrolmentState.REMOVED
        return enrolment.is_enrolled and self.state in {None, enrolment.state}


def list_enrolments(call: Call[None, EnrolmentListQuery], parts: Parts) -> Answer:
    """Lists an event's enrolments."""
    event_id, query = call.path["event_id"], call.query
    scope = f"{event_id} {query.state}"
    after = None if query.cursor is None else decode_cursor(query.cursor, scope, parts.link_key())
    if parts.events().get(event_id) is None:
        raise UnknownEvent
    read = partial(_read, parts.enrolments(), event_id, query.state)
    page, after = full_page(read, after, query.limit, query.takes)
    next_cursor = encode_cursor(after, scope, parts.link_key()) if after else None
    return Answer(EnrolmentPage(items=list(map(enrolment_view, page)), next_cursor=next_cursor))


def _read(
    enrolments: EnrolmentStore,
    event_id: str,
    state: EnrolmentState | None,
    after: str | None,
    limit: int,
) -> tuple[Sequence[Enrolment], str | None]:
    if state is None:
        return enrolments.page(event_id, after=after, limit=limit)
    return enrolments.page_in_state(event_id, state, after=after, limit=limit)
