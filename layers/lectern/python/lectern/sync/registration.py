"""Registers people in an event's meeting, and notes what came of it.

The workflow does so for everyone, a join click for one person, possibly at the same moment: Zoom
answers the same address with the same registrant, and what is noted is conditional on what was
read.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from lectern.domain.classification import concerns_the_meeting, reason_of_person
from lectern.domain.enrolment import Enrolment, EnrolmentState, Registration, Shifts
from lectern.domain.errors import LimitScope, ZoomDailyLimit, ZoomRejected
from lectern.domain.event import Event
from lectern.domain.planner import (
    PersonPlan,
    attempt_key,
    stand_of_registered,
    uses_zoom_emails,
)
from lectern.domain.problems import EnrolmentProblem, enrolment_message
from lectern.domain.settings import Settings
from lectern.store.enrolments import EnrolmentStore
from lectern.sync.addresses import settle_addresses
from lectern.zoom.meetings import Meetings
from lectern.zoom.payloads import RegistrantAnswer


@dataclass(frozen=True)
class Registrar:
    """Registers people in the meeting that the event has.

    Attributes:
        event: The event.
        settings: The platform's settings.
        enrolments: Where it is noted what came of each person.
        zoom: Gives the meetings of the event's Zoom account.
        now: The clock.
        noted: Told how each note shifts the counts of people.
    """

    event: Event
    settings: Settings
    enrolments: EnrolmentStore
    zoom: Callable[[], Meetings]
    now: Callable[[], datetime]
    noted: Callable[[Shifts], None]

    def register(self, wanted: Sequence[Enrolment]) -> None:
        """Registers people who are wanted and not registered: one in a single call, more in one.

        A person whom Zoom refuses is noted as failed, with the reason, and holds up nobody else.

        Args:
            wanted: Up to 30 people; of two with one address the first gets it.

        Raises:
            ZoomError: What concerns more than single people.
        """
        left, others = settle_addresses(self.enrolments, self.event, wanted)
        for enrolment in others:
            self._note_failed(enrolment, EnrolmentProblem.DUPLICATE_EMAIL, final=False)
        if len(left) > 1:
            left = self._register_batch(left)
        self._register_singly(left)

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

    def _register_batch(self, enrolments: list[Enrolment]) -> list[Enrolment]:
        """Registers people in one call.

        Returns:
            Those who are to be tried one by one: all of a batch that Zoom refused for somebody in
            it, and whoever is missing in Zoom's answer.
        """
        meeting = self.event.meeting
        if meeting is None:
            return []
        tell = uses_zoom_emails(self.event.details, self.settings)
        people = [enrolment.person for enrolment in enrolments]
        try:
            answers = self.zoom().register_batch(meeting.zoom_id, people, tell_people=tell)
        except ZoomRejected as error:
            if concerns_the_meeting(error):
                raise
            return enrolments
        except ZoomDailyLimit as error:
            if error.scope is not LimitScope.REGISTRANT:
                raise
            return enrolments
        # Zoom does not say in what order it answers, nor whether it leaves somebody out.
        by_address = {answer.email.strip().casefold(): answer for answer in answers}
        missing = []
        for enrolment in enrolments:
            answer = by_address.get(enrolment.person.address)
            if answer is None:
                missing.append(enrolment)
            else:
                self._note_registered(enrolment, meeting.zoom_id, answer)
        return missing

    def _register_singly(self, enrolments: Sequence[Enrolment]) -> None:
        """Registers people one by one; a full meeting or a person's limit stops nobody else."""
        meeting = self.event.meeting
        if meeting is None:
            return
        limit: ZoomDailyLimit | None = None
        full = False
        for enrolment in enrolments:
            if full:
                self._note_failed(enrolment, EnrolmentProblem.CAPACITY_REACHED)
                continue
            try:
                answer = self.zoom().register(meeting.zoom_id, enrolment.person)
            except ZoomRejected as error:
                if concerns_the_meeting(error):
                    raise
                reason = reason_of_person(error)
                full = reason is EnrolmentProblem.CAPACITY_REACHED
                self._note_failed(enrolment, reason)
            except ZoomDailyLimit as error:
                if error.scope is not LimitScope.REGISTRANT:
                    raise
                limit = error
            else:
                self._note_registered(enrolment, meeting.zoom_id, answer)
        if limit:
            raise limit

    def _note_registered(
        self, enrolment: Enrolment, zoom_id: str, answer: RegistrantAnswer
    ) -> None:
        registration = Registration(
            zoom_id=zoom_id,
            registrant_id=answer.registrant_id,
            join_url=answer.join_url or None,
            person=enrolment.person,
            registered_at=self.now(),
        )
        self.note(enrolment, stand_of_registered(registration), registration)

    def _note_failed(
        self, enrolment: Enrolment, reason: EnrolmentProblem, *, final: bool = True
    ) -> None:
        """Notes a failure; a final one is not tried again before something changes."""
        self.noted(
            self.enrolments.record(
                enrolment,
                state=EnrolmentState.FAILED,
                reason=reason,
                message=enrolment_message(reason),
                failed_for=attempt_key(self.event) if final else None,
            )
        )
