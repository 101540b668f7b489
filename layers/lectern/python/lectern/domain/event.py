"""A scheduled event: what the LMS wants (desired state) and how far Zoom is from it."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from lectern.domain.address import Addressed, address_key
from lectern.domain.drift import Drifts
from lectern.domain.meeting import Creation, Kind, Meeting, MeetingIntent
from lectern.domain.model import DomainModel, Instant, Text
from lectern.domain.problems import EventProblem, Problem

LONGEST_SESSION = timedelta(hours=30)
"""Zoom ends every session after 30 hours."""


class Status(StrEnum):
    """The LMS's wish: scheduled or cancelled."""

    SCHEDULED = "scheduled"
    CANCELLED = "cancelled"


class Phase(StrEnum):
    """Where the event is in its life, by what Zoom reported of it."""

    UPCOMING = "upcoming"
    LIVE = "live"
    ENDED = "ended"


class SyncState(StrEnum):
    """How far Zoom is from the desired state."""

    PENDING = "pending"
    SYNCING = "syncing"
    IN_SYNC = "in_sync"
    WAITING = "waiting"
    FAILED = "failed"


class AutoRecording(StrEnum):
    """Where Zoom records by itself, if at all."""

    NONE = "none"
    LOCAL = "local"
    CLOUD = "cloud"


class Host(Addressed):
    """The responsible course administrator, who hosts the session at Zoom."""

    user_id: str

    @property
    def is_erased(self) -> bool:
        """Whether the host was erased, once the event was over or cancelled."""
        return self == ERASED_HOST


ERASED_HOST = Host(user_id="", email="")
"""Nobody: what stands in the place of a host who was erased."""


class Instructor(Addressed):
    """Someone who teaches the event beside the host."""

    user_id: str
    name: str


class Context(DomainModel):
    """The course that the event belongs to, for a way back."""

    id: str
    title: Text = ""
    url: str | None = None


class Options(DomainModel):
    """How the session behaves at Zoom; ``None`` leaves the choice to the settings."""

    waiting_room: bool = False
    join_before_host: bool = False
    passcode: str | None = None
    auto_recording: AutoRecording = AutoRecording.NONE
    mute_upon_entry: bool = True
    require_sign_in: bool = False
    zoom_emails: bool | None = None


class EventDetails(DomainModel):
    """The desired state of an event, as the LMS last declared it."""

    kind: Kind
    title: str
    description: Text = ""
    starts_at: Instant
    duration_minutes: int
    timezone: str
    host: Host
    instructors: tuple[Instructor, ...] = ()
    connection: str = "default"
    access_validation: bool | None = None
    context: Context | None = None
    url: str | None = None
    options: Options = Options()

    @property
    def ends_at(self) -> Instant:
        """When the session is planned to end."""
        return self.starts_at + timedelta(minutes=self.duration_minutes)

    def instructor(self, user_id: str) -> Instructor | None:
        """The instructor of this user, if the event lists one."""
        return next((each for each in self.instructors if each.user_id == user_id), None)

    @property
    def staff(self) -> frozenset[str]:
        """The users who are host or instructors."""
        instructors = (each.user_id for each in self.instructors)
        return frozenset(filter(None, (self.host.user_id, *instructors)))

    def without(self, user_id: str) -> EventDetails:
        """The same without anything about a user, who is host or instructor or neither."""
        host = ERASED_HOST if self.host.user_id == user_id else self.host
        others = tuple(each for each in self.instructors if each.user_id != user_id)
        return self.model_copy(update={"host": host, "instructors": others})

    @property
    def staff_addresses(self) -> frozenset[str]:
        """The addresses of host and instructors, in the form that is compared."""
        return frozenset(each.address for each in (self.host, *self.instructors))

    def is_hosted_by(self, user_id: str, email: str) -> bool:
        """Whether this person is the host, by user or by address, however that is written."""
        if self.host.is_erased:
            return False
        return user_id == self.host.user_id or address_key(email) == self.host.address


class LeadTime(DomainModel):
    """A version of an event at some minutes before its start."""

    version: int
    minutes: int


class LastingProblem(DomainModel):
    """A problem that lasts however often it is tried to put it right."""

    code: EventProblem
    since: Instant


