"""The tasks of the event_sync state machine: a model in, a model out, typed errors.

Every task can be repeated at any time: it reads what is there and does what is missing.
"""

from __future__ import annotations

from abc import abstractmethod
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from lectern.domain.errors import Unfinished, ZoomDailyLimit
from lectern.domain.limits.budget import Reservation
from lectern.domain.model import DomainModel
from lectern.sync import lease, rounds
from lectern.sync.people import people_pages
from lectern.sync.reconciliation import Reconciliation, ReconciliationDependencies
from lectern.telemetry import measure
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
        work = Reconciliation(dependencies, self.event_id, self.owner)
        try:
            result = self.do(work)
        except Exception as error:
            if isinstance(error, ZoomDailyLimit):
                work.lease.note_wait(error.resume_at)
            work.end_task()
            raise
        work.end_task()
        return result

    @abstractmethod
    def do(self, work: Reconciliation) -> DomainModel:
        """Does the task's own part."""


class Reconcile(SyncTask):
    """Brings the event in line with what is wanted, as far as nothing has to wait.

    Attributes:
        progress: How far the execution is.
        raises_unfinished: Whether the state machine catches what is unfinished; an execution that
            a former version began takes it as a result.
    """

    task: Literal["reconcile"]
    progress: rounds.Progress = rounds.Progress()
    raises_unfinished: bool = False

    def do(self, work: Reconciliation) -> rounds.Result:
        """See ``rounds.reconcile``.

        Raises:
            Unfinished: The execution goes on; to raise it costs no state, which to return it would.
        """
        result = rounds.reconcile(work, self.progress)
        work.end_task(rounds.shown_after(result))
        if self.raises_unfinished and result.outcome not in rounds.ENDS:
            measure("TasksUnfinished", 1, outcome=result.outcome)
            raise Unfinished(result.model_dump_json())
        return result


class RangeTask(SyncTask):
    """A task for a range of people, which is done again when it is its turn.

    Attributes:
        users: The range.
        reservation: What it was told when it last had to wait.
    """

    users: people_pages.UserRange
    reservation: Reservation | None = None

    def do(self, work: Reconciliation) -> people_pages.RangeResult:
        """Does it within the place that is kept for it; who has a meeting at Zoom has begun."""
        work.reservations = Reservations(self.reservation, begun=True)
        return self.work_off(work)

    @abstractmethod
    def work_off(self, work: Reconciliation) -> people_pages.RangeResult:
        """Brings the people of the range in line."""


class RemoveRange(RangeTask):
    """Deletes the registrants in a range of users who should not be there."""

    task: Literal["remove_range"]

    def work_off(self, work: Reconciliation) -> people_pages.RangeResult:
        """See ``people_pages.remove_range``."""
        return people_pages.remove_range(work, self.users)


class RegisterRange(RangeTask):
    """Registers up to 30 people of a range of users."""

    task: Literal["register_range"]

    def work_off(self, work: Reconciliation) -> people_pages.RangeResult:
        """See ``people_pages.register_range``."""
        return people_pages.register_range(work, self.users)


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
    Reconcile | RemoveRange | RegisterRange | Postpone | GiveUp,
    Field(discriminator="task"),
]

TASK: TypeAdapter[AnyTask] = TypeAdapter(AnyTask)
"""Reads a task from what the state machine sends."""
