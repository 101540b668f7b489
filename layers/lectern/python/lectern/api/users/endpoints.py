"""One user in all their events: a login, and a change of the person."""

from __future__ import annotations

from datetime import timedelta

from pydantic import Field, ValidationInfo, field_validator

from lectern.api.enrollments.changes import set_person
from lectern.api.events.changes import EventChanges
from lectern.api.http.dependencies import ApiDependencies
from lectern.api.http.fields import BlankableName, Body, Email, Identifier, Name, Query, fault
from lectern.api.http.request import Request
from lectern.api.http.response import Response, status_of_write
from lectern.api.http.route import ACCEPTED
from lectern.api.users.events import carry_out, touch_everywhere
from lectern.domain.enrollment import Enrollment, Person
from lectern.domain.event import Event, EventDetails
from lectern.domain.people.instructors import is_wanted

LOGIN_COUNTS_FOR = timedelta(minutes=5)
"""Whoever logs in and out without end is looked up at Zoom so often at most."""


class UserBody(Body):
    """Who the user is from now on; what is left out stays as it is."""

    user_id: Identifier | None = Field(default=None, description="As in the path.")
    email: Email | None = None
    first_name: Name | None = None
    last_name: BlankableName | None = None

    @field_validator("user_id")
    @classmethod
    def _is_the_one_in_the_path(cls, user_id: str | None, info: ValidationInfo) -> str | None:
        if user_id is not None and user_id != (info.context or {}).get("user_id", user_id):
            raise fault("Is not the user of the path.")
        return user_id

    def changed(self, person: Person) -> Person:
        """The person with what the body says."""
        said = {name: getattr(self, name) for name in ("email", "first_name", "last_name")}
        return person.model_copy(
            update={name: value for name, value in said.items() if value is not None}
        )

    def changed_staff(self, user_id: str, details: EventDetails) -> EventDetails:
        """The event with what the body says of the user, as host and as instructor.

        An instructor's name is told by its first part at least.
        """
        name = f"{self.first_name} {self.last_name or ''}".strip() if self.first_name else None
        address = {"email": self.email} if self.email else {}
        said = address | ({"name": name} if name else {})
        host = details.host
        return details.model_copy(
            update={
                "host": host.model_copy(update=address) if host.user_id == user_id else host,
                "instructors": tuple(
                    each.model_copy(update=said) if each.user_id == user_id else each
                    for each in details.instructors
                ),
            }
        )


def log_in(request: Request[None, Query], dependencies: ApiDependencies) -> Response:
    """Asks for a synchronisation of each event that lies ahead of the user.

    The user is looked up at Zoom in each of them, whatever the ledger says, after what others
    asked for. Where a login asked for it some minutes ago, another changes nothing.
    """
    now = dependencies.now()
    last = now - LOGIN_COUNTS_FOR

    def synchronise(event: Event, enrollment: Enrollment | None) -> bool:
        if enrollment is None or not is_wanted(enrollment, event):
            return False
        if event.is_cancelled or event.is_over(now):
            return False
        if enrollment.logged_in_at is not None and enrollment.logged_in_at > last:
            return True
        if not dependencies.enrollments().note_login(enrollment, now, last):
            return True
        is_at_zoom = enrollment.registration is not None
        if is_at_zoom:
            dependencies.enrollments().lookups.ask(event.event_id, enrollment.user_id, now)
        # Something that is under way keeps its place; a login alone goes after everything.
        background = None if event.sync.is_due else True
        asked = dependencies.events().request_sync(
            event.event_id, now, look_up=is_at_zoom, background=background
        )
        return asked is not None

    return Response(touch_everywhere(request.path["user_id"], synchronise, dependencies), ACCEPTED)


def change_user(request: Request[UserBody, Query], dependencies: ApiDependencies) -> Response:
    """Changes the user in each event that is not over: enrolled, as host, as instructor."""
    user_id, now = request.path["user_id"], dependencies.now()
    wish = set_person(request.body.changed, now)
    changes = EventChanges(dependencies.events(), dependencies.settings(), now, request.key)

    def change(event: Event, enrollment: Enrollment | None) -> bool:
        if event.is_over(now):
            return False
        is_changed = False
        if enrollment is not None and is_wanted(enrollment, event):
            is_changed = carry_out(wish, enrollment, dependencies, request.key)
        if user_id not in event.details.staff:
            return is_changed
        _, changed = changes.change_details(
            event.event_id, lambda stored: request.body.changed_staff(user_id, stored.details)
        )
        return changed or is_changed

    touched = touch_everywhere(user_id, change, dependencies)
    return Response(touched, status_of_write(changed=touched.enrollments > 0))
