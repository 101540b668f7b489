"""Who attended an event, as it is known at this moment: what is settled, and what was seen live."""

from __future__ import annotations

from lectern.api.paging import full_page
from lectern.api.parts import Parts
from lectern.domain.attendance import (
    AttendanceProblem,
    AttendanceState,
    Attendee,
    Directory,
    attendees_of,
    merged,
    position_of_user,
    state_of,
    whole_session,
)
from lectern.domain.event import Event
from lectern.domain.presence import Session, Source


class AttendanceReading:
    """The attendance of one event.

    What is settled is stored by person and read a page at a time. While something is not, it is
    made of all that was seen, since a person may have been seen in several ways.
    """

    def __init__(self, event: Event, parts: Parts) -> None:
        self._event = event
        self._parts = parts
        self._instances = parts.instances().of_event(event.event_id)
        self._unsettled = [each for each in self._instances if not each.is_final]

    @property
    def state(self) -> AttendanceState:
        """How sure it is."""
        return state_of(self._instances)

    @property
    def session(self) -> Session:
        """From when to when Zoom ran the session."""
        return whole_session(self._instances)

    @property
    def problem(self) -> AttendanceProblem | None:
        """What keeps it from being final, if anything does."""
        return next((each.problem for each in self._unsettled if each.problem is not None), None)

    def everyone(self) -> list[Attendee]:
        """All attendees, by position."""
        settled = self._parts.attendance().everyone(self._event.event_id)
        return merged([*settled, *self._seen()]) if self._unsettled else settled

    def of_user(self, user_id: str) -> Attendee | None:
        """What is known of one user."""
        position = position_of_user(user_id)
        return next((each for each in self.everyone() if each.position == position), None)

    def page(self, after: str | None, limit: int) -> tuple[list[Attendee], str | None]:
        """A page of the attendees, and the position after which the next one begins."""
        if self._unsettled:
            rest = [each for each in self.everyone() if after is None or each.position > after]
            return rest[:limit], rest[limit - 1].position if len(rest) > limit else None
        return full_page(self._read_settled, after, limit, lambda _: True)

    def _read_settled(self, after: str | None, limit: int) -> tuple[list[Attendee], str | None]:
        return self._parts.attendance().page(self._event.event_id, after=after, limit=limit)

    def _seen(self) -> list[Attendee]:
        erased = (mark for instance in self._unsettled for mark in instance.erased)
        enrolments = self._parts.enrolments().everyone(self._event.event_id)
        directory = Directory(self._event, enrolments, erased)
        return [
            attendee
            for instance in self._unsettled
            for attendee in attendees_of(
                instance, self._parts.attendance().connections(instance, Source.LIVE), directory
            )
        ]
