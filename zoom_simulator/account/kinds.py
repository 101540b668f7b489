"""What Zoom treats differently in meetings and in webinars."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus

from zoom_simulator.bodies.fields import AddMeetingRegistrant, AddRegistrant
from zoom_simulator.bodies.sessions import (
    CreateMeeting,
    CreateWebinar,
    MeetingStatus,
    SessionFields,
    SessionStatus,
    UpdateMeeting,
    UpdateWebinar,
    WebinarStatus,
)
from zoom_simulator.operations import Kind
from zoom_simulator.refusals import REFUSALS, Refusals


@dataclass(frozen=True)
class KindRules:
    """How Zoom treats the sessions of one kind.

    Attributes:
        refusals: In which codes and words it refuses.
        create_body: What a create takes.
        update_body: What an update takes.
        status_body: What a change of status takes.
        registrant_body: What a single registration takes.
        status_answer: The HTTP status of a good change of status; Zoom documents 200 for webinars.
        host_separator: What stands between alternative hosts.
        lists: The types of list of a host's sessions; the first is the default.
    """

    refusals: Refusals
    create_body: type[SessionFields]
    update_body: type[SessionFields]
    status_body: type[SessionStatus]
    registrant_body: type[AddRegistrant]
    status_answer: HTTPStatus
    host_separator: str
    lists: tuple[str, ...]


RULES: Mapping[Kind, KindRules] = {
    Kind.MEETING: KindRules(
        refusals=REFUSALS[Kind.MEETING],
        create_body=CreateMeeting,
        update_body=UpdateMeeting,
        status_body=MeetingStatus,
        registrant_body=AddMeetingRegistrant,
        status_answer=HTTPStatus.NO_CONTENT,
        host_separator=";",
        lists=("scheduled", "live", "upcoming", "upcoming_meetings", "previous_meetings"),
    ),
    Kind.WEBINAR: KindRules(
        refusals=REFUSALS[Kind.WEBINAR],
        create_body=CreateWebinar,
        update_body=UpdateWebinar,
        status_body=WebinarStatus,
        registrant_body=AddRegistrant,
        status_answer=HTTPStatus.OK,
        host_separator=",",
        lists=("scheduled", "upcoming"),
    ),
}
