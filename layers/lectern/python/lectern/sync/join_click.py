"""A click on Join: does at Zoom, on the spot, what is missing for one person alone.

At most one call is made (the token aside), and few for one person within some seconds. What it
cannot settle is left to the reconciliation, and the person is told to ask again: Zoom's limits,
outages and lost answers are no errors here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from lectern.domain.enrollment import Enrollment, EnrollmentState, Shifts, sum_of
from lectern.domain.errors import (
    ZoomDailyLimit,
    ZoomError,
    ZoomNotFound,
    ZoomRateLimited,
    ZoomRejected,
    ZoomUnavailable,
)
from lectern.domain.event import Event, SyncState
from lectern.domain.join.decision import (
    RETRY_SECONDS,
    JoinDecision,
    JoinState,
    JoinStep,
    preparing,
    seconds_until,
)
from lectern.domain.limits.budget import Lane
from lectern.domain.meeting import Meeting
from lectern.domain.problems import (
    EnrollmentProblem,
    EventProblem,
    Problem,
    event_problem,
)
from lectern.domain.settings import Connection
from lectern.domain.zoom_refusals import Meaning, problem_of_event, reading_of
from lectern.store.clicks import ClickStore
from lectern.store.enrollments import EnrollmentStore
from lectern.store.events import EventStore
from lectern.store.instructors import InstructorStore
from lectern.store.joining import JoinFacts, JoinStore
from lectern.store.settings import SettingsStore
from lectern.sync.registration.register import register
from lectern.sync.registration.registrar import Registrar
from lectern.zoom.account import ZoomAccount
from lectern.zoom.panelists import display_name
from lectern.zoom.sessions import Sessions

_OUTAGE_SECONDS = 15
"""When to ask again while Zoom does not answer."""

_JUST_ASKED = "Zoom was asked for this several times just now; it can be asked again shortly."

_LOOKED_INTO = "Zoom's answer about this event is being looked into; that takes a moment."

_MAY_BECOME_FREE = frozenset(
    {EnrollmentProblem.DUPLICATE_EMAIL, EnrollmentProblem.CAPACITY_REACHED}
)
"""What a person is refused for while others have it."""

_LICENCES = frozenset({EventProblem.HOST_NOT_LICENSED, EventProblem.WEBINAR_NOT_LICENSED})
"""What only a person can put right, however often it is looked at."""


class ClickedTooOften(ZoomRateLimited):
    """One person's clicks had Zoom called several times just now: nothing was called.

    Attributes:
        next_at: When the next call may be made.
    """

    def __init__(self, next_at: datetime) -> None:
        super().__init__("click")
        self.next_at = next_at


@dataclass(frozen=True)
class JoinClick:
    """The registration of one person within a click.

    Attributes:
        joins: What is stored about people's ways in.
        clicks: How often clicks lately had Zoom called.
        events: The stored events.
        enrollments: The stored enrollments.
        instructors: What is stored of the instructors among them.
        settings: The stored connections.
        zoom: Gives the Zoom account of a connection.
        now: The clock.
    """

    joins: JoinStore
    clicks: ClickStore
    events: EventStore
    enrollments: EnrollmentStore
    instructors: InstructorStore
    settings: SettingsStore
    zoom: Callable[[Connection], ZoomAccount]
    now: Callable[[], datetime]

    def go_further(self, look: JoinFacts, decision: JoinDecision) -> JoinDecision:
        """Takes the step that the decision names, and decides anew.

        Args:
            look: What the decision was made from.
            decision: What the person would be told.
        """
        event = look.event
        if event is None or decision.step is None:
            return decision
        try:
            return self._take(decision.step, event, look, decision)
        except ZoomError as error:
            told = self._put_off(event, error, registers=decision.step is JoinStep.REGISTER)
            return told.model_copy(update={"role": decision.role, "phase": decision.phase})

    def _take(
        self, step: JoinStep, event: Event, look: JoinFacts, decision: JoinDecision
    ) -> JoinDecision:
        sessions = self._way_to_zoom(event, look.user_id)
        if step is JoinStep.FETCH_START_LINK and event.meeting:
            return self._start(event, event.meeting, sessions(event.meeting), decision)
        if step is JoinStep.FETCH_INVITE_LINK and event.meeting and look.enrollment:
            # Stored nowhere either: it lets in whoever has it, without a registration.
            name = display_name(look.enrollment.person)
            url = sessions(event.meeting).invite_link(event.meeting.zoom_id, name)
            return decision.model_copy(update={"url": url})
        if step is JoinStep.REGISTER and look.enrollment:
            return self._register(event, look, look.enrollment, sessions)
        self._ask(event, verify=step is JoinStep.VERIFY)
        return decision

    def _start(
        self, event: Event, meeting: Meeting, sessions: Sessions, decision: JoinDecision
    ) -> JoinDecision:
        """Fetches the host's start link, which is never stored: it is the host's own sign-in.

        That of a meeting which belongs to anybody else at Zoom is given to nobody.
        """
        link = sessions.start_link(meeting.zoom_id)
        if link.host_id == meeting.host_id:
            return decision.model_copy(update={"url": link.start_url})
        self._doubts(event)
        return preparing(EnrollmentProblem.EVENT_NOT_READY, _LOOKED_INTO)

    def _register(
        self,
        event: Event,
        look: JoinFacts,
        person: Enrollment,
        sessions: Callable[[Meeting], Sessions],
    ) -> JoinDecision:
        noted: list[Shifts] = []
        registrar = Registrar(
            event=event,
            settings=look.settings,
            enrollments=self.enrollments,
            instructors=self.instructors,
            sessions=sessions,
            now=self.now,
            noted=noted.append,
            doubts=lambda: self._doubts(event),
        )
        try:
            register(registrar, [person])
        except ZoomRejected:
            if not noted:
                raise
            # It concerns everybody, and was noted of this person; the event is to say so as well.
            self._ask(event, verify=False)
        again = self.joins.look(look.user_id, event.event_id)
        decision = again.decide(self.now())
        failed = _who_may_get_in_now(event, again, self.now())
        if failed:
            noted.append(self._is_worth_another_try(failed))
        self._count(again.event or event, sum_of(noted), asks=failed is not None)
        if decision.step in {JoinStep.VERIFY, JoinStep.SYNCHRONISE}:
            self._ask(again.event or event, verify=decision.step is JoinStep.VERIFY)
        return decision

    def _is_worth_another_try(self, person: Enrollment) -> Shifts:
        """Has the reconciliation try a person again who failed, and nobody else who did.

        Zoom takes three registrations of a person a day, and may count those that it refuses.
        """
        return self.enrollments.record(
            person,
            state=person.state,
            reason=person.reason,
            message=person.message,
            registration=person.registration,
        )

    def _count(self, event: Event, shifts: Shifts, *, asks: bool) -> None:
        """Counts the person; an execution at work counts everybody out, and has to do so again.

        If there is nothing to count, or the person is pending again, the person was changed or
        registered by someone else meanwhile, and what is at Zoom by now may not be what is wanted.
        """
        now = self.now()
        is_undecided = not shifts or shifts[EnrollmentState.PENDING] > 0
        if asks or is_undecided or event.sync.is_leased(now):
            self.events.request_sync(event.event_id, now, shifts=shifts)
        else:
            self.events.count(event.event_id, shifts)

    def _put_off(self, event: Event, error: ZoomError, *, registers: bool) -> JoinDecision:
        """Tells the person of Zoom's refusal, and hands it to who takes care of it."""
        match error:
            case ClickedTooOften(next_at=next_at):
                seconds = seconds_until(next_at, self.now())
                return preparing(None, _JUST_ASKED, seconds=seconds)
            case ZoomDailyLimit(resume_at=resume_at):
                code, seconds = EventProblem.DAILY_LIMIT, seconds_until(resume_at, self.now())
            case ZoomRateLimited():
                code, seconds = EventProblem.RATE_LIMITED, RETRY_SECONDS
            case ZoomUnavailable():
                code, seconds = EventProblem.UNAVAILABLE, _OUTAGE_SECONDS
            case _:
                return self._refused(event, error)
        if registers:
            self._ask(event, verify=isinstance(error, ZoomUnavailable) and error.unclear)
        return preparing(code, event_problem(code).message, seconds=seconds)

    def _refused(self, event: Event, error: ZoomError) -> JoinDecision:
        problem, known = problem_of_event(error), event.sync.problem
        if problem and known and known.code == problem.code and known.code in _LICENCES:
            # The reconciliation has looked already, and sweeps look again.
            return _unavailable(known)
        if problem is None or isinstance(error, (ZoomNotFound, ZoomRejected)):
            # The meeting is not as the ledger has it: the reconciliation looks, and puts it right.
            return self._looked_into(event, error, problem)
        if event.sync.problem != problem:
            self._ask(event, verify=False)
        return _unavailable(problem)

    def _looked_into(self, event: Event, error: ZoomError, problem: Problem | None) -> JoinDecision:
        """Tells the person to wait for the reconciliation, or of what it could not put right."""
        self._doubts(event)
        is_known = event.sync.problem is not None and event.sync.state is SyncState.FAILED
        if problem and is_known and reading_of(error).meaning is not Meaning.GONE:
            return _unavailable(problem)
        return preparing(EnrollmentProblem.EVENT_NOT_READY, _LOOKED_INTO)

    def _doubts(self, event: Event) -> bool:
        """Has the meeting looked at, and put right; it is not as the ledger has it."""
        self._ask(event, verify=True)
        return True

    def _ask(self, event: Event, *, verify: bool) -> None:
        """Asks for a synchronisation, unless one that does as much is asked for already."""
        sync = event.sync
        is_coming = sync.is_due and sync.state is not SyncState.FAILED
        if not is_coming or (verify and not sync.verify):
            self.events.request_sync(event.event_id, self.now(), verify=verify)

    def _way_to_zoom(self, event: Event, user_id: str) -> Callable[[Meeting], Sessions]:
        """Gives the sessions at Zoom for each call, as long as it is not one of too many."""

        def sessions(of: Meeting) -> Sessions:
            next_at = self.clicks.take(event.event_id, user_id, self.now())
            if next_at is not None:
                raise ClickedTooOften(next_at)
            connection = self.settings.connected(of.connection)
            return self.zoom(connection).in_lane(Lane.JOIN).sessions(of.kind)

        return sessions


def _unavailable(problem: Problem) -> JoinDecision:
    return JoinDecision(state=JoinState.UNAVAILABLE, reason=problem.code, message=problem.message)


def _who_may_get_in_now(before: Event, again: JoinFacts, now: datetime) -> Enrollment | None:
    """The person, if what they were refused for may have become free at the same moment.

    Who removes people has those tried again who have failed by then, and may not have seen one.
    """
    person, event = again.enrollment, again.event
    if person is None or event is None or person.reason not in _MAY_BECOME_FREE:
        return None
    is_at_work = event.sync.is_leased(now) or before.sync.done != event.sync.done
    return person if is_at_work else None
