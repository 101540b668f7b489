"""Refusals of requests, as RFC 9457 ``application/problem+json``.

Every refusal is a class with its status, its stable code and a sentence; whatever other layers
raise is mapped to one of them by ``_FOREIGN``. Anything else is an ``internal_error``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, ClassVar

from botocore.exceptions import ClientError
from pydantic import BaseModel, Field

from lectern.api.http.response import PROBLEM_JSON, Response
from lectern.api.http.roles import KeyRole
from lectern.domain.errors import (
    Conflict,
    LecternError,
    ZoomDailyLimit,
    ZoomRateLimited,
    ZoomUnavailable,
)
from lectern.domain.problems import Problem

FAULTS_LISTED = 1000
"""A body of 1 MiB can hold more faults than an answer of Lambda (6 MB) can list."""

EVENTS_NAMED = 1000
"""Ids of 128 characters, in an answer that a person is to read."""

_THROTTLED = frozenset(
    {"ProvisionedThroughputExceededException", "RequestLimitExceeded", "ThrottlingException"}
)


class InvalidField(BaseModel):
    """One thing that is wrong with a request.

    Attributes:
        pointer: Where, as a JSON pointer; a parameter stands as if it were a field.
        detail: What is wrong, for a person.
    """

    pointer: str = Field(examples=["/starts_at"])
    detail: str


class ProblemDocument(BaseModel):
    """A refusal (RFC 9457)."""

    type: str = Field(description="Always `about:blank`; `code` tells refusals apart.")
    title: str = Field(description="The name of the HTTP status.")
    status: int
    detail: str = Field(description="What is wrong, for a person.")
    code: str = Field(pattern="^[a-z0-9_]+$", description="Stable, for programs.")
    errors: list[InvalidField] | None = Field(
        default=None, description="With 422: every fault that was found."
    )
    event_ids: list[str] | None = Field(
        default=None, description="With `user_hosts_events`: the events, or the first thousand."
    )
    event_count: int | None = Field(
        default=None, description="With `connection_in_use`: how many events use it."
    )


class HttpError(LecternError):
    """A request that is not carried out."""

    status: ClassVar[HTTPStatus]
    code: ClassVar[str]
    detail: ClassVar[str]

    def __init__(
        self, *, faults: Sequence[InvalidField] = (), headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(self.code)
        self.faults = faults
        self.headers = headers or {}


class InvalidJson(HttpError):
    """The body is no JSON object."""

    status = HTTPStatus.BAD_REQUEST
    code = "invalid_json"
    detail = "The body has to be a JSON object (RFC 8259) in UTF-8."


class InvalidForm(HttpError):
    """The body is no form."""

    status = HTTPStatus.BAD_REQUEST
    code = "invalid_form"
    detail = "The body has to be a form (application/x-www-form-urlencoded) in UTF-8."


class BodyTooLarge(HttpError):
    """The body is over 1 MiB."""

    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    code = "body_too_large"
    detail = "The body is larger than 1 MiB."


class InvalidRequest(HttpError):
    """The request is well formed, and says something that cannot be."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    code = "invalid_request"
    detail = "The request has faults; see errors."


class UnknownPath(HttpError):
    """No such path."""

    status = HTTPStatus.NOT_FOUND
    code = "not_found"
    detail = "There is nothing at this path; see /openapi.json for what there is."


class UnknownEvent(HttpError):
    """The LMS never put an event of this id."""

    status = HTTPStatus.NOT_FOUND
    code = "event_not_found"
    detail = "There is no event of this id."


class UnknownEnrollment(HttpError):
    """The user is not enrolled in the event."""

    status = HTTPStatus.NOT_FOUND
    code = "enrollment_not_found"
    detail = "This user is not enrolled in this event."


class UnknownUser(HttpError):
    """Nothing is stored about the user."""

    status = HTTPStatus.NOT_FOUND
    code = "user_not_found"
    detail = "Nothing is stored about this user."


class UnknownConnection(HttpError):
    """No credentials were ever set for a connection of this id."""

    status = HTTPStatus.NOT_FOUND
    code = "connection_not_found"
    detail = "There is no connection of this id."


class UnknownValidation(HttpError):
    """No self-test was started with this id, or it was long ago."""

    status = HTTPStatus.NOT_FOUND
    code = "validation_not_found"
    detail = "There is no self-test of this id."


class Forbidden(HttpError):
    """The API key is a good one, and its role does not go as far."""

    status = HTTPStatus.FORBIDDEN
    code = "forbidden"
    detail = "The role of this API key does not allow this."

    def __init__(self, role: KeyRole, least: KeyRole) -> None:
        super().__init__()
        self.role, self.least = role, least


class RoleUnknown(HttpError):
    """The gateway remembers an answer of an older authorizer, which knew no roles."""

    status = HTTPStatus.SERVICE_UNAVAILABLE
    code = "unavailable"
    detail = "What this API key may do is not known at this moment; try again."


class MethodNotAllowed(HttpError):
    """The path exists, the method there does not."""

    status = HTTPStatus.METHOD_NOT_ALLOWED
    code = "method_not_allowed"
    detail = "This path does not take this method; see the Allow header."


