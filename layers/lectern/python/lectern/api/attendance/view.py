"""Attendance as the API shows it: JSON in pages, or one table for a spreadsheet."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from datetime import UTC, datetime
from io import StringIO

from pydantic import AwareDatetime, Field

from lectern.api.http.views import View
from lectern.domain.attendance.matching import AttendanceFault, AttendanceState, Attendee
from lectern.domain.attendance.presence import minutes_in

COLUMNS = ("user_id", "email", "joined_at", "left_at", "minutes")

_FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n", *"\uff1d\uff0b\uff0d\uff20")
"""What a cell begins with that a spreadsheet takes for a formula, full-width forms included."""


class PresenceView(View):
    """An interval in which a person was there, whatever the number of devices."""

    joined_at: AwareDatetime
    left_at: AwareDatetime | None = Field(description="`null` for who is still there.")


class AttendeeView(View):
    """A user of the LMS who attended."""

    user_id: str
    email: str
    joined_at: AwareDatetime = Field(description="When the person first came.")
    left_at: AwareDatetime | None = Field(
        description="When the person last went; `null` for who is still there."
    )
    minutes: int = Field(description="Of presence, to the nearest.")
    sessions: list[PresenceView]


class StrangerView(View):
    """Someone who attended and whom nobody of the event could be matched with."""

    name: str
    email: str
    joined_at: AwareDatetime
    left_at: AwareDatetime | None
    minutes: int


class RunView(View):
    """A time that the session was held; the host can end it and begin it again."""

    started_at: AwareDatetime | None = Field(description="`null` where Zoom did not tell.")
    ended_at: AwareDatetime | None = Field(description="`null` while it runs.")
    counted: bool = Field(
        description="`false` for a rehearsal, which ended before the planned start. Where no other "
        "was held by the planned end, it counts."
    )


class AttendanceProblemView(View):
    """The reason why the attendance is not final yet, and a remedy."""

    code: AttendanceFault
    message: str
    remedy: str


class AttendanceView(View):
    """A page of an event's attendance: users first, then who could not be matched."""

    state: AttendanceState
    started_at: AwareDatetime | None
    ended_at: AwareDatetime | None
    planned_minutes: int
    problem: AttendanceProblemView | None = Field(
        description="While `provisional`: why it is not final yet, where that is known."
    )
    runs: list[RunView] = Field(description="The first one first; all else is of those counted.")
    items: list[AttendeeView]
    unmatched: list[StrangerView]
    next_cursor: str | None


def attendee_view(attendee: Attendee, now: datetime) -> AttendeeView:
    """A user who attended, as the API shows it."""
    return AttendeeView(
        user_id=attendee.user_id or "",
        email=attendee.email,
        joined_at=attendee.joined_at,
        left_at=attendee.left_at,
        minutes=minutes_in(attendee.spans, now),
        sessions=[PresenceView.model_validate(span) for span in attendee.spans],
    )


def stranger_view(attendee: Attendee, now: datetime) -> StrangerView:
    """Who could not be matched, as the API shows it."""
    return StrangerView(
        name=attendee.name,
        email=attendee.email,
        joined_at=attendee.joined_at,
        left_at=attendee.left_at,
        minutes=minutes_in(attendee.spans, now),
    )


def table_text(attendees: Iterable[Attendee], now: datetime) -> str:
    """The users who attended as CSV (RFC 4180), with no cell that a spreadsheet would run."""
    text = StringIO()
    table = csv.writer(text)
    table.writerow(COLUMNS)
    for attendee in attendees:
        if attendee.user_id is not None:
            table.writerow(
                (
                    _cell(attendee.user_id),
                    _cell(attendee.email),
                    _moment(attendee.joined_at),
                    _moment(attendee.left_at),
                    minutes_in(attendee.spans, now),
                )
            )
    return text.getvalue()


def _cell(text: str) -> str:
    """A text that a spreadsheet shows as it is: an apostrophe says that it is no formula."""
    return f"'{text}" if text.startswith(_FORMULAS) else text


def _moment(moment: datetime | None) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z") if moment else ""
