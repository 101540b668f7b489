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
from lectern.domain.scopes import BY_NAME, Feature


class RateClass(StrEnum):
    """Zoom's rate labels; each has its own limits per second and per day for an account."""

    LIGHT = "light"
    MEDIUM = "medium"
    HEAVY = "heavy"


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of Zoom's API.

    Attributes:
        name: Lectern's name of it, also its name in logs and metrics.
        method: The HTTP method.
        path: The path template below the API's base, such as ``/meetings/{session_id}``.
        rate_class: The label that Zoom's rate limits go by.
        scope: The granular scope that Zoom wants for it.
        counts_for_host: Whether Zoom counts it among the host's 100 creates and updates a day.
    """

    name: str
    method: str
    path: str
    rate_class: RateClass
    scope: str
    counts_for_host: bool = False

    @property
    def feature(self) -> Feature:
        """What stops working without its scope."""
        return BY_NAME[self.scope].feature


@dataclass(frozen=True, slots=True)
class SessionOperations:
    """The operations on meetings, and by the same names on webinars."""

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
    """Makes rows of one kind, whose paths and scopes Zoom names after it."""

    kind: str

    def __call__(
        self, name: str, method: str, path: str, rate_class: RateClass, says: str
    ) -> Operation:
        """An operation on sessions of the kind, with what its scope says of it."""
        return Operation(name, method, path, rate_class, f"{self.kind}:{says}:admin")


def _session_operations(kind: Kind) -> SessionOperations:
    k = kind.value
    row = _Row(k)
    of_host, one = f"/users/{{user_id}}/{k}s", f"/{k}s/{{session_id}}"
    people, person = f"{one}/registrants", f"{one}/registrants/{{registrant_id}}"
    create = row(f"create_{k}", "POST", of_host, _LIGHT, f"write:{k}")
    update = row(f"update_{k}", "PATCH", one, _LIGHT, f"update:{k}")
    return SessionOperations(
        create=replace(create, counts_for_host=True),
        read=row(f"get_{k}", "GET", one, _LIGHT, f"read:{k}"),
        update=replace(update, counts_for_host=True),
        delete=row(f"delete_{k}", "DELETE", one, _LIGHT, f"delete:{k}"),
        list=row(f"list_{k}s", "GET", of_host, _MEDIUM, f"read:list_{k}s"),
        change_status=row(f"change_{k}_status", "PUT", f"{one}/status", _LIGHT, "update:status"),
        add_registrant=row(f"add_{k}_registrant", "POST", people, _LIGHT, "write:registrant"),
        batch_registrants=row(
            f"batch_{k}_registrants",
            "POST",
            f"{one}/batch_registrants",
            _HEAVY,
            "write:batch_registrants",
        ),
        list_registrants=row(
            f"list_{k}_registrants", "GET", people, _MEDIUM, "read:list_registrants"
        ),
        read_registrant=row(f"get_{k}_registrant", "GET", person, _LIGHT, "read:registrant"),
        delete_registrant=row(
            f"delete_{k}_registrant", "DELETE", person, _LIGHT, "delete:registrant"
        ),
        change_registrant_status=row(
            f"update_{k}_registrant_status",
            "PUT",
            f"{people}/status",
            _MEDIUM,
            "update:registrant_status",
        ),
        make_invite_links=row(
            f"make_{k}_invite_links", "POST", f"{one}/invite_links", _LIGHT, "write:invite_links"
        ),
        report_participants=Operation(
            f"report_{k}_participants",
            "GET",
            f"/report/{k}s/{{session_id}}/participants",
            _HEAVY,
            f"report:read:list_{k}_participants:admin",
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
)
ADD_PANELISTS = Operation(
    "add_panelists",
    "POST",
    "/webinars/{session_id}/panelists",
    _MEDIUM,
    "webinar:write:panelist:admin",
)
DELETE_PANELIST = Operation(
    "delete_panelist",
    "DELETE",
    "/webinars/{session_id}/panelists/{panelist_id}",
    _LIGHT,
    "webinar:delete:panelist:admin",
)
GET_PAST_MEETING = Operation(
    "get_past_meeting",
    "GET",
    "/past_meetings/{session_id}",
    _LIGHT,
    "meeting:read:past_meeting:admin",
)
LIST_PAST_WEBINAR_PARTICIPANTS = Operation(
    "list_past_webinar_participants",
    "GET",
    "/past_webinars/{session_id}/participants",
    _MEDIUM,
    "webinar:read:list_past_participants:admin",
)
GET_PLAN_USAGE = Operation(
    "get_plan_usage",
    "GET",
    "/accounts/{account_id}/plans/usage",
    _HEAVY,
    "billing:read:plan_usage:admin",
)
GET_USER = Operation("get_user", "GET", "/users/{user_id}", _LIGHT, "user:read:user:admin")
CREATE_USER = Operation("create_user", "POST", "/users", _LIGHT, "user:write:user:admin")
UPDATE_USER = Operation(
    "update_user", "PATCH", "/users/{user_id}", _LIGHT, "user:update:user:admin"
)
CHECK_USER_EMAIL = Operation(
    "check_user_email", "GET", "/users/email", _LIGHT, "user:read:email:admin"
)
GET_USER_SETTINGS = Operation(
    "get_user_settings",
    "GET",
    "/users/{user_id}/settings",
    _MEDIUM,
    "user:read:settings:admin",
)
UPDATE_USER_SETTINGS = Operation(
    "update_user_settings",
    "PATCH",
    "/users/{user_id}/settings",
    _MEDIUM,
    "user:update:settings:admin",
)
LIST_ASSISTANTS = Operation(
    "list_assistants",
    "GET",
    "/users/{user_id}/assistants",
    _MEDIUM,
    "user:read:list_assistants:admin",
)
ADD_ASSISTANTS = Operation(
    "add_assistants",
    "POST",
    "/users/{user_id}/assistants",
    _MEDIUM,
    "user:write:assistant:admin",
)
DELETE_ASSISTANT = Operation(
    "delete_assistant",
    "DELETE",
    "/users/{user_id}/assistants/{assistant_id}",
    _LIGHT,
    "user:delete:assistant:admin",
)


def _of_session(operations: SessionOperations) -> tuple[Operation, ...]:
    return tuple(getattr(operations, name) for name in SessionOperations.__slots__)


OPERATIONS: tuple[Operation, ...] = (
    *_of_session(MEETINGS),
    *_of_session(WEBINARS),
    *(value for value in list(globals().values()) if isinstance(value, Operation)),
)
