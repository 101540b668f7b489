"""The operations of Zoom's API that Lectern uses: one table for all who need to know.

The client takes method and path from it, the budget the rate class, the scope report the scope and
feature, and the Zoom simulator routes and enforces scopes by it. An operation that is not here is
not called. Source: Zoom's OpenAPI documents (rate labels, scopes), 2026-08.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class RateClass(StrEnum):
    """Zoom's rate labels; each has its own limits per second and per day for an account."""

    LIGHT = "light"
    MEDIUM = "medium"
    HEAVY = "heavy"


class Feature(StrEnum):
    """What stops working where a scope is missing."""

    HOSTS = "hosts"
    MEETINGS = "meetings"
    MEETING_REGISTRATION = "meeting_registration"


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of Zoom's API.

    Attributes:
        name: Lectern's name of it, also its name in logs and metrics.
        method: The HTTP method.
        path: The path template below the API's base, such as ``/meetings/{meeting_id}``.
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


_LIGHT, _MEDIUM, _HEAVY = RateClass.LIGHT, RateClass.MEDIUM, RateClass.HEAVY

GET_USER = Operation(
    "get_user", "GET", "/users/{user_id}", _LIGHT, "user:read:user:admin", Feature.HOSTS
)
GET_USER_SETTINGS = Operation(
    "get_user_settings",
    "GET",
    "/users/{user_id}/settings",
    _MEDIUM,
    "user:read:settings:admin",
    Feature.HOSTS,
)
LIST_MEETINGS = Operation(
    "list_meetings",
    "GET",
    "/users/{user_id}/meetings",
    _MEDIUM,
    "meeting:read:list_meetings:admin",
    Feature.MEETINGS,
)
CREATE_MEETING = Operation(
    "create_meeting",
    "POST",
    "/users/{user_id}/meetings",
    _LIGHT,
    "meeting:write:meeting:admin",
    Feature.MEETINGS,
    counts_for_host=True,
)
GET_MEETING = Operation(
    "get_meeting",
    "GET",
    "/meetings/{meeting_id}",
    _LIGHT,
    "meeting:read:meeting:admin",
    Feature.MEETINGS,
)
UPDATE_MEETING = Operation(
    "update_meeting",
    "PATCH",
    "/meetings/{meeting_id}",
    _LIGHT,
    "meeting:update:meeting:admin",
    Feature.MEETINGS,
    counts_for_host=True,
)
DELETE_MEETING = Operation(
    "delete_meeting",
    "DELETE",
    "/meetings/{meeting_id}",
    _LIGHT,
    "meeting:delete:meeting:admin",
    Feature.MEETINGS,
)
LIST_MEETING_REGISTRANTS = Operation(
    "list_meeting_registrants",
    "GET",
    "/meetings/{meeting_id}/registrants",
    _MEDIUM,
    "meeting:read:list_registrants:admin",
    Feature.MEETING_REGISTRATION,
)
ADD_MEETING_REGISTRANT = Operation(
    "add_meeting_registrant",
    "POST",
    "/meetings/{meeting_id}/registrants",
    _LIGHT,
    "meeting:write:registrant:admin",
    Feature.MEETING_REGISTRATION,
)
BATCH_MEETING_REGISTRANTS = Operation(
    "batch_meeting_registrants",
    "POST",
    "/meetings/{meeting_id}/batch_registrants",
    _HEAVY,
    "meeting:write:batch_registrants:admin",
    Feature.MEETING_REGISTRATION,
)
GET_MEETING_REGISTRANT = Operation(
    "get_meeting_registrant",
    "GET",
    "/meetings/{meeting_id}/registrants/{registrant_id}",
    _LIGHT,
    "meeting:read:registrant:admin",
    Feature.MEETING_REGISTRATION,
)
DELETE_MEETING_REGISTRANT = Operation(
    "delete_meeting_registrant",
    "DELETE",
    "/meetings/{meeting_id}/registrants/{registrant_id}",
    _LIGHT,
    "meeting:delete:registrant:admin",
    Feature.MEETING_REGISTRATION,
)
UPDATE_MEETING_REGISTRANT_STATUS = Operation(
    "update_meeting_registrant_status",
    "PUT",
    "/meetings/{meeting_id}/registrants/status",
    _MEDIUM,
    "meeting:update:registrant_status:admin",
    Feature.MEETING_REGISTRATION,
)

OPERATIONS: tuple[Operation, ...] = tuple(
    value for value in list(globals().values()) if isinstance(value, Operation)
)
