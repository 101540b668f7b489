"""The erasure of what is known of a user's attendance, also of what Zoom is still to tell."""

from __future__ import annotations

from lectern.api.parts import Parts
from lectern.domain.attendance import Directory, Identity, marks_of
from lectern.domain.enrolment import Enrolment
from lectern.domain.event import Event

PAGE = 100
"""Events that are looked up at once."""


def forget_attendance(enrolment: Enrolment, event: Event, parts: Parts) -> None:
    """Deletes a user's attendance of an event in which the user is or was enrolled.

    Zoom's report of a session that is over may be still to come, and tells of the user: what the
    user is recognised by is left behind, as marks, until it has been read.
    """
    marks = _marks(enrolment)
    for instance in parts.instances().of_event(event.event_id):
        if not instance.is_final:
            parts.instances().erase(instance, marks)
    directory = Directory(event, [enrolment], marks)

    def is_theirs(identity: Identity) -> bool:
        _, kept = directory.find(identity)
        return not kept

    parts.attendance().forget_user(event.event_id, enrolment.user_id, is_theirs)


def forget_attendance_elsewhere(user_id: str, parts: Parts) -> None:
    """Deletes a user's attendance of events in which the user was not enrolled, as a host."""
    attendance, after = parts.attendance(), None
    while True:
        event_ids, after = attendance.page_of_user(user_id, after=after, limit=PAGE)
        for event_id in event_ids:
            attendance.forget_user(event_id, user_id, lambda _: False)
        if after is None:
            return


def _marks(enrolment: Enrolment) -> frozenset[str]:
    registration, panelist = enrolment.registration, enrolment.panelist
    people = [enrolment.person, *(each.person for each in (registration, panelist) if each)]
    registrants = [registration.registrant_id] if registration else []
    registrants += [panelist.panelist_id] if panelist else []
    return marks_of(registrants=registrants, addresses=[person.email for person in people])