class SyncRecord(DomainModel):
    """The reconciliation of one event: what was asked for, what was done, who is at it.

    Attributes:
        requested: Grows with each request for a synchronisation.
        done: The value of ``requested`` that the last finished synchronisation covers.
        requested_at: When the last request came; writes in quick succession are folded by it.
        verify: Whether the next run reads Zoom first instead of trusting the ledger.
        look_up: Whether there are people to look up singly.
        background: Whether only the background sweep asked, so that everything else goes first.
        swept: The last lead time at which the event was brought up to date before its start.
        access_asked: The lead time at which the LMS was last asked who has access.
        retry_round: Grows when what had failed for good is worth another try.
        synced_version: The version that Zoom was last brought to.
        synced_meeting: The meeting, by connection and Zoom id, that it was brought to in.
        moved_to: The meeting, named likewise, that everyone is in since it took another's place.
        lease_owner: The execution that is at work, if any.
        lease_until: When that execution counts as dead.
        seen: The value of ``requested`` that the holder of the lease took it for.
        waiter: The moment at which an execution that waits will wake by itself.
        attempts: How many tries in a row ended with a fault that may pass.
        lasting: The problem that the last tries ended with; a new try alone does not end it.
        asked_in: The request to the API, which changed people, that it was last asked for in.
        worked_at: When the last round of work began; what comes soon after it waits for others.
        at_work: How many tasks of the execution have begun and not ended; one that was killed
            leaves its count here, and people may have moved uncounted.
        basis: Names what the roster was last found in line with; see ``domain.roster``.
        look_at: When the background sweep turns to it, if it neither waits for an execution by then
            nor has one at work.
    """

    state: SyncState = SyncState.PENDING
    requested: int = 0
    done: int = 0
    requested_at: Instant
    verify: bool = False
    look_up: bool = False
    background: bool = False
    swept: LeadTime | None = None
    access_asked: LeadTime | None = None
    retry_round: int = 0
    synced_version: int | None = None
    synced_meeting: str | None = None
    moved_to: str | None = None
    last_synced_at: Instant | None = None
    last_verified_at: Instant | None = None
    next_attempt_at: Instant | None = None
    problem: Problem | None = None
    lease_owner: str | None = None
    lease_until: Instant | None = None
    seen: int = 0
    waiter: Instant | None = None
    attempts: int = 0
    lasting: LastingProblem | None = None
    asked_in: str | None = None
    worked_at: Instant | None = None
    at_work: int = 0
    basis: str | None = None
    look_at: Instant | None = None

    def lasting_with(self, problem: Problem, now: Instant) -> LastingProblem:
        """Since when the event has a problem that is noted now."""
        if self.lasting and self.lasting.code is problem.code:
            return self.lasting
        return LastingProblem(code=problem.code, since=now)

    def is_leased(self, now: Instant) -> bool:
        """Whether an execution that is alive is at work on the event."""
        return self.lease_until is not None and self.lease_until > now

    @property
    def is_due(self) -> bool:
        """Whether a request came that no finished synchronisation covers."""
        return self.requested > self.done


class Participants(DomainModel):
    """How many of an event's people stand where; who was removed does not count.

    Counted along with every change, and counted out where a task was killed.
    """

    pending: int = 0
    registered: int = 0
    blocked: int = 0
    failed: int = 0

    @property
    def expected(self) -> int:
        """Everyone who is to take part as things are."""
        return self.pending + self.registered + self.failed

    @property
    def enrolled(self) -> int:
        """Everyone whom the LMS wants in the event."""
        return self.pending + self.registered + self.blocked + self.failed


class Planned(DomainModel):
    """The state that a round was planned from; anything newer needs another round."""

    version: int
    requested: int
    retry_round: int


class Staffing(DomainModel):
    """The event's instructors as the reconciliation found them.

    Attributes:
        alternative_hosts: The addresses, in order, of those who are to be alternative hosts.
        unanswered_for: The webinar that panelists are being added to, with nothing known yet of
            what became of it.
    """

    alternative_hosts: tuple[str, ...] = ()
    unanswered_for: str | None = None


