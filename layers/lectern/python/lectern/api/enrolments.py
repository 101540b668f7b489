"""The endpoints of one enrolment: put, read, remove, change the access."""

from __future__ import annotations

from typing import Any

from lectern.api.answers import Answer, status_of_write
from lectern.api.calls import Call
from lectern.api.enrolment_changes import EnrolmentChanges, Wish, enrol, remove, set_access
from lectern.api.enrolment_model import AccessBody, EnrolmentBody, access_of, person_of
from lectern.api.enrolment_view import enrolment_view
from lectern.api.fields import Query
from lectern.api.parts import Parts
from lectern.api.problems import UnknownEnrolment, UnknownEvent


def put_enrolment(call: Call[EnrolmentBody, Query], parts: Parts) -> Answer:
    """Enrols or changes one user."""
    body = call.body
    wish = enrol(
        call.path["event_id"],
        call.path["user_id"],
        person=person_of(body),
        role=body.role,
        access=access_of(body.access),
        now=parts.now(),
    )
    return _carried_out(wish, call, parts, takes_people=True)


def get_enrolment(call: Call[None, Query], parts: Parts) -> Answer:
    """Says where one user stands; also of one who was removed."""
    if parts.events().get(call.path["event_id"]) is None:
        raise UnknownEvent
    enrolment = parts.enrolments().get(call.path["event_id"], call.path["user_id"])
    if enrolment is None or not enrolment.enrolled:
        raise UnknownEnrolment
    return Answer(enrolment_view(enrolment))


def remove_enrolment(call: Call[None, Query], parts: Parts) -> Answer:
    """Removes one user."""
    return _carried_out(remove(parts.now()), call, parts, takes_people=False)


def put_access(call: Call[AccessBody, Query], parts: Parts) -> Answer:
    """Changes one user's access alone."""
    wish = set_access(access_of(call.body), parts.now())
    return _carried_out(wish, call, parts, takes_people=False)


def changes_of(event_id: str, parts: Parts) -> EnrolmentChanges:
    """The changes of one event's enrolments."""
    return EnrolmentChanges(event_id, parts.events(), parts.enrolments(), parts.now())


def _carried_out(wish: Wish, call: Call[Any, Query], parts: Parts, *, takes_people: bool) -> Answer:
    changes = changes_of(call.path["event_id"], parts)
    changes.check_event(takes_people=takes_people)
    ((enrolment, changed),) = changes.carry_out({call.path["user_id"]: wish}).values()
    if enrolment is None:
        raise UnknownEnrolment
    return Answer(enrolment_view(enrolment), status_of_write(changed=changed))
