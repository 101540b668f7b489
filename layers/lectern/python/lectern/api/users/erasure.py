"""The erasure of a user: from every event, here and in Zoom, and from all that was kept beside."""

from __future__ import annotations

from collections.abc import Iterator

from lectern.api.attendance.erasure import forget_attendance, forget_attendance_elsewhere
from lectern.api.enrollments.changes import erase
from lectern.api.events.changes import EventChanges
from lectern.api.http.dependencies import ApiDependencies
from lectern.api.http.fields import Query
from lectern.api.http.problems import UserHostsEvents
from lectern.api.http.request import Request
from lectern.api.http.response import Response
from lectern.api.http.route import ACCEPTED
from lectern.api.users.events import carry_out, events_hosted, touch_everywhere
from lectern.domain.address import address_key
from lectern.domain.attendance.matching import marks_of
from lectern.domain.enrollment import Enrollment, EnrollmentState
from lectern.domain.event import Event, EventDetails
from lectern.store.zoom_cache import user_with


def erase_user(request: Request[None, Query], dependencies: ApiDependencies) -> Response:
    """Removes the user from each event, and from those whom it names.

    What is stored goes once Zoom has nothing of them.

    Raises:
        UserHostsEvents: The user hosts events that are not over; nothing is changed.
    """
    erasure = Erasure(request.path["user_id"], dependencies, request.key)
    hosted = sorted(erasure.hosted())
    if hosted:
        raise UserHostsEvents(hosted)
    touched = touch_everywhere(erasure.user_id, erasure.in_event, dependencies)
    erasure.elsewhere()
    return Response(touched, ACCEPTED)


class Erasure:
    """The erasure of one user.

    Args:
        user_id: The user.
        parts: What the API is built from.
        key: The id of the API key that it was asked for with.
    """

    def __init__(self, user_id: str, dependencies: ApiDependencies, key: str | None) -> None:
        self.user_id = user_id
        self._parts = dependencies
        self._wish = erase(dependencies.now())
        self._key = key
        self._changes = EventChanges(
            dependencies.events(), dependencies.settings(), dependencies.now(), key
        )
        self._emails: set[str] = set()
        self._connections: set[str] = set()

    def hosted(self) -> Iterator[str]:
        """The events that the user is still to host."""
        events = events_hosted(self.user_id, self._parts)
        return (event.event_id for event in events if self._is_to_host(event))

    def _is_to_host(self, event: Event) -> bool:
        is_host = event.details.host.user_id == self.user_id
        return is_host and not event.is_cancelled and not event.is_over(self._parts.now())

    def in_event(self, event: Event, enrollment: Enrollment | None) -> bool:
        """Erases the user from an event that is over, or that somebody else hosts."""
        emails = _emails(self.user_id, event, enrollment)
        self._emails |= emails
        self._connections.add(event.details.connection)
        is_named = self._is_named_no_more(event, enrollment)
        marks = marks_of(registrants=_registrants(enrollment), addresses=emails)
        forget_attendance(event.event_id, self.user_id, marks, self._parts)
        self._parts.outbox().forget(self.user_id, event.event_id)
        self._parts.timeline().forget(self.user_id, event.event_id)
        if enrollment is None:
            return is_named
        # A registration whose answer was lost is known to Zoom alone: it is looked for first.
        is_known = enrollment.registration or enrollment.state is EnrollmentState.REMOVED
        verify = not is_known
        return carry_out(self._wish, enrollment, self._parts, self._key, verify=verify) or is_named

    def _is_named_no_more(self, event: Event, enrollment: Enrollment | None) -> bool:
        """Takes the user from those whom the event names; whether they were among them."""
        event, changed = self._changes.change_details(event.event_id, self._without_user)
        if not changed and enrollment is None:
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
        dependencies = self._parts
        dependencies.outbox().forget_user(self.user_id)
        dependencies.timeline().forget(self.user_id)
        dependencies.console().forget(self.user_id, dependencies.now())
        forget_attendance_elsewhere(self.user_id, self._emails, dependencies)
        for connection in sorted(self._connections):
            for email in sorted(self._emails):
                dependencies.answers().forget(connection, user_with(address_key(email)))


def _emails(user_id: str, event: Event, enrollment: Enrollment | None) -> set[str]:
    """The addresses by which an event and its ledger know a user."""
    details = event.details
    emails = {each.email for each in details.instructors if each.user_id == user_id}
    if details.host.user_id == user_id:
        emails |= {details.host.email, event.meeting.host_email if event.meeting else ""}
    if enrollment is not None:
        at_zoom = (each for each in (enrollment.registration, enrollment.panelist) if each)
        emails |= {enrollment.person.email, *(each.person.email for each in at_zoom)}
    return {each for each in emails if each}


def _registrants(enrollment: Enrollment | None) -> list[str]:
    """The ids that a user has at Zoom, as registrant and as panelist."""
    registration = enrollment.registration if enrollment else None
    panelist = enrollment.panelist if enrollment else None
    ids = [registration.registrant_id] if registration else []
    return ids + ([panelist.panelist_id] if panelist else [])