class ReplacedZone(DomainModel):
    """A time zone that Zoom does not take, and what it is told in its place."""

    wanted: str
    told: str


class Overrun(DomainModel):
    """That a session ran over its planned end, and how long Zoom was told that it lasts.

    It counts for as long as the session is planned as it was, also once it has ended: nobody gains
    by a change of what is over.
    """

    starts_at: Instant
    planned_minutes: int
    minutes: int


class Event(DomainModel):
    """An event: desired state, reconciliation record and ledger of the meeting.

    Attributes:
        version: Grows with each change of the desired state; the API's ``ETag``.
        changed_by: The id of the API key with which it was last changed.
        changed_in: The request that last changed it.
        phase: Where it is in its life, as Zoom reported last.
        phase_at: When that happened, as Zoom says.
        instance: Zoom's UUID of the session that the phase is about.
        details: What the LMS wants.
        sync: How far the reconciliation is.
        meeting: What is known to be at Zoom; ``None`` until it was made.
        intent: A creation that was begun and whose outcome is not recorded yet.
        retired: Meetings that were replaced and are still to be deleted.
        creations: The meetings that were made for it within the last day, or may have been.
        zone: The time zone that Zoom does not take, if it is the event's.
        overrun: How long it is at Zoom, if it ran over its planned end.
        staffing: What is known of the instructors.
        participants: How many people stand where.
        drift: What was last found to be changed in Zoom by hand.
        attended: The runs of the session whose attendance is final, where that of all is.
    """

    event_id: str
    version: int
    status: Status
    phase: Phase = Phase.UPCOMING
    phase_at: Instant | None = None
    instance: str | None = None
    details: EventDetails
    created_at: Instant
    updated_at: Instant
    changed_by: str | None = None
    changed_in: str | None = None
    sync: SyncRecord
    meeting: Meeting | None = None
    intent: MeetingIntent | None = None
    retired: tuple[Meeting, ...] = ()
    creations: tuple[Creation, ...] = ()
    zone: ReplacedZone | None = None
    overrun: Overrun | None = None
    staffing: Staffing = Staffing()
    participants: Participants = Participants()
    drift: Drifts = Drifts()
    attended: frozenset[str] = frozenset()

    @property
    def planned(self) -> Planned:
        """The state that a round planned now is planned from."""
        return Planned(
            version=self.version,
            requested=self.sync.requested,
            retry_round=self.sync.retry_round,
        )

    @property
    def timezone_at_zoom(self) -> str:
        """The time zone that Zoom is told: the event's, or another that Zoom takes."""
        wanted = self.details.timezone
        return self.zone.told if self.zone and self.zone.wanted == wanted else wanted

    @property
    def minutes_at_zoom(self) -> int:
        """The duration that Zoom is told: the event's, or a longer one where it ran over."""
        planned, over = self.details.duration_minutes, self.overrun
        if over is None or over.starts_at != self.details.starts_at:
            return planned
        return over.minutes if over.planned_minutes == planned else planned

    def is_over(self, now: datetime) -> bool:
        """Whether it has ended: as Zoom reported, or by plan where Zoom does not report it live."""
        if self.phase is Phase.LIVE and not self._lost_its_end(now):
            return False
        return self.has_ended or self.details.ends_at <= now

    def _lost_its_end(self, now: datetime) -> bool:
        """Whether no session can have gone on for so long: its end was never reported."""
        return self.phase_at is not None and self.phase_at + LONGEST_SESSION <= now

    @property
    def has_ended(self) -> bool:
        """Whether Zoom reported the end; a session that ended before its time was a rehearsal."""
        was_early = self.phase_at is not None and self.phase_at < self.details.starts_at
        return self.phase is Phase.ENDED and not was_early

    def lies_ahead_again(self, details: EventDetails) -> bool:
        """Whether these details move an event whose session has ended to a later time."""
        moved = details.starts_at != self.details.starts_at
        is_later = self.phase_at is None or details.starts_at > self.phase_at
        return self.phase is Phase.ENDED and moved and is_later

    @property
    def is_cancelled(self) -> bool:
        """Whether the LMS cancelled the event."""
        return self.status is Status.CANCELLED
