"""The tasks of the attendance state machine: a model in, a model out, typed errors.

Every task can be repeated at any time, and one of a round that was taken over does nothing.
"""

from __future__ import annotations

from abc import abstractmethod
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from lectern.attendance import report
from lectern.attendance.work import AttendanceDependencies, AttendanceReading
from lectern.domain.attendance.matching import AttendanceFault
from lectern.domain.attendance.presence import Source
from lectern.domain.attendance.report import QUIET, attendance_problem
from lectern.domain.errors import ZoomDailyLimit
from lectern.domain.model import DomainModel


class AttendanceTask(DomainModel):
    """The input that every task has.

    Attributes:
        event_id: The event.
        instance: The key of the run of its session.
        round: The round that the execution works for.
    """

    event_id: str
    instance: str
    round: int

    def run(self, dependencies: AttendanceDependencies) -> report.ReportStep:
        """Does the task, and notes a wait that Zoom asked for before it is raised.

        Each task shows the sweep that somebody is at work, so that a long report is not begun anew.
        """
        instance = dependencies.instances.get(self.event_id, self.instance)
        if instance is None or instance.round != self.round:
            return report.STOP
        if not dependencies.instances.stay_at_work(instance, dependencies.now() + QUIET):
            return report.STOP
        try:
            return self.do(AttendanceReading(dependencies, instance))
        except ZoomDailyLimit as limit:
            dependencies.instances.note_problem(
                instance,
                attendance_problem(AttendanceFault.DAILY_LIMIT),
                due_at=limit.resume_at + QUIET,
                resume_at=limit.resume_at,
            )
            raise

    @abstractmethod
    def do(self, work: AttendanceReading) -> report.ReportStep:
        """What the task is about."""


class Begin(AttendanceTask):
    """Says whether it is time to look for the report."""

    task: Literal["begin"]

    def do(self, work: AttendanceReading) -> report.ReportStep:
        """See ``report.begin``."""
        return report.begin(work)


class ReadPage(AttendanceTask):
    """Reads a page of the report."""

    task: Literal["read_page"]
    source: Source
    page_token: str
    progress: report.ReportProgress

    def do(self, work: AttendanceReading) -> report.ReportStep:
        """See ``report.read_page``."""
        return report.read_page(work, self.source, self.page_token, self.progress)


class Settle(AttendanceTask):
    """Makes the attendance final."""

    task: Literal["settle"]
    source: Source

    def do(self, work: AttendanceReading) -> report.ReportStep:
        """See ``report.settle``."""
        return report.settle(work, self.source)


class Conclude(AttendanceTask):
    """Says that the attendance is final."""

    task: Literal["conclude"]

    def do(self, work: AttendanceReading) -> report.ReportStep:
        """See ``report.conclude``."""
        return report.conclude(work)


class PostponeReport(AttendanceTask):
    """Notes until when Zoom's limits or an outage hold the report up."""

    task: Literal["postpone"]
    error: Literal["ZoomRateLimited", "ZoomDailyLimit", "ZoomUnavailable"]

    def do(self, work: AttendanceReading) -> report.ReportStep:
        """See ``report.postpone``."""
        return report.postpone(work, self.error)


class GiveUpReport(AttendanceTask):
    """Ends the round after an unexpected fault."""

    task: Literal["give_up"]

    def do(self, work: AttendanceReading) -> report.ReportStep:
        """See ``report.give_up``."""
        return report.give_up(work)


AnyTask = Annotated[
    Begin | ReadPage | Settle | Conclude | PostponeReport | GiveUpReport,
    Field(discriminator="task"),
]

TASK: TypeAdapter[AnyTask] = TypeAdapter(AnyTask)
"""Reads a task from what the state machine sends."""
