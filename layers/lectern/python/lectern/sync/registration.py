"""Registers people in an event's meeting, and notes what came of it.

The workflow does so for everyone, a join click for one person, possibly at the same moment: Zoom
answers the same address with the same registrant, and what is noted is conditional on what was
read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from lectern.domain.address import address_key
from lectern.domain.budget import next_midnight
from lectern.domain.enrolment import Enrolment, EnrolmentState, Person, Registration, Shifts
from lectern.domain.errors import LimitScope, ZoomDailyLimit, ZoomRejected, ZoomUnavailable
from lectern.domain.event import Event
from lectern.domain.meeting import Meeting
from lectern.domain.overrun import (
    NO_LONGER,
    SESSION_OVER,
    is_running,
    overrun,
    should_be_over,
)
from lectern.domain.planner import (
    PersonPlan,
    attempt_key,
    closed_key,
    stand_of_registered,
    uses_zoom_emails,
)
from lectern.domain.problems import EnrolmentProblem, EventProblem, enrolment_message
from lectern.domain.refused_people import Refusal, refusal_of, wants_last_names
from lectern.domain.settings import Settings
from lectern.domain.zoom_refusals import Meaning, is_over, reading_of
from lectern.store.enrolments import EnrolmentStore
from lectern.sync.addresses import settle_addresses
from lectern.sync.sending import Sending
from lectern.sync.sends import SendLedger
from lectern.zoom.payloads import RegistrantAnswer
from lectern.zoom.sessions import Sessions

Registered = tuple[Enrolment, Registration | None]
"""A person with the registrant that is to be approved, if there is one already."""


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
        doubts: Told that the meeting is not as the ledger has it; whether somebody is to look.
    """

    event: Event
    settings: Settings
    enrolments: EnrolmentStore
    sessions: Callable[[Meeting], Sessions]
    now: Callable[[], datetime]
    noted: Callable[[Shifts], None]
    doubts: Callable[[], bool]

    def register(self, wanted: Sequence[Enrolment]) -> None:
        """Registers people who are wanted and not registered: one in a single call, more in one.

        A person whom Zoom refuses is noted as failed, with the reason, and holds up nobody else.

        Args:
            wanted: Up to 30 people; of two with one address the first gets it.

        Raises:
            ZoomError: What concerns more than single people.
        """
        left, others = settle_addresses(self.enrolments, self.event, wanted)
        duplicate = EnrolmentProblem.DUPLICATE_EMAIL
        for enrolment in others:
            self.note_failed(enrolment, Refusal(duplicate, enrolment_message(duplicate)))
        meeting = self.event.meeting
        if meeting is None:
            return
        # Who was an alternative host is one until the meeting is changed; Zoom would refuse them.
        hosts = meeting.spec.alternative_hosts
        left = [enrolment for enrolment in left if enrolment.person.address not in hosts]
        if self._is_known_to_be_refused(left):
            return
        ledger = self.ledger(meeting.zoom_id)
        left = self.not_found(meeting, left, among=ledger.unanswered(left))
        used_up = ledger.used_up(left)
        registration = _Registration(self, meeting, ledger)
        registration.register(_without(left, used_up))
        if used_up or registration.is_limited:
            raise ZoomDailyLimit(
                "register", resume_at=next_midnight(self.now()), scope=LimitScope.REGISTRANT
            )

    def _is_known_to_be_refused(self, people: Sequence[Enrolment]) -> bool:
        """Whether the form keeps everybody out, as others of this round found: people are told."""
        known = self.event.sync.problem
        if known is None or known.code is not EventProblem.REGISTRATION_QUESTIONS:
            return False
        refusal = Refusal(EnrolmentProblem.REGISTRATION_QUESTIONS, known.message)
        for person in people:
            self.note_failed(person, refusal)
        return True

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
        return _without(enrolments, found)

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
            self._all_too_late(meeting, people, error)
            return
        for person, registration in people:
            self.note_failed(person, refusal_of(error), registration=registration)
        raise error

    def _all_too_late(
        self, meeting: Meeting, people: Sequence[Registered], error: ZoomRejected
    ) -> None:
        """Notes that the session takes nobody more, unless it was moved in Zoom.

        Raises:
            ZoomRejected: It runs over its planned end, which can be moved.
        """
        now = self.now()
        if overrun(self.event, now):
            raise error
        if not should_be_over(meeting, now) and self.doubts():
            return
        reason, goes_on = EnrolmentProblem.REGISTRATION_CLOSED, is_running(self.event, now)
        refusal = Refusal(reason, enrolment_message(reason, NO_LONGER if goes_on else SESSION_OVER))
        failed_for = None if goes_on else closed_key(self.event)
        for person, registration in people:
            self.note_failed(person, refusal, registration=registration, failed_for=failed_for)


