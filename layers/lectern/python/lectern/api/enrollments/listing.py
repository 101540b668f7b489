"""The list of an event's enrollments, by user id."""

from __future__ import annotations

from functools import partial
from typing import Annotated

from pydantic import Field

from lectern.api.enrollments.view import EnrollmentPage, enrollment_view
from lectern.api.http.cursors import decode_cursor, encode_cursor
from lectern.api.http.dependencies import ApiDependencies
from lectern.api.http.fields import Lax, PageQuery
from lectern.api.http.paging import full_page
from lectern.api.http.problems import UnknownEvent
from lectern.api.http.request import Request
from lectern.api.http.response import Response
from lectern.domain.enrollment import Enrollment, EnrollmentState
from lectern.domain.event import Event
from lectern.store.enrollments import EnrollmentStore
from lectern.store.page import Page


class EnrollmentListQuery(PageQuery):
    """Which enrollments to list."""

    state: Annotated[EnrollmentState, Lax] | None = Field(
        default=None, description="`sync.state`; without it, everyone who was not removed."
    )

    def takes(self, enrollment: Enrollment) -> bool:
        """Whether the enrollment, as it is now, is asked for; the index may be a moment behind."""
        if self.state is EnrollmentState.REMOVED:
            return enrollment.enrolled and enrollment.state is EnrollmentState.REMOVED
        return enrollment.is_enrolled and self.state in {None, enrollment.state}


def list_enrollments(
    request: Request[None, EnrollmentListQuery], dependencies: ApiDependencies
) -> Response:
    """Lists an event's enrollments."""
    event_id, query = request.path["event_id"], request.query
    scope = f"{event_id} {query.state}"
    after = (
        None
        if query.cursor is None
        else decode_cursor(query.cursor, scope, dependencies.link_key())
    )
    event = dependencies.events().get(event_id)
    if event is None:
        raise UnknownEvent
    read = partial(_read, dependencies.enrollments(), event, query.state)
    page, after = full_page(read, after, query.limit, query.takes)
    next_cursor = encode_cursor(after, scope, dependencies.link_key()) if after else None
    return Response(EnrollmentPage(items=list(map(enrollment_view, page)), next_cursor=next_cursor))


def _read(
    enrollments: EnrollmentStore,
    event: Event,
    state: EnrollmentState | None,
    after: str | None,
    limit: int,
) -> Page[Enrollment]:
    if state is None:
        return enrollments.page(event.event_id, after=after, limit=limit)
    everyone = event.sync.basis is None
    return enrollments.page_in_state(
        event.event_id, state, everyone=everyone, after=after, limit=limit
    )
