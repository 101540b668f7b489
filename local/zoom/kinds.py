"""What Zoom treats differently in meetings and in webinars."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lectern.domain.meeting import Kind
from local.zoom.bodies import AddMeetingRegistrant, AddRegistrant
from local.zoom.refusals import REFUSALS, Refusals
from local.zoom.session_bodies import (
    CreateMeeting,
    CreateWebinar,
    SessionFields,
    UpdateMeeting,
    UpdateWebinar,
)


@dataclass(frozen=True)
class KindRules:
    """How Zoom treats the sessions of one kind.

    Attributes:
        refusals: In which codes and words it refuses.
        create_body: What a create takes.
        update_body: What an update takes.
        registrant_body: What a single registration takes.
        host_separator: What stands between alternative hosts.
        lists: The types of list of a host's sessions; the first is the default.
    """

    refusals: Refusals
    create_body: type[SessionFields]
    update_body: type[SessionFields]
    registrant_body: type[AddRegistrant]
    host_separator: str
    lists: tuple[str, ...]


RULES: Mapping[Kind, KindRules] = {
    Kind.MEETING: KindRules(
        refusals=REFUSALS[Kind.MEETING],
        create_body=CreateMeeting,
        update_body=UpdateMeeting,
        registrant_body=AddMeetingRegistrant,
        host_separator=";",
        lists=("scheduled", "live", "upcoming", "upcoming_meetings", "previous_meetings"),
    ),
    Kind.WEBINAR: KindRules(
        refusals=REFUSALS[Kind.WEBINAR],
        create_body=CreateWebinar,
        update_body=UpdateWebinar,
        registrant_body=AddRegistrant,
        host_separator=",",
        lists=("scheduled", "upcoming"),
    ),
}