@dataclass
class _Registration:
    """One go at registering people in a meeting.

    Attributes:
        registrar: Who registers them.
        meeting: The meeting.
        ledger: What is sent of them.
        is_limited: Whether somebody has to wait for the end of Zoom's day.
        doubles_names: Whether a single name is sent in both places, as Zoom wants a last name.
        doubled: Whether the last call did so.
        takes_batches: Whether the meeting is of the type that takes them, as far as is known.
        unanswered: Of whom Zoom said nothing, though it said that it did what was asked.
    """

    registrar: Registrar
    meeting: Meeting
    ledger: SendLedger
    is_limited: bool = False
    doubles_names: bool = False
    doubled: bool = False
    takes_batches: bool = True
    unanswered: list[Enrolment] = field(default_factory=list)

    def register(self, people: Sequence[Enrolment]) -> None:
        """Registers people, as far as Zoom takes them."""
        sending = Sending(
            together=self._together,
            singly=self._singly,
            refused=self._refused,
            all_refused=self._all_refused,
            amends=self._amends,
            known=self.registrar.event.sync.problem,
        )
        sending.send(people)
        self.is_limited = sending.is_limited
        # Whom Zoom does not list either is looked for, and registered, by the next round.
        self.registrar.not_found(self.meeting, self.unanswered, among=self.unanswered)

    def _together(self, people: list[Enrolment]) -> list[Enrolment]:
        """Registers people in one call; whom neither answer nor list have is sent singly."""
        tell = uses_zoom_emails(self.registrar.event.details, self.registrar.settings)
        sent = list(map(self._sent_as, people))
        try:
            with self.ledger.registering(people):
                answers = self._sessions.register_batch(
                    self.meeting.zoom_id, sent, tell_people=tell
                )
        except ZoomRejected as error:
            if not self._takes_no_batches(error):
                raise
            return people
        left = self._note_answers(people, answers)
        return self.registrar.not_found(self.meeting, left, among=left)

    def _note_answers(
        self, people: list[Enrolment], answers: Iterable[RegistrantAnswer]
    ) -> list[Enrolment]:
        """Those whom an answer leaves out; Zoom does not say in what order it answers."""
        by_address = {address_key(answer.email): answer for answer in answers}
        left = []
        for person in people:
            answer = by_address.get(person.person.address)
            if answer is None:
                left.append(person)
            else:
                self.registrar.note_registered(person, self.meeting.zoom_id, answer)
        return left

    def _singly(self, person: Enrolment) -> None:
        """Registers one person, once more in another form where Zoom wants another."""
        try:
            self._send(person)
        except ZoomRejected as error:
            lacks_name = not person.person.last_name and self._amends(error)
            if not (lacks_name or self._takes_no_batches(error)):
                raise
            self._send(person)

    def _send(self, person: Enrolment) -> None:
        sent = self._sent_as(person)
        try:
            with self.ledger.registering([person]):
                answer = self._sessions.register(
                    self.meeting.zoom_id, sent, in_batch=self.takes_batches
                )
        except ZoomUnavailable as error:
            if not error.is_answered:
                raise
            self.unanswered.append(person)
        else:
            self.registrar.note_registered(person, self.meeting.zoom_id, answer)

    def _refused(self, person: Enrolment, error: ZoomRejected) -> None:
        event = self.registrar.event
        self.registrar.note_failed(person, refusal_of(error), failed_for=attempt_key(event))

    def _all_refused(self, people: list[Enrolment], error: ZoomRejected) -> None:
        self.registrar.all_refused(self.meeting, [(person, None) for person in people], error)

    def _amends(self, error: ZoomRejected) -> bool:
        """Whether a person may be sent once more, with the one name in both places."""
        if self.doubled or not wants_last_names(error):
            return False
        self.doubles_names = True
        return True

    def _takes_no_batches(self, error: ZoomRejected) -> bool:
        """Whether the meeting turns out to be of a type that takes people singly alone.

        Somebody made it so in Zoom, and somebody looks.
        """
        if not self.takes_batches or reading_of(error).meaning is not Meaning.NO_BATCHES:
            return False
        self.takes_batches = False
        self.registrar.doubts()
        return True

    def _sent_as(self, person: Enrolment) -> Person:
        """Who a person is to Zoom; the ledger has what is wanted, so that it is no edit."""
        self.doubled = self.doubles_names
        sent = person.person
        if sent.last_name or not self.doubles_names:
            return sent
        return sent.model_copy(update={"last_name": sent.first_name})

    @property
    def _sessions(self) -> Sessions:
        return self.registrar.sessions(self.meeting)


def _without(enrolments: Sequence[Enrolment], others: Sequence[Enrolment]) -> list[Enrolment]:
    users = {enrolment.user_id for enrolment in others}
    return [enrolment for enrolment in enrolments if enrolment.user_id not in users]
