"""Who attended an event, as it is known at this moment: what is settled, and what was seen live."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from lectern.api.http.dependencies import ApiDependencies
from lectern.api.http.paging import full_page
from lectern.domain.attendance.matching import (
    AttendanceProblem,
    AttendanceState,
    Attendee,
    Directory,
    Instance,
    attendees_of,
    merged,
    position_of_user,
    state_of,
    whole_session,
)
from lectern.domain.attendance.presence import Session, Source
from lectern.domain.attendance.runs import counted_runs
from lectern.domain.event import Event
from lectern.store.page import Page

_NEVER = datetime.max.replace(tzinfo=UTC)


class RecordedAttendance:
    """The attendance of one event.

    What is settled is stored by person and read a page at a time. While something is not, it is
    made of all that was seen, since a person may have been seen in several ways.
    """

    def __init__(self, event: Event, dependencies: ApiDependencies) -> None:
        self._event = event
        self._parts = dependencies
        self._instances = dependencies.instances().of_event(event.event_id)
        self._keys = counted_runs(self._instances, event.details, dependencies.now())
        self._counted = [each for each in self._instances if each.key in self._keys]
        self._unsettled = _unsettled(self._counted)

    @property
    def state(self) -> AttendanceState:
        """How sure it is."""
        return state_of(self._counted)

    @property
    def runs(self) -> list[tuple[Session, bool]]:
        """Each time that the session was held, the first one first, and whether it counts."""
        held = [(each.session, each.key in self._keys) for each in self._instances]
        return sorted(held, key=lambda run: run[0].started_at or run[0].ended_at or _NEVER)

    @property
    def session(self) -> Session:
        """From when to when Zoom ran the session."""
        return whole_session(self._counted)

    @property
    def problem(self) -> AttendanceProblem | None:
        """The problem that keeps the attendance from being final, if there is one."""
        return next((each.problem for each in self._unsettled if each.problem is not None), None)

    def everyone(self) -> list[Attendee]:
        """All attendees, by position."""
        return self._who_was_in(self._counted)

    def of_user(self, user_id: str) -> Attendee | None:
        """The attendance of one user, of whichever run."""
        position = position_of_user(user_id)
        known = self._who_was_in(self._instances)
        return next((each for each in known if each.position == position), None)

    def page(self, after: str | None, limit: int) -> Page[Attendee]:
        """A page of the attendees, and the position after which the next one begins."""
        if self._unsettled:
            rest = [each for each in self.everyone() if after is None or each.position > after]
            return Page(rest[:limit], rest[limit - 1].position if len(rest) > limit else None)
        return full_page(self._read_settled, after, limit, lambda attendee: attendee.was_there)

    def _read_settled(self, after: str | None, limit: int) -> Page[Attendee]:
        return self._parts.attendance().page(
            self._event.event_id, self._keys, after=after, limit=limit
        )

    def _who_was_in(self, runs: Sequence[Instance]) -> list[Attendee]:
        keys, unsettled = {each.key for each in runs}, _unsettled(runs)
        settled = self._parts.attendance().everyone(self._event.event_id, keys)
        return merged([*settled, *self._seen(unsettled)]) if unsettled else settled

    def _seen(self, unsettled: Sequence[Instance]) -> list[Attendee]:
        erased = (mark for instance in unsettled for mark in instance.erased)
        enrollments = self._parts.enrollments().everyone(self._event.event_id)
        directory = Directory(self._event, enrollments, erased)
        return [
            attendee
            for instance in unsettled
            for attendee in attendees_of(
                instance, self._parts.attendance().stays(instance, Source.LIVE), directory
            )
        ]


def _unsettled(runs: Iterable[Instance]) -> list[Instance]:
    return [each for each in runs if not each.is_final]
