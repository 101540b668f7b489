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
from lectern.domain.attempts import closed_key
from lectern.domain.enrolment import Enrolment, EnrolmentState, Registration, Shifts
from lectern.domain.errors import ZoomRejected
from lectern.domain.event import Event
from lectern.domain.meeting import Meeting
from lectern.domain.overrun import (
    NO_LONGER,
    SESSION_OVER,
    is_running,
    should_be_over,
)
from lectern.domain.planner import PersonPlan, stand_of_registered
from lectern.domain.problems import EnrolmentProblem, enrolment_message
from lectern.domain.refused_people import Refusal, refusal_of
from lectern.domain.settings import Settings
from lectern.domain.zoom_refusals import is_over
from lectern.store.enrolments import EnrolmentStore
from lectern.store.instructors import InstructorStore
from lectern.sync.sends import SendLedger
from lectern.zoom.payloads import RegistrantAnswer
from lectern.zoom.sessions import Sessions

Registered = tuple[Enrolment, Registration | None]
"""A person with the registrant that is to be approved, if there is one already."""


@dataclass(frozen=True)
class Registrar:
    """Notes what comes of people in the meeting that the event has.

    Attributes:
        event: The event.
        settings: The platform's settings.
        enrolments: Where it is noted what came of each person.
        instructors: Where it is noted who is a panelist.
        sessions: Gives the sessions at Zoom that a meeting is one of.
        now: The clock.
        noted: Told how each note shifts the counts of people.
        doubts: Told that the meeting is not as the ledger has it; whether somebody is to look.
    """

    event: Event
    settings: Settings
    enrolments: EnrolmentStore
    instructors: InstructorStore
    sessions: Callable[[Meeting], Sessions]
    now: Callable[[], datetime]
    noted: Callable[[Shifts], None]
    doubts: Callable[[], bool]

    def forgets(self, registration: Registration) -> None:
        """Notes that a registrant is gone, so that its address has no answer missing."""
        self.ledger(registration.zoom_id).answered([registration.person.address])

    def ledger(self, zoom_id: str) -> SendLedger:
        """What is sent of people for a meeting of the event."""
        return SendLedger(self.enrolments.sends, self.event.event_id, zoom_id, self.now)

    def not_found(
        self, meeting: Meeting, enrolments: list[Enrolment], *, among: list[Enrolment]
    ) -> list[Enrolment]:
        """Those of some people whom Zoom does not list; whom it lists is noted as registered.

        Args:
            meeting: The meeting.
            enrolments: The people.
            among: Those of them whose registration was sent, and may have been made.
        """
        if not among:
            return enrolments
        found: list[Enrolment] = []
        missing = {enrolment.person.address: enrolment for enrolment in among}
        listed = self.sessions(meeting).all_registrants(meeting.zoom_id)
        while missing and (registrant := next(listed, None)):
            enrolment = missing.pop(address_key(registrant.email), None)
            if enrolment is not None:
                self.note_registered(enrolment, meeting.zoom_id, registrant)
                found.append(enrolment)
        return without(enrolments, found)

    def note(
        self, enrolment: Enrolment, plan: PersonPlan, registration: Registration | None
    ) -> None:
        """Notes where a person stands, with the registrant that is known to be at Zoom."""
        message = plan.message or (enrolment_message(plan.reason) if plan.reason else None)
        self.noted(
            self.enrolments.record(
                enrolment,
                state=plan.state,
                reason=plan.reason,
                message=message,
                registration=registration,
            )
        )

    def note_registered(self, enrolment: Enrolment, zoom_id: str, answer: RegistrantAnswer) -> None:
        """Notes the registrant that Zoom answered for a person."""
        registration = Registration(
            zoom_id=zoom_id,
            registrant_id=answer.registrant_id,
            join_url=answer.join_url or None,
            person=enrolment.person,
            registered_at=self.now(),
        )
        self.note(enrolment, stand_of_registered(registration), registration)

    def note_failed(
        self,
        enrolment: Enrolment,
        refusal: Refusal,
        *,
        registration: Registration | None = None,
        failed_for: str | None = None,
    ) -> None:
        """Notes a failure; the attempt that it is for is not made again."""
        self.noted(
            self.enrolments.record(
                enrolment,
                state=EnrolmentState.FAILED,
                reason=refusal.reason,
                message=refusal.message,
                registration=registration,
                failed_for=failed_for,
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
        if not should_be_over(meeting, now) and self.doubts():
            return
        reason, goes_on = EnrolmentProblem.REGISTRATION_CLOSED, is_running(self.event, now)
        refusal = Refusal(reason, enrolment_message(reason, NO_LONGER if goes_on else SESSION_OVER))
        failed_for = closed_key(self.event)
        for person, registration in people:
            self.note_failed(person, refusal, registration=registration, failed_for=failed_for)


def without(enrolments: Sequence[Enrolment], others: Sequence[Enrolment]) -> list[Enrolment]:
    """The people who are none of the others."""
    users = {enrolment.user_id for enrolment in others}
    return [enrolment for enrolment in enrolments if enrolment.user_id not in users]
