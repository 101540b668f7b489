"""An enrolment as the API shows it: never with the person's own link."""

from __future__ import annotations

from pydantic import AwareDatetime

from lectern.api.views import View
from lectern.domain.enrolment import Enrolment, EnrolmentState, Role
from lectern.domain.problems import EnrolmentProblem, enrolment_message


class RequirementView(View):
    """Something that the person has to meet before joining."""

    id: str
    title: str
    met: bool
    url: str | None


class AccessView(View):
    """Whether the person may join."""

    granted: bool
    requirements: list[RequirementView]


class EnrolmentSyncView(View):
    """Where the person stands at Zoom."""

    state: EnrolmentState
    reason: EnrolmentProblem | None
    message: str | None
    registrant_id: str | None
    registered_at: AwareDatetime | None


class EnrolmentView(View):
    """A person in an event, with where the person stands."""

    user_id: str
    email: str
    first_name: str
    last_name: str
    role: Role
    access: AccessView
    sync: EnrolmentSyncView


class EnrolmentPage(View):
    """A page of enrolments, by user id."""

    items: list[EnrolmentView]
    next_cursor: str | None


def enrolment_view(enrolment: Enrolment) -> EnrolmentView:
    """The enrolment as the API shows it."""
    person, registration = enrolment.person, enrolment.registration
    message = enrolment.message
    if message is None and enrolment.reason:
        message = enrolment_message(enrolment.reason)
    return EnrolmentView(
        user_id=enrolment.user_id,
        email=person.email,
        first_name=person.first_name,
        last_name=person.last_name,
        role=enrolment.role,
        access=AccessView.model_validate(enrolment.access),
        sync=EnrolmentSyncView(
            state=enrolment.state,
            reason=enrolment.reason,
            message=message,
            registrant_id=registration.registrant_id if registration else None,
            registered_at=registration.registered_at if registration else None,
        ),
    )
