"""The erasure of a user: from every event, here and in Zoom, and from all that was kept beside."""

from __future__ import annotations

from collections.abc import Iterator

from lectern.api.answers import Answer
from lectern.api.attendance_erasure import forget_attendance, forget_attendance_elsewhere
from lectern.api.calls import Call
from lectern.api.enrolment_changes import erase
from lectern.api.event_changes import EventChanges
from lectern.api.fields import Query
from lectern.api.parts import Parts
from lectern.api.problems import UserHostsEvents
from lectern.api.route import ACCEPTED
from lectern.api.user_events import carry_out, events_hosted, touch_everywhere
from lectern.domain.address import address_key
from lectern.domain.attendance import marks_of
from lectern.domain.enrolment import Enrolment, EnrolmentState
from lectern.domain.event import Event, EventDetails
from lectern.store.answers import user_with


def erase_user(call: Call[None, Query], parts: Parts) -> Answer:
    """Removes the user from each event, and from those whom it names.

    What is stored goes once Zoom has nothing of them.

    Raises:
        UserHostsEvents: The user hosts events that are not over; nothing is changed.
    """
    erasure = Erasure(call.path["user_id"], parts)
    hosted = sorted(erasure.hosted())
    if hosted:
        raise UserHostsEvents(hosted)
    touched = touch_everywhere(erasure.user_id, erasure.in_event, parts)
    erasure.elsewhere()
    return Answer(touched, ACCEPTED)


class Erasure:
    """The erasure of one user.

    Args:
        user_id: The user.
        parts: What the API is built from.
    """

    def __init__(self, user_id: str, parts: Parts) -> None:
        self.user_id = user_id
        self._parts = parts
        self._wish = erase(parts.now())
        self._changes = EventChanges(parts.events(), parts.settings(), parts.now())
        self._emails: set[str] = set()
        self._connections: set[str] = set()

    def hosted(self) -> Iterator[str]:
        """The events that the user is still to host."""
        events = events_hosted(self.user_id, self._parts)
        return (event.event_id for event in events if self._is_to_host(event))

    def _is_to_host(self, event: Event) -> bool:
        is_host = event.details.host.user_id == self.user_id
        return is_host and not event.is_cancelled and not event.is_over(self._parts.now())

    def in_event(self, event: Event, enrolment: Enrolment | None) -> bool:
        """Erases the user from an event that is over, or that somebody else hosts."""
        emails = _emails(self.user_id, event, enrolment)
        self._emails |= emails
        self._connections.add(event.details.connection)
        is_named = self._is_named_no_more(event, enrolment)
        marks = marks_of(registrants=_registrants(enrolment), addresses=emails)
        forget_attendance(event.event_id, self.user_id, marks, self._parts)
        if enrolment is None:
            return is_named
        # A registration whose answer was lost is known to Zoom alone: it is looked for first.
        is_known = enrolment.registration or enrolment.state is EnrolmentState.REMOVED
        return carry_out(self._wish, enrolment, self._parts, verify=not is_known) or is_named

    def _is_named_no_more(self, event: Event, enrolment: Enrolment | None) -> bool:
        """Takes the user from those whom the event names; whether they were among them."""
        event, changed = self._changes.change_details(event.event_id, self._without_user)
        if not changed and enrolment is None:
            # Named once: the ledger may still have the address.
            self._parts.events().request_sync(event.event_id, self._parts.now())
        if self.user_id not in event.details.staff:
            self._parts.events().staff.forget(event.event_id, self.user_id, event.version)
        return changed

    def _without_user(self, event: Event) -> EventDetails:
        # Whoever was made a host a moment ago stays one: the LMS wants it so.
        return event.details if self._is_to_host(event) else event.details.without(self.user_id)

    def elsewhere(self) -> None:
        """Erases what is known of the user beside the user's events."""
        parts = self._parts
        parts.outbox().forget_user(self.user_id)
        forget_attendance_elsewhere(self.user_id, self._emails, parts)
        for connection in sorted(self._connections):
            for email in sorted(self._emails):
                parts.answers().forget(connection, user_with(address_key(email)))


def _emails(user_id: str, event: Event, enrolment: Enrolment | None) -> set[str]:
    """The addresses by which an event and its ledger know a user."""
    details = event.details
    emails = {each.email for each in details.instructors if each.user_id == user_id}
    if details.host.user_id == user_id:
        emails |= {details.host.email, event.meeting.host_email if event.meeting else ""}
    if enrolment is not None:
        at_zoom = (each for each in (enrolment.registration, enrolment.panelist) if each)
        emails |= {enrolment.person.email, *(each.person.email for each in at_zoom)}
    return {each for each in emails if each}


def _registrants(enrolment: Enrolment | None) -> list[str]:
    """What Zoom calls a user as registrant and as panelist."""
    registration = enrolment.registration if enrolment else None
    panelist = enrolment.panelist if enrolment else None
    ids = [registration.registrant_id] if registration else []
    return ids + ([panelist.panelist_id] if panelist else [])
