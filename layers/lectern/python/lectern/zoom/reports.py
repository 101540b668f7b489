"""Reads Zoom's reports of a session that is over: who was there, and when it went on.

Only what the integration's scopes allow: the reports of participants, the list of a past webinar's
participants, and a past meeting itself.
"""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote

from pydantic import Field

from lectern.domain.attendance.presence import Sighting, Source, stay_name
from lectern.domain.attendance.report import ReportedStay, reported_stay
from lectern.domain.meeting import Kind
from lectern.zoom.client import PAGE_SIZE, ZoomRequests
from lectern.zoom.moments import Moment
from lectern.zoom.operations import GET_PAST_MEETING, LIST_PAST_WEBINAR_PARTICIPANTS, OF_KIND
from lectern.zoom.response import ZoomResponse, only_readable

IN_WAITING_ROOM = "in_waiting_room"


class ReportRow(ZoomResponse):
    """A stay of one device, whichever operation answers it; Zoom names the user in two ways."""

    user_id: str = ""
    id: str = ""
    participant_user_id: str = ""
    registrant_id: str = ""
    user_email: str = ""
    name: str = ""
    join_time: Moment = None
    leave_time: Moment = None
    duration: int | None = None
    status: str = ""

    @property
    def stay(self) -> ReportedStay:
        """The row in our own words."""
        sighting = Sighting(joined_at=self.join_time, left_at=self.leave_time).of(
            registrant_id=self.registrant_id,
            zoom_user=self.id or self.participant_user_id,
            email=self.user_email,
            name=self.name,
        )
        names = (self.user_id, self.participant_user_id, self.id, self.registrant_id)
        stay = next(filter(None, (*names, self.user_email, self.name)), "")
        return reported_stay(stay_name(stay), sighting, self.duration)


class ReportPage(ZoomResponse):
    """A page of a report."""

    participants: Annotated[list[ReportRow], only_readable(ReportRow)] = Field(default_factory=list)
    next_page_token: str = ""

    @property
    def stays(self) -> list[ReportedStay]:
        """Who was in the session itself; waiting for admission is no attendance."""
        return [row.stay for row in self.participants if row.status != IN_WAITING_ROOM]


class PastMeeting(ZoomResponse):
    """A meeting that is over."""

    start_time: Moment = None
    end_time: Moment = None
    participants_count: int | None = None


class Reports:
    """The reports of one Zoom account.

    All methods raise ``ZoomError`` in its classes.
    """

    def __init__(self, calls: ZoomRequests) -> None:
        self._calls = calls

    def page(self, kind: Kind, source: Source, uuid: str, page_token: str) -> ReportPage:
        """A page of who was there. Zoom: a page token ends after 15 minutes.

        Args:
            kind: What was run.
            source: Which of Zoom's reports.
            uuid: The run; by its UUID, since an id would give the latest run only.
            page_token: What the page before named; empty for the first.
        """
        query: dict[str, str | int] = {"page_size": PAGE_SIZE}
        if page_token:
            query["next_page_token"] = page_token
        operation = LIST_PAST_WEBINAR_PARTICIPANTS
        if source is Source.REPORT:
            operation = OF_KIND[kind].report_participants
            query["include_fields"] = "registrant_id"
        path = {"session_id": in_path(uuid)}
        return self._calls.read(ReportPage, operation, path=path, query=query)

    def past_meeting(self, uuid: str) -> PastMeeting:
        """Reads when a run of a meeting that is over went on."""
        return self._calls.read(PastMeeting, GET_PAST_MEETING, path={"session_id": in_path(uuid)})


def in_path(uuid: str) -> str:
    """A UUID as a path has it before it is encoded.

    Zoom: one that begins with a slash, or has two in a row, has to be encoded twice.

    Example:
        >>> in_path("/abc=="), in_path("abc==")
        ('%2Fabc%3D%3D', 'abc==')
    """
    return quote(uuid, safe="") if uuid.startswith("/") or "//" in uuid else uuid
