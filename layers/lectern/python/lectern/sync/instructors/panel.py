"""Makes the panelists of an event's webinar what they should be, for all instructors together.

Whoever leaves the panel is taken away first, whoever joins it is no registrant any more when they
are added, thirty at a time; their ids and links are then read back, with one call for all. Before
panelists are added it is noted that they are, so that after a crash Zoom's list is read first:
adding somebody once more would give them another link.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from lectern.domain.address import address_key
from lectern.domain.enrollment import Enrollment, EnrollmentState, Panelist
from lectern.domain.errors import ZoomRejected
from lectern.domain.meeting import Meeting
from lectern.domain.people.given_up import attempt_key, has_failed
from lectern.domain.people.instructors import MESSAGES, Means, current_panelist
from lectern.domain.people.refused_people import refusal_of
from lectern.domain.planner import (
    BATCH_SIZE,
    is_in_place,
    takes_panelist,
)
from lectern.sync.drift import note_people_changed
from lectern.sync.instructors.finding import note_duplicate, record_staffing, stop_registering
from lectern.sync.reconciliation import Reconciliation
from lectern.sync.registration.addresses import settle_addresses
from lectern.sync.registration.batch import Sending
from lectern.zoom.panelists import ListedPanelist, Panelists


@dataclass
class Panel:
    """The panelists of an event's webinar.

    Attributes:
        work: The work on the event.
        webinar: The webinar, which takes registrants and panelists.
        changed: Whether anything changed for them at Zoom.
        taken_back: How many somebody took off the panel in Zoom.
    """

    work: Reconciliation
    webinar: Meeting
    changed: bool = False
    taken_back: int = 0

    def bring_in_line(self, people: Sequence[Enrollment]) -> bool:
        """Takes away who leaves, adds who joins, and reads back ids and links.

        Args:
            people: Everyone who is an instructor or lately was, in order of enrollment.

        Returns:
            Whether anything changed for them at Zoom.
        """
        staffing, verifies = self.work.event.staffing, self.work.event.sync.verify
        if (verifies and people) or staffing.unanswered_for == self.webinar.zoom_id:
            people = self._read_back(people)
        people = [self._without_former_place(each) for each in people]
        joining = [each for each in people if self._joins(each)]
        mine, others = settle_addresses(
            self.work.dependencies.enrollments, self.work.event, joining
        )
        for person in others:
            note_duplicate(self.work, person)
        if mine:
            self._seat(mine)
        elif staffing.unanswered_for is not None:
            self._note_unanswered(None)
        return self.changed

    def _joins(self, person: Enrollment) -> bool:
        if current_panelist(person, self.work.event):
            return False
        if has_failed(person, self.work.event):
            return False
        return takes_panelist(person, self.work.event, self.work.settings)

    def _without_former_place(self, person: Enrollment) -> Enrollment:
        """The person, taken from the panel if they are no panelist any more, or another person."""
        panelist = current_panelist(person, self.work.event)
        if panelist is None:
            return person
        stays = takes_panelist(person, self.work.event, self.work.settings)
        if stays and is_in_place(person, self.work.event, Means.PANELIST):
            return person
        self._zoom.remove(self.webinar.zoom_id, panelist.panelist_id)
        self.changed = True
        return self._note(person, None, EnrollmentState.PENDING)

    def _seat(self, people: Sequence[Enrollment]) -> None:
        for person in people:
            stop_registering(self.work, person)
        people = [self._reread(person) for person in people]
        self._note_unanswered(self.webinar.zoom_id)
        sending = self._sending()
        for first in range(0, len(people), BATCH_SIZE):
            sending.send(people[first : first + BATCH_SIZE])
        self._read_back([self._reread(person) for person in people])
        self._note_unanswered(None)

    def _reread(self, person: Enrollment) -> Enrollment:
        """The person as stored by now: a note of this very work is the base of the next one."""
        found = self.work.dependencies.enrollments.get(person.event_id, person.user_id)
        return found or person

    def _sending(self) -> Sending[Enrollment]:
        return Sending(
            together=self._add,
            singly=self._add_one,
            refused=self._note_failed,
            all_refused=self._all_refused,
            known=self.work.event.sync.problem,
        )

    def _add(self, people: list[Enrollment]) -> list[Enrollment]:
        """Adds people in one call, whose answer does not name them: all are read back at once."""
        self._zoom.add(self.webinar.zoom_id, [each.person for each in people])
        self.changed = True
        return []

    def _add_one(self, person: Enrollment) -> None:
        self._add([person])

    def _all_refused(self, people: list[Enrollment], error: ZoomRejected) -> None:
        for person in people:
            self._note_failed(person, error, final=False)
        raise error

    def _read_back(self, people: Sequence[Enrollment]) -> list[Enrollment]:
        """Everyone with what Zoom lists of them, and who is a panelist beside them.

        A panelist whom the event does not know was invited in Zoom by hand, and is left alone.
        """
        listed = self._listed(people)
        known = {each.user_id for each in people}
        holders = self.work.dependencies.enrollments.holders_of_addresses(
            self.work.event_id, listed
        )
        others = self.work.dependencies.enrollments.get_many(
            self.work.event_id, set(holders.values()) - known
        )
        seen = [self._with_listed(each, listed, holders) for each in (*people, *others.values())]
        note_people_changed(self.work, self.taken_back)
        self.taken_back = 0
        return seen

    def _listed(self, people: Sequence[Enrollment]) -> dict[str, ListedPanelist]:
        """The panelists by address; that one is missing takes a second look to be believed."""
        listed = self._read()
        current = (current_panelist(each, self.work.event) for each in people)
        if any(each and each.person.address not in listed for each in current):
            listed |= self._read()
        return listed

    def _read(self) -> dict[str, ListedPanelist]:
        return {address_key(each.email): each for each in self._zoom.of(self.webinar.zoom_id)}

    def _with_listed(
        self, person: Enrollment, listed: dict[str, ListedPanelist], holders: dict[str, str]
    ) -> Enrollment:
        known = current_panelist(person, self.work.event)
        address = known.person.address if known else person.person.address
        found = listed.get(address)
        if found is not None and holders.get(address) != person.user_id:
            found = None
        seen = self._panelist(person, found, known) if found else None
        if seen == known:
            return person
        if seen is None:
            is_wanted = takes_panelist(person, self.work.event, self.work.settings)
            self.taken_back += is_wanted
            taken_back = self.work.now() if is_wanted else None
            return self._note(person, None, EnrollmentState.PENDING, taken_back=taken_back)
        state = EnrollmentState.REGISTERED if seen.join_url else EnrollmentState.PENDING
        return self._note(person, seen, state, message=MESSAGES[Means.PANELIST])

    def _panelist(
        self, person: Enrollment, found: ListedPanelist, known: Panelist | None
    ) -> Panelist:
        return Panelist(
            zoom_id=self.webinar.zoom_id,
            panelist_id=found.panelist_id,
            join_url=found.join_url or (known.join_url if known else None),
            person=known.person if known else person.person,
            by_hand=known is not None and known.by_hand,
        )

    def _note(
        self,
        person: Enrollment,
        panelist: Panelist | None,
        state: EnrollmentState,
        *,
        message: str | None = None,
        taken_back: datetime | None = None,
    ) -> Enrollment:
        noted, shifts = self.work.dependencies.instructors.record_panelist(
            person,
            panelist,
            state=state,
            message=message,
            taken_back=taken_back,
            settled=self.work.registrar.settled,
        )
        self.work.noted(shifts)
        return noted

    def _note_failed(self, person: Enrollment, error: ZoomRejected, *, final: bool = True) -> None:
        refusal = refusal_of(error)
        _, shifts = self.work.dependencies.instructors.record_panelist(
            person,
            None,
            state=EnrollmentState.FAILED,
            reason=refusal.reason,
            message=refusal.message,
            failed_for=attempt_key(self.work.event) if final else None,
            settled=self.work.registrar.settled,
        )
        self.work.noted(shifts)

    def _note_unanswered(self, zoom_id: str | None) -> None:
        staffing = self.work.event.staffing
        if staffing.unanswered_for != zoom_id:
            record_staffing(self.work, staffing.model_copy(update={"unanswered_for": zoom_id}))

    @property
    def _zoom(self) -> Panelists:
        return self.work.zoom(self.webinar.connection).panelists
