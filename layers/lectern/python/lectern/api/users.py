"""One user in all their events: a login, a change of the person, the erasure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from pydantic import Field, ValidationInfo, field_validator

from lectern.api.answers import Answer, status_of_write
from lectern.api.attendance_erasure import forget_attendance, forget_attendance_elsewhere
from lectern.api.calls import Call
from lectern.api.enrolment_changes import WRITERS, Wish, erase, set_person
from lectern.api.enrolments import changes_of
from lectern.api.event_changes import EventChanges
from lectern.api.fields import BlankableName, Body, Email, Identifier, Name, Query, fault
from lectern.api.parts import Parts
from lectern.api.route import ACCEPTED
from lectern.api.views import View
from lectern.domain.enrolment import Enrolment, EnrolmentState, Person
from lectern.domain.event import Event, Instructor
from lectern.domain.instructors import is_wanted

PAGE = 100
"""Enrolments that are read at once."""

Touch = Callable[[Enrolment, Event], bool]
"""Does something to one enrolment; whether it did."""


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

    def changed_instructor(self, instructor: Instructor) -> Instructor:
        """The instructor with what the body says; a name is told by its first part at least."""
        name = f"{self.first_name} {self.last_name or ''}".strip() if self.first_name else None
        said = {"email": self.email, "name": name}
        return instructor.model_copy(
            update={name: value for name, value in said.items() if value is not None}
        )


class TouchedEnrolments(View):
    """In how many events something follows."""

    enrollments: int


def log_in(call: Call[None, Query], parts: Parts) -> Answer:
    """Asks for a synchronisation of each event that lies ahead of the user.

    The user is looked up at Zoom in each of them, whatever the ledger says.
    """
    now = parts.now()

    def synchronise(enrolment: Enrolment, event: Event) -> bool:
        if not is_wanted(enrolment, event) or event.is_cancelled or event.is_over(now):
            return False
        if enrolment.registration:
            parts.enrolments().lookups.ask(event.event_id, enrolment.user_id, now)
        return parts.events().request_sync(event.event_id, now) is not None

    return Answer(_touched(call, parts, synchronise), ACCEPTED)


def change_user(call: Call[UserBody, Query], parts: Parts) -> Answer:
    """Changes the person in each event that is not over, among its instructors as well."""
    now = parts.now()
    wish = set_person(call.body.changed, now)

    def change(enrolment: Enrolment, event: Event) -> bool:
        if not is_wanted(enrolment, event) or event.is_over(now):
            return False
        is_changed = _carried_out(wish, enrolment, parts)
        return _as_instructor(call.body.changed_instructor, enrolment, event, parts) or is_changed

    touched = _touched(call, parts, change)
    return Answer(touched, status_of_write(changed=touched.enrollments > 0))


def erase_user(call: Call[None, Query], parts: Parts) -> Answer:
    """Removes the user from each event, and from its instructors.

    What is stored goes once Zoom has nothing of them.
    """
    wish = erase(parts.now())

    def remove(enrolment: Enrolment, event: Event) -> bool:
        is_listed = _as_instructor(lambda _: None, enrolment, event, parts)
        # A registration whose answer was lost is known to Zoom alone: it is looked for first.
        is_known = enrolment.registration or enrolment.state is EnrolmentState.REMOVED
        forget_attendance(enrolment, event, parts)
        return _carried_out(wish, enrolment, parts, verify=not is_known) or is_listed

    touched = _touched(call, parts, remove)
    forget_attendance_elsewhere(call.path["user_id"], parts)
    return Answer(touched, ACCEPTED)


def _carried_out(wish: Wish, enrolment: Enrolment, parts: Parts, *, verify: bool = False) -> bool:
    changes = changes_of(enrolment.event_id, parts)
    ((_, changed),) = changes.carry_out({enrolment.user_id: wish}, verify=verify).values()
    return changed


def _as_instructor(
    change: Callable[[Instructor], Instructor | None],
    enrolment: Enrolment,
    event: Event,
    parts: Parts,
) -> bool:
    """Changes the user where the event lists them as an instructor; whether it did."""
    if event.details.instructor(enrolment.user_id) is None:
        return False
    changes = EventChanges(parts.events(), parts.settings(), parts.now())
    return changes.change_instructor(event.event_id, enrolment.user_id, change)


def _touched(call: Call[Any, Query], parts: Parts, touch: Touch) -> TouchedEnrolments:
    """Does something in every event of the user, some at a time, a page after the other."""
    with ThreadPoolExecutor(WRITERS) as writers:
        count = sum(
            sum(writers.map(touch, *zip(*page, strict=True)))
            for page in _pages(call.path["user_id"], parts)
        )
    return TouchedEnrolments(enrollments=count)


def _pages(user_id: str, parts: Parts) -> Iterator[Sequence[tuple[Enrolment, Event]]]:
    after: str | None = None
    while True:
        event_ids, after = parts.enrolments().page_of_user(user_id, after=after, limit=PAGE)
        events = {event.event_id: event for event in parts.events().get_many(event_ids)}
        enrolments = parts.enrolments().of_user(user_id, event_ids)
        page = [(each, events[each.event_id]) for each in enrolments if each.event_id in events]
        if page:
            yield page
        if after is None:
            return
