"""The tasks of the event_sync state machine: a model in, a model out, typed errors.

Every task can be repeated at any time: it reads what is there and does what is missing.
"""

from __future__ import annotations

from abc import abstractmethod
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from lectern.domain.errors import ZoomDailyLimit
from lectern.domain.event import Participants, Planned
from lectern.domain.limits.budget import Reservation
from lectern.domain.model import DomainModel
from lectern.sync import lease
from lectern.sync.instructors import staff
from lectern.sync.meeting import meeting_steps
from lectern.sync.people import access_check, lookups, people_pages, verification
from lectern.sync.reconciliation import Reconciliation, ReconciliationDependencies
from lectern.zoom.rate_limiter import Reservations


class SyncTask(DomainModel):
    """The input that every task has.

    Attributes:
        event_id: The event.
        owner: The execution, in whose name the event's lease is held.
    """

    event_id: str
    owner: str

    def run(self, dependencies: ReconciliationDependencies) -> DomainModel:
        """Does the task, and notes a wait that Zoom asked for before it is raised."""
        work = Reconciliation(dependencies, self.event_id, self.owner, self.reservations())
        try:
            return self.do(work)
        except ZoomDailyLimit as limit:
            work.lease.note_wait(limit.resume_at)
            raise
        finally:
            work.count()

    def reservations(self) -> Reservations:
        """The reservations that are kept for the task at Zoom."""
        return Reservations()

    @abstractmethod
    def do(self, work: Reconciliation) -> DomainModel:
        """Does the task's own part."""


class TaskAtZoom(SyncTask):
    """A task that calls Zoom, and is done again when it is its turn.

    Attributes:
        turn: What it was told when it last had to wait.
    """

    reservation: Reservation | None = None

    def reservations(self) -> Reservations:
        """The reservation kept for it; whoever has a meeting at Zoom has begun."""
        return Reservations(self.reservation, begun=not isinstance(self, EnsureMeeting))


class TakeLease(SyncTask):
    """Becomes the only execution at work on the event."""

    task: Literal["take_lease"]
    settled_seconds: int = 0

    def do(self, work: Reconciliation) -> lease.Lease:
        """See ``lease.take_lease``."""
        return lease.take_lease(work.dependencies, self.event_id, self.owner, self.settled_seconds)


class EnsureMeeting(TaskAtZoom):
    """Brings the meeting to what is wanted."""

    task: Literal["ensure_meeting"]

    def do(self, work: Reconciliation) -> meeting_steps.MeetingResult:
        """See ``meeting.ensure_meeting``."""
        return meeting_steps.ensure_meeting(work)


class EnsureInstructors(TaskAtZoom):
    """Brings the instructors to what is wanted."""

    task: Literal["ensure_instructors"]

    def do(self, work: Reconciliation) -> staff.InstructorsResult:
        """See ``staff.ensure_instructors``."""
        return staff.ensure_instructors(work)


class AskAccess(SyncTask):
    """Asks the LMS who has access, a page of people at a time."""

    task: Literal["ask_access"]
    after: str | None = None

    def do(self, work: Reconciliation) -> access_check.AccessCheck:
        """See ``access_check.ask_page``."""
        return access_check.ask_page(work, self.after)


class LookPeopleUp(TaskAtZoom):
    """Refreshes the ledger of people who are to be looked up, some at a time."""

    task: Literal["look_people_up"]

    def do(self, work: Reconciliation) -> lookups.Lookups:
        """See ``lookups.look_people_up``."""
        return lookups.look_people_up(work)


class VerifyRegistrants(TaskAtZoom):
    """Refreshes the ledger with one page of Zoom's registrants."""

    task: Literal["verify_registrants"]
    so_far: verification.Verification = verification.Verification()
    planned: Planned

    def do(self, work: Reconciliation) -> verification.Verification:
        """See ``verification.verify_page``."""
        return verification.verify_page(work, self.so_far, self.planned)


class PlanPage(SyncTask):
    """Plans a page of the event's people."""

    task: Literal["plan_page"]
    after: str | None = None
    counted: Participants = Participants()
    instructors: int = 0

    def do(self, work: Reconciliation) -> people_pages.PagePlan:
        """See ``people.plan_page``."""
        return people_pages.plan_page(work, self.after, self.counted, self.instructors)


class RemoveRange(TaskAtZoom):
    """Deletes the registrants in a range of users who should not be there."""

    task: Literal["remove_range"]
    users: people_pages.UserRange

    def do(self, work: Reconciliation) -> people_pages.RangeResult:
        """See ``people.remove_range``."""
        return people_pages.remove_range(work, self.users)


class RegisterRange(TaskAtZoom):
    """Registers up to 30 people of a range of users."""

    task: Literal["register_range"]
    users: people_pages.UserRange

    def do(self, work: Reconciliation) -> people_pages.RangeResult:
        """See ``people.register_range``."""
        return people_pages.register_range(work, self.users)


class FinishRound(SyncTask):
    """Gives the lease back, or says that another round is needed.

    Attributes:
        rounds: How many the execution has done; one that began before this was counted says none.
        alone: How many were needed in a row with nothing new to do.
    """

    task: Literal["finish"]
    planned: Planned
    participants: Participants
    changed: bool
    rounds: int = 1
    alone: int = 0

    def do(self, work: Reconciliation) -> lease.Finish:
        """See ``lease.finish``."""
        return lease.finish(
            work,
            self.planned,
            self.participants,
            changed=self.changed,
            rounds=self.rounds,
            alone=self.alone,
        )


class Postpone(SyncTask):
    """Gives the lease back until Zoom can be asked again."""

    task: Literal["postpone"]
    error: Literal["ZoomRateLimited", "ZoomDailyLimit", "ZoomUnavailable"]

    def do(self, work: Reconciliation) -> lease.Wait:
        """See ``lease.postpone``."""
        return lease.postpone(work, self.error)


class GiveUp(SyncTask):
    """Stops the work after an unexpected fault."""

    task: Literal["give_up"]

    def do(self, work: Reconciliation) -> lease.Wait:
        """See ``lease.give_up``."""
        return lease.give_up(work)


AnyTask = Annotated[
    TakeLease
    | EnsureMeeting
    | EnsureInstructors
    | AskAccess
    | LookPeopleUp
    | VerifyRegistrants
    | PlanPage
    | RemoveRange
    | RegisterRange
    | FinishRound
    | Postpone
    | GiveUp,
    Field(discriminator="task"),
]

TASK: TypeAdapter[AnyTask] = TypeAdapter(AnyTask)
"""Reads a task from what the state machine sends."""
