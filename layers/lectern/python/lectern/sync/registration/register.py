"""Registers people: one in a single call, more in one; and singly whom Zoom refuses together.

What Zoom wants in another form is sent once more in that: one name in both places, people singly
where no batch is taken. Who turns out to be a panelist comes in as one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from lectern.domain.address import address_key
from lectern.domain.enrollment import Enrollment, Panelist, Person
from lectern.domain.errors import (
    LimitScope,
    ZoomDailyLimit,
    ZoomNotFound,
    ZoomRejected,
    ZoomScopeMissing,
    ZoomUnavailable,
)
from lectern.domain.limits.budget import next_midnight
from lectern.domain.meeting import Meeting
from lectern.domain.people.given_up import attempt_key
from lectern.domain.people.instructors import MESSAGES, Means
from lectern.domain.people.refused_people import Refusal, refusal_of, wants_last_names
from lectern.domain.planner import stand_of_link, uses_zoom_emails
from lectern.domain.problems import EnrollmentProblem, EventProblem, enrollment_message
from lectern.domain.zoom_refusals import Meaning, reading_of
from lectern.sync.registration.addresses import settle_addresses
from lectern.sync.registration.attempts import AttemptLedger
from lectern.sync.registration.batch import Sending
from lectern.sync.registration.registrar import Registrar, without
from lectern.zoom.payloads import RegistrantResponse
from lectern.zoom.sessions import Sessions


def register(registrar: Registrar, wanted: Sequence[Enrollment]) -> None:
    """Registers people who are wanted and not registered: one in a single call, more in one.

    A person whom Zoom refuses is noted as failed, with the reason, and holds up nobody else.

    Args:
        registrar: Notes what comes of it, for the meeting that the event has.
        wanted: Up to 30 people; of two with one address the first gets it.

    Raises:
        ZoomError: What concerns more than single people.
    """
    meeting = registrar.event.meeting
    ledger = registrar.ledger(meeting.zoom_id) if meeting else None
    claim = ledger.claim if ledger else None
    try:
        left, others = settle_addresses(registrar.enrollments, registrar.event, wanted, claim)
        duplicate = EnrollmentProblem.DUPLICATE_EMAIL
        for enrollment in others:
            registrar.note_failed(enrollment, Refusal(duplicate, enrollment_message(duplicate)))
        if meeting and ledger:
            _register(registrar, meeting, ledger, left)
    finally:
        if ledger:
            ledger.withdraw()


def _register(
    registrar: Registrar, meeting: Meeting, ledger: AttemptLedger, left: list[Enrollment]
) -> None:
    """Registers people who have their addresses in the event."""
    # Who was an alternative host is one until the meeting is changed; Zoom would refuse them.
    hosts = meeting.spec.alternative_hosts
    left = [enrollment for enrollment in left if enrollment.person.address not in hosts]
    if _is_known_to_be_refused(registrar, left):
        return
    unanswered, used_up = ledger.held_back(left)
    left = registrar.not_found(meeting, left, among=unanswered)
    used_up = [each for each in left if each in used_up]
    registration = _Registration(registrar, meeting, ledger)
    registration.register(without(left, used_up))
    if used_up or registration.is_limited:
        raise ZoomDailyLimit(
            "register", resume_at=next_midnight(registrar.now()), scope=LimitScope.REGISTRANT
        )


def _is_known_to_be_refused(registrar: Registrar, people: Sequence[Enrollment]) -> bool:
    """Whether the form keeps everybody out, as others of this round found: people are told."""
    known = registrar.event.sync.problem
    if known is None or known.code is not EventProblem.REGISTRATION_QUESTIONS:
        return False
    refusal = Refusal(EnrollmentProblem.REGISTRATION_QUESTIONS, known.message)
    for person in people:
        registrar.note_failed(person, refusal)
    return True


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
    ledger: AttemptLedger
    is_limited: bool = False
    doubles_names: bool = False
    doubled: bool = False
    takes_batches: bool = True
    unanswered: list[Enrollment] = field(default_factory=list)

    def register(self, people: Sequence[Enrollment]) -> None:
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

    def _together(self, people: list[Enrollment]) -> list[Enrollment]:
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
        self, people: list[Enrollment], answers: Iterable[RegistrantResponse]
    ) -> list[Enrollment]:
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

    def _singly(self, person: Enrollment) -> None:
        """Registers one person, once more in another form where Zoom wants another."""
        try:
            self._send(person)
        except ZoomRejected as error:
            lacks_name = not person.person.last_name and self._amends(error)
            if not (lacks_name or self._takes_no_batches(error)):
                raise
            self._send(person)

    def _send(self, person: Enrollment) -> None:
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

    def _refused(self, person: Enrollment, error: ZoomRejected) -> None:
        event = self.registrar.event
        if reading_of(error).meaning is Meaning.IS_PANELIST:
            self._take_as_panelist(person, error)
            return
        self.registrar.note_failed(person, refusal_of(error), failed_for=attempt_key(event))

    def _take_as_panelist(self, person: Enrollment, error: ZoomRejected) -> None:
        """Notes the way in of somebody whom a host made more than a registrant in Zoom.

        An alternative host has none, and is no longer one once the meeting was put right.
        """
        panelist = self._panelist(person)
        if panelist is None:
            self.registrar.doubts()
            self.registrar.note_failed(person, refusal_of(error))
            return
        plan = stand_of_link(panelist.join_url, MESSAGES[Means.PANELIST])
        _, shifts = self.registrar.instructors.record_panelist(
            person,
            panelist,
            state=plan.state,
            message=plan.message,
            settled=self.registrar.settled,
        )
        self.registrar.noted(shifts)

    def _panelist(self, person: Enrollment) -> Panelist | None:
        """The panelist that a person turns out to be, as far as Zoom tells."""
        zoom_id, address = self.meeting.zoom_id, person.person.address
        try:
            listed = self._sessions.panelists(zoom_id)
        except (ZoomNotFound, ZoomRejected, ZoomScopeMissing):
            return None
        found = next((each for each in listed if address_key(each.email) == address), None)
        if found is None:
            return None
        return Panelist(
            zoom_id=zoom_id,
            panelist_id=found.panelist_id,
            join_url=found.join_url or None,
            person=person.person,
            by_hand=True,
        )

    def _all_refused(self, people: list[Enrollment], error: ZoomRejected) -> None:
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

    def _sent_as(self, person: Enrollment) -> Person:
        """Who a person is to Zoom; the ledger has what is wanted, so that it is no edit."""
        self.doubled = self.doubles_names
        sent = person.person
        if sent.last_name or not self.doubles_names:
            return sent
        return sent.model_copy(update={"last_name": sent.first_name})

    @property
    def _sessions(self) -> Sessions:
        return self.registrar.sessions(self.meeting)
