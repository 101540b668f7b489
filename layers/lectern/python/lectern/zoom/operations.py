"""The operations of Zoom's API that Lectern uses: one table for all who need to know.

The client takes method and path from it, the budget the rate class, the scope report the scope and
feature, and the Zoom simulator routes and enforces scopes by it. An operation that is not here is
not called. Source: Zoom's OpenAPI documents (rate labels, scopes), 2026-08.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType

from lectern.domain.meeting import Kind


class RateClass(StrEnum):
    """Zoom's rate labels; each has its own limits per second and per day for an account."""

    LIGHT = "light"
    MEDIUM = "medium"
    HEAVY = "heavy"


class Feature(StrEnum):
    """What stops working where a scope is missing."""

    ACCOUNT = "account"
    HOSTS = "hosts"
    NEW_HOSTS = "new_hosts"
    LICENCES = "licences"
    ASSISTANTS = "assistants"
    MEETINGS = "meetings"
    MEETING_REGISTRATION = "meeting_registration"
    MEETING_INVITE_LINKS = "meeting_invite_links"
    MEETING_ATTENDANCE = "meeting_attendance"
    WEBINARS = "webinars"
    WEBINAR_REGISTRATION = "webinar_registration"
    WEBINAR_INVITE_LINKS = "webinar_invite_links"
    WEBINAR_ATTENDANCE = "webinar_attendance"
    PANELISTS = "panelists"


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of Zoom's API.

    Attributes:
        name: Lectern's name of it, also its name in logs and metrics.
        method: The HTTP method.
        path: The path template below the API's base, such as ``/meetings/{session_id}``.
        rate_class: The label that Zoom's rate limits go by.
        scope: The granular scope that Zoom wants for it.
        feature: What stops working without that scope.
        counts_for_host: Whether Zoom counts it among the host's 100 creates and updates a day.
    """

    name: str
    method: str
    path: str
    rate_class: RateClass
    scope: str
    feature: Feature
    counts_for_host: bool = False


@dataclass(frozen=True, slots=True)
class SessionOperations:
    """What can be done with meetings, and in the same words with webinars."""

    create: Operation
    read: Operation
    update: Operation
    delete: Operation
    list: Operation
    change_status: Operation
    add_registrant: Operation
    batch_registrants: Operation
    list_registrants: Operation
    read_registrant: Operation
    delete_registrant: Operation
    change_registrant_status: Operation
    make_invite_links: Operation
    report_participants: Operation


_LIGHT, _MEDIUM, _HEAVY = RateClass.LIGHT, RateClass.MEDIUM, RateClass.HEAVY


@dataclass(frozen=True)
class _Row:
    """Makes rows of one kind and feature, whose paths and scopes Zoom names after the kind."""

    kind: str
    feature: Feature

    def __call__(
        self, name: str, method: str, path: str, rate_class: RateClass, says: str
    ) -> Operation:
        """An operation on sessions of the kind, with what its scope says of it."""
        return Operation(name, method, path, rate_class, f"{self.kind}:{says}:admin", self.feature)


def _session_operations(kind: Kind) -> SessionOperations:
    k = kind.value
    session, registration = _Row(k, Feature(f"{k}s")), _Row(k, Feature(f"{k}_registration"))
    invite_links = _Row(k, Feature(f"{k}_invite_links"))
    of_host, one = f"/users/{{user_id}}/{k}s", f"/{k}s/{{session_id}}"
    people, person = f"{one}/registrants", f"{one}/registrants/{{registrant_id}}"
    create = session(f"create_{k}", "POST", of_host, _LIGHT, f"write:{k}")
    update = session(f"update_{k}", "PATCH", one, _LIGHT, f"update:{k}")
    return SessionOperations(
        create=replace(create, counts_for_host=True),
        read=session(f"get_{k}", "GET", one, _LIGHT, f"read:{k}"),
        update=replace(update, counts_for_host=True),
        delete=session(f"delete_{k}", "DELETE", one, _LIGHT, f"delete:{k}"),
        list=session(f"list_{k}s", "GET", of_host, _MEDIUM, f"read:list_{k}s"),
        change_status=session(
            f"change_{k}_status", "PUT", f"{one}/status", _LIGHT, "update:status"
        ),
        add_registrant=registration(
            f"add_{k}_registrant", "POST", people, _LIGHT, "write:registrant"
        ),
        batch_registrants=registration(
            f"batch_{k}_registrants",
            "POST",
            f"{one}/batch_registrants",
            _HEAVY,
            "write:batch_registrants",
        ),
        list_registrants=registration(
            f"list_{k}_registrants", "GET", people, _MEDIUM, "read:list_registrants"
        ),
        read_registrant=registration(
            f"get_{k}_registrant", "GET", person, _LIGHT, "read:registrant"
        ),
        delete_registrant=registration(
            f"delete_{k}_registrant", "DELETE", person, _LIGHT, "delete:registrant"
        ),
        change_registrant_status=registration(
            f"update_{k}_registrant_status",
            "PUT",
            f"{people}/status",
            _MEDIUM,
            "update:registrant_status",
        ),
        make_invite_links=invite_links(
            f"make_{k}_invite_links", "POST", f"{one}/invite_links", _LIGHT, "write:invite_links"
        ),
        report_participants=Operation(
            f"report_{k}_participants",
            "GET",
            f"/report/{k}s/{{session_id}}/participants",
            _HEAVY,
            f"report:read:list_{k}_participants:admin",
            Feature(f"{k}_attendance"),
        ),
    )


MEETINGS = _session_operations(Kind.MEETING)
WEBINARS = _session_operations(Kind.WEBINAR)
OF_KIND: Mapping[Kind, SessionOperations] = MappingProxyType(
    {Kind.MEETING: MEETINGS, Kind.WEBINAR: WEBINARS}
)

LIST_PANELISTS = Operation(
    "list_panelists",
    "GET",
    "/webinars/{session_id}/panelists",
    _MEDIUM,
    "webinar:read:list_panelists:admin",
    Feature.PANELISTS,
)
ADD_PANELISTS = Operation(
    "add_panelists",
    "POST",
    "/webinars/{session_id}/panelists",
    _MEDIUM,
    "webinar:write:panelist:admin",
    Feature.PANELISTS,
)
DELETE_PANELIST = Operation(
    "delete_panelist",
    "DELETE",
    "/webinars/{session_id}/panelists/{panelist_id}",
    _LIGHT,
    "webinar:delete:panelist:admin",
    Feature.PANELISTS,
)
GET_PAST_MEETING = Operation(
    "get_past_meeting",
    "GET",
    "/past_meetings/{session_id}",
    _LIGHT,
    "meeting:read:past_meeting:admin",
    Feature.MEETING_ATTENDANCE,
)
LIST_PAST_WEBINAR_PARTICIPANTS = Operation(
    "list_past_webinar_participants",
    "GET",
    "/past_webinars/{session_id}/participants",
    _MEDIUM,
    "webinar:read:list_past_participants:admin",
    Feature.WEBINAR_ATTENDANCE,
)
GET_PLAN_USAGE = Operation(
    "get_plan_usage",
    "GET",
    "/accounts/{account_id}/plans/usage",
    _HEAVY,
    "billing:read:plan_usage:admin",
    Feature.ACCOUNT,
)
GET_USER = Operation(
    "get_user", "GET", "/users/{user_id}", _LIGHT, "user:read:user:admin", Feature.HOSTS
)
CREATE_USER = Operation(
    "create_user", "POST", "/users", _LIGHT, "user:write:user:admin", Feature.NEW_HOSTS
)
UPDATE_USER = Operation(
    "update_user", "PATCH", "/users/{user_id}", _LIGHT, "user:update:user:admin", Feature.LICENCES
)
CHECK_USER_EMAIL = Operation(
    "check_user_email", "GET", "/users/email", _LIGHT, "user:read:email:admin", Feature.NEW_HOSTS
)
GET_USER_SETTINGS = Operation(
    "get_user_settings",
    "GET",
    "/users/{user_id}/settings",
    _MEDIUM,
    "user:read:settings:admin",
    Feature.HOSTS,
)
UPDATE_USER_SETTINGS = Operation(
    "update_user_settings",
    "PATCH",
    "/users/{user_id}/settings",
    _MEDIUM,
    "user:update:settings:admin",
    Feature.LICENCES,
)
LIST_ASSISTANTS = Operation(
    "list_assistants",
    "GET",
    "/users/{user_id}/assistants",
    _MEDIUM,
    "user:read:list_assistants:admin",
    Feature.ASSISTANTS,
)
ADD_ASSISTANTS = Operation(
    "add_assistants",
    "POST",
    "/users/{user_id}/assistants",
    _MEDIUM,
    "user:write:assistant:admin",
    Feature.ASSISTANTS,
)
DELETE_ASSISTANT = Operation(
    "delete_assistant",
    "DELETE",
    "/users/{user_id}/assistants/{assistant_id}",
    _LIGHT,
    "user:delete:assistant:admin",
    Feature.ASSISTANTS,
)


def _of_session(operations: SessionOperations) -> tuple[Operation, ...]:
    return tuple(getattr(operations, name) for name in SessionOperations.__slots__)


OPERATIONS: tuple[Operation, ...] = (
    *_of_session(MEETINGS),
    *_of_session(WEBINARS),
    *(value for value in list(globals().values()) if isinstance(value, Operation)),
)
