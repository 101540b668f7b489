"""Notes what came of people who are registered in an event's meeting.

The workflow does so for everyone, a join click for one person, possibly at the same moment: Zoom
answers the same address with the same registrant, and what is noted is conditional on what was
read.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from lectern.domain.address import address_key
from lectern.domain.enrollment import Enrollment, EnrollmentState, Registration, Settled, Shifts
from lectern.domain.errors import ZoomRejected
from lectern.domain.event import Event
from lectern.domain.meeting import Meeting
from lectern.domain.overrun import (
    NO_LONGER,
    SESSION_OVER,
    is_running,
    overrun,
    should_be_over,
)
from lectern.domain.people.given_up import closed_key
from lectern.domain.people.instructors import message_of
from lectern.domain.people.refused_people import Refusal, refusal_of
from lectern.domain.planner import PersonPlan, stand_of_registered
from lectern.domain.problems import EnrollmentProblem, enrollment_message
from lectern.domain.settings import Settings
from lectern.domain.zoom_refusals import is_over
from lectern.store.enrollments import EnrollmentStore
from lectern.store.instructors import InstructorStore
from lectern.sync.registration.attempts import AttemptLedger
from lectern.zoom.payloads import RegistrantResponse
from lectern.zoom.sessions import Sessions

Registered = tuple[Enrollment, Registration | None]
"""A person with the registrant that is to be approved, if there is one already."""


@dataclass(frozen=True)
class Registrar:
    """Notes what comes of people in the meeting that the event has.

    Attributes:
        event: The event.
        settings: The platform's settings.
        enrollments: Where it is noted what came of each person.
        instructors: Where it is noted who is a panelist.
        sessions: Gives the sessions at Zoom that a meeting is one of.
        now: The clock.
        noted: Told how each note shifts the counts of people.
        doubts: Told that the meeting is not as the ledger has it; whether somebody is to look.
        is_for_one: Whether the work is about nobody else.
    """

    event: Event
    settings: Settings
    enrollments: EnrollmentStore
    instructors: InstructorStore
    sessions: Callable[[Meeting], Sessions]
    now: Callable[[], datetime]
    noted: Callable[[Shifts], None]
    doubts: Callable[[], bool]
    is_for_one: bool = False

    @property
    def settled(self) -> Settled:
        """When, and by whom, it is found out now where somebody stands."""
        now, sync = self.now(), self.event.sync
        shared = sync.is_leased(now) and not self.is_for_one
        return Settled(at=now, execution=sync.lease_owner if shared else None)

    def forgets(self, registration: Registration) -> None:
        """Notes that a registrant is gone, so that its address has no answer missing."""
        self.ledger(registration.zoom_id).answered([registration.person.address])

    def ledger(self, zoom_id: str) -> AttemptLedger:
        """The ledger of requests about people for a meeting of the event."""
        return AttemptLedger(self.enrollments.sends, self.event.event_id, zoom_id, self.now)

    def not_found(
        self, meeting: Meeting, enrollments: list[Enrollment], *, among: list[Enrollment]
    ) -> list[Enrollment]:
        """Those of some people whom Zoom does not list; whom it lists is noted as registered.

        Args:
            meeting: The meeting.
            enrollments: The people.
            among: Those of them whose registration was sent, and may have been made.
        """
        if not among:
            return enrollments
        found: list[Enrollment] = []
        missing = {enrollment.person.address: enrollment for enrollment in among}
        listed = self.sessions(meeting).all_registrants(meeting.zoom_id)
        while missing and (registrant := next(listed, None)):
            enrollment = missing.pop(address_key(registrant.email), None)
            if enrollment is not None:
                self.note_registered(enrollment, meeting.zoom_id, registrant)
                found.append(enrollment)
        return without(enrollments, found)

    def note(
        self, enrollment: Enrollment, plan: PersonPlan, registration: Registration | None
    ) -> None:
        """Notes where a person stands, with the registrant that is known to be at Zoom."""
        message = plan.message or (enrollment_message(plan.reason) if plan.reason else None)
        self.noted(
            self.enrollments.record(
                enrollment,
                state=plan.state,
                reason=plan.reason,
                message=message,
                registration=registration,
                settled=self.settled,
            )
        )

    def note_registered(
        self, enrollment: Enrollment, zoom_id: str, answer: RegistrantResponse
    ) -> None:
        """Notes the registrant that Zoom answered for a person."""
        registration = Registration(
            zoom_id=zoom_id,
            registrant_id=answer.registrant_id,
            join_url=answer.join_url or None,
            person=enrollment.person,
            registered_at=self.now(),
        )
        message = message_of(enrollment, self.event, self.settings)
        self.note(enrollment, stand_of_registered(registration, message), registration)

    def note_failed(
        self,
        enrollment: Enrollment,
        refusal: Refusal,
        *,
        registration: Registration | None = None,
        failed_for: str | None = None,
    ) -> None:
        """Notes a failure; the attempt that it is for is not made again."""
        self.noted(
            self.enrollments.record(
                enrollment,
                state=EnrollmentState.FAILED,
                reason=refusal.reason,
                message=refusal.message,
                registration=registration,
                failed_for=failed_for,
                settled=self.settled,
            )
        )

    def all_refused(
        self, meeting: Meeting, people: Sequence[Registered], error: ZoomRejected
    ) -> None:
        """Notes what keeps everybody out; the next synchronisation sees whether it still does.

        Args:
            meeting: The meeting.
            people: Whom it concerns.
            error: What Zoom said.

        Raises:
            ZoomRejected: The event is to say so as well.
        """
        if is_over(error):
            self._all_too_late(meeting, people)
            return
        for person, registration in people:
            self.note_failed(person, refusal_of(error), registration=registration)
        raise error

    def _all_too_late(self, meeting: Meeting, people: Sequence[Registered]) -> None:
        """Notes that the session takes nobody more, unless it was moved in Zoom."""
        now = self.now()
        if overrun(self.event, now):
            # The planned end came while people were sent; Zoom is told first that it lasts longer.
            return
        if not should_be_over(meeting, now) and self.doubts():
            return
        reason, goes_on = EnrollmentProblem.REGISTRATION_CLOSED, is_running(self.event, now)
        refusal = Refusal(
            reason, enrollment_message(reason, NO_LONGER if goes_on else SESSION_OVER)
        )
        failed_for = closed_key(self.event)
        for person, registration in people:
            self.note_failed(person, refusal, registration=registration, failed_for=failed_for)


def without(enrollments: Sequence[Enrollment], others: Sequence[Enrollment]) -> list[Enrollment]:
    """The people who are none of the others."""
    users = {enrollment.user_id for enrollment in others}
    return [enrollment for enrollment in enrollments if enrollment.user_id not in users]
