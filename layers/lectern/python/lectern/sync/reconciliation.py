"""The things that every step of a reconciliation works with."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NoReturn

from lectern.domain.drift import Drifts
from lectern.domain.enrollment import Enrollment, Shifts, sum_of
from lectern.domain.errors import (
    LeaseLost,
    LecternError,
    ZoomError,
    ZoomSlotReserved,
)
from lectern.domain.event import Event, Overrun, SyncState
from lectern.domain.limits.budget import Reservation, lane_of
from lectern.domain.meeting import Meeting, MeetingIntent
from lectern.domain.problems import Problem
from lectern.domain.settings import Connection, Settings
from lectern.domain.zoom_refusals import Meaning, problem_of_event, reading_of
from lectern.notify.lms import Lms
from lectern.store.enrollments import EnrollmentStore
from lectern.store.events import EventStore
from lectern.store.instructors import InstructorStore
from lectern.store.leases import LeaseStore
from lectern.store.passcode_key import PasscodeKeyStore
from lectern.store.settings import SettingsStore
from lectern.store.table import WriteConflict
from lectern.store.zoom_cache import ZoomCache
from lectern.sync.registration.registrar import Registrar
from lectern.zoom.account import ZoomAccount
from lectern.zoom.rate_limiter import Reservations
from lectern.zoom.sessions import Sessions

LAG = timedelta(seconds=20)
"""How far Zoom's replicas may be behind: what was not found is looked for again after so long."""

_JUST_READ = timedelta(minutes=5)
"""What was read from Zoom so lately is not read again for the same doubt."""


class EventFault(LecternError):
    """Something that a person has to put right before the event can go on.

    Attributes:
        problem: What the LMS is told.
    """

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.code)
        self.problem = problem


@dataclass(frozen=True)
class ReconciliationDependencies:
    """The stores, the Zoom account, the LMS and the clock of a reconciliation.

    Attributes:
        events: The stored events.
        leases: What the holder of an event's lease writes.
        enrollments: The stored enrollments.
        instructors: What is stored of the instructors among them.
        lms: The LMS, which is asked who has access.
        settings: The stored settings and connections.
        answers: What Zoom lately answered about accounts and users.
        zoom: Gives the Zoom account of a connection.
        now: The clock.
        lease_for: How long an execution may be silent before it counts as dead.
        sleep: Waits for some seconds, of which no execution waits more than ``fold`` at once.
        fold: How long changes that come soon after a round of work wait for others; and for how
            long again while others keep coming.
        verify_after: How old the last verification of an event that is near may be.
        passcode_keys: What the passcodes of meetings are made with.
        restored_at: When the table was restored, or taken over; ``None`` where it was not.
    """

    events: EventStore
    leases: LeaseStore
    enrollments: EnrollmentStore
    instructors: InstructorStore
    lms: Lms
    settings: SettingsStore
    answers: ZoomCache
    zoom: Callable[[Connection], ZoomAccount]
    now: Callable[[], datetime]
    sleep: Callable[[float], None]
    lease_for: timedelta
    fold: timedelta
    verify_after: timedelta
    passcode_keys: PasscodeKeyStore
    restored_at: Callable[[], datetime | None] = lambda: None