class EventCancelled(HttpError):
    """Nobody can be enrolled to a cancelled event."""

    status = HTTPStatus.CONFLICT
    code = "event_cancelled"
    detail = "The event is cancelled; a PUT of the event schedules it again."


class UserHostsEvents(HttpError):
    """Somebody who is still to host something cannot be erased.

    Attributes:
        event_ids: What the user hosts.
    """

    status = HTTPStatus.CONFLICT
    code = "user_hosts_events"
    detail = (
        "The user hosts events that are not over; give them another host, or cancel them, and "
        "erase the user then."
    )

    def __init__(self, event_ids: Sequence[str]) -> None:
        super().__init__()
        self.event_ids = event_ids


class ConnectionInUse(HttpError):
    """A connection that events need cannot be deleted.

    Attributes:
        event_count: How many.
    """

    status = HTTPStatus.CONFLICT
    code = "connection_in_use"
    detail = (
        "Events that are not over use this connection, or have something at Zoom that is still to "
        "be deleted through it; move them to another connection, or cancel them, and delete it "
        "then."
    )

    def __init__(self, event_count: int) -> None:
        super().__init__()
        self.event_count = event_count


class WriteContended(HttpError):
    """Too many others change the same thing at the same time."""

    status = HTTPStatus.CONFLICT
    code = "write_contended"
    detail = "Others changed the same thing at the same moment, several times; try again."


class PreconditionFailed(HttpError):
    """``If-Match`` names another version than the present one."""

    status = HTTPStatus.PRECONDITION_FAILED
    code = "precondition_failed"
    detail = "It does not have the version that If-Match names; read it again."


class TooManyRequests(HttpError):
    """More than the service takes at this moment."""

    status = HTTPStatus.TOO_MANY_REQUESTS
    code = "too_many_requests"
    detail = "Too many requests at this moment; try again after the time in Retry-After."


class ZoomDoesNotAnswer(HttpError):
    """Zoom had to be asked, and gave no answer."""

    status = HTTPStatus.SERVICE_UNAVAILABLE
    code = "zoom_unavailable"
    detail = "Zoom does not answer at this moment; nothing was changed. Try again later."


class TookTooLong(HttpError):
    """The answer would come when the gateway waits for it no more."""

    status = HTTPStatus.SERVICE_UNAVAILABLE
    code = "unavailable"
    detail = "It took too long at this moment; try again after the time in Retry-After."


class ZoomRefuses(HttpError):
    """Zoom had to be asked, and said no for a reason that a person has to put right."""

    status = HTTPStatus.CONFLICT
    code = "zoom_rejected"
    detail = "Zoom refuses it; the code is that of the problem, and the detail says what to do."

    def __init__(self, problem: Problem) -> None:
        super().__init__()
        self.problem = problem


class InternalError(HttpError):
    """A fault of Lectern."""

    status = HTTPStatus.INTERNAL_SERVER_ERROR
    code = "internal_error"
    detail = "An unexpected fault of Lectern; the operators find it by the request id."


_FOREIGN: dict[type[Exception], HttpError] = {
    Conflict: WriteContended(),
    ZoomUnavailable: ZoomDoesNotAnswer(headers={"Retry-After": "30"}),
    ZoomRateLimited: ZoomDoesNotAnswer(headers={"Retry-After": "5"}),
    ZoomDailyLimit: ZoomDoesNotAnswer(headers={"Retry-After": "3600"}),
}


def http_error_of(error: Exception) -> HttpError:
    """The refusal that an error is to the caller."""
    if isinstance(error, HttpError):
        return error
    if isinstance(error, ClientError) and error.response["Error"]["Code"] in _THROTTLED:
        return TooManyRequests(headers={"Retry-After": "1"})
    for kind in type(error).__mro__:
        if kind in _FOREIGN:
            return _FOREIGN[kind]
    return InternalError()


def problem_response(refusal: HttpError, request_id: str = "") -> Response:
    """The refusal as an answer; the request id goes with what is Lectern's own fault."""
    document: dict[str, Any] = {
        "type": "about:blank",
        "title": refusal.status.phrase,
        "status": refusal.status.value,
        "detail": refusal.detail,
        "code": refusal.code,
    }
    if isinstance(refusal, InvalidRequest):
        document["errors"] = [fault.model_dump() for fault in refusal.faults[:FAULTS_LISTED]]
    if isinstance(refusal, UserHostsEvents):
        document["event_ids"] = list(refusal.event_ids[:EVENTS_NAMED])
    if isinstance(refusal, ConnectionInUse):
        count = refusal.event_count
        document |= {"event_count": count, "detail": f"Events: {count}. {refusal.detail}"}
    if isinstance(refusal, Forbidden):
        document["detail"] = (
            f"This takes an API key of the role {refusal.least}; this one's is {refusal.role}."
        )
    if isinstance(refusal, ZoomRefuses):
        problem = refusal.problem
        document |= {"code": problem.code, "detail": f"{problem.message} {problem.remedy}"}
    if isinstance(refusal, InternalError) and request_id:
        document["detail"] = f"{refusal.detail} Request id: {request_id}."
    return Response(document, refusal.status, refusal.headers, PROBLEM_JSON)
