"""An enrollment as the API shows it: never with the person's own link."""

from __future__ import annotations

from pydantic import AwareDatetime

from lectern.api.http.views import View
from lectern.domain.enrollment import Enrollment, EnrollmentState, Role
from lectern.domain.problems import EnrollmentProblem, enrollment_message


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


class EnrollmentSyncView(View):
    """Where the person stands at Zoom."""

    state: EnrollmentState
    reason: EnrollmentProblem | None
    message: str | None
    registrant_id: str | None
    registered_at: AwareDatetime | None


class EnrollmentView(View):
    """A person in an event, with where the person stands."""

    user_id: str
    email: str
    first_name: str
    last_name: str
    role: Role
    access: AccessView
    sync: EnrollmentSyncView


class EnrollmentPage(View):
    """A page of enrollments, by user id."""

    items: list[EnrollmentView]
    next_cursor: str | None


def enrollment_view(enrollment: Enrollment) -> EnrollmentView:
    """The enrollment as the API shows it."""
    person, registration = enrollment.person, enrollment.registration
    message = enrollment.message
    if message is None and enrollment.reason:
        message = enrollment_message(enrollment.reason)
    return EnrollmentView(
        user_id=enrollment.user_id,
        email=person.email,
        first_name=person.first_name,
        last_name=person.last_name,
        role=enrollment.role,
        access=AccessView.model_validate(enrollment.access),
        sync=EnrollmentSyncView(
            state=enrollment.state,
            reason=enrollment.reason,
            message=message,
            registrant_id=registration.registrant_id if registration else None,
            registered_at=registration.registered_at if registration else None,
        ),
    )