class Reconciliation:
    """One execution at work on one event, which it holds the lease of.

    Attributes:
        reservations: What is kept for it at Zoom, and what it knew when it had to wait.
        lease: What it writes the event with.
        shifts: How the work so far shifted the counts of people.
        just_read: The people of ranges that this task has just planned, read once for both.
        is_for_one: Whether the pass over people that it is at is about one of them alone.
    """

    def __init__(
        self,
        dependencies: ReconciliationDependencies,
        event_id: str,
        owner: str,
        reservations: Reservations | None = None,
    ) -> None:
        self.dependencies = dependencies
        self.reservations = reservations or Reservations()
        self.event_id = event_id
        self.lease = dependencies.leases.held_by(event_id, owner)
        self.shifts: Shifts = Counter()
        self.just_read: dict[Any, list[Enrollment]] = {}
        self.is_for_one = False
        self._settings: Settings | None = None
        self._marked: list[str] | None = None

    @property
    def event(self) -> Event:
        """The event as this execution last read or wrote it; keeps the lease at the first use.

        Raises:
            LeaseLost: Another execution is at work on the event.
        """
        return self.lease.event or self.lease.begin_task(self.lease_until)

    @event.setter
    def event(self, event: Event) -> None:
        self.lease.event = event

    @property
    def lease_until(self) -> datetime:
        """When this execution counts as dead, unless it writes the lease anew."""
        return self.now() + self.dependencies.lease_for

    @property
    def settings(self) -> Settings:
        """The platform's settings."""
        if self._settings is None:
            self._settings, _ = self.dependencies.settings.get()
        return self._settings

    @property
    def marked(self) -> list[str]:
        """The users who are marked as instructors, as a round finds them at its beginning.

        Who is marked meanwhile was changed, and is seen by a further round.
        """
        if self._marked is None:
            self._marked = self.dependencies.instructors.marked(self.event_id)
        return self._marked

    @property
    def registrar(self) -> Registrar:
        """Notes what comes of people in the meeting that the event has now."""
        return Registrar(
            event=self.event,
            settings=self.settings,
            enrollments=self.dependencies.enrollments,
            instructors=self.dependencies.instructors,
            sessions=self.sessions,
            now=self.now,
            noted=self.noted,
            doubts=self.doubts,
            is_for_one=self.is_for_one,
        )

    def now(self) -> datetime:
        """The present moment."""
        return self.dependencies.now()

    def come_back(self, at: datetime) -> NoReturn:
        """Has the task done again at a moment, with what it found out.

        Raises:
            ZoomSlotReserved: Always.
        """
        reservation = Reservation(rate_class=None, at=at, number=0, wake_at=at)
        raise ZoomSlotReserved("come_back", self.reservations.later(reservation))

    def note_missing(self, meeting: Meeting) -> None:
        """Notes that Zoom said that a meeting is not there, for the next round to find out."""
        self.lease.note_missing(meeting, self.now())

    def doubts(self) -> bool:
        """Has the meeting read anew, as Zoom says that it is not what the ledger has.

        Returns:
            Whether that is to come; ``False`` if it was done just now, and changed nothing.
        """
        sync, now = self.event.sync, self.now()
        just_read = sync.last_verified_at and sync.last_verified_at + _JUST_READ > now
        if sync.verify or just_read:
            return False
        asked = self.dependencies.events.request_sync(self.event_id, now, verify=True)
        self.event = asked or self.event
        return True

    def claims(self, connection: str, zoom_id: str) -> bool:
        """Whether a meeting at Zoom is the event's from now on, and not another one's."""
        try:
            self.dependencies.events.claim_meeting(connection, zoom_id, self.event_id)
        except WriteConflict:
            return False
        return True

    def sessions(self, of: Meeting | MeetingIntent) -> Sessions:
        """The sessions at Zoom among which this one is, or is to be.

        Raises:
            ZoomCredentialsInvalid: The account's credentials were never set.
        """
        return self.zoom(of.connection).sessions(of.kind)

    def zoom(self, connection_id: str | None = None) -> ZoomAccount:
        """The event's Zoom account, or another.

        Raises:
            ZoomCredentialsInvalid: The account's credentials were never set.
        """
        name = connection_id or self.event.details.connection
        connection = self.dependencies.settings.connected(name)
        lane = lane_of(self.event, self.now())
        return self.dependencies.zoom(connection).in_lane(lane).taking(self.reservations)

    def noted(self, shifts: Shifts) -> None:
        """Adds to what the work shifted."""
        self.shifts = sum_of((self.shifts, shifts))

    def begin_round(self) -> None:
        """Keeps the lease for a further round, and reads the event with everybody counted."""
        self.lease.begin_round(self.now(), self.lease_until, self.shifts)
        self.shifts = Counter()
        self.is_for_one = False
        self._marked = None

    def end_task(self, state: SyncState | None = None) -> None:
        """Ends the task while the lease is kept; the people who stand elsewhere are counted.

        Where the lease is lost, its new holder counts everybody.
        """
        with suppress(LeaseLost):
            self.lease.end_task(self.shifts, state)

    def note_problem(self, problem: Problem | None) -> None:
        """Notes what keeps the event from being in sync, or that nothing does."""
        if problem is not None:
            self.note_lasting(problem)
        if self.event.sync.problem != problem:
            self.lease.record_problem(problem)

    def note_lasting(self, problem: Problem) -> None:
        """Notes since when the event has a problem; tried again in vain, it is no new one."""
        lasting = self.event.sync.lasting_with(problem, self.now())
        if self.event.sync.lasting != lasting:
            self.lease.record_lasting(lasting)

    def note_refusal(self, error: ZoomError) -> Problem | None:
        """Notes what Zoom refused for good as the event's problem, and returns it.

        That the meeting is not there is none yet: the next round finds out whether it is.

        Raises:
            ZoomError: The error itself, where it passes by itself.
        """
        meeting = self.event.meeting
        if meeting and reading_of(error).meaning is Meaning.GONE:
            self.note_missing(meeting)
            return None
        problem = problem_of_event(error)
        if problem is None:
            raise error
        self.note_problem(problem)
        return problem

    def note_drift(self, drift: Drifts) -> None:
        """Notes what was found to be changed in Zoom by hand."""
        self.lease.record_drift(drift)

    def note_overrun(self, overrun: Overrun) -> None:
        """Notes that the session runs over, for the next round to have it last longer at Zoom."""
        self.lease.record_overrun(overrun)

    def note_wait(self, until: datetime | None) -> None:
        """Notes until when Zoom asked to wait for a part of the work, or that it does not."""
        if self.event.sync.next_attempt_at != until:
            self.lease.note_wait(until)
