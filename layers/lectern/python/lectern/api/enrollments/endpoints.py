"""The endpoints of one enrollment: put, read, remove, change the access."""

from __future__ import annotations

from typing import Any

from lectern.api.enrollments.body import AccessBody, EnrollmentBody, access_of, person_of
from lectern.api.enrollments.changes import EnrollmentChanges, Wish, enrol, remove, set_access
from lectern.api.enrollments.view import enrollment_view
from lectern.api.http.dependencies import ApiDependencies
from lectern.api.http.fields import Query
from lectern.api.http.problems import UnknownEnrollment, UnknownEvent
from lectern.api.http.request import Request
from lectern.api.http.response import Response, status_of_write


def put_enrollment(
    request: Request[EnrollmentBody, Query], dependencies: ApiDependencies
) -> Response:
    """Enrols or changes one user."""
    body = request.body
    wish = enrol(
        request.path["event_id"],
        request.path["user_id"],
        person=person_of(body),
        role=body.role,
        access=access_of(body.access),
        now=dependencies.now(),
    )
    return _carried_out(wish, request, dependencies, takes_people=True)


def get_enrollment(request: Request[None, Query], dependencies: ApiDependencies) -> Response:
    """Says where one user stands; also of one who was removed."""
    if dependencies.events().get(request.path["event_id"]) is None:
        raise UnknownEvent
    enrollment = dependencies.enrollments().get(request.path["event_id"], request.path["user_id"])
    if enrollment is None or not enrollment.enrolled:
        raise UnknownEnrollment
    return Response(enrollment_view(enrollment))


def remove_enrollment(request: Request[None, Query], dependencies: ApiDependencies) -> Response:
    """Removes one user."""
    return _carried_out(remove(dependencies.now()), request, dependencies, takes_people=False)


def put_access(request: Request[AccessBody, Query], dependencies: ApiDependencies) -> Response:
    """Changes one user's access alone."""
    wish = set_access(access_of(request.body), dependencies.now())
    return _carried_out(wish, request, dependencies, takes_people=False)


def changes_of(event_id: str, dependencies: ApiDependencies, key: str | None) -> EnrollmentChanges:
    """The changes of one event's enrollments, with the API key of an id."""
    return EnrollmentChanges(
        event_id, dependencies.events(), dependencies.enrollments(), dependencies.now(), key
    )


def _carried_out(
    wish: Wish, request: Request[Any, Query], dependencies: ApiDependencies, *, takes_people: bool
) -> Response:
    changes = changes_of(request.path["event_id"], dependencies, request.key)
    changes.check_event(takes_people=takes_people)
    ((enrollment, changed),) = changes.carry_out({request.path["user_id"]: wish}).values()
    if enrollment is None:
        raise UnknownEnrollment
    return Response(enrollment_view(enrollment), status_of_write(changed=changed))
