"""Registers people in an event's meeting, and notes what came of it.

The workflow does so for everyone, a join click for one person, possibly at the same moment: Zoom
answers the same address with the same registrant, and what is noted is conditional on what was
read.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from lectern.domain.address import address_key
from lectern.domain.budget import next_midnight
from lectern.domain.enrolment import Enrolment, EnrolmentState, Registration, Shifts
from lectern.domain.errors import LimitScope, ZoomDailyLimit, ZoomRejected
from lectern.domain.event import Event
from lectern.domain.meeting import Meeting
from lectern.domain.planner import (
    PersonPlan,
    attempt_key,
    stand_of_registered,
    uses_zoom_emails,
)
from lectern.domain.problems import EnrolmentProblem, enrolment_message
from lectern.domain.settings import Settings
from lectern.domain.zoom_refusals import concerns_more_than_people, reason_of_person
from lectern.store.enrolments import EnrolmentStore
from lectern.sync.addresses import settle_addresses
from lectern.sync.sends import SendLedger
from lectern.zoom.payloads import RegistrantAnswer
from lectern.zoom.sessions import Sessions


@dataclass(frozen=True)
class Registrar:
    """Registers people in the meeting that the event has.

    Attributes:
        event: The event.
        settings: The platform's settings.
        enrolments: Where it is noted what came of each person.
        sessions: Gives the sessions at Zoom that a meeting is one of.
        now: The clock.
        noted: Told how each note shifts the counts of people.
    """

    event: Event
    settings: Settings
    enrolments: EnrolmentStore
    sessions: Callable[[Meeting], Sessions]
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
        meeting = self.event.meeting
        if meeting is None:
            return
        # Who was an alternative host is one until the meeting is changed; Zoom would refuse them.
        hosts = meeting.spec.alternative_hosts
        left = [enrolment for enrolment in left if enrolment.person.address not in hosts]
        ledger = self.ledger(meeting.zoom_id)
        left = self._without(left, self._found_in_zoom(meeting, ledger.unanswered(left)))
        used_up = ledger.used_up(left)
        left = self._without(left, used_up)
        if len(left) > 1:
            left = self._register_batch(meeting, ledger, left)
        limited = self._register_singly(meeting, ledger, left)
        if used_up or limited:
            raise ZoomDailyLimit(
                "register", resume_at=next_midnight(self.now()), scope=LimitScope.REGISTRANT
            )

    def forgets(self, registration: Registration) -> None:
        """Notes that a registrant is gone, so that its address has no answer missing."""
        self.ledger(registration.zoom_id).answered([registration.person.address])

    def ledger(self, zoom_id: str) -> SendLedger:
        """What is sent of people for a meeting of the event."""
        return SendLedger(self.enrolments.sends, self.event.event_id, zoom_id, self.now)

    def _without(self, enrolments: list[Enrolment], others: list[Enrolment]) -> list[Enrolment]:
        users = {enrolment.user_id for enrolment in others}
        return [enrolment for enrolment in enrolments if enrolment.user_id not in users]

    def _found_in_zoom(self, meeting: Meeting, lost: list[Enrolment]) -> list[Enrolment]:
        """Those whose lost registration turns out to have been made."""
        if not lost:
            return []
        found: list[Enrolment] = []
        missing = {enrolment.person.address: enrolment for enrolment in lost}
        listed = self.sessions(meeting).all_registrants(meeting.zoom_id)
        while missing and (registrant := next(listed, None)):
            enrolment = missing.pop(address_key(registrant.email), None)
            if enrolment is not None:
                self._note_registered(enrolment, meeting.zoom_id, registrant)
                found.append(enrolment)
        return found

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

    def _register_batch(
        self, meeting: Meeting, ledger: SendLedger, enrolments: list[Enrolment]
    ) -> list[Enrolment]:
        """Registers people in one call.

        Returns:
            Those who are to be tried one by one: all of a batch that Zoom refused for somebody in
            it, and whoever is missing in Zoom's answer.
        """
        tell = uses_zoom_emails(self.event.details, self.settings)
        people = [enrolment.person for enrolment in enrolments]
        try:
            with ledger.registering(enrolments):
                answers = self.sessions(meeting).register_batch(
                    meeting.zoom_id, people, tell_people=tell
                )
        except (ZoomRejected, ZoomDailyLimit) as error:
            if concerns_more_than_people(error):
                raise
            return enrolments
        # Zoom does not say in what order it answers, nor whether it leaves somebody out.
        by_address = {address_key(answer.email): answer for answer in answers}
        missing = []
        for enrolment in enrolments:
            answer = by_address.get(enrolment.person.address)
            if answer is None:
                missing.append(enrolment)
            else:
                self._note_registered(enrolment, meeting.zoom_id, answer)
        return missing

    def _register_singly(
        self, meeting: Meeting, ledger: SendLedger, enrolments: Sequence[Enrolment]
    ) -> bool:
        """Registers people one by one; a full meeting or a person's limit stops nobody else.

        Returns:
            Whether somebody has to wait for the end of Zoom's day.
        """
        limited = full = False
        for enrolment in enrolments:
            if full:
                self._note_failed(enrolment, EnrolmentProblem.CAPACITY_REACHED)
                continue
            try:
                with ledger.registering([enrolment]):
                    answer = self.sessions(meeting).register(meeting.zoom_id, enrolment.person)
            except (ZoomRejected, ZoomDailyLimit) as error:
                if concerns_more_than_people(error):
                    raise
                if isinstance(error, ZoomDailyLimit):
                    limited = True
                    continue
                reason = reason_of_person(error)
                full = reason is EnrolmentProblem.CAPACITY_REACHED
                self._note_failed(enrolment, reason)
            else:
                self._note_registered(enrolment, meeting.zoom_id, answer)
        return limited

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
